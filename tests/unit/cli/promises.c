/* SPDX-License-Identifier: Apache-2.0 */
/* Postfix's log, read for promises of TLS: kept, taken over by the portal, broken. */
#include "cli/promise_book.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

#define T "Nov 29 00:23:33 mx "
#define MARK(id, level)                                                                                      \
	T "postfix/cleanup[20]: " id ": milter-header-filter: header X-Postseal-TLS: " level                 \
	  "; PS1.verified.1795911813.d4a5060543 from unknown[127.0.0.1]; from=<a@here.example> "             \
	  "to=<b@there.example> proto=ESMTP helo=<c>: smtp-phi:\n"
#define TLS(tag, word, version)                                                                              \
	T tag ": " word " TLS connection established to mx.there.example[192.0.2.1]:25: " version            \
	      " with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
#define DELIVERY(tag, id, to, relay, status)                                                                 \
	T tag ": " id ": to=<" to ">, relay=" relay                                                          \
	      ", delay=0.07, delays=0.01/0.02/0.03/0, dsn=2.0.0, status=" status " (250 2.0.0 Ok)\n"
#define PHI "postfix/smtp-phi/smtp[7]"
#define PHI2 "postfix/smtp-phi/smtp[8]"
#define PLAIN "postfix/smtp[9]"
#define WEAK "site/smtp-phi-encrypted/smtp[10]"
#define MX "mx.there.example[192.0.2.1]:25"
#define DOOR "127.0.0.1[127.0.0.1]:10026"
#define QUOTED "\"b>, relay=" MX ", delay=0, delays=0, dsn=2.0.0, status=deferred (\"@there.example"

