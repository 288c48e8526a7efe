/* SPDX-License-Identifier: Apache-2.0 */
/* Who goes by TLS, how, and what becomes of a promise that its transport gives back. */
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "tests/support/tap.h"
#include "tests/unit/milter/fakes.h"
#include "tests/unit/milter/script.h"

enum { RECIPIENTS_MAX = 5 };

#define PLAIN "From: a@here.example\nDate: Mon, 23 Nov 2026 07:00:00 +0000\nMessage-ID: <1@c>\nSubject: s\n"
#define MARK "add X-Postseal-TLS\nsender <a@here.example>\n"
#define CHECKS "pcre:/etc/other, regexp:/etc/postseal/tls_header_checks"
#define V "b@verified.example"
#define V2 "b2@verified.example"
#define D "d@dane.example"
#define E "e@encrypted.example"
#define N "n@none.example"
#define INSIDE "i@here.example"

static const char policy[] = "policies:\n"
			     "  - {name: inside, to: our-domains, do: pass}\n"
			     "  - {name: weak, to: encrypted.example, label: phi, tls: {level: encrypted}, "
			     "protect: [tls, portal]}\n"
			     "  - {name: PHI, label: phi, protect: [tls, portal]}\n"
			     "  - {name: rest, do: pass}\n";

static struct settings settings;

static void
progress(void *context)
{
	(void)context;
}

static const struct gate_host host = {progress, NULL};

struct script {
	const char *name;
	const char *to[RECIPIENTS_MAX];
	const char *want;   /* of the end of the message */
	size_t puts, mails; /* objects in the store; notices and copies */
	size_t questions;
	const char *checks;  /* {postseal_tls}; NULL stands for CHECKS */
	const char *content; /* NULL: PHI */
	const char *fields;  /* NULL: PLAIN */
	struct entry entry;
};

static void
play(struct service *service, const struct script *s, struct buf *out)
{
	struct session *session = session_open(service);
	struct entry entry = s->entry;
	struct answer answer;

	entry.header_checks = s->checks ? s->checks : CHECKS;
	session_sender(session, BYTES_LIT("<a@here.example>"));
	session_entry(session, &entry);
	for (size_t i = 0; i < RECIPIENTS_MAX && s->to[i]; i++) {
		char raw[100];

		snprintf(raw, sizeof(raw), "<%s>", s->to[i]);
		session_recipient(session, bytes_of_str(raw));
	}
	script_fields(session, s->fields ? s->fields : PLAIN);
	session_end_of_fields(session, "4Xyz", &answer);
	if (answer.verdict == VERDICT_CONTINUE) {
		session_body(session, bytes_of_str(s->content ? s->content : "PHI\r\n"));
		session_end(session, "4Xyz", &host, &answer);
		session_finish(session);
	}
	script_render(&answer, out);
	session_close(session);
}

static size_t
count_mails(const char *start)
{
	struct bytes rest = buf_bytes(&fakes.mails), line;
	size_t n = 0;

	while (bytes_next_line(&rest, &line))
		n += bytes_starts_nocase(line, bytes_of_str(start));
	return n;
}

