/* SPDX-License-Identifier: Apache-2.0 */
/* smtp_send() against a scripted server: a thread that answers one connection from a table of steps. */
#include "lib/smtp/client.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "tests/support/tap.h"

enum { STEPS_MAX = 8 };

/* `expect` NULL: nothing is read first (the greeting); "." reads the content up to its dot line. */
struct step {
	const char *expect, *reply; /* reply NULL: close */
};

struct scenario {
	const char *name;
	struct step steps[STEPS_MAX];
	enum smtp_outcome want;
	bool commits, commit_fails;
	const char *sender, *recipient, *content, *wire; /* NULL: the usual ones */
	bool headers_only;
};

#define GREETING                                                                                             \
	{                                                                                                    \
		NULL, "220 there ESMTP\r\n"                                                                  \
	}
#define EHLO                                                                                                 \
	{                                                                                                    \
		"EHLO here.example\r\n", "250-there\r\n250-PIPELINING\r\n250-DSN\r\n250 8BITMIME\r\n"        \
	}
#define MAIL                                                                                                 \
	{                                                                                                    \
		"MAIL FROM:<a@here.example>\r\n", "250 2.1.0 Ok\r\n"                                         \
	}
#define RCPT                                                                                                 \
	{                                                                                                    \
		"RCPT TO:<b@there.example>\r\n", "250 2.1.5 Ok\r\n"                                          \
	}
#define DATA                                                                                                 \
	{                                                                                                    \
		"DATA\r\n", "354 go\r\n"                                                                     \
	}
#define DOT                                                                                                  \
	{                                                                                                    \
		".", "250 2.0.0 queued\r\n"                                                                  \
	}

