/* SPDX-License-Identifier: Apache-2.0 */
/* The probe's side of the conversation against scripts, some of which go on under TLS. */
#include "policyd/talk.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/support/farend.h"
#include "tests/support/tap.h"

enum { STEPS_MAX = 6, BUF_MAX = 64 * 1024, LONG = 2100 };

#define GREET "220 mx ESMTP\r\n"
#define EHLO "250-mx\r\n250-STARTTLS\r\n250 8BITMIME\r\n"
#define GO "220 go ahead\r\n"
#define UNDER "250-mx\r\n250 REQUIRETLS\r\n"
#define BYE "221 bye\r\n"
#define CUT "cut" /* the host closes */
#define LINE_TOO_LONG "long"
#define LINES_TOO_MANY "many"

/* What the host says: first unasked, then to each line of ours, then, once TLS is there, to each line again.
 */
struct row {
	const char *name;
	const char *plain[STEPS_MAX], *under[STEPS_MAX];
	enum farend_certificate presents;
	enum farend_version version;
	enum evidence_probe_result want;
	enum evidence_certificate certificate;
	bool requiretls, quits;
};

#define PLAIN(...)                                                                                           \
	{                                                                                                    \
		__VA_ARGS__                                                                                  \
	}
#define WHOLE PLAIN(GREET, EHLO, GO), PLAIN(UNDER, BYE)
#define GOOD EVIDENCE_CERTIFICATE_GOOD

