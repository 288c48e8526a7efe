/* SPDX-License-Identifier: Apache-2.0 */
/* Scripted SMTP sessions against the state machine: events in, edits and verdicts out. */
#include "milter/session.h"

#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/seal/handled.h"
#include "tests/support/tap.h"
#include "tests/unit/milter/fakes.h"
#include "tests/unit/milter/script.h"

enum { RECIPIENTS_MAX = 4 };

#define REFUSED_451 "reply 451 4.7.1\n"
#define REFUSED_553 "reply 553 5.1.3\n"
#define NOTICE_FIELDS                                                                                        \
	"add To\nadd Subject\nadd Message-ID\nadd MIME-Version\nadd Content-Type\nadd X-Postseal-Handled\n"
#define PLAIN "From: a@here.example\nDate: Mon, 23 Nov 2026 07:00:00 +0000\nMessage-ID: <1@c>\nSubject: s\n"
/* What an in-place rewrite of PLAIN deletes. */
#define GONE "delete Subject 1\ndelete Message-ID 1\n"

struct scenario {
	const char *name;
	const char *to[RECIPIENTS_MAX];
	const char *fields, *body;
	const char *want; /* the answers as script_render() writes them */
	size_t puts, notices;
	bool store_down;
};

static const struct scenario scenarios[] = {
	{"clean", {"b@out.example"}, PLAIN, "hello\r\n", .want = "continue\ncontinue\n", .puts = 0},
	{"PHI to one", {"b@out.example"}, PLAIN, "PHI\r\n",
		.want = "continue\n" GONE NOTICE_FIELDS "body\ncontinue\n", .puts = 1},
	{"PHI to the same one twice", {"b@out.example", "B@out.example"}, PLAIN, "PHI\r\n",
		.want = "continue\n" GONE NOTICE_FIELDS "body\ncontinue\n", .puts = 1},
	{"PHI to two", {"b@out.example", "c@out.example"}, PLAIN, "PHI\r\n", .want = "continue\ndiscard\n",
		.puts = 1, .notices = 2},
	{"PHI to one outside, one inside", {"b@out.example", "c@here.example"}, PLAIN, "PHI\r\n",
		.want = "continue\nremove <b@out.example>\ncontinue\n", .puts = 1, .notices = 1},
	{"PHI, mixed, an address twice", {"b@out.example", "c@here.example", "B@out.example"}, PLAIN,
		"PHI\r\n", .want = "continue\nremove <b@out.example>\nremove <B@out.example>\ncontinue\n",
		.puts = 1, .notices = 1},
	{"PHI to inside only", {"c@here.example"}, PLAIN, NULL, .want = "accept\n"},
	{"inside only, a forged field", {"c@here.example"}, PLAIN "X-Postseal-Handled: v1; t=1; m=00\n",
		"PHI\r\n", .want = "continue\ndelete X-Postseal-Handled 1\ncontinue\n"},
	{"forged fields in any spelling", {"b@out.example"},
		"X-Postseal-A: 1\n" PLAIN "x-POSTSEAL-a: 2\nX-Postseal: 3\nX-Other: 4\nX-Postseal-A: 5\n",
		"hello\r\n",
		.want = "continue\ndelete X-Postseal-A 3\ndelete X-Postseal 1\ndelete x-POSTSEAL-a 2\ndelete "
			"X-Postseal-A 1\ncontinue\n"},
	{"TLS-Required on a clean message", {"b@out.example"}, PLAIN "TLS-Required: no\n", "hello\r\n",
		.want = "continue\ncontinue\n"},
	{"TLS-Required on PHI, mixed", {"b@out.example", "c@here.example"},
		"TLS-Required: no\n" PLAIN "tls-required: NO\n", "PHI\r\n",
		.want = "continue\ndelete tls-required 2\ndelete TLS-Required 1\nremove "
			"<b@out.example>\ncontinue\n",
		.puts = 1, .notices = 1},
	{"every field but three goes", {"b@out.example"},
		"Received: x\nReceived: y\nTo: b\nTo: c\nX: PHI\n" PLAIN "Cc: d\nx: 2\nX-Postseal-Z: 1\n"
		"Content-Type: text/plain\n",
		"hello\r\n",
		.want = "continue\ndelete Content-Type 1\ndelete X-Postseal-Z 1\ndelete x 2\ndelete Cc "
			"1\n" GONE "delete X 1\ndelete To 2\ndelete To 1\n" NOTICE_FIELDS "body\ncontinue\n",
		.puts = 1},
	{"two From and no Date", {"b@out.example"}, "From: a\nFrom: b\n", "PHI\r\n",
		.want = "continue\ndelete From 2\ndelete From 1\nadd Date\nadd From\n" NOTICE_FIELDS
			"body\ncontinue\n",
		.puts = 1},
	{"a scan that crashed", {"b@out.example"}, PLAIN, "CRASH\r\n",
		.want = "continue\n" GONE NOTICE_FIELDS "body\ncontinue\n", .puts = 1},
	{"no parser", {"b@out.example"}, PLAIN, "SCAN-DOWN\r\n", .want = "continue\n" REFUSED_451},
	{"no store", {"b@out.example"}, PLAIN, "PHI\r\n", .want = "continue\n" REFUSED_451,
		.store_down = true},
	{"no store, two", {"b@out.example", "c@here.example"}, PLAIN, "PHI\r\n",
		.want = "continue\n" REFUSED_451, .store_down = true},
	{"held", {"b@held.example"}, PLAIN, "PHI\r\n", .want = "continue\nquarantine\ncontinue\n"},
	{"held whole", {"b@held.example", "c@out.example"}, PLAIN, "PHI\r\n",
		.want = "continue\nquarantine\ncontinue\n"},
	{"rejected", {"b@no.example"}, PLAIN "X-Postseal-A: 1\n", "PHI\r\n",
		.want = "continue\nreply 550 5.7.1\n"},
	{"rejected whole", {"b@no.example", "c@out.example"}, PLAIN, "PHI\r\n",
		.want = "continue\nreply 550 5.7.1\n"},
	{"portal whatever is in it", {"b@lawyers.example"}, PLAIN, "SCAN-DOWN\r\n",
		.want = "continue\n" GONE NOTICE_FIELDS "body\ncontinue\n", .puts = 1},
	{"Postfix refuses the notice for now", {"b@out.example", "temp@out.example"}, PLAIN, "PHI\r\n",
		.want = "continue\n" REFUSED_451, .puts = 1, .notices = 1},
	{"Postfix refuses the notice for good", {"perm@out.example", "c@here.example"}, PLAIN, "PHI\r\n",
		.want = "continue\n" REFUSED_451, .puts = 1},
	{"one refused for good, the other is not kept waiting", {"perm@out.example", "b@out.example"}, PLAIN,
		"PHI\r\n", .want = "continue\n" REFUSED_451, .puts = 1, .notices = 1},
	{"a source route", {"@a.example:b@out.example", "c@here.example"}, PLAIN, "PHI\r\n",
		.want = REFUSED_553},
	{"a comment", {"b@out.example(@here.example", "c@here.example"}, PLAIN, "PHI\r\n",
		.want = REFUSED_553},
	{"a list", {"b@out.example;", "c@here.example"}, PLAIN, "PHI\r\n", .want = REFUSED_553},
	{"quotes that are needed", {"\"b c\"@out.example", "c@here.example"}, PLAIN, "PHI\r\n",
		.want = "continue\nremove <\"b c\"@out.example>\ncontinue\n", .puts = 1, .notices = 1},
	{"one person in three spellings",
		{"\"b\"@out.example", "B@OUT.example.", "b@out.example", "c@here.example"}, PLAIN, "PHI\r\n",
		.want = "continue\nremove <\"b\"@out.example>\nremove <B@OUT.example.>\nremove "
			"<b@out.example>\ncontinue\n",
		.puts = 1, .notices = 1},
	{"refused whatever the spelling", {"\"b\"@NO.example."}, PLAIN, "PHI\r\n",
		.want = "continue\nreply 550 5.7.1\n"},
	{"fields hidden behind a CR, two", {"b@out.example", "c@out.example"},
		"From: a\rBcc: PHI\nDate: b\rX: PHI\nMessage-ID: <1@c>\n", "PHI\r\n",
		.want = "continue\ndiscard\n", .puts = 1, .notices = 2},
	{"fields hidden behind a CR, in place", {"b@out.example"}, "From: a\rBcc: PHI\nDate: b\rX: PHI\n",
		"PHI\r\n",
		.want = "continue\ndelete Date 1\ndelete From 1\nadd Date\nadd From\n" NOTICE_FIELDS
			"body\ncontinue\n",
		.puts = 1},
	{"a Date that is none", {"b@out.example"},
		"From: a@here.example\nDate: Mon, 23 Nov 2026 07:00:00 +0000 (PHI of B)\n", "PHI\r\n",
		.want = "continue\ndelete Date 1\nadd Date\n" NOTICE_FIELDS "body\ncontinue\n", .puts = 1},
	{"a Date with a zone's name", {"b@out.example"},
		"From: a@here.example\nDate: 3 Nov 2026 07:00 -0500 (EST)\n", "PHI\r\n",
		.want = "continue\n" NOTICE_FIELDS "body\ncontinue\n", .puts = 1},
	{"too large", {"b@out.example"}, PLAIN, NULL, .want = "continue\nreply 552 5.3.4\n"},
	{"nobody", {NULL}, PLAIN, NULL, .want = "accept\n"},
};

