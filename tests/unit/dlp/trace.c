/* SPDX-License-Identifier: Apache-2.0 */
/* Why a rule hits: traces, costs, the text as seen, and what is told of rules in trouble. */
#include "lib/dlp/trace.h"

#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dlp/compare.h"
#include "lib/dlp/cost.h"
#include "lib/dlp/seen.h"
#include "tests/support/tap.h"

static const struct ruleset_limits limits = {200000, 1000, 20000};

static const char pack[] = "pack: test\n"
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
			   "      - {terms: employee, after: 5, add: 7}\n"
			   "      - {rule: drug, within: segment, add: 2}\n"
			   "      - {terms: [tax], within: message, add: 1}\n"
			   "      - {trait: list, add: 3}\n"
			   "      - {patterns: ['\\bfar\\b', '\\bnear\\b'], within: 30, add: 4}\n"
			   "    tests: {hit: ['212-09-9999'], miss: ['000-09-9999']}\n"
			   "  - id: drug\n"
			   "    title: medicine\n"
			   "    kind: health\n"
			   "    terms: [metformin, insulin, insulin glargine]\n"
			   "    confidence: 70\n"
			   "    tests: {hit: [insulin], miss: [sugar]}\n"
			   "labels:\n"
			   "  - label: phi\n"
			   "    when: identifier >= 40 and health >= 60 within 30\n"
			   "    tests: {hit: ['212-09-9999 insulin'], miss: [insulin]}\n";

/* Each text, and its trace in a few words: see describe(). */
static const struct {
	const char *name, *text;
	unsigned traits;
	const char *want;
} rows[] = {
	{"nothing", "hello", 0, ""},
	{"base confidence only", "212-09-9998", 0, "+ssn@1:1 ssn =40;"},
	{"evidence before", "ssn: 212-09-9998", 0, "+ssn@1:6 ssn +45 before 2 terms: 2 words =85;"},
	{"evidence after", "212-09-9998 (ssn)", 0, "+ssn@1:1 ssn +45 after 2 terms: 2 words =85;"},
	{"the nearer of two", "ssn 212-09-9998       ssn", 0,
		"+ssn@1:5 ssn +45 before 1 terms: 2 words =85;"},
	{"the nearer of two, behind", "ssn 33333333 212-09-9998 ssn", 0,
		"+ssn@1:14 ssn +45 after 1 terms: 2 words =85;"},
	{"too far", "ssn 33333333333333333333 212-09-9998", 0, "+ssn@1:26 ssn =40;"},
	{"against it, below the threshold", "order no 212-09-9998", 0,
		"-ssn@1:10 ssn -40 before 1 pattern: order (no|number) =0 below;"},
	{"behind, beside", "212-09-9998 employee", 0, "+ssn@1:1 ssn +7 after 1 terms: 1 word =47;"},
	{"of the message", "212-09-9998 3333333333333 tax", 0,
		"+ssn@1:1 ssn +1 message 0 terms: 1 word =41;"},
	{"a trait", "212-09-9998", TRAIT_LIST, "+ssn@1:1 ssn +3 message 0 trait: list =43;"},
	{"a rule, and a label", "insulin for 212-09-9998", 0,
		"+drug@1:1  =70;+ssn@1:13 ssn +2 segment 0 rule: drug =42;"
		"phi: identifier >= 40 and health >= 60 within 30;"},
	{"the nearer of two patterns", "far and near 212-09-9998", 0,
		"+ssn@1:14 ssn +4 before 1 pattern: \\bnear\\b =44;"},
	{"overlapping", "insulin glargine", 0, "+drug@1:1  =70;-drug@1:1  =70 overlapped;"},
	{"the validator says no", "ssn\n\n  666-09-9998", 0,
		"-ssn@3:3  refused ssn: area 666 is never given out;"},
	{"columns are characters", "\xc3\xa9\xc3\xa9 212-09-9998", 0, "+ssn@1:4 ssn =40;"},
	{"a place in the original", "a   \xc2\xad  b\r\n\r\n \xc2\xad 212-09-9998", 0, "+ssn@3:4 ssn =40;"},
};

static struct ruleset *
load(const char *text)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;

	faults_init(faults);
	if (!tap_ok(ruleset_parse("p.yaml", bytes_of_str(text), &limits, &set, faults) == 0,
		    "the pack loads"))
		faults_print(faults, stdout);
	faults_done(faults);
	free(faults);
	return set;
}

