/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/scan.h"

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "tests/support/tap.h"

static const struct ruleset_limits limits = {200000, 1000, 20000};

/* One pack for all rows; each rule's own tests are the least that loads. */
static const char pack[] =
	"pack: test\n"
	"rules:\n"
	"  - id: ssn\n"
	"    title: number\n"
	"    kind: identifier\n"
	"    pattern: '\\b\\d{3}-\\d{2}-\\d{4}\\b'\n"
	"    validate: ssn\n"
	"    confidence: 40\n"
	"    threshold: 40\n"
	"    evidence:\n"
	"      - {terms: [ssn, social security], within: 20, add: 45}\n"
	"      - {pattern: 'order (no|number)', before: 10, add: -40}\n"
	"      - {terms: [employee], after: 5, add: 7}\n"
	"      - {rule: drug, within: segment, add: 2}\n"
	"      - {terms: [tax], within: message, add: 1}\n"
	"      - {trait: list, add: 3}\n"
	"      - {terms: [taxpayer], within: record, add: 4}\n"
	"    tests: {hit: ['212-09-9999'], miss: ['000-09-9999']}\n"
	"  - id: mrn\n"
	"    title: record\n"
	"    kind: identifier\n"
	"    patterns: ['mrn[: ]*(\\d{5,})', 'record (\\d{5,})', 'mrn[: ]*(?:no )?(\\d+-\\d+)']\n"
	"    confidence: 80\n"
	"    tests: {hit: [mrn 12345], miss: [mrn 1]}\n"
	"  - id: drug\n"
	"    title: medicine\n"
	"    kind: health\n"
	"    terms: [metformin, insulin, insulin glargine]\n"
	"    confidence: 70\n"
	"    tests: {hit: [insulin], miss: [sugar]}\n"
	"  - id: subject-mark\n"
	"    title: mark\n"
	"    kind: marker\n"
	"    terms: '[secure]'\n"
	"    scope: subject\n"
	"    confidence: 100\n"
	"    tests: {hit: ['[secure] x'], miss: [secure]}\n"
	"  - id: header-mark\n"
	"    title: mark\n"
	"    kind: marker\n"
	"    pattern: ^yes$\n"
	"    scope: ['header:X-Secure']\n"
	"    tests: {hit: ['yes'], miss: ['no']}\n"
	"  - id: trial\n"
	"    title: new\n"
	"    kind: secret\n"
	"    terms: [password]\n"
	"    stage: monitor\n"
	"    tests: {hit: [password], miss: [word]}\n"
	"  - id: exact\n"
	"    title: case\n"
	"    kind: health\n"
	"    terms: [AIDS]\n"
	"    case: sensitive\n"
	"    scope: body\n"
	"    tests: {hit: [AIDS], miss: [aids]}\n"
	"labels:\n"
	"  - label: phi\n"
	"    when: identifier >= 40 and health >= 60 within 30\n"
	"    tests: {hit: ['212-09-9999 insulin'], miss: [insulin]}\n"
	"  - label: many\n"
	"    when: count(ssn) >= 3 and distinct(ssn) < 3\n"
	"    tests: {hit: ['212-09-9999 212-09-9999 212-09-9999'], miss: ['212-09-9999']}\n"
	"  - label: secure\n"
	"    when: marker\n"
	"    tests: {hit: [{subject: '[secure]'}], miss: ['[secure]']}\n"
	"  - label: leak\n"
	"    when: secret\n"
	"    tests: {hit: [password], miss: [word]}\n"
	"  - label: together\n"
	"    when: (mrn or ssn) and drug and not trait:signed same-segment\n"
	"    tests: {hit: [mrn 12345 insulin], miss: [mrn 12345]}\n"
	"  - label: row\n"
	"    when: (mrn or ssn) and drug and exact same-record\n"
	"    tests: {hit: [mrn 12345 insulin AIDS], miss: ['mrn 12345 insulin']}\n"
	"  - label: rehearsed\n"
	"    when: label:secure or label:leak\n"
	"    stage: monitor\n"
	"    tests: {hit: [password], miss: [word]}\n";

struct row {
	const char *name;
	const char *subject, *body, *attachment;
	unsigned traits;
	const char *want; /* rule@part=confidence*count/distinct ... | labels, ~ before monitored ones */
};

#define FAR "0123456789 0123456789 0123456789 "

