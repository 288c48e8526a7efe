/* SPDX-License-Identifier: Apache-2.0 */
/* The answers of the team's tools: a round trip, every cut, every changed bit. */
#include <stdlib.h>

#include "lib/run/channel.h"
#include "lib/scan/answer.h"
#include "tests/support/tap.h"

static struct trouble difference = {.rule = "us-ssn", .kind = TROUBLE_DIFFERENCE};
static struct trouble limit = {.rule = "phone", .kind = TROUBLE_LIMIT, .next = &difference};
static struct finding finding = {
	.rule = "us-ssn", .kind = RULE_IDENTIFIER, .part = "body/text", .confidence = 85, .count = 1};
static const struct scan_result result = {.findings = &finding,
	.troubles = &limit,
	.unscannable = UNSCANNABLE_PATTERN,
	.ruleset_version = "0a"};

static struct trace_evidence against = {
	.what = "rule: order", .written = "b.yaml:9", .add = -40, .side = TRACE_SEGMENT};
static struct trace_evidence in_favour = {.what = "terms: 2 words",
	.written = "a.yaml:12",
	.add = 45,
	.side = TRACE_BEFORE,
	.distance = 7,
	.text = "ssn",
	.next = &against};
static struct trace_candidate counted = {.rule = "us-ssn",
	.written = "a.yaml:3",
	.part = "body/text",
	.kind = RULE_IDENTIFIER,
	.segment = 1,
	.from = 2,
	.to = 13,
	.offset = 4,
	.line = 5,
	.column = 6,
	.length = 11,
	.outcome = TRACE_COUNTS,
	.base = 80,
	.sum = 125,
	.confidence = 100,
	.threshold = 50,
	.passed = "ssn, luhn",
	.text = "212-09-9998",
	.evidence = &in_favour};
static struct trace_candidate refused = {.rule = "us-ssn",
	.written = "a.yaml:3",
	.part = "body/text",
	.outcome = TRACE_REFUSED,
	.sum = -30,
	.passed = "",
	.refuser = "ssn",
	.reason = "area 666 is never given out"};
static struct trace_label label = {
	.name = "phi", .written = "c.yaml:1", .condition = "identifier >= 75", .monitor = true};
static const struct trace trace = {
	.counted = {&counted, &counted, 1, false}, .missed = {&refused, &refused, 1, true}, .labels = &label};

static struct seen_line lines[] = {{0, 0}, {4, 9}};
static struct seen_segment second = {
	.part = "attachment 1", .view = SEGMENT_FILENAME, .scope = 16, .lines = lines, .n_lines = 1};
static struct seen_segment first = {.part = "body/text",
	.view = SEGMENT_HTML,
	.scope = 4,
	.text = BYTES_LIT("one\ntwo"),
	.lines = lines,
	.n_lines = 2,
	.next = &second};

static struct rule_cost rule_costs[] = {{"us-ssn", 5, 4, 3, 2, 1000}, {"not-called", 0, 0, 0, 0, 0}};
static const struct costs costs = {.bytes = 1,
	.segments = 2,
	.fold_ns = 3,
	.terms_ns = 4,
	.prefilter_ns = 5,
	.search_ns = 6,
	.judge_ns = 7,
	.rules = rule_costs,
	.n_rules = 2};

static bool
same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void
check_candidate(const struct trace_candidate *got)
{
	tap_ok(same(got->rule, "us-ssn") && same(got->written, "a.yaml:3") && same(got->part, "body/text"),
		"names");
	tap_ok(got->segment == 1 && got->from == 2 && got->to == 13 && got->offset == 4 && got->line == 5 &&
			got->column == 6 && got->length == 11,
		"places");
	tap_ok(got->base == 80 && got->sum == 125 && got->confidence == 100 && got->threshold == 50,
		"numbers");
	tap_ok(same(got->passed, "ssn, luhn") && got->refuser == NULL && same(got->text, "212-09-9998"),
		"texts");
	tap_ok(got->evidence->add == 45 && got->evidence->distance == 7 &&
			got->evidence->side == TRACE_BEFORE && same(got->evidence->text, "ssn"),
		"evidence for it");
	tap_ok(got->evidence->next->add == -40 && got->evidence->next->text == NULL &&
			got->evidence->next->next == NULL,
		"evidence against it");
}

static int
put_and_get_trace(struct arena *arena, struct buf *buf, struct bytes *payload)
{
	struct scan_result got_result = {0};
	struct trace got = {0};

	if (buf != NULL)
		answer_put_trace(buf, &result, &trace);
	if (payload == NULL)
		return 0;
	if (answer_get_trace(arena, *payload, &got_result, &got, NULL) != 0)
		return -1;
	for (const struct trace_candidate *c = got.counted.first; c != NULL; c = c->next)
		if (c->outcome >= TRACE_OUTCOMES || c->confidence > 100 || c->confidence < 0)
			abort();
	return 0;
}

static int
put_and_get_seen(struct arena *arena, struct buf *buf, struct bytes *payload)
{
	struct seen_segment *got = NULL;

	if (buf != NULL)
		answer_put_seen(buf, &first);
	if (payload == NULL)
		return 0;
	if (answer_get_seen(arena, *payload, &got, NULL) != 0)
		return -1;
	for (; got != NULL; got = got->next)
		if (got->n_lines == 0 || got->lines[got->n_lines - 1].folded > got->text.n)
			abort();
	return 0;
}