static const char policy[] = "policies:\n"
			     "  - {name: inside, to: our-domains, do: pass}\n"
			     "  - {name: held, to: held.example, label: phi, do: hold}\n"
			     "  - {name: no, to: no.example, label: phi, do: reject}\n"
			     "  - {name: lawyers, to: lawyers.example, protect: [portal]}\n"
			     "  - {name: PHI, label: [phi, unscannable], protect: [portal]}\n"
			     "  - {name: rest, do: pass}\n";

static struct settings settings;
static size_t n_progress;

static void
progress(void *context)
{
	(void)context;
	n_progress++;
}

static const struct gate_host host = {progress, NULL};

/* A body of NULL stands for one that is too large. */
static void
feed_body(struct session *session, const char *body)
{
	static const uint8_t megabyte[1 << 20];

	for (int i = 0; !body && i < 3; i++)
		session_body(session, bytes_of(megabyte, sizeof(megabyte)));
	if (body)
		session_body(session, bytes_of_str(body));
}

/* One message through a session; the answers are appended. The last answer is still alive afterwards. */
static void
play(struct session *session, const struct scenario *s, struct buf *out, struct answer *ret_last)
{
	session_sender(session, BYTES_LIT("<a@here.example>"));
	for (size_t i = 0; i < RECIPIENTS_MAX && s->to[i]; i++) {
		char raw[100];

		snprintf(raw, sizeof(raw), "<%s>", s->to[i]);
		session_recipient(session, bytes_of_str(raw));
	}
	script_fields(session, s->fields);
	session_end_of_fields(session, "4Xyz", ret_last);
	script_render(ret_last, out);
	if (ret_last->verdict != VERDICT_CONTINUE)
		return;
	feed_body(session, s->body);
	session_end(session, "4Xyz", &host, ret_last);
	script_render(ret_last, out);
	if (ret_last->verdict != VERDICT_REPLY)
		session_finish(session);
}