static void
describe_list(struct buf *out, const struct trace_list *list, char sign)
{
	for (const struct trace_candidate *c = list->first; c != NULL; c = c->next) {
		buf_putf(out, "%c%s@%u:%u %s", sign, c->rule, c->line, c->column, c->passed);
		for (const struct trace_evidence *e = c->evidence; e != NULL; e = e->next)
			buf_putf(
				out, " %+d %s %u %s", e->add, trace_side_name(e->side), e->distance, e->what);
		if (c->outcome != TRACE_REFUSED)
			buf_putf(out, " =%d", c->confidence);
		if (c->outcome != TRACE_COUNTS)
			buf_putf(out, " %s", trace_outcome_name(c->outcome));
		if (c->outcome == TRACE_REFUSED)
			buf_putf(out, " %s: %s", c->refuser, c->reason);
		buf_putf(out, ";");
	}
}

static void
describe(struct buf *out, const struct trace *trace)
{
	describe_list(out, &trace->counted, '+');
	describe_list(out, &trace->missed, '-');
	for (const struct trace_label *label = trace->labels; label != NULL; label = label->next)
		buf_putf(out, "%s: %s;", label->name, label->condition);
}

static bool
same_findings(const struct finding *a, const struct finding *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next)
		if (strcmp(a->rule, b->rule) != 0 || a->confidence != b->confidence || a->count != b->count)
			return false;
	return a == NULL && b == NULL;
}

static void
test_rows(const struct ruleset *set, struct scan_scratch *scratch)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct segment segment = {
			.view = SEGMENT_TEXT, .part = "body", .text = bytes_of_str(rows[i].text)};
		struct message_text text = {.segments = &segment, .traits = rows[i].traits};
		struct scan_result traced, plain;
		struct trace trace;
		struct arena arena;
		struct buf got;

		arena_init(&arena);
		buf_init(&got, 10000);
		trace_init(&trace, &arena, TRACE_HIDE_VALUES);
		scan_text_noting(
			set, scratch, &text, &(const struct scan_notes){.trace = &trace}, &arena, &traced);
		describe(&got, &trace);
		tap_bytes(buf_bytes(&got), bytes_of_str(rows[i].want), "%s", rows[i].name);
		scan_text(set, scratch, &text, &arena, &plain);
		tap_ok(same_findings(traced.findings, plain.findings),
			"%s: the findings are those without a trace", rows[i].name);
		buf_done(&got);
		arena_done(&arena);
	}
}

static void
test_values(const struct ruleset *set, struct scan_scratch *scratch)
{
	struct segment segment = {
		.view = SEGMENT_TEXT, .part = "body", .text = BYTES_LIT("Social\nSecurity 212-09-9998")};
	struct message_text text = {.segments = &segment};

	for (int values = TRACE_HIDE_VALUES; values <= TRACE_SHOW_VALUES; values++) {
		struct scan_result result;
		struct trace trace;
		struct arena arena;
		const struct trace_candidate *c;

		arena_init(&arena);
		trace_init(&trace, &arena, (enum trace_values)values);
		scan_text_noting(
			set, scratch, &text, &(const struct scan_notes){.trace = &trace}, &arena, &result);
		c = trace.counted.first;
		if (values == TRACE_HIDE_VALUES) {
			tap_ok(c->text == NULL && c->evidence->text == NULL, "values are hidden");
		} else {
			tap_ok(strcmp(c->text, "212-09-9998") == 0, "the value");
			tap_bytes(bytes_of_str(c->evidence->text), BYTES_LIT("Social Security"),
				"the evidence, on one line");
		}
		tap_ok(strcmp(c->written, "p.yaml:3") == 0 && strcmp(c->evidence->written, "p.yaml:11") == 0,
			"where the rule and its evidence are written");
		tap_ok(c->from == 16 && c->to == 27 && c->offset == 16 && c->length == 11, "its place");
		arena_done(&arena);
	}
}

static void
test_bounds(const struct ruleset *set, struct scan_scratch *scratch)
{
	struct segment segment = {.view = SEGMENT_TEXT, .part = "body"};
	struct message_text text = {.segments = &segment};
	struct scan_result result;
	struct trace trace;
	struct arena arena;
	struct buf many;

	buf_init(&many, 1 << 20);
	for (int i = 0; i < 3000; i++)
		buf_putf(&many, "ssn 212-09-%04d order no 212-09-%04d 666-09-9998\n", 1000 + i, 1000 + i);
	segment.text = buf_bytes(&many);
	arena_init(&arena);
	trace_init(&trace, &arena, TRACE_SHOW_VALUES);
	scan_text_noting(set, scratch, &text, &(const struct scan_notes){.trace = &trace}, &arena, &result);
	tap_ok(result.findings->count > 3000, "all are counted (%u)", result.findings->count);
	tap_ok(trace.counted.n == TRACE_OF_RULE_MAX && trace.counted.cut, "few of a rule are listed");
	tap_ok(trace.missed.n == TRACE_OF_RULE_MAX && trace.missed.cut, "and few that do not count");
	tap_ok(arena.used < 100000, "in little memory (%zu)", arena.used);
	buf_done(&many);
	arena_done(&arena);
}

