/* SPDX-License-Identifier: Apache-2.0 */
/* Packs of several folders: what a site includes, what it overrides, which values it excepts. */
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/dlp/except.h"
#include "lib/dlp/scan.h"
#include "tests/support/tap.h"

static const struct ruleset_limits limits = {200000, 1000, 20000};

/* The shipped folder of every row. */
static const char shipped[] = "pack: shipped\n"
			      "rules:\n"
			      "  - id: number\n"
			      "    title: a number\n"
			      "    kind: identifier\n"
			      "    pattern: '\\bno\\. (\\d{4,})'\n"
			      "    confidence: 60\n"
			      "    tests: {hit: ['no. 1234'], miss: ['no. 1']}\n"
			      "  - id: word\n"
			      "    title: a word\n"
			      "    kind: health\n"
			      "    terms: dict:words\n"
			      "    confidence: 60\n"
			      "    evidence: [{rule: number, within: message, add: 5}]\n"
			      "    tests: {hit: [zebra], miss: [lion]}\n"
			      "labels:\n"
			      "  - label: found\n"
			      "    when: number\n"
			      "    tests: {hit: ['no. 1234'], miss: [lion]}\n"
			      "  - label: found\n"
			      "    when: word\n"
			      "    tests: {hit: [zebra], miss: [lion]}\n"
			      "  - label: both\n"
			      "    when: label:found and number and word\n"
			      "    tests: {hit: ['no. 1234 zebra'], miss: [zebra]}\n";

#define INCLUDE "pack: site\ninclude: ../shipped\noverrides:\n"
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

/* Of the value 1234, with that key. */
#define HASH_1234 "81e0c43b4b751cc38678e4f41823e466"

struct row {
	const char *name;
	const char *site;           /* site/site.yaml */
	const char *file, *content; /* another file beside it, or NULL */
	const char *text;           /* what is scanned */
	const char *want;           /* findings | labels, or the faults */
};