static const struct row rows[] = {
	{"clean", "Hello", "How are you?", NULL, 0, "|"},
	{"base confidence", NULL, "212-09-9999", NULL, 0, "ssn@body=40*1/1 |"},
	{"not valid", NULL, "666-09-9999", NULL, 0, "|"},
	{"evidence before", NULL, "SSN: 212-09-9999", NULL, 0, "ssn@body=85*1/1 |"},
	{"evidence behind", NULL, "212-09-9999 is my ssn", NULL, 0, "ssn@body=85*1/1 |"},
	{"evidence too far", NULL, "SSN " FAR "212-09-9999", NULL, 0, "ssn@body=40*1/1 |"},
	{"evidence counts once", NULL, "ssn ssn 212-09-9999 ssn", NULL, 0, "ssn@body=85*1/1 |"},
	{"against it", NULL, "order number 212-09-9999", NULL, 0, "|"},
	{"behind, it is none", NULL, "212-09-9999 order number", NULL, 0, "ssn@body=40*1/1 |"},
	{"evidence only behind", NULL, "212-09-9999 employee", NULL, 0, "ssn@body=47*1/1 |"},
	{"before, it is none", NULL, "employee 212-09-9999", NULL, 0, "ssn@body=40*1/1 |"},
	{"another rule as evidence", NULL, "insulin " FAR "212-09-9999", NULL, 0,
		"ssn@body=42*1/1 drug@body=70*1/1 | together"},
	{"evidence anywhere in the message", "tax", "212-09-9999", NULL, 0, "ssn@body=41*1/1 |"},
	{"a trait as evidence", NULL, "212-09-9999", NULL, TRAIT_LIST, "ssn@body=43*1/1 |"},
	{"the sum is cut at 100", "tax", "ssn 212-09-9999 employee insulin", NULL, TRAIT_LIST,
		"ssn@body=98*1/1 drug@body=70*1/1 | phi together"},
	{"overlapping matches are one", NULL, "mrn 12345-678", NULL, 0, "mrn@body=80*1/1 |"},
	{"overlapping terms are one", NULL, "insulin glargine", NULL, 0, "drug@body=70*1/1 |"},
	{"count and distinct", NULL, "212-09-9999 212-09-9999 212-09-9998", NULL, 0,
		"ssn@body=40*3/2 | many"},
	{"all different", NULL, "212-09-9999 212-09-9997 212-09-9998", NULL, 0, "ssn@body=40*3/3 |"},
	{"parts by themselves", "mrn 12345", "mrn 12345 mrn 23456", "mrn 34567", 0,
		"mrn@subject=80*1/1 mrn@body=80*2/2 mrn@attachment=80*1/1 |"},
	{"near", NULL, "ssn 212-09-9999, takes insulin", NULL, 0,
		"ssn@body=87*1/1 drug@body=70*1/1 | phi together"},
	{"not near", NULL, "mrn 12345 " FAR "insulin", NULL, 0,
		"mrn@body=80*1/1 drug@body=70*1/1 | together"},
	{"subject and start of body", "mrn 12345", "insulin", NULL, 0,
		"mrn@subject=80*1/1 drug@body=70*1/1 | phi"},
	{"subject and far in the body", "mrn 12345", FAR "insulin", NULL, 0,
		"mrn@subject=80*1/1 drug@body=70*1/1 |"},
	{"both in the subject", "insulin for mrn 12345", "see above", NULL, 0,
		"mrn@subject=80*1/1 drug@subject=70*1/1 | phi together"},
	{"subject and start of attachment", "mrn 12345", FAR, "insulin", 0,
		"mrn@subject=80*1/1 drug@attachment=70*1/1 | phi"},
	{"body's end and attachment's start", NULL, FAR "mrn 12345", "insulin", 0,
		"mrn@body=80*1/1 drug@attachment=70*1/1 | phi"},
	{"evidence in the record", NULL, "ssn\ntaxpayer " FAR FAR "212-09-9999\nssn", NULL, 0,
		"ssn@body=89*1/1 |"},
	{"evidence in the first record", NULL, "taxpayer " FAR FAR "212-09-9999", NULL, 0,
		"ssn@body=44*1/1 |"},
	{"evidence in the last record", NULL, FAR "\n212-09-9999 " FAR FAR "taxpayer", NULL, 0,
		"ssn@body=44*1/1 |"},
	{"evidence in another record", NULL, "taxpayer\n212-09-9999\ntaxpayer", NULL, 0, "ssn@body=40*1/1 |"},
	{"one record", NULL, "x\nmrn 12345 " FAR "AIDS " FAR "insulin\nx", NULL, 0,
		"mrn@body=80*1/1 drug@body=70*1/1 exact@body=50*1/1 | together row"},
	{"a record of its own each", NULL, "mrn 12345\nAIDS\ninsulin", NULL, 0,
		"mrn@body=80*1/1 drug@body=70*1/1 exact@body=50*1/1 | phi together"},
	{"two of three in each record", NULL, "mrn 12345 AIDS\nAIDS insulin", NULL, 0,
		"mrn@body=80*1/1 drug@body=70*1/1 exact@body=50*2/1 | phi together"},
	{"two of three, then all", NULL, "mrn 12345 AIDS\nAIDS insulin\ninsulin AIDS mrn 54321", NULL, 0,
		"mrn@body=80*2/2 drug@body=70*2/1 exact@body=50*3/1 | phi together row"},
	{"segments of HL7", NULL, "PID|1||mrn 12345\rDG1|1||AIDS|insulin\rZZZ|", NULL, 0,
		"mrn@body=80*1/1 drug@body=70*1/1 exact@body=50*1/1 | phi together"},
	{"one segment of HL7", NULL, "MSH|1\rPID|1||mrn 12345|AIDS|insulin\rZZZ|", NULL, 0,
		"mrn@body=80*1/1 drug@body=70*1/1 exact@body=50*1/1 | phi together row"},
	{"a record ends with its segment", NULL, "mrn 12345 AIDS", "insulin", 0,
		"mrn@body=80*1/1 drug@attachment=70*1/1 exact@body=50*1/1 | phi"},
	{"signed", NULL, "mrn 12345 insulin", NULL, TRAIT_SIGNED, "mrn@body=80*1/1 drug@body=70*1/1 | phi"},
	{"marker in the subject", "[SECURE] report", "x", NULL, 0,
		"subject-mark@subject=100*1/1 | secure ~rehearsed"},
	{"marker elsewhere", "report", "[secure]", NULL, 0, "|"},
	{"a monitored rule", NULL, "password", NULL, 0, "trial@body=50*1/1 | ~leak ~rehearsed"},
	{"exact case", NULL, "AIDS aids", NULL, 0, "exact@body=50*1/1 |"},
	{"a value over a line break", NULL, "social\r\nsecurity 212-09-9999", NULL, 0, "ssn@body=85*1/1 |"},
	{"a disguised value", NULL,
		"\xE2\x80\x8BSSN \xEF\xBC\x92\xEF\xBC\x91\xEF\xBC\x92\xE2\x80\x93"
		"09\xE2\x80\x91"
		"9999",
		NULL, 0, "ssn@body=85*1/1 |"},
};

