/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postseal-parser as it is shipped, with its real readers and a small pack: what libraries do behind their
 * own backs (load a converter, allocate code) must not need what the sandbox forbids.
 */
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/scan/client.h"
#include "tests/support/tap.h"

static char folder[] = "/tmp/postseal-real-XXXXXX", pack[64], program[512];

static const char pack_text[] = "pack: test\n"
				"version: 1\n"
				"rules:\n"
				"  - id: number\n"
				"    title: A number\n"
				"    kind: identifier\n"
				"    pattern: '\\b\\d{3}-\\d{2}-\\d{4}\\b'\n"
				"    confidence: 90\n"
				"    tests:\n"
				"      hit: ['219-09-9999']\n"
				"      miss: ['219-09']\n"
				"labels:\n"
				"  - label: phi\n"
				"    when: identifier >= 75\n"
				"    tests:\n"
				"      hit: ['219-09-9999']\n"
				"      miss: ['219-09']\n";

#define HEAD                                                                                                 \
	"From: A <a@a.example>\r\nTo: b@b.example\r\nSubject: test\r\nDate: Mon, 23 Nov 2026 07:08:09 "      \
	"+0000\r\n"                                                                                          \
	"MIME-Version: 1.0\r\n"
#define BASE64(charset, text)                                                                                \
	HEAD "Content-Type: text/plain; charset=" charset                                                    \
	     "\r\nContent-Transfer-Encoding: base64\r\n\r\n" text "\r\n"

static const char mixed[] = HEAD
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\nContent-Type: text/html\r\n\r\n<p>Number <b>219-09-</b>9999</p><script>x</script>\r\n"
	"--b\r\nContent-Type: application/octet-stream; name=\"r.bin\"\r\n"
	"Content-Disposition: attachment; filename=\"r.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"AAECAwQFBgcI\r\n--b--\r\n";

static const struct {
	const char *name, *message;
	bool phi, unread;
} table[] = {
	{"nothing to find", HEAD "Content-Type: text/plain\r\n\r\nNumber 219-09\r\n", false, false},
	{"plain text", HEAD "Content-Type: text/plain\r\n\r\nNumber 219-09-9999\r\n", true, false},
	{"an encoded subject", "From: a@a.example\r\nSubject: =?utf-8?B?MjE5LTA5LTk5OTk=?=\r\n\r\nx\r\n",
		true, false},
	{"HTML and an attachment", mixed, true, true},
	{"base64", BASE64("utf-8", "MjE5LTA5LTk5OTk="), true, false},
	{"UTF-16", BASE64("utf-16le", "MgAxADkALQAwADkALQA5ADkAOQA5AA=="), true, false},
	{"EBCDIC", BASE64("ibm037", "8vH5YPD5YPn5+fk="), true, false},
	{"ISO-2022-JP", BASE64("iso-2022-jp", "GyRCIVYbKEIyMTktMDktOTk5OQ=="), true, false},
	{"Big5", BASE64("big5", "pECkQCAyMTktMDktOTk5OQ=="), true, false},
	{"KOI8-R", BASE64("koi8-r", "zs/NxdIgMjE5LTA5LTk5OTk="), true, false},
};

static int64_t
soon(void)
{
	return clock_mono_ms() + 60000;
}

static int
message(const char *text)
{
	int fd = -1;

	if (fd_memfd("test", &fd, NULL) != 0 || fd_write_all(fd, bytes_of_str(text), NULL) != 0 ||
		fd_memfd_seal(fd, NULL) != 0)
		abort();
	return fd;
}

static void
test_scans(struct scan_client *client)
{
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct scan_result result = {0};
		struct err err = {0};
		int fd = message(table[i].message);
		bool phi;

		tap_ok(scan_client_scan(client, fd, soon(), &arena, &result, &err) == 0, "%s: answered %s",
			table[i].name, err.text);
		phi = result.labels != NULL && strcmp(result.labels->name, "phi") == 0;
		tap_ok(phi == table[i].phi, "%s: %s", table[i].name, table[i].phi ? "found" : "not found");
		tap_ok(result.unscannable == 0, "%s: read to its end (%x)", table[i].name,
			result.unscannable);
		tap_ok((result.unread != NULL) == table[i].unread, "%s: what is unread", table[i].name);
		arena_reset(&arena);
		fd_close(&fd);
	}
	arena_done(&arena);
}