static void
test_reasons(void)
{
	static const struct {
		const char *validator, *value, *reason;
	} reasons[] = {
		{"ssn", "000-12-3456", "area 000 is never given out"},
		{"ssn", "666-12-3456", "area 666 is never given out"},
		{"ssn", "912-12-3456", "areas from 900 on are never given out"},
		{"ssn", "212-00-3456", "group 00 is never given out"},
		{"ssn", "212-12-0000", "serial 0000 is never given out"},
		{"ssn", "219-09-9999", "a number that was printed as an example, or nine equal digits"},
		{"ssn", "212-12-345", "not nine digits"},
		{"npi", "3234567893", "it begins with neither 1 nor 2"},
		{"npi", "1234567890", "the check digit is wrong"},
		{"itin", "912-12-3456", "its fourth and fifth digit are never given out"},
		{"vin", "1HGCM82633A00435", "not seventeen characters"},
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		struct validate_check check = {.id = validate_find(bytes_of_str(reasons[i].validator))};
		struct bytes value = bytes_of_str(reasons[i].value);

		tap_ok(!validate_ok(&check, value, 20261128), "%s refuses %s", reasons[i].validator,
			reasons[i].value);
		tap_bytes(
			bytes_of_str(validate_reason(&check, value)), bytes_of_str(reasons[i].reason), "why");
	}
	for (int id = 0; validate_name(id) != NULL; id++) {
		struct validate_check check = {.id = id};

		tap_ok(strcmp(validate_reason(&check, BYTES_LIT("")), "not of its form") != 0,
			"%s has a reason", validate_name(id));
	}
}

static void
test_costs(const struct ruleset *set, struct scan_scratch *scratch)
{
	struct segment segment = {
		.view = SEGMENT_TEXT, .part = "body", .text = BYTES_LIT("ssn 212-09-9998 insulin")};
	struct message_text text = {.segments = &segment};
	struct scan_result result;
	struct costs costs;
	struct arena arena;

	arena_init(&arena);
	costs_init(&costs, set);
	for (int i = 0; i < 2; i++)
		scan_text_noting(
			set, scratch, &text, &(const struct scan_notes){.costs = &costs}, &arena, &result);
	tap_ok(costs.n_rules == 2 && strcmp(costs.rules[0].rule, "ssn") == 0, "a row for each rule");
	tap_ok(costs.segments == 2 && costs.bytes == 2 * segment.text.n, "segments and bytes add up");
	tap_ok(costs.rules[0].calls == 2 && costs.rules[0].reached == 2 && costs.rules[0].pcre2_calls >= 2,
		"a pattern reaches PCRE2");
	tap_ok(costs.rules[1].calls == 2 && costs.rules[1].reached == 0 && costs.rules[1].pcre2_calls == 0,
		"words do not");
	tap_ok(costs.rules[0].matches == 2 && costs.rules[1].matches == 2, "matches");
	costs_done(&costs);
	arena_done(&arena);
}

