/* SPDX-License-Identifier: Apache-2.0 */
/* What a broken pack gets: every fault, with its line and column, in words that help. */
#include "lib/dlp/ruleset.h"

#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "tests/support/tap.h"

static const struct ruleset_limits limits = {200000, 1000, 20000};

#define RULE "pack: p\nrules:\n  - id: a\n    title: t\n    kind: health\n"
#define TESTS "    tests: {hit: [x], miss: [y]}\n"
#define GOOD RULE "    terms: [x]\n" TESTS
#define LABEL GOOD "labels:\n  - label: l\n"

static const struct {
	const char *name, *pack, *want;
} rows[] = {
	{"good", GOOD, ""},
	{"not a mapping", "- a\n", "1:1: expected a pack: a mapping with pack, rules and labels\n"},
	{"no name", "rules: []\n", "1:1: the file has no name: pack\n"},
	{"nothing in it", "pack: p\n",
		"1:1: the pack has no rules, no labels, no overrides and no include\n"},
	{"a bad name", "pack: P p\nrules: []\n",
		"1:7: a pack's name is small letters, digits and hyphens, begins with a letter, and is at "
		"most 64 "
		"long\n"},
	{"unknown key", "pack: p\nrulez: []\nrules: []\n",
		"2:1: unknown key 'rulez'; did you mean 'rules'?\n"},
	{"rules not a list", "pack: p\nrules: x\n", "2:8: expected a list of rules\n"},
	{"a rule not a mapping", "pack: p\nrules: [x]\n",
		"2:9: expected a rule: a mapping with id, title, kind ...\n"},
	{"a rule without anything", "pack: p\nrules:\n  - {stage: monitor}\n",
		"3:5: the rule has no id\n3:5: the rule has no title\n3:5: the rule has no kind\n"
		"3:5: the rule has no pattern, no terms and no roster\n3:5: no tests: needs tests with hit "
		"and miss\n"},
	{"unknown key of a rule", RULE "    terms: [x]\n    patern: x\n" TESTS,
		"7:5: unknown key 'patern'; did you mean 'pattern'?\n"},
	{"a word of conditions as id",
		"pack: p\nrules:\n  - id: within\n    title: t\n    kind: health\n    terms: [x]\n" TESTS,
		"3:9: 'within' means something else in conditions\n"},
	{"a kind as id",
		"pack: p\nrules:\n  - id: health\n    title: t\n    kind: health\n    terms: [x]\n" TESTS,
		"3:9: 'health' means something else in conditions\n"},
	{"the same id twice", GOOD "  - id: a\n    title: t\n    kind: health\n    terms: [x]\n" TESTS,
		"8:9: the id 'a' is taken by p.yaml:3\n"},
	{"unknown kind", "pack: p\nrules:\n  - id: a\n    title: t\n    kind: helth\n    terms: [x]\n" TESTS,
		"5:11: unknown kind 'helth'; did you mean 'health'?\n"},
	{"very unknown kind", "pack: p\nrules:\n  - id: a\n    title: t\n    kind: 7\n    terms: [x]\n" TESTS,
		"5:11: unknown kind '7'; one of: identifier, health, financial, secret, marker\n"},
	{"bad pattern", RULE "    pattern: 'x(y'\n" TESTS,
		"6:18: pattern, at its character 4: missing closing parenthesis\n"},
	{"bad pattern in a list", RULE "    patterns: [x, '[a']\n" TESTS,
		"6:22: pattern, at its character 3: missing terminating ] for character class\n"},
	{"empty pattern", RULE "    pattern: ''\n" TESTS, "6:14: the pattern is empty\n"},
	{"pattern of nothing", RULE "    pattern: x*\n" TESTS,
		"6:14: pattern, at its character 1: the pattern may match the empty text\n"},
	{"pattern with an accent", RULE "    pattern: caf\303\251\n" TESTS,
		"6:17: pattern, at its character 4: a pattern is ASCII: the text it meets has no accents and "
		"no "
		"typographic signs\n"},
	{"no terms", RULE "    terms: []\n" TESTS, "6:12: the list of terms is empty\n"},
	{"a term of nothing", RULE "    terms: [x, '  ']\n" TESTS,
		"6:16: not a term: no words, or more than 24\n"},
	{"unknown validator", RULE "    terms: [x]\n    validate: lunh\n" TESTS,
		"7:15: unknown validator 'lunh'; did you mean 'luhn'?\n"},
	{"weights without modulus", RULE "    terms: [x]\n    validate: {weights: [1, 2]}\n" TESTS,
		"7:15: expected {modulus: M, weights: [W1, W2, ...]} with 2 to 24 weights\n"},
	{"confidence too high", RULE "    terms: [x]\n    confidence: 101\n" TESTS,
		"7:17: expected a whole number from 0 to 100, found '101'\n"},
	{"unknown scope", RULE "    terms: [x]\n    scope: [body, heder]\n" TESTS,
		"7:19: unknown scope 'heder'; did you mean 'header'?\n"},
	{"unknown stage", RULE "    terms: [x]\n    stage: test\n" TESTS,
		"7:12: unknown stage 'test'; one of: enforce, monitor\n"},
	{"unknown case", RULE "    terms: [x]\n    case: exact\n" TESTS,
		"7:11: unknown case 'exact'; one of: insensitive, sensitive, capital\n"},
	{"a capital in a pattern", RULE "    pattern: x\n    case: capital\n" TESTS,
		"6:14: case 'capital' is for terms; a pattern says [A-Z] and case: sensitive\n"},
	{"evidence not a list", RULE "    terms: [x]\n    evidence: {add: 5}\n" TESTS,
		"7:15: expected a list of evidence\n"},
	{"evidence of nothing", RULE "    terms: [x]\n    evidence: [{within: 5, add: 5}]\n" TESTS,
		"7:16: evidence needs one of terms, pattern, rule and trait\n"},
	{"evidence of two",
		RULE "    terms: [x]\n    evidence: [{terms: [y], rule: a, within: 5, add: 5}]\n" TESTS,
		"7:29: one of terms, pattern, rule and trait, not several\n"},
	{"evidence nowhere", RULE "    terms: [x]\n    evidence: [{terms: [y], add: 5}]\n" TESTS,
		"7:16: evidence needs a place: within, before or after\n"},
	{"evidence in two places",
		RULE "    terms: [x]\n    evidence: [{terms: [y], within: 5, after: 5, add: 5}]\n" TESTS,
		"7:29: either within, or before and after\n"},
	{"a trait has no place",
		RULE "    terms: [x]\n    evidence: [{trait: list, within: 5, add: 5}]\n" TESTS,
		"7:30: a trait belongs to the whole message: no within, before or after\n"},
	{"unknown trait", RULE "    terms: [x]\n    evidence: [{trait: lst, add: 5}]\n" TESTS,
		"7:24: unknown trait 'lst'; did you mean 'list'?\n"},
	{"evidence worth nothing", RULE "    terms: [x]\n    evidence: [{trait: list, add: 0}]\n" TESTS,
		"7:35: evidence that adds 0 changes nothing\n"},
	{"evidence without worth", RULE "    terms: [x]\n    evidence: [{trait: list}]\n" TESTS,
		"7:16: evidence needs add: what it is worth, -100 to 100\n"},
	{"evidence by an unknown rule",
		RULE "    terms: [x]\n    evidence: [{rule: us-snn, within: 5, add: 5}]\n" TESTS
		     "  - id: us-ssn\n    title: t\n    kind: health\n    terms: [x]\n" TESTS,
		"7:23: no rule is called 'us-snn'; did you mean 'us-ssn'?\n"},
	{"a circle", RULE "    terms: [x]\n    evidence: [{rule: a, within: 5, add: 5}]\n" TESTS,
		"7:23: rules depend on each other in a circle: 'a' and 'a'\n"},
	{"no tests", RULE "    terms: [x]\n", "3:5: no tests: needs tests with hit and miss\n"},
	{"no miss", RULE "    terms: [x]\n    tests: {hit: [x]}\n", "7:12: no test of the kind 'miss'\n"},
	{"an empty list of tests", RULE "    terms: [x]\n    tests: {hit: [], miss: [y]}\n",
		"7:18: expected a list of at least one example\n"},
	{"an unknown field of a test", RULE "    terms: [x]\n    tests: {hit: [{subjet: x}], miss: [y]}\n",
		"7:20: unknown key 'subjet'; did you mean 'subject'?\n"},
	{"a hit that misses", RULE "    terms: [x]\n    tests: {hit: [x, z], miss: [y]}\n",
		"7:22: rule a: this hit fails: nothing is found\n"},
	{"a hit too low", RULE "    terms: [x]\n    confidence: 20\n" TESTS,
		"8:19: rule a: this hit fails: the confidence is 20, below the threshold 50\n"},
	{"a hit that is not valid", RULE "    terms: [x]\n    validate: ssn\n" TESTS,
		"8:19: rule a: this hit fails: what is found fails its validator\n"},
	{"a miss that hits", RULE "    terms: [x]\n    tests: {hit: [x], miss: [an x]}\n",
		"7:30: rule a: this miss fails: found, with confidence 50\n"},
	{"a label without all", GOOD "labels:\n  - {title: t}\n",
		"9:5: the label has no name: label\n9:5: the label has no condition: when\n"
		"9:5: no tests: needs tests with hit and miss\n"},
	{"a label of ours", GOOD "labels:\n  - label: unread\n    when: a\n" TESTS,
		"9:12: the label 'unread' is given by Postseal itself\n"},
	{"a condition with an unknown rule", LABEL "    when: aa and helth\n" TESTS,
		"10:11: condition, at its character 1: no rule and no kind is called 'aa'; did you mean "
		"'a'?\n"
		"10:18: condition, at its character 8: no rule and no kind is called 'helth'; did you mean "
		"'health'?\n"},
	{"a condition with an unknown trait", LABEL "    when: a and not trait:siggned\n" TESTS,
		"10:27: condition, at its character 17: no trait is called 'siggned'; did you mean "
		"'signed'?\n"},
	{"a condition with an unknown label",
		LABEL "    when: a\n" TESTS "  - label: m\n    when: a and label:ll\n" TESTS,
		"13:23: condition, at its character 13: no label 'll' is defined before this one; did you "
		"mean 'l'?\n"},
	{"a condition that breaks off", LABEL "    when: 'a and (health'\n" TESTS,
		"10:25: condition, at its character 14: the condition ends where ')' was expected\n"},
	{"a label test that fails", LABEL "    when: count(a) >= 2\n" TESTS,
		"11:19: label l: this hit fails: no label; found: a 50\n"},
	{"a later label", LABEL "    when: a and label:m\n" TESTS "  - label: m\n    when: a\n" TESTS,
		"10:23: condition, at its character 13: no label 'm' is defined before this one\n"},
	{"several faults", RULE "    terms: []\n    confidence: x\n",
		"6:12: the list of terms is empty\n7:17: expected a whole number from 0 to 100, found 'x'\n"
		"3:5: no tests: needs tests with hit and miss\n"},
};