/* want: kept portal returned waiting promised, then each breach's recipient with what was proved. */
static const struct {
	const char *name, *log, *want;
} table[] = {
	{"nothing", "", "0 0 0 0 0"},
	{"other mail", DELIVERY(PLAIN, "4XAAAA1", "b@there.example", MX, "sent"), "0 0 0 0 0"},
	{"kept",
		MARK("4XAAAA1", "verified") TLS(PHI, "Verified", "TLSv1.3") DELIVERY(PHI, "4XAAAA1",
			"b@there.example", MX, "sent") T "postfix/qmgr[1]: 4XAAAA1: removed\n",
		"1 0 0 0 1"},
	{"the mark was in a log of before",
		TLS(PHI, "Verified", "TLSv1.2") DELIVERY(PHI, "4XAAAA1", "b@there.example", MX, "sent"),
		"1 0 0 0 0"},
	{"two recipients of one transaction",
		TLS(PHI, "Verified", "TLSv1.3") DELIVERY(PHI, "4XAAAA1", "b@there.example", MX, "sent")
			DELIVERY(PHI, "4XAAAA1", "c@there.example", MX, "sent"),
		"2 0 0 0 0"},
	{"the next message without TLS of its own",
		TLS(PHI, "Verified", "TLSv1.3") DELIVERY(PHI, "4XAAAA1", "b@there.example", MX, "sent")
			DELIVERY(PHI, "4XAAAA2", "c@there.example", MX, "sent"),
		"1 0 0 0 0 c@there.example:none"},
	{"another process's TLS",
		TLS(PHI2, "Verified", "TLSv1.3") DELIVERY(PHI, "4XAAAA1", "b@there.example", MX, "sent"),
		"0 0 0 0 0 b@there.example:none"},
	{"TLS with another host",
		TLS(PHI, "Verified", "TLSv1.3")
			DELIVERY(PHI, "4XAAAA1", "b@there.example", "mx.else.example[192.0.2.2]:25", "sent"),
		"0 0 0 0 0 b@there.example:none"},
	{"a certificate of nobody",
		TLS(PHI, "Untrusted", "TLSv1.3") DELIVERY(PHI, "4XAAAA1", "b@there.example", MX, "sent"),
		"0 0 0 0 0 b@there.example:encrypted"},
	{"trusted, but of whom",
		TLS(PHI, "Trusted", "TLSv1.3") DELIVERY(PHI, "4XAAAA1", "b@there.example", MX, "sent"),
		"0 0 0 0 0 b@there.example:encrypted"},
	{"that is enough where it was promised",
		TLS(WEAK, "Untrusted", "TLSv1.2") DELIVERY(WEAK, "4XAAAA1", "b@there.example", MX, "sent"),
		"1 0 0 0 0"},
	{"but not old TLS",
		TLS(WEAK, "Untrusted", "TLSv1.1") DELIVERY(WEAK, "4XAAAA1", "b@there.example", MX, "sent"),
		"0 0 0 0 0 b@there.example:none"},
	{"promised, and sent by another transport",
		MARK("4XAAAA1", "verified") TLS(PLAIN, "Verified", "TLSv1.3")
			DELIVERY(PLAIN, "4XAAAA1", "b@there.example", MX, "sent"),
		"0 0 0 0 1 b@there.example:dane"},
	{"queued anew, and sent by another transport",
		T "postfix/cleanup[20]: 4XAAAA1: filter: header X-Postseal-TLS: dane; PS1 from local; "
		  "from=<a>: "
		  "smtp-phi-dane:\n" DELIVERY(PLAIN, "4XAAAA1", "b@there.example", MX, "sent"),
		"0 0 0 0 1 b@there.example:none"},
	{"a subject that looks like it",
		T "postfix/cleanup[20]: 4XAAAA1: info: header Subject: filter: header X-Postseal-TLS: dane; "
		  "x\n" DELIVERY(PLAIN, "4XAAAA1", "b@there.example", MX, "sent"),
		"0 0 0 0 0"},
	{"a queue id that is used again",
		MARK("4XAAAA1", "verified") T "postfix/qmgr[1]: 4XAAAA1: removed\n" DELIVERY(
			PLAIN, "4XAAAA1", "b@there.example", MX, "sent"),
		"0 0 0 0 1"},
	{"waits, then the portal",
		MARK("4XAAAA1", "verified") DELIVERY(PHI, "4XAAAA1", "b@there.example", DOOR, "deferred")
			DELIVERY(PHI, "4XAAAA1", "b@there.example", DOOR, "sent"),
		"0 1 0 1 1"},
	{"returned", DELIVERY(PHI, "4XAAAA1", "b@there.example", MX, "bounced"), "0 0 1 0 0"},
	{"an address that looks like the rest of the line", DELIVERY(PHI, "4XAAAA1", QUOTED, "none", "sent"),
		"0 0 0 0 0 " QUOTED ":none"},
	{"another form of time",
		"2026-11-29T00:23:33.123456+00:00 mx postfix/smtp-phi/smtp[7]: 4XAAAA1: "
		"to=<b@there.example>, "
		"relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (x)\n",
		"0 0 0 1 0"},
	{"an original recipient",
		TLS(PHI, "Verified", "TLSv1.3") T PHI
		": 4XAAAA1: to=<b@there.example>, orig_to=<alias>, relay=" MX
		", delay=1, status=sent (250 ok)\n",
		"1 0 0 0 0"},
	{"lines that are none",
		"x\n]: \n: \nNov 29 mx a[1]: 4XAAAA1: to=<\nNov 29 00:00:00 mx a[1]: 4XAAAA1: to=<\"\\\n",
		"0 0 0 0 0"},
};

static void
read_log(const char *log, struct buf *out)
{
	struct promise_book *book = promise_book_new("[127.0.0.1]:10026");
	struct bytes rest = bytes_of_str(log), line;
	struct promise_breach breach;
	struct promise_counts c;
	struct buf breaches;

	buf_init(&breaches, 10000);
	while (bytes_next_line(&rest, &line))
		if (promise_book_read(book, line, &breach))
			buf_putf(&breaches, " %.*s:%s", BYTES_FMT(breach.recipient),
				tls_level_name(breach.proved));
	c = promise_book_counts(book);
	buf_putf(out, "%zu %zu %zu %zu %zu", c.kept, c.portal, c.returned, c.waiting, c.promised);
	buf_put_bytes(out, buf_bytes(&breaches));
	buf_done(&breaches);
	promise_book_free(book);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct buf got;

		buf_init(&got, 10000);
		read_log(table[i].log, &got);
		tap_bytes(buf_bytes(&got), bytes_of_str(table[i].want), "%s", table[i].name);
		buf_done(&got);
	}
	return tap_done();
}