static struct segment *
add(struct segment *segment, enum segment_view view, const char *part, const char *text, struct segment *next)
{
	*segment = (struct segment){.view = view, .part = part, .text = bytes_of_str(text), .next = next};
	return text ? segment : next;
}

static void
describe(const struct scan_result *result, struct buf *out)
{
	for (const struct finding *f = result->findings; f; f = f->next)
		buf_putf(out, "%s@%s=%d*%u/%u ", f->rule, f->part, f->confidence, f->count, f->distinct);
	buf_put_byte(out, '|');
	for (const struct label *label = result->labels; label; label = label->next)
		buf_putf(out, " %s%s", label->monitor ? "~" : "", label->name);
}

static struct ruleset *
load(const char *text)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	faults_init(faults);
	tap_ok(ruleset_parse("test.yaml", bytes_of_str(text), &limits, &set, faults) == 0, "the pack loads");
	faults_print(faults, stderr);
	faults_done(faults);
	free(faults);
	return set;
}

static void
test_rows(const struct ruleset *set)
{
	struct scan_scratch *scratch = scan_scratch_new(set);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct segment subject, body, attachment, *first = NULL;
		first = add(&attachment, SEGMENT_TEXT, "attachment", row->attachment, first);
		first = add(&body, SEGMENT_TEXT, "body", row->body, first);
		first = add(&subject, SEGMENT_HEADER, "header Subject", row->subject, first);
		struct message_text text = {.segments = first, .traits = row->traits};
		struct scan_result result;
		struct arena arena;
		struct buf out;
		arena_init(&arena);
		buf_init(&out, 10000);
		scan_text(set, scratch, &text, &arena, &result);
		for (struct finding *f = result.findings; f; f = f->next)
			f->part = strcmp(f->part, "header Subject") == 0 ? "subject" : f->part;
		describe(&result, &out);
		tap_bytes(buf_bytes(&out), bytes_of_str(row->want), "%s", row->name);
		buf_done(&out);
		arena_done(&arena);
	}
	scan_scratch_free(scratch);
}

static void
test_fields(const struct ruleset *set)
{
	static const struct {
		enum segment_view view;
		const char *part, *text;
		bool secure;
	} fields[] = {
		{SEGMENT_HEADER, "header X-Secure", "yes", true},
		{SEGMENT_HEADER, "header x-secure", "yes", true},
		{SEGMENT_HEADER, "attachment 1 > header X-Secure", "yes", true},
		{SEGMENT_HEADER, "header X-Other", "yes", false},
		{SEGMENT_HEADER, "header X-Secure", "no", false},
		{SEGMENT_TEXT, "body/text", "yes", false},
		{SEGMENT_HEADER, "attachment 1 (a.eml) > header Subject", "[secure]", true},
		{SEGMENT_HEADER, "header Comments", "[secure]", false},
	};
	struct scan_scratch *scratch = scan_scratch_new(set);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct segment segment = {
			.view = fields[i].view, .part = fields[i].part, .text = bytes_of_str(fields[i].text)};
		struct message_text text = {.segments = &segment, .unscannable = UNSCANNABLE_DEPTH};
		struct scan_result result;
		struct arena arena;
		arena_init(&arena);
		scan_text(set, scratch, &text, &arena, &result);
		tap_ok(scan_has_label(&result, "secure") == fields[i].secure, "%s: %s", fields[i].part,
			fields[i].text);
		tap_ok(result.unscannable == UNSCANNABLE_DEPTH, "what the reader could not read stays so");
		arena_done(&arena);
	}
	scan_scratch_free(scratch);
}

