/* SPDX-License-Identifier: Apache-2.0 */
/* What the lint says of patterns, and of packs. */
#include "lib/dlp/lint.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "tests/support/tap.h"

/* What is said of a pattern: "check@offset" in the order of reports, notes in brackets. */
static const struct {
	const char *pattern, *want;
} patterns[] = {
	{"\\bmrn ?\\d{6}\\b", ""},
	{"\\d{3}-\\d{2}-\\d{4}", ""},
	{"\\b[A-Z]\\w+ [A-Z]\\w+\\b", "prefilter@0"},
	{"[a-z]{3}", "prefilter@0"},
	{"x(?(1)y)", "prefilter@0"},
	/* nested repeats */
	{"mrn(?:b+)+c", "growth@3 backtracking@6"},
	{"mrn(?:\\w+ ?)+:", "growth@3 backtracking@6"},
	{"mrn(?:\\w{1,9} ?)+:", "growth@3 backtracking@6"},
	{"mrn(?: \\w+)+:", "growth@3"},
	{"mrn(?:\\w+\\.)*:", "growth@3"},
	{"mrn(?:\\w++ ?)+:", ""},
	{"mrn(?>\\w+ ?)+:", ""},
	{"mrn(?: ?\\w+ ?){1,5}:", "growth@8"},
	/* alternatives */
	{"mrn(?:\\w|ab)+:", "growth@3 backtracking@3"},
	{"mrn(?:\\w|\\d)+:", "growth@3 backtracking@3"},
	{"mrn(?:ab|cd)+:", ""},
	{"mrn(?:[a-z]| [0-9])+:", "growth@3"},
	/* side by side */
	{"mrn\\w+\\w+:", "growth@3 backtracking@3"},
	{"mrn.*,?.*:", "growth@3 backtracking@3"},
	{"mrn(?:\\w+)(?:\\d*x?)\\w*:", "growth@6 backtracking@6"},
	{"mrn\\w+ \\w+:", "growth@3"},
	{"mrn[a-c]+ [a-c]+:", ""},
	{"mrn\\w+\\w+", "(backtracking@3)"},
	/* many starts */
	{"\\w+@", "growth@0"},
	{"\\b\\w+@", ""},
	{"[^@]*@x", "growth@0"},
	{"\\bsee a{2,} again", ""},
	{"mrn\\w{2,40}:", ""},
};

static void
note_report(void *context, enum lint_level level, const char *check, size_t offset, const char *text)
{
	struct buf *out = context;
	bool is_note = level == LINT_NOTE;
	(void)text;
	buf_putf(out, "%s%s%s@%zu%s", out->n > 0 ? " " : "", is_note ? "(" : "", check, offset,
		is_note ? ")" : "");
}

static void
test_patterns(void)
{
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct buf got;
		buf_init(&got, 4096);
		lint_pattern(bytes_of_str(patterns[i].pattern), MATCH_ANY_CASE, note_report, &got);
		tap_bytes(buf_bytes(&got), bytes_of_str(patterns[i].want), "%s", patterns[i].pattern);
		buf_done(&got);
	}
}

#define RULE(id, rest) "  - id: " id "\n    title: t\n    kind: health\n" rest
#define TESTS "    tests: {hit: [x1, x2 z], miss: [y, z]}\n"
#define TERMS "    terms: [x1, x2]\n"
#define USED "labels:\n  - {label: l, when: health, tests: {hit: [x1], miss: [y]}}\n"