/* Neither subject nor body of the original may be in what a recipient gets. */
static void
check_no_leak(const struct scenario *s, const struct answer *answer)
{
	bool leaks = bytes_find(buf_bytes(&fakes.mails), BYTES_LIT("PHI")) < fakes.mails.n;

	for (const struct action *a = answer->first; a; a = a->next)
		leaks |= bytes_find(a->text, BYTES_LIT("PHI")) < a->text.n;
	tap_ok(!leaks, "%s: no word of the original in a notice", s->name);
}

static size_t
count_mails(void)
{
	struct bytes rest = buf_bytes(&fakes.mails), line;
	size_t n = 0;

	while (bytes_next_line(&rest, &line))
		n += bytes_starts_nocase(line, BYTES_LIT("=> "));
	return n;
}

static void
test_scenarios(struct service *service)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct session *session = session_open(service);
		struct answer last;
		struct buf out;

		fakes_reset();
		fakes.store_down = s->store_down;
		buf_init(&out, 100000);
		play(session, s, &out, &last);
		tap_bytes(buf_bytes(&out), bytes_of_str(s->want), "%s: answers", s->name);
		tap_ok(fakes.n_puts == s->puts, "%s: %zu times put into the store", s->name, fakes.n_puts);
		tap_ok(count_mails() == s->notices, "%s: %zu notices", s->name, count_mails());
		check_no_leak(s, &last);
		session_close(session);
		tap_ok(gate_reserve(service->gate, 4 << 20), "%s: the spool's memory came back", s->name);
		gate_release(service->gate, 4 << 20);
		buf_done(&out);
	}
}

