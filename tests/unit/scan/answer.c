/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/scan/answer.h"

#include <stdlib.h>

#include "lib/run/channel.h"
#include "tests/support/tap.h"

static struct label secure = {.name = "secure", .monitor = true};
static struct label phi = {.name = "phi", .next = &secure};
static struct unread_part unread = {
	.part = "attachment 1 (a.pdf)", .type = "application/pdf", .size = 123456};
static struct finding second = {
	.rule = "icd10", .kind = RULE_HEALTH, .part = "header Subject", .confidence = 100};
static struct finding first = {.rule = "us-ssn",
	.kind = RULE_IDENTIFIER,
	.part = "body/html",
	.confidence = 85,
	.count = 3,
	.distinct = 2,
	.monitor = true,
	.next = &second};
static const struct scan_result result = {.findings = &first,
	.labels = &phi,
	.unread = &unread,
	.unscannable = UNSCANNABLE_DEPTH | UNSCANNABLE_PARTIAL,
	.traits = TRAIT_SIGNED | TRAIT_LIST,
	.ruleset_version = "0123abcd"};

static struct view_part part = {.number = 1, .name = "a b.pdf", .type = "application/pdf", .size = 77};
static const struct message_view view = {.from = BYTES_LIT("A <a@example>"),
	.subject = BYTES_LIT("\xc3\x9c"),
	.text = BYTES_LIT("line\nline\n"),
	.html = BYTES_LIT("<p>x</p>"),
	.parts = &part,
	.incomplete = true};

