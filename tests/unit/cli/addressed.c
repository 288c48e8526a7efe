/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a past message came from and went to. */
#include "cli/addressed.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

static const struct {
	const char *name, *head, *want; /* "sender: recipient recipient" */
} rows[] = {
	{"plain", "From: a@x.example\nTo: b@y.example\n\n", "a@x.example: b@y.example"},
	{"nothing", "Subject: a@x.example\n\n", ": "},
	{"empty", "", ": "},
	{"names and brackets",
		"From: Ann Ember <a@x.example>\nTo: \"Bo, c@z.example\" <b@y.example>, d@y.example\n\n",
		"a@x.example: b@y.example d@y.example"},
	{"comments", "From: a@x.example (see b@y.example)\nTo: (c@y.example) d@y.example\n\n",
		"a@x.example: d@y.example"},
	{"folded", "From: a@x.example\nTo:\n b@y.example,\n\tc@y.example\nSubject: d@y.example\n\n",
		"a@x.example: b@y.example c@y.example"},
	{"CR LF", "From: a@x.example\r\nTo: b@y.example,\r\n c@y.example\r\n\r\nTo: d@y.example\r\n",
		"a@x.example: b@y.example c@y.example"},
	{"the body is not read", "From: a@x.example\n\nTo: b@y.example\n", "a@x.example: "},
	{"a group", "From: a@x.example\nTo: Team: b@y.example, c@y.example;\n\n",
		"a@x.example: b@y.example c@y.example"},
	{"the path before From", "From: a@x.example\nReturn-Path: <p@x.example>\nTo: b@y.example\n\n",
		"p@x.example: b@y.example"},
	{"an empty path", "Return-Path: <>\nFrom: a@x.example\nTo: b@y.example\n\n",
		"a@x.example: b@y.example"},
	{"Cc and Bcc", "from: a@x.example\ncc: b@y.example\nBCC: c@y.example\nTo: d@y.example\n\n",
		"a@x.example: b@y.example c@y.example d@y.example"},
	{"an archive's copy", "Delivered-To: archive@x.example\nFrom: a@x.example\nTo: b@y.example\n\n",
		"a@x.example: b@y.example"},
	{"only where it was delivered",
		"X-Original-To: b@y.example\nFrom: a@x.example\nTo: undisclosed-recipients:;\n\n",
		"a@x.example: b@y.example"},
	{"a quote without an end", "From: a@x.example\nTo: \"b@y.example\n\n", "a@x.example: "},
	{"a backslash at the end", "From: a@x.example\nTo: (\\", "a@x.example: "},
	{"no address", "From: nobody\nTo: @, a@, <>\n\n", ": "},
};

static const struct {
	const char *address, *want;
} domains[] = {
	{"a@X.Example", "x.example"},
	{"", "(none)"},
	{"postmaster", "(none)"},
	{"a@b@x.example", "x.example"},
	{"a@\303\251.example", "(not ASCII)"},
};

int
main(void)
{
	struct arena arena;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addressed addressed;
		struct buf got;
		buf_init(&got, 4096);
		addressed_read(&arena, bytes_of_str(rows[i].head), &addressed);
		buf_put_bytes(&got, addressed.sender);
		buf_put_str(&got, ": ");
		for (size_t j = 0; j < addressed.n_recipients; j++)
			buf_putf(&got, "%s%.*s", j > 0 ? " " : "", BYTES_FMT(addressed.recipients[j]));
		tap_bytes(buf_bytes(&got), bytes_of_str(rows[i].want), "%s", rows[i].name);
		buf_done(&got);
	}
	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		tap_bytes(addressed_domain(&arena, bytes_of_str(domains[i].address)),
			bytes_of_str(domains[i].want), "the domain of '%s'", domains[i].address);
	arena_done(&arena);
	return tap_done();
}