static const struct row rows[] = {
	{"included as it is", "pack: site\ninclude: [../shipped]\n", NULL, NULL, "no. 1234 zebra",
		"number 60, word 65 | found both"},
	{"a single file", "pack: site\ninclude: ../shipped/shipped.yaml\n", NULL, NULL, "zebra",
		"word 60 | found"},
	{"a rule of its own beside it",
		"pack: site\ninclude: ../shipped\nrules:\n  - {id: own, title: t, kind: health, terms: [x], "
		"tests: {hit: [x], miss: [y]}}\n",
		NULL, NULL, "x", "own 50 |"},
	{"a label on included rules",
		"pack: site\ninclude: ../shipped\nlabels:\n  - {label: mine, when: number and label:found, "
		"tests: {hit: ['no. 1234'], miss: [y]}}\n",
		NULL, NULL, "no. 4321", "number 60 | found mine"},
	{"stage of a rule", INCLUDE "  - {rule: number, stage: monitor}\n", NULL, NULL, "no. 1234",
		"~number 60 | ~found"},
	{"confidence of a rule", INCLUDE "  - {rule: number, confidence: 90}\n", NULL, NULL, "no. 1234",
		"number 90 | found"},
	{"threshold of a rule", INCLUDE "  - {rule: number, threshold: 60}\n", NULL, NULL, "no. 1234",
		"number 60 | found"},
	{"a threshold that its tests do not reach", INCLUDE "  - {rule: number, threshold: 70}\n", NULL, NULL,
		"",
		"shipped/shipped.yaml:8: rule number: this hit fails: the confidence is 60, below the "
		"threshold 70; an override may bring other tests\n"
		"shipped/shipped.yaml:19: label found: this hit fails: no label; found: nothing; an override "
		"may bring other tests\n"
		"shipped/shipped.yaml:25: label both: this hit fails: no label; found: word 60; an override "
		"may bring other tests\n"},
	{"with other tests",
		INCLUDE "  - rule: number\n    threshold: 70\n"
			"    evidence: [{terms: [record], before: 2, add: 10}]\n"
			"    tests: {hit: ['record no. 1234'], miss: ['no. 1234']}\n"
			"  - {label: found, tests: {hit: [zebra, 'record no. 1234'], miss: ['no. 1234']}}\n"
			"  - {label: both, tests: {hit: ['record no. 1234 zebra'], miss: [zebra]}}\n",
		NULL, NULL, "record no. 1234", "number 70 | found"},
	{"scope of a rule",
		INCLUDE
		"  - {rule: word, scope: attachment, tests: {hit: [zebra], miss: [{body: zebra}]}}\n"
		"  - {label: found, tests: {hit: [{attachment: zebra}], miss: [zebra]}}\n"
		"  - {label: both, tests: {hit: [{body: 'no. 1234', attachment: zebra}], miss: [x]}}\n",
		NULL, NULL, "zebra no. 1234", "number 60 | found"},
	{"a disabled rule",
		INCLUDE "  - {rule: number, disabled: true}\n"
			"  - {label: found, tests: {hit: [zebra], miss: ['no. 1234']}}\n"
			"  - {label: both, disabled: true}\n",
		NULL, NULL, "no. 1234 zebra", "word 60 | found"},
	{"a disabled label", INCLUDE "  - {label: both, disabled: true}\n", NULL, NULL, "no. 1234 zebra",
		"number 60, word 65 | found"},
	{"a label that is disabled is not there for others",
		INCLUDE "  - {label: found, disabled: true}\n"
			"  - {label: both, tests: {hit: [], miss: []}}\n",
		NULL, NULL, "",
		"site/site.yaml:5: expected a list of at least one example\n"
		"site/site.yaml:5: expected a list of at least one example\n"},
	{"stage of a label", INCLUDE "  - {label: found, stage: monitor}\n", NULL, NULL, "no. 1234",
		"number 60 | ~found"},
	{"the later override counts",
		INCLUDE "  - {rule: number, confidence: 70}\n  - {rule: number, confidence: 80}\n", NULL,
		NULL, "no. 1234", "number 80 | found"},
	{"an unknown rule", INCLUDE "  - {rule: nmber, stage: monitor}\n", NULL, NULL, "",
		"site/site.yaml:4: no rule is called 'nmber'; did you mean 'number'?\n"},
	{"an unknown label", INCLUDE "  - {label: fuond, stage: monitor}\n", NULL, NULL, "",
		"site/site.yaml:4: no label is called 'fuond'; did you mean 'found'?\n"},
	{"overrides that are none",
		INCLUDE
		"  - x\n  - {stage: monitor}\n  - {rule: number}\n  - {rule: number, label: found}\n"
		"  - {rule: number, stag: monitor}\n  - {rule: number, disabled: maybe}\n"
		"  - {rule: number, disabled: true, stage: monitor}\n  - {label: found, scope: body}\n",
		NULL, NULL, "",
		"site/site.yaml:4: expected an override: a mapping such as {rule: us-ssn, stage: monitor}\n"
		"site/site.yaml:5: an override names one rule or one label\n"
		"site/site.yaml:6: the override changes nothing\n"
		"site/site.yaml:7: an override names one rule or one label\n"
		"site/site.yaml:8: unknown key 'stag'; did you mean 'stage'?\n"
		"site/site.yaml:9: unknown value 'maybe'; one of: false, true\n"
		"site/site.yaml:10: what is disabled needs nothing else\n"
		"site/site.yaml:11: unknown key 'scope'; one of: label, stage, disabled, tests\n"},
	{"overrides that are no list", "pack: site\ninclude: ../shipped\noverrides: x\n", NULL, NULL, "",
		"site/site.yaml:3: expected a list of overrides\n"},
	{"included twice", "pack: site\ninclude: [../shipped, ../shipped/shipped.yaml]\n", NULL, NULL, "",
		"site/site.yaml:2: DIR/site/../shipped/shipped.yaml is read twice: it is included by "
		"DIR/site/site.yaml:2\n"},
	{"its own folder", "pack: site\ninclude: .\nrules: []\n", NULL, NULL, "",
		"site/site.yaml:2: DIR/site/./site.yaml includes itself, in a circle\n"},
	{"a neighbour", "pack: site\ninclude: other.yaml\nrules: []\n", "other.yaml", "pack: o\nrules: []\n",
		"", "site/site.yaml:2: DIR/site/other.yaml is read twice: it is in the rules folder\n"},
	{"a circle of two", "pack: site\ninclude: sub\nrules: []\n", "sub/b.yaml",
		"pack: b\ninclude: ../site.yaml\nrules: []\n", "",
		"site/sub/b.yaml:2: DIR/site/sub/../site.yaml includes itself, in a circle\n"},
	{"nothing there", "pack: site\ninclude: ../shiped\n", NULL, NULL, "",
		"site/site.yaml:2: cannot include DIR/site/../shiped: No such file or directory\n"},
	{"no pack", "pack: site\ninclude: list\n", "list", "x", "",
		"site/site.yaml:2: cannot include DIR/site/list: no folder and no *.yaml\n"},
	{"a fault in what is included", "pack: site\ninclude: sub\n", "sub/b.yaml", "pack: b\nrulse: []\n",
		"",
		"site/sub/b.yaml:2: unknown key 'rulse'; did you mean 'rules'?\n"
		"site/sub/b.yaml:1: the pack has no rules, no labels, no overrides and no include\n"},
	{"a name that is taken", "pack: shipped\ninclude: ../shipped\n", NULL, NULL, "",
		"site/site.yaml:1: the pack name 'shipped' is taken by DIR/site/../shipped/shipped.yaml\n"},
	{"a value that is excepted",
		INCLUDE "  - {rule: number, except: [" HASH_1234 "], tests: {hit: ['no. 5678'], "
			"miss: ['no. 1234']}}\n"
			"  - {label: found, tests: {hit: ['no. 5678'], miss: ['no. 1234']}}\n"
			"  - {label: both, tests: {hit: ['no. 5678 zebra'], miss: [x]}}\n",
		NULL, NULL, "no. 1234, no. 5678 and no. 12345", "number 60, number 60 | found"},
	{"a file of them",
		INCLUDE "  - {rule: number, except: ['file:ours.txt'], tests: {hit: ['no. 5678'], "
			"miss: ['no. 1234']}}\n"
			"  - {label: found, tests: {hit: ['no. 5678'], miss: ['no. 1234']}}\n"
			"  - {label: both, tests: {hit: ['no. 5678 zebra'], miss: [x]}}\n",
		"ours.txt", "# the switchboard\n\n" HASH_1234 " # main\r\n", "no. 1234", "|"},
	{"lists that are none",
		INCLUDE
		"  - {rule: number, except: [x, 'file:../ours.txt', 'file:none.txt', 'file:ours.txt']}\n"
		"  - {rule: word, except: []}\n",
		"ours.txt", "# comment\n1234\n", "",
		"site/site.yaml:4: not a hash: 32 hexadecimal digits, as 'postseal rules hash' prints them, "
		"or "
		"file:NAME\n"
		"site/site.yaml:4: '../ours.txt' is no name of a file beside the pack\n"
		"site/site.yaml:4: open DIR/site/none.txt: No such file or directory\n"
		"site/ours.txt:2: not a hash: 32 hexadecimal digits, as 'postseal rules hash' prints them\n"
		"site/site.yaml:5: the list of exceptions is empty\n"},
	{"a hit that is excepted", INCLUDE "  - {rule: number, except: " HASH_1234 "}\n", NULL, NULL, "",
		"shipped/shipped.yaml:8: rule number: this hit fails: what is found is on its list of "
		"exceptions; an override may bring other tests\n"
		"shipped/shipped.yaml:19: label found: this hit fails: no label; found: nothing; an override "
		"may bring other tests\n"
		"shipped/shipped.yaml:25: label both: this hit fails: no label; found: word 60; an override "
		"may bring other tests\n"},
};