/* `want`: "line:column level check" a line, of the file p.yaml. */
static const struct {
	const char *name, *pack, *want;
} packs[] = {
	{"nothing to say", RULE("a", TERMS TESTS) USED, "9:13 note tests\n"},
	{"few tests", RULE("a", TERMS "    tests: {hit: [x1], miss: [y, z]}\n") USED,
		"3:9 warning tests\n9:13 note tests\n"},
	{"a rule that nobody asks for",
		RULE("a",
			TERMS TESTS) "  - id: s\n    title: t\n    kind: secret\n    terms: [q]\n"
				     "    tests: {hit: [q, 'q q'], miss: [y, z]}\n"
				     "labels:\n  - {label: l, when: secret, tests: {hit: [q], miss: [y]}}\n",
		"3:9 note unused\n14:13 note tests\n"},
	{"a confidence that nobody asks for",
		RULE("a", TERMS TESTS) RULE("b",
			"    confidence: 90\n    terms: [q]\n"
			"    tests: {hit: [q, 'q q'], miss: [y, z]}\n") "labels:\n  - {label: l, when: "
									"health >= 80, tests: {hit: [q], "
									"miss: [y]}}\n",
		"3:9 note unused\n15:13 note tests\n"},
	{"a term twice", RULE("a", "    terms: [x1, x2, X1]\n" TESTS) USED,
		"6:21 warning duplicate\n9:13 note tests\n"},
	{"a term in two rules",
		RULE("a", TERMS TESTS)
			RULE("b", "    terms: [q, x1]\n    tests: {hit: [q, x1], miss: [y, z]}\n") USED,
		"11:16 warning duplicate\n14:13 note tests\n"},
	{"a pattern in two rules",
		RULE("a", "    pattern: 'x\\d'\n" TESTS) RULE("b", "    pattern: 'x\\d'\n" TESTS) USED,
		"11:14 warning duplicate\n14:13 note tests\n"},
	{"a pattern without a hit", RULE("a", "    patterns: ['x\\d', 'q\\d']\n" TESTS) USED,
		"6:23 note tests\n9:13 note tests\n"},
	{"a slow pattern, with its column", RULE("a", "    pattern: 'x\\d(?:b+)*z|x\\d'\n" TESTS) USED,
		"6:18 warning growth\n6:21 warning backtracking\n9:13 note tests\n"},
	{"evidence at a hundred",
		RULE("a", TERMS
			"    confidence: 100\n    evidence: [{terms: [q], within: 5, add: 10}]\n" TESTS) USED,
		"8:16 warning evidence\n11:13 note tests\n"},
	{"evidence at a hundred, that may be needed",
		RULE("a", TERMS
			"    confidence: 100\n    evidence: [{terms: [q], within: 5, add: 10}, {terms: [r], "
			"within: 5, add: -10}]\n" TESTS) USED,
		"11:13 note tests\n"},
	{"evidence that looks elsewhere",
		RULE("a",
			TERMS "    scope: body\n    evidence: [{rule: b, within: segment, add: 10}]\n" TESTS)
			RULE("b",
				"    scope: filename\n    terms: [q]\n    tests: {hit: [q, q.txt], miss: [y, "
				"z]}\n") USED,
		"8:23 warning evidence\n17:13 note tests\n"},
	{"evidence that looks elsewhere, in the message",
		RULE("a",
			TERMS "    scope: body\n    evidence: [{rule: b, within: message, add: 10}]\n" TESTS)
			RULE("b",
				"    scope: filename\n    terms: [q]\n    tests: {hit: [q, q.txt], miss: [y, "
				"z]}\n") USED,
		"17:13 note tests\n"},
	{"a dictionary that has the term", RULE("a", "    terms: [x1, x2, q, 'dict:d']\n" TESTS) USED,
		"6:17 warning duplicate\n9:13 note tests\n"},
};

static char folder[] = "/tmp/postseal-lint-XXXXXX";

static void
write_file(const char *name, const char *text)
{
	char path[200];
	struct err err;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (fd_write_file(path, bytes_of_str(text), 0600, &err) != 0)
		tap_ok(false, "write %s: %s", path, err.text);
}

static void
lint_folder(struct buf *out)
{
	static const struct ruleset_limits limits = {200000, 1000, 20000};
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	struct lint_list list;
	faults_init(faults);
	if (ruleset_load(folder, &limits, &set, faults) == 0) {
		tap_ok(lint_run(set, &list, faults) == 0, "it is read again");
		for (size_t i = 0; i < list.n; i++)
			buf_putf(out, "%d:%d %s %s\n", list.p[i].place.line, list.p[i].place.column,
				lint_level_name(list.p[i].level), list.p[i].check);
		lint_done(&list);
	} else {
		faults_print(faults, stdout);
	}
	ruleset_free(set);
	faults_done(faults);
	free(faults);
}

static void
test_packs(void)
{
	char path[64];
	if (!mkdtemp(folder))
		return;
	snprintf(path, sizeof(path), "%s/dict", folder);
	tap_ok(mkdir(path, 0700) == 0, "a folder");
	write_file("dict/d.txt", "X2\nQ2\n");
	for (size_t i = 0; i < sizeof(packs) / sizeof(packs[0]); i++) {
		char pack[4096];
		struct buf got;
		buf_init(&got, 4096);
		snprintf(pack, sizeof(pack), "pack: p\nrules:\n%s", packs[i].pack);
		write_file("p.yaml", pack);
		lint_folder(&got);
		tap_bytes(buf_bytes(&got), bytes_of_str(packs[i].want), "%s", packs[i].name);
		buf_done(&got);
	}
	write_file("p.yaml", "");
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, i == 0 ? "dict/d.txt" : "p.yaml");
		(void)unlink(path);
	}
	snprintf(path, sizeof(path), "%s/dict", folder);
	(void)rmdir(path);
	(void)rmdir(folder);
}

int
main(void)
{
	test_patterns();
	test_packs();
	return tap_done();
}