/* The faults as text, without the file's name. */
static void
put_faults(const struct faults *faults, struct buf *out)
{
	for (size_t i = 0; i < faults->n && i < FAULTS_MAX; i++)
		buf_putf(out, "%d:%d: %s\n", faults->list[i].line, faults->list[i].column,
			faults->list[i].text);
}

static void
test_rows(void)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ruleset *set = NULL;
		struct buf out;
		buf_init(&out, 100000);
		faults_init(faults);
		int rc = ruleset_parse("p.yaml", bytes_of_str(rows[i].pack), &limits, &set, faults);
		put_faults(faults, &out);
		tap_bytes(buf_bytes(&out), bytes_of_str(rows[i].want), "%s", rows[i].name);
		tap_ok((rc == 0) == (rows[i].want[0] == '\0'), "%s: %d", rows[i].name, rc);
		ruleset_free(set);
		faults_done(faults);
		buf_done(&out);
	}
	free(faults);
}

/* Each line of a file that exists, or nothing. */
static void
read_golden(const char *name, struct buf *out)
{
	char path[1000];
	struct err err = {0};
	const char *top = getenv("top_srcdir");
	snprintf(path, sizeof(path), "%s/tests/unit/dlp/golden/%s", top ? top : ".", name);
	tap_ok(fd_read_file(path, out, &err) == 0, "%s: %s", name, err.text);
}