static char dir[] = "/tmp/d-XXXXXX";

static void
write_file(const char *name, const char *content)
{
	char path[300];
	struct err err = {0};
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (fd_write_file(path, bytes_of_str(content), 0600, &err) < 0)
		tap_ok(false, "%s", err.text);
}

static void
make_folder(const char *name)
{
	char path[300];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (mkdir(path, 0700) != 0)
		tap_ok(false, "mkdir %s", path);
}

static int
remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

/* A path as the rows have it: the folder of the test is DIR, or nothing at the start. */
static void
put_text(struct buf *out, const char *text)
{
	for (const char *at; (at = strstr(text, dir)) != NULL; text = at + strlen(dir))
		buf_putf(out, "%.*sDIR", (int)(at - text), text);
	buf_put_str(out, text);
}

static void
put_faults(struct buf *out, const struct faults *faults)
{
	for (size_t i = 0; i < faults->n && i < FAULTS_MAX; i++) {
		const struct fault *fault = &faults->list[i];
		const char *file = strstr(fault->file, "../shipped") ? fault->file + strlen(dir) + 9
								     : fault->file + strlen(dir) + 1;
		buf_putf(out, "%s:%d: ", file, fault->line);
		put_text(out, fault->text);
		buf_put_byte(out, '\n');
	}
}

static void
put_result(struct buf *out, const struct ruleset *set, const char *text)
{
	struct scan_scratch *scratch = scan_scratch_new(set);
	struct segment body = {.view = SEGMENT_TEXT, .part = "body/text", .text = bytes_of_str(text)};
	struct message_text message = {.segments = &body};
	struct scan_result result;
	struct arena arena;
	arena_init(&arena);
	scan_text(set, scratch, &message, &arena, &result);
	for (const struct finding *f = result.findings; f; f = f->next)
		for (uint32_t i = 0; i < f->count; i++)
			buf_putf(out, "%s%s%s %d", out->n > 0 ? ", " : "", f->monitor ? "~" : "", f->rule,
				f->confidence);
	buf_putf(out, "%s|", out->n > 0 ? " " : "");
	for (const struct label *label = result.labels; label; label = label->next)
		buf_putf(out, " %s%s", label->monitor ? "~" : "", label->name);
	arena_done(&arena);
	scan_scratch_free(scratch);
}