static const struct row rows[] = {
	{"a good host", WHOLE, 0, 0, EVIDENCE_PROBE_ENCRYPTED, GOOD, true, true},
	{"TLS 1.2", WHOLE, 0, FAREND_TLS12, EVIDENCE_PROBE_ENCRYPTED, GOOD, true, true},
	{"a greeting of several lines", PLAIN("220-a\r\n220-b\r\n220 c\r\n", EHLO, GO), PLAIN(UNDER, BYE), 0,
		0, EVIDENCE_PROBE_ENCRYPTED, GOOD, true, true},
	{"bare LF", PLAIN("220 a\n", "250-a\n250 starttls\n", "220\n"), PLAIN("250 a\n", "221\n"), 0, 0,
		EVIDENCE_PROBE_ENCRYPTED, GOOD, false, true},
	{"REQUIRETLS before TLS does not count",
		PLAIN(GREET, "250-mx\r\n250-STARTTLS\r\n250 REQUIRETLS\r\n", GO), PLAIN("250 mx\r\n", BYE), 0,
		0, EVIDENCE_PROBE_ENCRYPTED, GOOD, false, true},
	{"no answer to QUIT", PLAIN(GREET, EHLO, GO), PLAIN(UNDER, CUT), 0, 0, EVIDENCE_PROBE_ENCRYPTED, GOOD,
		true, true},
	{"an expired certificate", WHOLE, CERT_EXPIRED, 0, EVIDENCE_PROBE_ENCRYPTED,
		EVIDENCE_CERTIFICATE_EXPIRED, true, true},
	{"one of itself", WHOLE, CERT_SELF_SIGNED, 0, EVIDENCE_PROBE_ENCRYPTED,
		EVIDENCE_CERTIFICATE_SELF_SIGNED, true, true},
	{"one of nobody known", WHOLE, CERT_OTHER_AUTHORITY, 0, EVIDENCE_PROBE_ENCRYPTED,
		EVIDENCE_CERTIFICATE_UNTRUSTED, true, true},
	{"one without the name", WHOLE, CERT_COMMON_NAME, 0, EVIDENCE_PROBE_ENCRYPTED,
		EVIDENCE_CERTIFICATE_WRONG_NAME, true, true},
	{"TLS 1.0 only", WHOLE, 0, FAREND_TLS10, EVIDENCE_PROBE_OLD, 0, false, false},
	{"no STARTTLS", PLAIN(GREET, "250-mx\r\n250 8BITMIME\r\n", BYE), {0}, 0, 0,
		EVIDENCE_PROBE_NO_STARTTLS, 0, false, true},
	{"STARTTLS in the first line is its name", PLAIN(GREET, "250 STARTTLS\r\n", BYE), {0}, 0, 0,
		EVIDENCE_PROBE_NO_STARTTLS, 0, false, true},
	{"STARTTLS as part of a word", PLAIN(GREET, "250-mx\r\n250 STARTTLSX\r\n", BYE), {0}, 0, 0,
		EVIDENCE_PROBE_NO_STARTTLS, 0, false, true},
	{"EHLO refused", PLAIN(GREET, "502 what\r\n", BYE), {0}, 0, 0, EVIDENCE_PROBE_NO_STARTTLS, 0, false,
		true},
	{"EHLO put off", PLAIN(GREET, "421 later\r\n", BYE), {0}, 0, 0, EVIDENCE_PROBE_UNREACHABLE, 0, false,
		true},
	{"greeting 554", PLAIN("554 go away\r\n", BYE), {0}, 0, 0, EVIDENCE_PROBE_UNREACHABLE, 0, false,
		true},
	{"greeting 421", PLAIN("421 busy\r\n", CUT), {0}, 0, 0, EVIDENCE_PROBE_UNREACHABLE, 0, false, true},
	{"STARTTLS 454", PLAIN(GREET, EHLO, "454 not now\r\n", BYE), {0}, 0, 0, EVIDENCE_PROBE_REFUSED, 0,
		false, true},
	{"STARTTLS 501", PLAIN(GREET, EHLO, "501 no\r\n", BYE), {0}, 0, 0, EVIDENCE_PROBE_REFUSED, 0, false,
		true},
	{"injected behind 220", PLAIN(GREET, EHLO, GO "250 here I am\r\n"), {0}, 0, 0, EVIDENCE_PROBE_BROKEN,
		0, false, false},
	{"injected behind EHLO", PLAIN(GREET, EHLO GO), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"injected behind the greeting", PLAIN(GREET EHLO), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false,
		false},
	{"the handshake is text", PLAIN(GREET, EHLO, GO, "250 no TLS here\r\n"), {0}, 0, 0,
		EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"another code in the middle", PLAIN(GREET, "250-mx\r\n251 STARTTLS\r\n"), {0}, 0, 0,
		EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"no SMTP", PLAIN("HTTP/1.1 400 Bad Request\r\n"), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"TLS at once", PLAIN("\x15\x03\x01\x01\n"), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"an empty line", PLAIN("\r\n"), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"code 199", PLAIN("199 x\r\n"), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"no space behind the code", PLAIN("220mx\r\n"), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"a line too long", PLAIN(LINE_TOO_LONG), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"lines without end", PLAIN(GREET, LINES_TOO_MANY), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false,
		false},
	{"closed at once", PLAIN(CUT), {0}, 0, 0, EVIDENCE_PROBE_UNREACHABLE, 0, false, false},
	{"closed at EHLO", PLAIN(GREET, CUT), {0}, 0, 0, EVIDENCE_PROBE_UNREACHABLE, 0, false, false},
	{"closed at STARTTLS", PLAIN(GREET, EHLO, CUT), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false, false},
	{"closed in the handshake", PLAIN(GREET, EHLO, GO, CUT), {0}, 0, 0, EVIDENCE_PROBE_BROKEN, 0, false,
		false},
	{"closed under TLS", PLAIN(GREET, EHLO, GO), PLAIN(CUT), 0, 0, EVIDENCE_PROBE_BROKEN, GOOD, false,
		false},
	{"EHLO refused under TLS", PLAIN(GREET, EHLO, GO), PLAIN("554 no\r\n", BYE), 0, 0,
		EVIDENCE_PROBE_BROKEN, GOOD, false, true},
	{"more than a reply under TLS", PLAIN(GREET, EHLO, GO), PLAIN(UNDER UNDER), 0, 0,
		EVIDENCE_PROBE_BROKEN, GOOD, false, false},
};

static struct tls_context *context;

struct host {
	const struct row *row;
	struct farend *farend; /* NULL: not yet under TLS */
	size_t next;
	struct buf heard; /* one line, in clear */
	struct buf says;
	bool cut, quit;
};