/* One pack with a fault of every kind: all are told at once, each with its place and what was meant. */
static void
test_golden(void)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	struct buf pack, want, got;
	buf_init(&pack, 100000);
	buf_init(&want, 100000);
	buf_init(&got, 100000);
	faults_init(faults);
	read_golden("broken.yaml", &pack);
	read_golden("broken.faults", &want);
	tap_ok(ruleset_parse("broken.yaml", buf_bytes(&pack), &limits, &set, faults) == -1 && set == NULL,
		"refused as a whole");
	for (size_t i = 0; i < faults->n && i < FAULTS_MAX; i++) {
		char line[1000];
		faults_format(&faults->list[i], line, sizeof(line));
		buf_putf(&got, "%s\n", line);
		tap_ok(faults->list[i].line > 0 && faults->list[i].column > 0, "has its place: %s", line);
	}
	tap_ok(faults->n >= 20, "%zu faults", faults->n);
	tap_bytes(buf_bytes(&got), buf_bytes(&want), "the faults are those of broken.faults");
	faults_done(faults);
	free(faults);
	buf_done(&pack);
	buf_done(&want);
	buf_done(&got);
}

static void
write_file(const char *dir, const char *name, const char *content)
{
	char path[300];
	struct err err = {0};
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (fd_write_file(path, bytes_of_str(content), 0600, &err) < 0)
		tap_ok(false, "%s", err.text);
}