static bool
same_text(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void
test_result(void)
{
	struct scan_result got = {0};
	struct arena arena;
	struct err err = {0};
	struct buf buf;

	arena_init(&arena);
	buf_init(&buf, CHANNEL_MAX);
	answer_put_result(&buf, &result);
	tap_ok(answer_get_result(&arena, buf_bytes(&buf), &got, &err) == 0, "result: read back %s", err.text);
	tap_ok(got.unscannable == result.unscannable && got.traits == result.traits, "bits");
	tap_ok(same_text(got.ruleset_version, "0123abcd"), "version");
	tap_ok(same_text(got.labels->name, "phi") && !got.labels->monitor, "first label");
	tap_ok(same_text(got.labels->next->name, "secure") && got.labels->next->monitor, "second label");
	tap_ok(got.labels->next->next == NULL, "no third");
	tap_ok(same_text(got.unread->type, "application/pdf") && got.unread->size == 123456, "unread part");
	tap_ok(same_text(got.findings->rule, "us-ssn") && got.findings->kind == RULE_IDENTIFIER,
		"first finding");
	tap_ok(got.findings->confidence == 85 && got.findings->count == 3 && got.findings->distinct == 2 &&
			got.findings->monitor,
		"its numbers");
	tap_ok(same_text(got.findings->next->part, "header Subject") && got.findings->next->next == NULL,
		"second finding");
	buf_done(&buf);
	arena_done(&arena);
}

static void
test_view(void)
{
	struct message_view got = {0};
	struct arena arena;
	struct buf buf;

	arena_init(&arena);
	buf_init(&buf, CHANNEL_MAX);
	answer_put_view(&buf, &view);
	tap_ok(answer_get_view(&arena, buf_bytes(&buf), &got, NULL) == 0, "view: read back");
	tap_bytes(got.from, view.from, "from");
	tap_bytes(got.cc, BYTES_LIT(""), "cc is empty");
	tap_bytes(got.subject, view.subject, "subject");
	tap_bytes(got.text, view.text, "text");
	tap_bytes(got.html, view.html, "html");
	tap_ok(got.incomplete, "incomplete");
	tap_ok(got.parts->number == 1 && same_text(got.parts->name, "a b.pdf") && got.parts->size == 77 &&
			got.parts->next == NULL,
		"part");
	buf_done(&buf);
	arena_done(&arena);
}

static bool
is_sane(const struct scan_result *got)
{
	for (const struct finding *f = got->findings; f != NULL; f = f->next)
		if (f->kind >= RULE_KINDS || f->confidence < 0 || f->confidence > 100 ||
			strlen(f->rule) > ANSWER_TEXT_MAX || strpbrk(f->part, "\n\r\x1b") != NULL)
			return false;
	return got->unscannable < UNSCANNABLE_FORMAT << 1 && got->traits < TRAIT_DISGUISED << 1;
}

/* Each cut is refused; each changed byte is refused, or gives a result that is within all bounds. */
static void
test_hostile_result(void)
{
	struct scan_result got;
	struct arena arena;
	struct buf buf;
	size_t cuts = 0, sane = 0, changes = 0;

	arena_init(&arena);
	buf_init(&buf, CHANNEL_MAX);
	answer_put_result(&buf, &result);
	for (size_t n = 0; n < buf.n; n++) {
		/* A block of its own size, so that AddressSanitizer sees every byte read too far. */
		uint8_t *copy = malloc(n + 1);

		memcpy(copy, buf.p, n);
		cuts += answer_get_result(&arena, bytes_of(copy, n), &got, NULL) == -1;
		free(copy);
	}
	tap_ok(cuts == buf.n, "every one of %zu cuts is refused", buf.n);
	for (size_t i = 0; i < buf.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			buf.p[i] ^= (uint8_t)(1 << bit);
			got = (struct scan_result){0};
			if (answer_get_result(&arena, buf_bytes(&buf), &got, NULL) != 0 || is_sane(&got))
				sane++;
			changes++;
			buf.p[i] ^= (uint8_t)(1 << bit);
		}
	tap_ok(sane == changes, "each of %zu changed bits is refused or harmless", changes);
	buf_put_byte(&buf, 0);
	tap_ok(answer_get_result(&arena, buf_bytes(&buf), &got, NULL) == -1, "a byte too many is refused");
	buf_done(&buf);
	arena_done(&arena);
}

static void
test_hostile_view(void)
{
	static const struct {
		const char *name;
		struct bytes subject;
		const char *part_name, *part_type;
		unsigned number;
		int want;
	} table[] = {
		{"good", BYTES_LIT("s"), "a.txt", "text/plain", 1, 0},
		{"subject not UTF-8", BYTES_LIT("\xff"), "a.txt", "text/plain", 1, -1},
		{"subject with NUL", BYTES_LIT("a\0b"), "a.txt", "text/plain", 1, -1},
		{"name with a slash", BYTES_LIT("s"), "../a.txt", "text/plain", 1, -1},
		{"name with a backslash", BYTES_LIT("s"), "..\\a.txt", "text/plain", 1, -1},
		{"name with a line break", BYTES_LIT("s"), "a\r\nX: y", "text/plain", 1, -1},
		{"type with a line break", BYTES_LIT("s"), "a.txt", "text/plain\r\nX: y", 1, -1},
		{"type with a parameter", BYTES_LIT("s"), "a.txt", "text/plain; charset=x", 1, -1},
		{"type without a slash", BYTES_LIT("s"), "a.txt", "text", 1, -1},
		{"type with two slashes", BYTES_LIT("s"), "a.txt", "text/a/b", 1, -1},
		{"type with nothing behind the slash", BYTES_LIT("s"), "a.txt", "text/", 1, -1},
		{"number 0", BYTES_LIT("s"), "a.txt", "text/plain", 0, -1},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct view_part p = {
			.number = table[i].number, .name = table[i].part_name, .type = table[i].part_type};
		struct message_view v = {.subject = table[i].subject, .parts = &p}, got;
		struct arena arena;
		struct buf buf;

		arena_init(&arena);
		buf_init(&buf, CHANNEL_MAX);
		answer_put_view(&buf, &v);
		tap_ok(answer_get_view(&arena, buf_bytes(&buf), &got, NULL) == table[i].want, "view: %s",
			table[i].name);
		buf_done(&buf);
		arena_done(&arena);
	}
}

/* More findings than fit: the answer is cut, not lost. */
static void
test_too_many(void)
{
	static struct finding many[5000];
	struct scan_result large = result, got = {0};
	struct arena arena;
	char *name;
	struct buf buf;
	size_t n = 0;

	name = malloc(1001);
	memset(name, 'x', 1000);
	name[1000] = '\0';
	for (size_t i = 0; i < 5000; i++)
		many[i] = (struct finding){
			.rule = name, .part = name, .next = i + 1 < 5000 ? &many[i + 1] : NULL};
	large.findings = many;
	arena_init(&arena);
	buf_init(&buf, CHANNEL_MAX);
	answer_put_result(&buf, &large);
	tap_ok(!buf_full(&buf), "it fits");
	tap_ok(answer_get_result(&arena, buf_bytes(&buf), &got, NULL) == 0, "and is read back");
	for (const struct finding *f = got.findings; f != NULL; f = f->next)
		n++;
	tap_ok(n > 100 && n < 1000 && strlen(got.findings->rule) == ANSWER_TEXT_MAX, "%zu findings of 5,000",
		n);
	tap_ok(same_text(got.labels->name, "phi"), "with all labels");
	buf_done(&buf);
	arena_done(&arena);
	free(name);
}

int
main(void)
{
	test_result();
	test_view();
	test_hostile_result();
	test_hostile_view();
	test_too_many();
	return tap_done();
}