/* A message, its client told to come again, and the second attempt: on a session of its own. */
static void
attempt(struct service *service, const struct scenario *s, const char *name)
{
	struct session *session = session_open(service);
	struct answer last;
	struct buf out;

	buf_init(&out, 100000);
	play(session, s, &out, &last);
	tap_bytes(buf_bytes(&out), bytes_of_str(s->want), "%s", name);
	session_close(session);
	buf_done(&out);
}

static void
test_second_attempts(struct service *service)
{
	struct scenario s = {"again", {"b@out.example", "temp@out.example", "c@here.example"}, PLAIN,
		"PHI\r\n", .want = "continue\n" REFUSED_451};

	fakes_reset();
	attempt(service, &s, "one of two is refused for now");
	tap_ok(count_mails() == 1, "b has a notice");
	fakes.healed = true;
	s.want = "continue\nremove <b@out.example>\nremove <temp@out.example>\ncontinue\n";
	attempt(service, &s, "the second attempt finishes");
	tap_ok(count_mails() == 2, "only the one without a notice got one");
	s.want = "continue\ndiscard\n";
	s.to[0] = "b@out.example";
	s.to[1] = NULL;
	attempt(service, &s, "a third attempt with only those who have theirs");
	tap_ok(count_mails() == 2, "and nobody gets another one");
	s.fields = "From: a@here.example\nMessage-ID: <2@c>\n";
	s.want = "continue\ndelete Message-ID 1\nadd Date\n" NOTICE_FIELDS "body\ncontinue\n";
	attempt(service, &s, "another message of the same body is another message");
	attempt(service, &s, "an in-place rewrite that Postfix did not take is made again");
}

/* Postfix names what has no Message-ID after the queue id and the time: both differ the next time. */
static void
test_postfix_made_fields(struct service *service)
{
	struct scenario s = {"made", {"b@out.example", "temp@out.example"},
		"From: a@here.example\nMessage-ID: <20261123070000.4Xyz@h>\nDate: Mon, 23 Nov 2026 07:00:00 "
		"+0000 "
		"(UTC)\n",
		"PHI\r\n", .want = "continue\n" REFUSED_451};

	fakes_reset();
	attempt(service, &s, "no Message-ID of its own, refused for now");
	fakes.healed = true;
	s.fields =
		"From: a@here.example\nMessage-ID: <20261123070501.4Xyz@h>\nDate: Mon, 23 Nov 2026 08:05:01 "
		"+0100\n";
	s.want = "continue\ndiscard\n";
	attempt(service, &s, "and once more");
	tap_ok(count_mails() == 2, "each of the two has one notice");
	s.fields =
		"From: a@here.example\nMessage-ID: <20261123070501.4Xyz@h>\nDate: Mon, 23 Nov 2026 08:05:02 "
		"+0100\n";
	attempt(service, &s, "a Date of the client's own makes it another message");
	tap_ok(count_mails() == 4, "which is sent");
	attempt(service, &s, "and once more, word for word, after it was finished");
	tap_ok(count_mails() == 6, "is another message: nobody said that it is the same");
	fakes.healed = false;
	s.want = "continue\n" REFUSED_451;
	attempt(service, &s, "a third sending, refused for now");
	fakes.healed = true;
	s.want = "continue\ndiscard\n";
	attempt(service, &s, "and its second attempt");
	tap_ok(count_mails() == 8, "each of the two has one notice of each sending");
}