static void
remove_files(const char *dir)
{
	static const char *const names[] = {"a.yaml", "b.yaml", "not-a-pack.txt", "dict/words.txt"};
	char path[300];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/dict", dir);
	rmdir(path);
	rmdir(dir);
}

/* Loads the folder and tells its faults, or how many rules there are. */
static void
load(const char *dir, struct buf *out)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	faults_init(faults);
	buf_reset(out);
	if (ruleset_load(dir, &limits, &set, faults) == 0)
		buf_putf(out, "%zu rules", ruleset_n_rules(set));
	for (size_t i = 0; i < faults->n; i++) {
		const char *file = strstr(faults->list[i].file, "/d-");
		buf_putf(out, "%s:%d: %s\n", file ? file + 10 : "?", faults->list[i].line,
			faults->list[i].text);
	}
	ruleset_free(set);
	faults_done(faults);
	free(faults);
}

static void
test_folder(void)
{
	char dir[] = "/tmp/d-XXXXXX", dict[40];
	struct buf out;
	struct ruleset_test_counts counts = {0};
	struct faults *faults = mem_new(1, sizeof(*faults));
	buf_init(&out, 100000);
	if (!mkdtemp(dir))
		return;
	snprintf(dict, sizeof(dict), "%s/dict", dir);
	mkdir(dict, 0700);
	load(dir, &out);
	tap_ok(strstr(buf_cstr(&out), "no *.yaml in the folder /tmp/d-") != NULL, "an empty folder");
	write_file(dir, "a.yaml", RULE "    terms: dict:words\n    tests: {hit: [Two Words], miss: [two]}\n");
	write_file(dir, "not-a-pack.txt", "x");
	load(dir, &out);
	tap_ok(strstr(buf_cstr(&out), "no dictionary 'words'") != NULL, "a dictionary that is not there: %s",
		buf_cstr(&out));
	write_file(dir, "dict/words.txt", "# comment\none\n\ntwo words\r\n");
	load(dir, &out);
	tap_bytes(buf_bytes(&out), BYTES_LIT("1 rules"), "with its dictionary");
	write_file(dir, "b.yaml", GOOD);
	load(dir, &out);
	tap_ok(strstr(buf_cstr(&out), "b.yaml:3: the id 'a' is taken by /tmp/d-") != NULL,
		"an id of another file");
	tap_ok(strstr(buf_cstr(&out), "b.yaml:1: the pack name 'p' is taken by") != NULL,
		"a name of another file");
	write_file(dir, "b.yaml",
		"pack: q\nrules: []\nlabels:\n  - label: l\n    when: a\n    tests: {hit: [one, no], miss: "
		"[two]}\n");
	load(dir, &out);
	tap_ok(strstr(buf_cstr(&out), "b.yaml:6: label l: this hit fails: no label; found: nothing") != NULL,
		"a rule of another file: %s", buf_cstr(&out));
	faults_init(faults);
	FILE *sink = fopen("/dev/null", "w");
	tap_ok(ruleset_test(dir, &limits, sink, RULESET_PRINT_ALL, &counts, faults) == 0, "tests run");
	tap_ok(counts.passed == 4 && counts.failed == 1, "%zu pass, %zu fail", counts.passed, counts.failed);
	fclose(sink);
	faults_done(faults);
	free(faults);
	remove_files(dir);
	buf_done(&out);
}

int
main(void)
{
	test_rows();
	test_golden();
	test_folder();
	return tap_done();
}