static int
put_and_get_costs(struct arena *arena, struct buf *buf, struct bytes *payload)
{
	struct costs got = {0};

	if (buf != NULL)
		answer_put_costs(buf, &costs);
	return payload == NULL ? 0 : answer_get_costs(arena, *payload, &got, NULL);
}

static const struct {
	const char *name;
	/* Writes into the buffer, or reads the payload; whichever is given. */
	int (*run)(struct arena *arena, struct buf *buf, struct bytes *payload);
} kinds[] = {
	{"trace", put_and_get_trace},
	{"text", put_and_get_seen},
	{"costs", put_and_get_costs},
};

static void
test_round_trip(void)
{
	struct arena arena;
	struct buf buf;
	struct scan_result got_result = {0};
	struct trace got = {0};
	struct seen_segment *seen = NULL;
	struct costs got_costs = {0};

	arena_init(&arena);
	buf_init(&buf, 1 << 20);
	answer_put_trace(&buf, &result, &trace);
	tap_ok(answer_get_trace(&arena, buf_bytes(&buf), &got_result, &got, NULL) == 0,
		"a trace is read back");
	check_candidate(got.counted.first);
	tap_ok(got.counted.n == 1 && !got.counted.cut && got.missed.n == 1 && got.missed.cut, "the lists");
	tap_ok(got.missed.first->sum == -30 && same(got.missed.first->reason, "area 666 is never given out"),
		"the refused one");
	tap_ok(same(got.labels->condition, "identifier >= 75") && got.labels->monitor &&
			got.labels->next == NULL,
		"the label");
	tap_ok(same(got_result.findings->rule, "us-ssn"), "the result with it");
	tap_ok(same(got_result.troubles->rule, "phone") && got_result.troubles->kind == TROUBLE_LIMIT &&
			got_result.troubles->next->kind == TROUBLE_DIFFERENCE,
		"rules in trouble");
	buf_reset(&buf);
	answer_put_seen(&buf, &first);
	tap_ok(answer_get_seen(&arena, buf_bytes(&buf), &seen, NULL) == 0, "a text is read back");
	tap_bytes(seen->text, first.text, "its first segment");
	tap_ok(seen->n_lines == 2 && seen->lines[1].folded == 4 && seen->lines[1].original == 9,
		"with its lines");
	tap_ok(same(seen->next->part, "attachment 1") && seen->next->n_lines == 1 && seen->next->next == NULL,
		"and the empty one");
	buf_reset(&buf);
	answer_put_costs(&buf, &costs);
	tap_ok(answer_get_costs(&arena, buf_bytes(&buf), &got_costs, NULL) == 0, "costs are read back");
	tap_ok(got_costs.bytes == 1 && got_costs.segments == 2 && got_costs.fold_ns == 3 &&
			got_costs.judge_ns == 7,
		"the sums");
	tap_ok(got_costs.n_rules == 1 && got_costs.rules[0].reached == 4 && got_costs.rules[0].ns == 1000,
		"the rule that was looked for");
	buf_done(&buf);
	arena_done(&arena);
}

/* Blocks of their own size, so that AddressSanitizer sees every byte read too far. */
static int
read_copy(size_t kind, struct bytes payload)
{
	struct arena arena;
	uint8_t *copy = malloc(payload.n + 1);
	struct bytes own = bytes_of(copy, payload.n);
	int ret;

	arena_init(&arena);
	if (payload.n > 0)
		memcpy(copy, payload.p, payload.n);
	ret = kinds[kind].run(&arena, NULL, &own);
	free(copy);
	arena_done(&arena);
	return ret;
}

static void
test_hostile(size_t kind)
{
	struct buf buf;
	size_t cuts = 0, refused_bits = 0;

	buf_init(&buf, 1 << 20);
	kinds[kind].run(NULL, &buf, NULL);
	for (size_t n = 0; n < buf.n; n++)
		cuts += read_copy(kind, bytes_of(buf.p, n)) == -1;
	tap_ok(cuts == buf.n, "%s: every one of %zu cuts is refused", kinds[kind].name, buf.n);
	for (size_t i = 0; i < buf.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			buf.p[i] ^= (uint8_t)(1 << bit);
			refused_bits += read_copy(kind, buf_bytes(&buf)) == -1;
			buf.p[i] ^= (uint8_t)(1 << bit);
		}
	tap_ok(refused_bits > buf.n, "%s: of %zu changed bits %zu are refused, the others harmless",
		kinds[kind].name, buf.n * 8, refused_bits);
	buf_put_byte(&buf, 0);
	tap_ok(read_copy(kind, buf_bytes(&buf)) == -1, "%s: a byte too many is refused", kinds[kind].name);
	buf_done(&buf);
}

/* A name that would forge a line of the log. */
static void
test_trouble_names(void)
{
	static const char *const bad[] = {"", "a b", "x\" limit=\"", "\xc3\xa9", "a/b"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct trouble trouble = {.rule = bad[i]};
		struct scan_result one = {.troubles = &trouble}, got;
		struct arena arena;
		struct buf buf;

		arena_init(&arena);
		buf_init(&buf, CHANNEL_MAX);
		answer_put_result(&buf, &one);
		tap_ok(answer_get_result(&arena, buf_bytes(&buf), &got, NULL) == -1, "no rule: '%s'", bad[i]);
		buf_done(&buf);
		arena_done(&arena);
	}
}

int
main(void)
{
	test_round_trip();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		test_hostile(i);
	test_trouble_names();
	return tap_done();
}