static void
say(struct host *host, const char *const *script)
{
	const char *text = host->next < STEPS_MAX ? script[host->next++] : NULL;
	struct buf made;

	buf_init(&made, BUF_MAX);
	if (text == NULL || strcmp(text, CUT) == 0)
		host->cut = true;
	else if (strcmp(text, LINE_TOO_LONG) == 0)
		for (int i = 0; i < LONG; i++)
			buf_put_byte(&made, '2');
	else if (strcmp(text, LINES_TOO_MANY) == 0)
		for (int i = 0; i < LONG; i++)
			buf_put_str(&made, "250-x\r\n");
	else
		buf_put_str(&made, text);
	if (host->farend != NULL)
		farend_say(host->farend, buf_bytes(&made), &host->says);
	else
		buf_put_bytes(&host->says, buf_bytes(&made));
	buf_done(&made);
}

static void
answer_line(struct host *host)
{
	const struct row *row = host->row;
	bool starttls = bytes_eq(buf_bytes(&host->heard), BYTES_LIT("STARTTLS\r\n"));

	host->quit |= bytes_eq(buf_bytes(&host->heard), BYTES_LIT("QUIT\r\n"));
	buf_reset(&host->heard);
	say(host, host->farend != NULL ? row->under : row->plain);
	if (starttls && row->under[0] != NULL) {
		host->farend = farend_new(row->presents, row->version);
		host->next = 0;
	}
}

/* What the probe sent, which is one line, or bytes of TLS. */
static void
hear(struct host *host, struct bytes wire)
{
	if (host->farend != NULL)
		(void)farend_feed(host->farend, wire, &host->heard, &host->says);
	else
		buf_put_bytes(&host->heard, wire);
	if (host->heard.n > 0)
		answer_line(host);
}

static void
talk_with(struct talk *talk, struct host *host, size_t piece)
{
	struct buf out;
	bool goes_on = true;

	buf_init(&out, BUF_MAX);
	say(host, host->row->plain);
	while (goes_on && host->says.n > 0) {
		struct bytes wire = buf_bytes(&host->says);
		size_t n = piece > 0 ? piece : wire.n;

		for (size_t at = 0; at < wire.n && goes_on; at += n)
			goes_on = talk_feed(talk, bytes_sub(wire, at, n), &out);
		buf_reset(&host->says);
		if (out.n > 0)
			hear(host, buf_bytes(&out));
		buf_reset(&out);
	}
	if (goes_on && host->cut)
		talk_cut(talk);
	buf_done(&out);
}

static void
test_row(const struct row *row, size_t piece)
{
	const struct evidence_mx mx = {.name = "mx.far.example"};
	const struct talk_spec spec = {.tls = context, .hostname = "here.example", .mx = &mx};
	struct talk *talk = talk_new(&spec);
	struct host host = {.row = row};
	struct evidence_probe got;

	buf_init(&host.heard, BUF_MAX);
	buf_init(&host.says, BUF_MAX);
	talk_with(talk, &host, piece);
	got = talk_result(talk);
	tap_ok(got.result == row->want && got.certificate == row->certificate &&
			got.requiretls == row->requiretls && host.quit == row->quits,
		"%s, pieces of %zu: result %d, certificate %d, REQUIRETLS %d, QUIT %d", row->name, piece,
		(int)got.result, (int)got.certificate, got.requiretls, host.quit);
	tap_ok((got.tls_version >= 0x0303) == (row->under[0] != NULL && row->version != FAREND_TLS10),
		"%s: version %x", row->name, got.tls_version);
	talk_free(talk);
	if (host.farend != NULL)
		farend_free(host.farend);
	buf_done(&host.heard);
	buf_done(&host.says);
}

int
main(void)
{
	char ca_path[] = "/tmp/postseal-ca.XXXXXX";
	struct tls_context_spec spec = {.ca_file = ca_path};
	int fd = mkstemp(ca_path);

	if (fd < 0)
		return 99;
	farend_setup(ca_path);
	if (tls_context_new(&spec, &context, NULL) < 0)
		return 99;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row(&rows[i], 0);
		test_row(&rows[i], 1);
	}
	tls_context_free(context);
	farend_done();
	close(fd);
	unlink(ca_path);
	return tap_done();
}