static void
test_seen(const struct ruleset *set, struct scan_scratch *scratch)
{
	struct segment name = {
		.view = SEGMENT_FILENAME, .part = "attachment 1", .text = BYTES_LIT("lab_result.txt")};
	struct segment body = {.view = SEGMENT_TEXT,
		.part = "body/text",
		.text = BYTES_LIT("Caf\xc3\xa9   \xef\xbc\x91\r\n\r\n> two\r\n"),
		.next = &name};
	struct segment subject = {
		.view = SEGMENT_HEADER, .part = "header Subject", .text = BYTES_LIT("Hi"), .next = &body};
	struct message_text text = {.segments = &subject};
	const struct seen_segment *seen;
	struct folded folded;
	struct fold_scratch fold;
	struct arena arena;

	arena_init(&arena);
	fold_scratch_init(&fold);
	seen = seen_text(set, scratch, &text, &arena);
	tap_ok(strcmp(seen->part, "header Subject") == 0 && seen->scope == SCOPE_SUBJECT &&
			seen->n_lines == 1,
		"the subject");
	seen = seen->next;
	fold_text(&fold, &arena, body.text, FOLD_TEXT, &folded);
	tap_bytes(seen->text, folded.text, "the body is what is matched");
	tap_ok(bytes_find(seen->text, BYTES_LIT("Cafe 1\n")) == 0, "and it is folded");
	tap_ok(seen->n_lines >= 2 && seen->lines[1].folded == 7 &&
			seen->lines[1].original == fold_original(&folded, 7) && seen->lines[1].original > 7,
		"its lines have their places");
	tap_ok(strcmp(seen_scope_name(seen->scope), "body") == 0, "its scope");
	seen = seen->next;
	tap_bytes(seen->text, BYTES_LIT("lab result.txt"), "a file name's '_' is white space");
	tap_ok(seen->next == NULL, "and that is all");
	fold_scratch_done(&fold);
	arena_done(&arena);
}

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
				   "  - id: owner\n"
				   "    title: has it as evidence\n"
				   "    kind: secret\n"
				   "    terms: [word]\n"
				   "    evidence: [{pattern: '(a+)+b', within: 90, add: 5}]\n"
				   "    tests: {hit: [word], miss: [cc]}\n"
				   "  - id: other\n"
				   "    title: other\n"
				   "    kind: secret\n"
				   "    terms: [noun]\n"
				   "    tests: {hit: [noun], miss: [cc]}\n";
	struct segment segment = {.view = SEGMENT_TEXT,
		.part = "body",
		.text = BYTES_LIT("word noun aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac b")};
	struct ruleset *set = load(slow);
	struct scan_scratch *scratch = scan_scratch_new(set);
	struct message_text text = {.segments = &segment};
	struct scan_result result;
	struct arena arena;
	const struct trouble *trouble;

	arena_init(&arena);
	scan_text(set, scratch, &text, &arena, &result);
	trouble = result.troubles;
	tap_ok(result.unscannable == UNSCANNABLE_PATTERN && trouble != NULL, "a limit is told");
	tap_ok(strcmp(trouble->rule, "slow") == 0 && trouble->kind == TROUBLE_LIMIT, "with its rule");
	tap_ok(trouble->next != NULL && strcmp(trouble->next->rule, "owner") == 0 &&
			trouble->next->next == NULL,
		"and the one that has it as evidence; no other");
	arena_done(&arena);
	scan_scratch_free(scratch);
	ruleset_free(set);
}

/* A prefilter that would lose, move or invent a match: its find is changed by hand behind its back. */
static void
test_compare(const struct ruleset *set, struct scan_scratch *scratch)
{
	static const char *const names[] = {"equal", "moved", "lost"};
	struct segment segment = {
		.view = SEGMENT_TEXT, .part = "body", .text = BYTES_LIT("ssn 212-09-9998 insulin")};
	struct message_text text = {.segments = &segment};

	for (int change = 0; change < 3; change++) {
		struct scan_state state = {.set = set, .scratch = scratch, .text = &text};
		uint32_t source = set->rules[0].sources.p[0];

		state_run(&state);
		if (change == 1)
			((struct match_span *)(void *)scratch->spans
					.p)[state_slices(&state)[scratch->last[source] - 1].from]
				.to--;
		if (change == 2)
			scratch->last[source] = 0;
		state.compare_until_ms = clock_mono_ms() + 10000;
		compare_segment(&state, 0);
		tap_ok(state.n_troubles == (change > 0) && state.limit == (change > 0), "compared: %s",
			names[change]);
		tap_ok(change == 0 || (state.troubles[0].source == source &&
					      state.troubles[0].kind == TROUBLE_DIFFERENCE),
			"its source");
	}
}

/* The whole way: with time to compare, a scan finds what it finds without. */
static void
test_compared_scan(const struct ruleset *set, struct scan_scratch *scratch)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct segment segment = {
			.view = SEGMENT_TEXT, .part = "body", .text = bytes_of_str(rows[i].text)};
		struct message_text text = {.segments = &segment, .traits = rows[i].traits};
		struct scan_result compared, plain;
		struct arena arena;

		arena_init(&arena);
		scan_text_noting(set, scratch, &text, &(const struct scan_notes){.compare_ms = 10000}, &arena,
			&compared);
		scan_text(set, scratch, &text, &arena, &plain);
		tap_ok(compared.troubles == NULL && compared.unscannable == 0 &&
				same_findings(compared.findings, plain.findings),
			"%s: compared", rows[i].name);
		arena_done(&arena);
	}
}

int
main(void)
{
	struct ruleset *set = load(pack);
	struct scan_scratch *scratch = scan_scratch_new(set);

	test_rows(set, scratch);
	test_values(set, scratch);
	test_bounds(set, scratch);
	test_reasons();
	test_costs(set, scratch);
	test_seen(set, scratch);
	test_limit();
	test_compare(set, scratch);
	test_compared_scan(set, scratch);
	scan_scratch_free(scratch);
	ruleset_free(set);
	return tap_done();
}