static void
test_resent(struct service *service)
{
	struct scenario s = {"resent", {"b@out.example", "c@out.example"}, PLAIN, "PHI\r\n",
		.want = "continue\ndiscard\n"};

	fakes_reset();
	attempt(service, &s, "a message");
	attempt(service, &s, "the same Message-ID again");
	tap_ok(count_mails() == 2, "is the same message");
	s.fields = PLAIN "Resent-Message-ID: <2@c>\n";
	attempt(service, &s, "resent by its sender");
	tap_ok(count_mails() == 4, "is another one");
}

/* The process starts again, in another boot: the journal's records are of a boot that was. */
static void
reboot(struct service *service)
{
	char path[100];
	struct buf content;
	struct err err = {0};

	snprintf(path, sizeof(path), "%s/sending", settings.store_directory);
	buf_init(&content, 1 << 20);
	fd_read_file(path, &content, NULL);
	for (size_t i = 0; i < content.n; i++)
		content.p[i] ^= 1;
	fd_write_file(path, buf_bytes(&content), 0600, NULL);
	buf_done(&content);
	journal_close(service->journal);
	service->journal = NULL;
	tap_ok(journal_open(settings.store_directory, &service->journal, &err) == 0, "reboot: %s", err.text);
}

static void
test_lost_answer(struct service *service)
{
	struct scenario s = {"lost", {"unknown@out.example", "c@here.example"}, PLAIN, "PHI\r\n",
		.want = "continue\n" REFUSED_451};

	fakes_reset();
	attempt(service, &s, "the answer to the final dot is lost");
	fakes.healed = true;
	s.want = "continue\nremove <unknown@out.example>\ncontinue\n";
	attempt(service, &s, "the same boot: Postfix has it");
	tap_ok(count_mails() == 0, "no second notice");
	reboot(service);
	attempt(service, &s, "another boot: it may be gone");
	tap_ok(count_mails() == 1, "a notice is sent");
}

static void
test_handled(struct service *service)
{
	static const struct handled_mail mail = {.recipient = BYTES_LIT("b@out.example"),
		.message_id = BYTES_LIT("<1@c>"),
		.from = BYTES_LIT("a@here.example"),
		.to = BYTES_LIT("b@out.example"),
		.subject = BYTES_LIT("s"),
		.body = BYTES_LIT("PHI\r\n")};
	char fields[600];
	struct buf mark;
	struct scenario s = {"mark", {"B@out.example"}, fields, "PHI\r\n", .want = "continue\ncontinue\n"};

	buf_init(&mark, 400);
	handled_format(secret_bytes(&service->current->reinject_key), &mail, clock_wall(), &mark);
	snprintf(fields, sizeof(fields), "%sTo: b@out.example\nX-Postseal-Handled: %s\n", PLAIN,
		buf_cstr(&mark));
	fakes_reset();
	attempt(service, &s, "our own notice passes");
	s.body = "PHI of another\r\n";
	s.want = "continue\ndelete X-Postseal-Handled 1\ndelete To 1\n" GONE NOTICE_FIELDS "body\ncontinue\n";
	attempt(service, &s, "the mark is good for no other text: who got a notice has no pass for more");
	s.body = "PHI\r\n";
	s.to[0] = "x@out.example";
	attempt(service, &s, "nor for another recipient");
	s.to[0] = "b@out.example";
	s.to[1] = "c@out.example";
	s.want = "continue\ndiscard\n";
	attempt(service, &s, "nor for two");
	fakes_reset();
	s.to[1] = NULL;
	s.want = "continue\ndelete X-Postseal-A 1\ndelete X-Postseal-Handled 1\ndelete To 1\n" GONE
		NOTICE_FIELDS "body\ncontinue\n";
	snprintf(fields, sizeof(fields), "%sTo: b@out.example\nX-Postseal-Handled: %s\nX-Postseal-A: 1\n",
		PLAIN, buf_cstr(&mark));
	attempt(service, &s, "nor beside another field of ours");
	s.want = "continue\ndelete Comments 1\ndelete X-Postseal-Handled 1\ndelete To 1\n" GONE NOTICE_FIELDS
		 "body\ncontinue\n";
	snprintf(fields, sizeof(fields), "%sTo: b@out.example\nX-Postseal-Handled: %s\nComments: more\n",
		PLAIN, buf_cstr(&mark));
	attempt(service, &s, "nor beside a field that we never write");
	buf_done(&mark);
}