static const struct scenario scenarios[] = {
	{"accepted", {GREETING, EHLO, MAIL, RCPT, DATA, DOT}, .want = SMTP_ACCEPTED, .commits = true},
	{"line ends and dots", {GREETING, EHLO, MAIL, RCPT, DATA, DOT}, .want = SMTP_ACCEPTED,
		.commits = true, .content = ".a\n..b\r\rc\r\n.\r\nd",
		.wire = "..a\r\n...b\r\n\r\nc\r\n..\r\nd\r\n.\r\n"},
	{"empty content", {GREETING, EHLO, MAIL, RCPT, DATA, DOT}, .want = SMTP_ACCEPTED, .commits = true,
		.content = "", .wire = ".\r\n"},
	{"smuggling", {GREETING, EHLO, MAIL, RCPT, DATA, DOT}, .want = SMTP_ACCEPTED, .commits = true,
		.content = "x\n.\nMAIL FROM:<e@e>\r.\r\ny\r\n",
		.wire = "x\r\n..\r\nMAIL FROM:<e@e>\r\n..\r\ny\r\n.\r\n"},
	{"headers only in bounces",
		{GREETING, EHLO, {"MAIL FROM:<a@here.example> RET=HDRS\r\n", "250 Ok\r\n"}, RCPT, DATA, DOT},
		.want = SMTP_ACCEPTED, .commits = true, .headers_only = true},
	{"no DSN offered", {GREETING, {"EHLO here.example\r\n", "250 there\r\n"}, MAIL, RCPT, DATA, DOT},
		.want = SMTP_ACCEPTED, .commits = true, .headers_only = true},
	{"eight bits",
		{GREETING, EHLO, {"MAIL FROM:<a@here.example> BODY=8BITMIME\r\n", "250 Ok\r\n"}, RCPT, DATA,
			DOT},
		.want = SMTP_ACCEPTED, .commits = true, .content = "\xc3\xa9\r\n",
		.wire = "\xc3\xa9\r\n.\r\n"},
	{"the null sender", {GREETING, EHLO, {"MAIL FROM:<>\r\n", "250 Ok\r\n"}, RCPT, DATA, DOT},
		.want = SMTP_ACCEPTED, .commits = true, .sender = ""},
	{"greeting 421", {{NULL, "421 busy\r\n"}}, .want = SMTP_REFUSED_TEMP},
	{"greeting 554", {{NULL, "554 no\r\n"}}, .want = SMTP_REFUSED_PERM},
	{"not SMTP", {{NULL, "HTTP/1.1 200 OK\r\n"}}, .want = SMTP_REFUSED_TEMP},
	{"MAIL refused", {GREETING, EHLO, {"MAIL FROM:<a@here.example>\r\n", "550 no\r\n"}},
		.want = SMTP_REFUSED_PERM},
	{"RCPT 450", {GREETING, EHLO, MAIL, {"RCPT TO:<b@there.example>\r\n", "450-a\r\n450 b\r\n"}},
		.want = SMTP_REFUSED_TEMP},
	{"DATA answered by 250", {GREETING, EHLO, MAIL, RCPT, {"DATA\r\n", "250 what\r\n"}},
		.want = SMTP_REFUSED_TEMP},
	{"451 after the dot", {GREETING, EHLO, MAIL, RCPT, DATA, {".", "451 later\r\n"}},
		.want = SMTP_REFUSED_TEMP, .commits = true},
	{"552 after the dot", {GREETING, EHLO, MAIL, RCPT, DATA, {".", "552 big\r\n"}},
		.want = SMTP_REFUSED_PERM, .commits = true},
	{"closed after the dot", {GREETING, EHLO, MAIL, RCPT, DATA, {".", NULL}}, .want = SMTP_UNKNOWN,
		.commits = true},
	{"rubbish after the dot", {GREETING, EHLO, MAIL, RCPT, DATA, {".", "2x0 Ok\r\n"}},
		.want = SMTP_UNKNOWN, .commits = true},
	{"closed after DATA", {GREETING, EHLO, MAIL, RCPT, {"DATA\r\n", NULL}}, .want = SMTP_REFUSED_TEMP},
	{"commit fails", {GREETING, EHLO, MAIL, RCPT, DATA, {".", NULL}}, .want = SMTP_REFUSED_TEMP,
		.commits = true, .commit_fails = true, .wire = "Subject: x\r\n\r\nbody\r\n"},
	{"codes differ in one reply", {GREETING, {"EHLO here.example\r\n", "250-a\r\n251 b\r\n"}},
		.want = SMTP_REFUSED_TEMP},
	{"a local part in quotes",
		{GREETING, EHLO, MAIL, {"RCPT TO:<\"b <\\\" c\"@there.example>\r\n", "250 Ok\r\n"}, DATA,
			DOT},
		.want = SMTP_ACCEPTED, .commits = true, .recipient = "\"b <\\\" c\"@there.example"},
	{"a quote that does not end", {{0}}, .want = SMTP_REFUSED_PERM, .recipient = "\"b> X@c"},
	{"a quoted quote at the end", {{0}}, .want = SMTP_REFUSED_PERM, .recipient = "\"b\\\"> X@c"},
	{"a space behind the quotes", {{0}}, .want = SMTP_REFUSED_PERM, .recipient = "\"b\"@c> X"},
	{"a quoted line end", {{0}}, .want = SMTP_REFUSED_PERM, .recipient = "\"b\\\r\n\"@c"},
	{"an address with a line end", {{0}}, .want = SMTP_REFUSED_PERM, .recipient = "b@c\r\nDATA"},
	{"an address with a bracket", {{0}}, .want = SMTP_REFUSED_PERM, .sender = "a> SIZE=1<"},
	{"no SMTPUTF8", {GREETING, EHLO}, .want = SMTP_REFUSED_PERM, .recipient = "\xc3\xa9@there.example"},
};

struct server {
	const struct scenario *scenario;
	int listener;
	struct buf wire;
	bool wrong_command;
};

/* Reads up to and with `end`, or to the end of the connection. */
static void
read_until(int fd, struct buf *in, struct bytes end)
{
	char c;

	while (read(fd, &c, 1) == 1) {
		buf_put_byte(in, (uint8_t)c);
		if (in->n >= end.n && bytes_eq(bytes_of(in->p + in->n - end.n, end.n), end))
			return;
	}
}

static void
serve_step(struct server *server, int fd, const struct step *step)
{
	struct buf line;

	if (!step->expect)
		return;
	if (strcmp(step->expect, ".") == 0) {
		/* Empty content has no line end in front of its dot. */
		bool empty = server->scenario->content && !*server->scenario->content;

		read_until(fd, &server->wire, empty ? BYTES_LIT(".\r\n") : BYTES_LIT("\r\n.\r\n"));
		return;
	}
	buf_init(&line, 2000);
	read_until(fd, &line, BYTES_LIT("\r\n"));
	if (!bytes_eq(buf_bytes(&line), bytes_of_str(step->expect))) {
		printf("# got %s", buf_cstr(&line));
		server->wrong_command = true;
	}
	buf_done(&line);
}

static void *
serve(void *arg)
{
	struct server *server = arg;
	int fd = accept(server->listener, NULL, NULL);

	for (size_t i = 0; i < STEPS_MAX; i++) {
		const struct step *step = &server->scenario->steps[i];

		if (!step->expect && !step->reply)
			break;
		serve_step(server, fd, step);
		if (!step->reply)
			break;
		fd_write_all(fd, bytes_of_str(step->reply), NULL);
	}
	close(fd);
	return NULL;
}