static const struct script plans[] = {
	{"one", {V}, MARK "continue\n", .questions = 1},
	{"two of a domain", {V, V2}, MARK "continue\n", .questions = 1},
	{"two domains, one level", {V, D}, MARK "continue\n", .questions = 2},
	{"two levels", {V, E}, "remove <" E ">\n" MARK "continue\n", .mails = 1, .questions = 2},
	{"nothing to protect", {V}, "continue\n", .content = "hello\r\n"},
	{"one by TLS, one inside", {V, INSIDE}, "remove <" V ">\ncontinue\n", .mails = 1, .questions = 1},
	{"two by TLS, one inside", {V, D, INSIDE}, "remove <" V ">\nremove <" D ">\ncontinue\n", .mails = 2,
		.questions = 2},
	{"one by TLS, one by portal", {V, N}, "remove <" N ">\n" MARK "continue\n", .puts = 1, .mails = 1,
		.questions = 2},
	{"all three, an address twice", {V, N, INSIDE, "B@VERIFIED.example"},
		"remove <" V ">\nremove <" N ">\nremove <B@VERIFIED.example>\ncontinue\n", .puts = 1,
		.mails = 2, .questions = 2},
	{"TLS-Required, and a forged mark", {V},
		"delete x-postseal-tls 1\ndelete TLS-Required 1\n" MARK "continue\n", .questions = 1,
		.fields = PLAIN "TLS-Required: no\nx-postseal-tls: verified\n"},
	{"what is known is old", {"b@old.example", INSIDE}, "remove <b@old.example>\ncontinue\n", .puts = 1,
		.mails = 1, .questions = 1},
	{"not known yet", {"b@later.example", INSIDE}, "remove <b@later.example>\ncontinue\n", .puts = 1,
		.mails = 1, .questions = 1},
	{"policyd is down", {"b@down.example", INSIDE}, "remove <b@down.example>\ncontinue\n", .puts = 1,
		.mails = 1, .questions = 1},
	{"not set up in Postfix", {V, INSIDE}, "remove <" V ">\ncontinue\n", .puts = 1, .mails = 1,
		.checks = ""},
	{"another table", {V, INSIDE}, "remove <" V ">\ncontinue\n", .puts = 1, .mails = 1,
		.checks = "regexp:/etc/postseal/tls_header_checks.old"},
	{"Postfix refuses the copy for now", {"temp@verified.example", INSIDE}, "reply 451 4.7.1\n",
		.questions = 1},
};

static void
check(struct service *service, const struct script *s)
{
	struct buf out;

	buf_init(&out, 100000);
	play(service, s, &out);
	tap_bytes(buf_bytes(&out), bytes_of_str(s->want), "%s: answer", s->name);
	tap_ok(fakes.n_puts == s->puts, "%s: %zu times put into the store", s->name, fakes.n_puts);
	tap_ok(count_mails("=> ") == s->mails, "%s: %zu mails", s->name, count_mails("=> "));
	tap_ok(fakes.n_questions == s->questions, "%s: %zu questions", s->name, fakes.n_questions);
	buf_done(&out);
}

static void
test_plans(struct service *service)
{
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		fakes_reset();
		check(service, &plans[i]);
	}
}

/* A client that comes again, whatever is known of TLS by then. */
static void
test_second_attempts(struct service *service)
{
	struct script s = {"first", {V, "temp@verified.example", INSIDE}, "reply 451 4.7.1\n", .mails = 1,
		.questions = 1};

	fakes_reset();
	check(service, &s);
	fakes.healed = true;
	s.name = "again";
	s.want = "remove <" V ">\nremove <temp@verified.example>\ncontinue\n";
	s.mails = s.questions = 2;
	check(service, &s);
	s = (struct script){"again, TLS is gone meanwhile", {V, "temp@verified.example"}, "discard\n",
		.mails = 2, .questions = 2, .checks = ""};
	check(service, &s);
	s = (struct script){"again, all by TLS", {V}, "discard\n", .mails = 2, .questions = 3};
	check(service, &s);
	fakes_reset();
	s = (struct script){"the answer is lost", {"unknown@verified.example", INSIDE}, "reply 451 4.7.1\n",
		.questions = 1, .fields = PLAIN "Resent-Message-ID: <2@c>\n"};
	check(service, &s);
	fakes.healed = true;
	s.name = "it counts as sent";
	s.want = "remove <unknown@verified.example>\ncontinue\n";
	s.questions = 2;
	check(service, &s);
}

/* What a copy says, as a field of the script at tls_address. */
static char *
copy_fields(void)
{
	struct bytes mails = buf_bytes(&fakes.mails), line;
	struct buf out;
	char *text;

	buf_init(&out, 10000);
	bytes_next_line(&mails, &line);
	while (bytes_next_line(&mails, &line) && line.n > 1)
		buf_putf(&out, "%.*s\n", BYTES_FMT(bytes_trim(line)));
	text = strdup(buf_cstr(&out));
	buf_done(&out);
	return text;
}