static void
test_content(struct service *service)
{
	struct scenario s = {"content", {"b@out.example"}, "From: =?x?= <a@h>\nSubject: PHI\nDate: \n",
		"one\r\n.two\r\n", .want = ""};
	struct session *session = session_open(service);
	struct answer last;
	struct buf out;

	fakes_reset();
	buf_init(&out, 100000);
	play(session, &s, &out, &last);
	tap_bytes(buf_bytes(&fakes.scanned),
		BYTES_LIT("From: =?x?= <a@h>\r\nSubject: PHI\r\nDate: \r\n\r\none\r\n.two\r\n"),
		"the parser sees the message as it came");
	for (const struct action *a = last.first; a; a = a->next) {
		if (a->kind == ACTION_ADD_FIELD && strcmp(a->name, "Subject") == 0)
			tap_bytes(
				a->text, BYTES_LIT(" Secure message from a@here.example"), "neutral subject");
		if (a->kind == ACTION_ADD_FIELD && strcmp(a->name, "To") == 0)
			tap_bytes(a->text, BYTES_LIT(" b@out.example"), "the one recipient");
		if (a->kind == ACTION_REPLACE_BODY) {
			tap_ok(bytes_find(a->text, BYTES_LIT("https://portal.example/m#")) < a->text.n,
				"the link is in the body");
			tap_ok(bytes_find(a->text, BYTES_LIT("Clinic &lt;A&gt; &amp; B")) < a->text.n &&
					bytes_find(a->text, BYTES_LIT("Clinic <A> & B")) < a->text.n,
				"values are escaped in HTML, and are not in text");
		}
	}
	session_close(session);
	buf_done(&out);
}

/* Rules in trouble: the message is protected, and the log says which, once for many messages. */
static void
test_troubles(struct service *service)
{
	struct scenario s = {"a rule at its limit", {"b@out.example"}, PLAIN, "LIMIT\r\n",
		.want = "continue\n" GONE NOTICE_FIELDS "body\ncontinue\n"};
	static const struct bytes lines[] = {BYTES_LIT("pattern_limit rule=\"us-ssn\" count=\"1\""),
		BYTES_LIT("pattern_difference rule=\"card\" count=\"1\"")};
	int log = -1, own = dup(STDERR_FILENO);
	struct bytes text = {0};

	tap_ok(fd_memfd("log", &log, NULL) == 0 && dup2(log, STDERR_FILENO) >= 0, "the log is kept");
	for (int i = 0; i < 3; i++) {
		struct session *session = session_open(service);
		struct answer last;
		struct buf out;

		fakes_reset();
		buf_init(&out, 100000);
		play(session, &s, &out, &last);
		tap_bytes(buf_bytes(&out), bytes_of_str(s.want), "%s: protected", s.name);
		session_close(session);
		buf_done(&out);
	}
	(void)dup2(own, STDERR_FILENO);
	fd_close(&own);
	tap_ok(fd_map(log, 1 << 20, &text, NULL) == 0, "and read");
	for (size_t i = 0; i < 2; i++) {
		size_t at = bytes_find(text, lines[i]);

		tap_ok(at < text.n, "%.*s", BYTES_FMT(lines[i]));
		tap_ok(bytes_find(bytes_sub(text, at < text.n ? at + 1 : at, text.n), lines[i]) >=
				text.n - (at < text.n ? at + 1 : at),
			"once");
	}
	fd_unmap(&text);
	fd_close(&log);
}