static void
test_view(struct scan_client *client)
{
	struct message_view view = {0};
	struct bytes map = {0};
	struct arena arena;
	struct err err = {0};
	int fd = message(mixed), part = -1;

	arena_init(&arena);
	tap_ok(scan_client_view(client, fd, soon(), &arena, &view, &err) == 0, "view %s", err.text);
	tap_bytes(view.subject, BYTES_LIT("test"), "its subject");
	tap_ok(bytes_find(view.html, BYTES_LIT("219-09-")) < view.html.n, "its HTML");
	tap_ok(bytes_find(view.html, BYTES_LIT("<script")) == view.html.n, "without script");
	tap_ok(view.parts != NULL && strcmp(view.parts->name, "r.bin") == 0, "its attachment");
	tap_ok(view.parts != NULL &&
			scan_client_view_part(client, fd, view.parts->number, soon(), &part, &err) == 0 &&
			fd_map(part, 1000, &map, &err) == 0,
		"opened %s", err.text);
	tap_bytes(map, BYTES_LIT("\0\1\2\3\4\5\6\7\10"), "its bytes");
	fd_unmap(&map);
	fd_close(&part);
	fd_close(&fd);
	arena_done(&arena);
}

static void
test_tools(struct scan_client *client)
{
	struct scan_question question = {.message_fd = message(mixed), .deadline_ms = soon()};
	struct seen_segment *seen = NULL;
	struct scan_result result = {0};
	struct costs costs = {0};
	struct trace trace = {0};
	struct arena arena;
	struct err err = {0};

	arena_init(&arena);
	tap_ok(scan_client_explain(client, &question, &arena, &result, &trace, &err) == 0, "explain %s",
		err.text);
	tap_ok(trace.counted.n == 1 && strcmp(trace.counted.first->rule, "number") == 0 &&
			trace.counted.first->text == NULL,
		"its one match, without the text");
	tap_ok(result.findings != NULL && strcmp(trace.labels->condition, "identifier >= 75") == 0,
		"its label");
	question.values = TRACE_SHOW_VALUES;
	tap_ok(scan_client_explain(client, &question, &arena, &result, &trace, &err) == 0 &&
			trace.counted.first->text != NULL &&
			strcmp(trace.counted.first->text, "219-09-9999") == 0,
		"with the text %s", err.text);
	question.values = (enum trace_values)7;
	tap_ok(scan_client_explain(client, &question, &arena, &result, &trace, &err) != 0,
		"no such question");
	tap_ok(scan_client_text(client, &question, &arena, &seen, &err) == 0, "text %s", err.text);
	while (seen != NULL && seen->view != SEGMENT_HTML)
		seen = seen->next;
	tap_ok(seen != NULL && bytes_find(seen->text, BYTES_LIT("Number 219-09-9999")) == 0,
		"as the rules see it");
	tap_ok(scan_client_cost(client, &question, &arena, &costs, &err) == 0, "cost %s", err.text);
	tap_ok(costs.n_rules == 1 && costs.rules[0].matches == 1 && costs.bytes > 0, "of its one rule");
	fd_close(&question.message_fd);
	arena_done(&arena);
}

int
main(int argc, char **argv)
{
	struct scan_spawn start = {.program = program, .rules_directory = folder, .workers = 1};
	struct scan_client *client = NULL;
	struct err err = {0};
	char *own = strdup(argv[0]);

	(void)argc;
	if (mkdtemp(folder) == NULL || own == NULL)
		return 99;
	signal(SIGPIPE, SIG_IGN);
	snprintf(program, sizeof(program), "%s/../../../parser/postseal-parser", dirname(own));
	free(own);
	snprintf(pack, sizeof(pack), "%s/test.yaml", folder);
	tap_ok(fd_write_file(pack, bytes_of_str(pack_text), 0644, &err) == 0, "pack %s", err.text);
	if (tap_ok(scan_client_spawn(&start, &client, &err) == 0, "started %s", err.text)) {
		test_scans(client);
		test_view(client);
		test_tools(client);
		scan_client_close(client);
	}
	(void)unlink(pack);
	(void)rmdir(folder);
	return tap_done();
}