static void
test_copy(struct service *service)
{
	struct script s = {
		"hidden fields", {V, INSIDE}, "remove <" V ">\ncontinue\n", .mails = 1, .questions = 1};
	struct script there = {"at the door", {V}, "delete X-Postseal-TLS 1\n" MARK "continue\n", .puts = 0};
	char *fields;

	fakes_reset();
	s.fields = "X-Postseal-A: 1\nTLS-Required: no\nSubject: s\rTLS-Required: no\r\tmore\rX: y\n" PLAIN;
	s.want = "delete X-Postseal-A 1\ndelete TLS-Required 1\nremove <" V ">\ncontinue\n";
	check(service, &s);
	fields = copy_fields();
	tap_ok(!strcasestr(fields, "TLS-Required") && !strcasestr(fields, "X-Postseal-A") &&
			!strstr(fields, "more") && strstr(fields, "\nX: y\n") && strstr(fields, "\nFrom:"),
		"nothing in a copy's header that Postfix would take for an order");
	tap_ok(count_mails("PHI") == 1, "and its body is there");
	fakes_reset();
	there.fields = fields;
	there.entry.daemon_name = "postseal-tls";
	check(service, &there);
	there.name = "at the door, Postfix not set up";
	there.checks = "";
	there.want = "reply 451 4.7.1\n";
	check(service, &there);
	there = (struct script){
		"at another door", {N}, "discard\n", .puts = 1, .mails = 1, .questions = 1, .fields = fields};
	there.to[1] = "n2@none.example";
	there.mails = 2;
	there.want = "discard\n";
	check(service, &there);
	free(fields);
}

static void
test_returned(struct service *service)
{
	struct script s = {"waits", {V, D}, "reply 451 4.7.5\n", .puts = 0};
	struct bytes key = secret_bytes(&service->current->reinject_key);
	struct promise promise;
	struct buf envid;

	fakes_reset();
	buf_init(&envid, 1000);
	promise_make(TLS_LEVEL_VERIFIED, clock_wall() - 1700, &promise);
	promise_format(key, &promise, &envid);
	s.entry = (struct entry){.daemon_name = "postseal-tls", .envid = buf_cstr(&envid)};
	check(service, &s);
	promise.made -= 101;
	buf_reset(&envid);
	promise_format(key, &promise, &envid);
	s.name = "the patience is over";
	s.entry.envid = buf_cstr(&envid);
	s.want = "discard\n";
	s.puts = 1;
	s.mails = 2;
	check(service, &s);
	tap_ok(count_mails("PHI") == 0, "and nothing of the message is in a notice");
	s.name = "it comes once more";
	check(service, &s);
	s.name = "the same bytes with another promise";
	promise_make(TLS_LEVEL_VERIFIED, clock_wall() - 1801, &promise);
	buf_reset(&envid);
	promise_format(key, &promise, &envid);
	s.entry.envid = buf_cstr(&envid);
	s.puts = 2;
	s.mails = 4;
	check(service, &s);
	fakes_reset();
	s = (struct script){"a promise of nobody's", {V}, "discard\n", .puts = 1, .mails = 1,
		.entry = {.daemon_name = "postseal-tls", .envid = "PS1.verified.4000000000.00.00"}};
	check(service, &s);
	fakes_reset();
	s = (struct script){"a promise at another door", {V}, MARK "continue\n", .questions = 1,
		.entry = {.daemon_name = "mx.here.example", .envid = buf_cstr(&envid)}};
	check(service, &s);
	buf_done(&envid);
}

int
main(void)
{
	struct service *service = NULL;
	struct site site = {0};
	struct err err = {0};

	log_open("test-tls", LOG_TO_STDERR, LOG_LEVEL_DEBUG);
	site_make(&site, policy);
	script_settings(&site, &settings);
	if (tap_ok(service_open(&settings, &service, &err) == 0 && service_open_store(service, &err) == 0,
		    "service_open: %s", err.text)) {
		test_plans(service);
		test_second_attempts(service);
		test_copy(service);
		test_returned(service);
	}
	service_close(service);
	fakes_done();
	site_remove(&site);
	return tap_done();
}