static void
test_sessions_and_reload(struct service *service)
{
	struct session *a = session_open(service), *b = session_open(service), *c;
	struct settings other = settings;
	struct err err = {0};
	struct answer answer;

	tap_ok(a && b && !session_open(service), "max_sessions holds");
	session_sender(a, BYTES_LIT("<>"));
	session_recipient(a, BYTES_LIT("local"));
	session_reset(a);
	session_close(b);
	c = session_open(service);
	tap_ok(c != NULL, "one closed, one opened");
	other.mode = "monitor";
	tap_ok(service_reload(service, &other, &err) == 0, "reload %s", err.text);
	tap_ok(a && c, "sessions keep the snapshot that they began with");
	session_close(a);
	session_close(c);
	c = session_open(service);
	session_sender(c, BYTES_LIT("<a@here.example>"));
	session_recipient(c, BYTES_LIT("<@a.example:b@out.example>"));
	session_end_of_fields(c, NULL, &answer);
	session_body(c, BYTES_LIT("PHI"));
	session_end(c, "4Xyz", &host, &answer);
	tap_ok(answer.verdict == VERDICT_CONTINUE && !answer.first, "mode monitor lets it pass untouched");
	session_close(c);
	other.policy_file = "/does/not/exist";
	tap_ok(service_reload(service, &other, &err) < 0 && service->current->settings != NULL,
		"a broken reload is refused: %s", err.text);
	other.mode = "enforce";
}

static void
test_hostile_fields(struct service *service)
{
	struct session *session = session_open(service);
	struct answer answer;
	struct buf out;

	buf_init(&out, 100000);
	session_sender(session, BYTES_LIT("a@here.example"));
	session_recipient(session, BYTES_LIT("b@out.example"));
	for (int i = 0; i < 101; i++)
		session_field(session, BYTES_LIT("X-Postseal-A"), BYTES_LIT(" 1"));
	session_end_of_fields(session, NULL, &answer);
	script_render(&answer, &out);
	tap_bytes(buf_bytes(&out), BYTES_LIT("reply 550 5.7.1\n"), "more forged fields than can be removed");
	buf_reset(&out);
	fakes_reset();
	session_sender(session, BYTES_LIT("a@here.example"));
	session_recipient(session, BYTES_LIT("b@out.example"));
	for (int i = 0; i < 400; i++)
		session_field(session, BYTES_LIT("X"), BYTES_LIT(" 1"));
	session_field(session, BYTES_LIT("X-Postseal-A"), BYTES_LIT(" 1"));
	session_end_of_fields(session, NULL, &answer);
	session_body(session, BYTES_LIT("PHI"));
	session_end(session, "4Xyz", &host, &answer);
	script_render(&answer, &out);
	tap_bytes(buf_bytes(&out), BYTES_LIT("discard\n"),
		"too many fields for an in-place rewrite: a notice of its own");
	tap_ok(count_mails() == 1, "which was injected");
	session_close(session);
	buf_done(&out);
}

static void
set_up(struct site *site)
{
	site_make(site, policy);
	script_settings(site, &settings);
}

int
main(void)
{
	struct service *service = NULL;
	struct site site = {0};
	struct err err = {0};

	log_open("test-session", LOG_TO_STDERR, LOG_LEVEL_DEBUG);
	set_up(&site);
	if (tap_ok(service_open(&settings, &service, &err) == 0 && service_open_store(service, &err) == 0,
		    "service_open: %s", err.text)) {
		test_scenarios(service);
		test_second_attempts(service);
		test_postfix_made_fields(service);
		test_resent(service);
		test_lost_answer(service);
		test_handled(service);
		test_content(service);
		test_hostile_fields(service);
		test_troubles(service);
		test_sessions_and_reload(service);
	}
	service_close(service);
	fakes_done();
	site_remove(&site);
	return tap_done();
}