static void
load(const char *text, struct buf *out)
{
	char site[300];
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	faults_init(faults);
	snprintf(site, sizeof(site), "%s/site", dir);
	if (ruleset_load(site, &limits, &set, faults) == 0)
		put_result(out, set, text);
	put_faults(out, faults);
	ruleset_free(set);
	faults_done(faults);
	free(faults);
}

static void
test_row(const struct row *row)
{
	char name[100], path[300];
	struct buf out;
	buf_init(&out, 100000);
	snprintf(name, sizeof(name), "site/%s", row->file ? row->file : "none");
	write_file("site/site.yaml", row->site);
	if (row->file)
		write_file(name, row->content);
	load(row->text, &out);
	tap_bytes(buf_bytes(&out), bytes_of_str(row->want), "%s", row->name);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
	buf_done(&out);
}

static void
test_key(void)
{
	struct buf out;
	struct except_key key = {.is_there = false}, again = {.is_there = false};
	struct err err = {0};
	char path[300];
	struct stat info;
	buf_init(&out, 100000);
	snprintf(path, sizeof(path), "%s/site/exceptions.key", dir);
	unlink(path);
	write_file("site/site.yaml", INCLUDE "  - {rule: number, except: " HASH_1234 "}\n");
	load("", &out);
	tap_bytes(buf_bytes(&out),
		BYTES_LIT(
			"site/site.yaml:4: exceptions need the key DIR/site/exceptions.key: 'postseal rules "
			"hash' makes it\n"),
		"without the key");
	buf_reset(&out);
	write_file("site/exceptions.key", "00\n");
	load("", &out);
	tap_bytes(buf_bytes(&out),
		BYTES_LIT("site/site.yaml:4: DIR/site/exceptions.key is no key: expected 64 hexadecimal "
			  "digits\n"),
		"with a broken one");
	unlink(path);
	char folder[300];
	snprintf(folder, sizeof(folder), "%s/site", dir);
	mode_t mask = umask(0077);
	tap_ok(except_key_read(folder, &key, &err) == 0, "there is none");
	tap_ok(except_key_make(folder, &key, &err) == 0 && key.is_there, "one is made: %s", err.text);
	tap_ok(except_key_read(folder, &again, &err) == 1 && memcmp(&key, &again, sizeof(key)) == 0,
		"and read again");
	tap_ok(except_key_make(folder, &key, &err) == -1, "never another: %s", err.text);
	umask(mask);
	tap_ok(stat(path, &info) == 0 && (info.st_mode & 07777) == 0640, "its mode");
	buf_done(&out);
}

/* Values are equal when their letters and digits are; too long ones are on no list. */
static void
test_hash(void)
{
	static const struct except_key key = {.p = {1}, .is_there = true};
	static const struct except_key other = {.p = {2}, .is_there = true};
	static char text[300];
	struct except_hash a, b, c, list[3];
	struct bytes value = BYTES_LIT("AB-12 34");
	tap_ok(except_hash(&key, value, &a) && except_hash(&key, BYTES_LIT("ab1234"), &b) &&
			memcmp(&a, &b, sizeof(a)) == 0,
		"the same value");
	tap_ok(except_hash(&key, BYTES_LIT("ab1235"), &b) && memcmp(&a, &b, sizeof(a)) != 0, "another value");
	tap_ok(except_hash(&other, value, &c) && memcmp(&a, &c, sizeof(a)) != 0, "another key");
	memset(text, 'x', sizeof(text));
	tap_ok(!except_hash(&key, bytes_of(text, 257), &c) && except_hash(&key, bytes_of(text, 256), &c),
		"a long value");
	list[0] = c;
	list[1] = b;
	list[2] = a;
	struct except_list three = {list, 3};
	except_sort(&three);
	tap_ok(except_has(&three, &key, value) && except_has(&three, &key, bytes_of(text, 256)) &&
			!except_has(&three, &key, BYTES_LIT("ab1236")) && !except_has(&three, &other, value),
		"a list of three");
	char hex[EXCEPT_HEX_SIZE];
	except_format(&a, hex);
	tap_ok(except_parse(bytes_of_str(hex), &b) == 0 && memcmp(&a, &b, sizeof(a)) == 0,
		"there and back: %s", hex);
	tap_ok(except_number(value) == except_number(BYTES_LIT("ab1234")) &&
			except_number(value) != except_number(BYTES_LIT("ab1235")) &&
			except_number(BYTES_LIT("--")) != except_number(BYTES_LIT("---")),
		"numbers of values");
}

int
main(void)
{
	if (!mkdtemp(dir))
		return 1;
	make_folder("shipped");
	make_folder("shipped/dict");
	make_folder("site");
	make_folder("site/sub");
	write_file("shipped/shipped.yaml", shipped);
	write_file("shipped/dict/words.txt", "zebra\nherd of zebras\n");
	write_file("site/exceptions.key", KEY);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(&rows[i]);
	test_key();
	test_hash();
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return tap_done();
}