/* A table of 100,000 rows: only its last one holds all of them. */
static void
test_many_records(const struct ruleset *set)
{
	struct scan_scratch *scratch = scan_scratch_new(set);
	struct buf table;
	buf_init(&table, 10 << 20);
	for (int i = 0; i < 50000; i++)
		buf_put_str(&table, "mrn 12345\ninsulin AIDS\n");
	for (int full = 0; full < 2; full++) {
		struct segment segment = {.view = SEGMENT_TEXT, .part = "body", .text = buf_bytes(&table)};
		struct message_text text = {.segments = &segment};
		struct scan_result result;
		struct arena arena;
		arena_init(&arena);
		scan_text(set, scratch, &text, &arena, &result);
		tap_ok(scan_has_label(&result, "row") == (full == 1), "100000 rows: %d", full);
		arena_done(&arena);
		buf_put_str(&table, "insulin, mrn 12345, AIDS");
	}
	buf_done(&table);
	scan_scratch_free(scratch);
}

/* Where a rule looks that says nothing of it: wherever a person may have written. */
static void
test_default_scope(void)
{
	static const char plain[] = "pack: scope\n"
				    "rules:\n"
				    "  - id: word\n"
				    "    title: a word\n"
				    "    kind: secret\n"
				    "    terms: [zebra]\n"
				    "    confidence: 80\n"
				    "    tests: {hit: [zebra], miss: [lion]}\n";
	static const struct {
		const char *part;
		bool found;
	} fields[] = {
		{"header Subject", true},
		{"header Comments", true},
		{"header Thread-Topic", true},
		{"header X-Note", true},
		{"attachment 1 (a.eml) > header Comments", true},
		{"header From", false},
		{"header to", false},
		{"header Resent-To", false},
	};
	struct ruleset *set = load(plain);
	struct scan_scratch *scratch = scan_scratch_new(set);

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct segment segment = {
			.view = SEGMENT_HEADER, .part = fields[i].part, .text = BYTES_LIT("zebra")};
		struct message_text text = {.segments = &segment};
		struct scan_result result;
		struct arena arena;

		arena_init(&arena);
		scan_text(set, scratch, &text, &arena, &result);
		tap_ok((result.findings != NULL) == fields[i].found, "by default: %s", fields[i].part);
		arena_done(&arena);
	}
	scan_scratch_free(scratch);
	ruleset_free(set);
}

/* A pattern that backtracks too much makes the message unscannable, and the others still find theirs. */
static void
test_limit(void)
{
	static const char slow[] = "pack: slow\n"
				   "rules:\n"
				   "  - id: slow\n"
				   "    title: backtracks\n"
				   "    kind: secret\n"
				   "    pattern: '(a+)+b'\n"
				   "    tests: {hit: [aab], miss: [cc]}\n"
				   "  - id: other\n"
				   "    title: other\n"
				   "    kind: secret\n"
				   "    terms: [word]\n"
				   "    tests: {hit: [word], miss: [cc]}\n";
	static const char text[] = "word aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac b";
	struct ruleset *set = load(slow);
	struct scan_scratch *scratch = scan_scratch_new(set);
	struct segment segment = {.view = SEGMENT_TEXT, .part = "body", .text = bytes_of_str(text)};
	struct message_text message = {.segments = &segment};
	struct scan_result result;
	struct arena arena;
	arena_init(&arena);
	scan_text(set, scratch, &message, &arena, &result);
	tap_ok(result.unscannable == UNSCANNABLE_PATTERN, "the limit is told");
	tap_ok(result.findings && strcmp(result.findings->rule, "other") == 0,
		"the other rule finds its word");
	arena_done(&arena);
	scan_scratch_free(scratch);
	ruleset_free(set);
}

int
main(void)
{
	struct ruleset *set = load(pack);
	tap_ok(ruleset_n_rules(set) == 7, "seven rules");
	tap_ok(strlen(ruleset_version(set)) == 16, "a version");
	test_rows(set);
	test_fields(set);
	test_many_records(set);
	ruleset_free(set);
	test_default_scope();
	test_limit();
	return tap_done();
}