static int
listen_anywhere(char *address, size_t size)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&in, n) < 0 || listen(fd, 1) < 0 ||
		getsockname(fd, (struct sockaddr *)&in, &n) < 0)
		perror("# listen");
	snprintf(address, size, "127.0.0.1:%u", ntohs(in.sin_port));
	return fd;
}

struct commit {
	bool called, fails;
};

static int
commit(void *context, struct err *err)
{
	struct commit *c = context;

	c->called = true;
	return c->fails ? err_set(err, ERR_TEMP, "disk full") : 0;
}

static void
check_wire(const struct scenario *s, const struct server *server)
{
	const char *want = s->wire ? s->wire : "Subject: x\r\n\r\nbody\r\n.\r\n";

	if (s->commits)
		tap_bytes(
			buf_bytes(&server->wire), bytes_of_str(want), "%s: what went over the wire", s->name);
	tap_ok(!server->wrong_command, "%s: the commands were the expected ones", s->name);
}

static void
run_scenario(const struct scenario *s)
{
	char address[32];
	struct server server = {.scenario = s, .listener = listen_anywhere(address, sizeof(address))};
	struct commit c = {.fails = s->commit_fails};
	struct smtp_message message = {
		.server = address,
		.hostname = "here.example",
		.sender = bytes_of_str(s->sender ? s->sender : "a@here.example"),
		.recipient = bytes_of_str(s->recipient ? s->recipient : "b@there.example"),
		.headers_only_in_bounces = s->headers_only,
		.content = bytes_of_str(s->content ? s->content : "Subject: x\r\n\r\nbody"),
		.deadline_ms = clock_mono_ms() + 20000,
		.commit = commit,
		.context = &c,
	};
	bool connects = s->steps[0].expect || s->steps[0].reply;
	struct err err = {0};
	pthread_t thread;
	enum smtp_outcome got;

	buf_init(&server.wire, 100000);
	if (connects)
		pthread_create(&thread, NULL, serve, &server);
	got = smtp_send(&message, &err);
	if (connects)
		pthread_join(thread, NULL);
	tap_ok(got == s->want, "%s: outcome %d (%s)", s->name, got, err.text);
	tap_ok(c.called == s->commits, "%s: commit %s", s->name, s->commits ? "called" : "not called");
	tap_ok((got == SMTP_ACCEPTED) == (err.class == ERR_NONE), "%s: an error comes with a refusal",
		s->name);
	check_wire(s, &server);
	buf_done(&server.wire);
	close(server.listener);
}

/* A server that never speaks, and one that is not there. */
static void
test_no_server(void)
{
	char address[32];
	int listener = listen_anywhere(address, sizeof(address));
	struct smtp_message message = {
		.server = address,
		.hostname = "here.example",
		.recipient = BYTES_LIT("b@there.example"),
		.deadline_ms = clock_mono_ms() + 50,
	};
	struct err err = {0};

	tap_ok(smtp_send(&message, &err) == SMTP_REFUSED_TEMP, "silent server: %s", err.text);
	close(listener);
	message.deadline_ms = clock_mono_ms() + 5000;
	tap_ok(smtp_send(&message, &err) == SMTP_REFUSED_TEMP, "no server: %s", err.text);
	message.server = "localhost:25";
	tap_ok(smtp_send(&message, &err) == SMTP_REFUSED_TEMP && err.class == ERR_CONFIG, "a name: %s",
		err.text);
	message.server = "127.0.0.1";
	tap_ok(smtp_send(&message, &err) == SMTP_REFUSED_TEMP && err.class == ERR_CONFIG, "no port: %s",
		err.text);
}

/* A server that talks without end is cut off, by line length and by number of lines. */
static void
test_endless_reply(void)
{
	static char long_line[4000], many_lines[4000];
	struct scenario s = {"a line of 4,000 bytes", {{NULL, long_line}}, .want = SMTP_REFUSED_TEMP};

	memset(long_line, 'x', sizeof(long_line) - 1);
	memcpy(long_line, "220-", 4);
	run_scenario(&s);
	for (size_t i = 0; i + 8 < sizeof(many_lines); i += 7)
		memcpy(many_lines + i, "220-x\r\n", 8);
	s = (struct scenario){"500 lines", {{NULL, many_lines}}, .want = SMTP_REFUSED_TEMP};
	run_scenario(&s);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		run_scenario(&scenarios[i]);
	test_no_server();
	test_endless_reply();
	return tap_done();
}
