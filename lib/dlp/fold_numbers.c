/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that are written to be overlooked: digits that stand apart, white space around the hyphens of a
 * number, letters in the place of 0 and 1. Each needs seven digits near each other, which makes them rare:
 * text without them is looked at a block at a time.
 */
#include "lib/base/ascii.h"
#include "lib/dlp/fold.h"

enum {
	BLOCK = 32,
	BLOCK_DIGITS = 3,
	DIGITS_MIN = 7, /* of a number that is worth the reading */
	DIGITS_MAX = 40,
	GROUPS_MIN = 3, /* "10 - 20" is a range, "219 - 09 - 9998" is not */
	GROUP_MAX = 8,  /* digits in one of them */
	SEPARATOR_MAX = 3,
};

/* What a stretch of the text is read as: every byte of `text` came from the place in `from`. */
struct reading {
	char text[2 * DIGITS_MAX];
	size_t from[2 * DIGITS_MAX];
	size_t n, digits;
	size_t end; /* of the stretch */
};

static bool
is_digit_at(struct bytes text, size_t at)
{
	return at < text.n && ascii_is_digit(text.p[at]);
}

/* Bytes beyond ASCII are letters here. */
static bool
is_word_at(struct bytes text, size_t at)
{
	return at < text.n && (ascii_is_alnum(text.p[at]) || text.p[at] >= 0x80);
}

static bool
is_blank_at(struct bytes text, size_t at)
{
	return at < text.n && (text.p[at] == ' ' || text.p[at] == '\n');
}

static void
start(struct reading *reading)
{
	reading->n = reading->digits = reading->end = 0;
}

static bool
take(struct reading *reading, struct bytes text, size_t at, char as)
{
	if (reading->n == sizeof(reading->text))
		return false;
	reading->text[reading->n] = as;
	reading->from[reading->n++] = at;
	reading->digits += ascii_is_digit((uint8_t)as);
	reading->end = at + 1;
	return at < text.n;
}

/* How long the separator at `at` is, or 0: one sign, or a table's bar between two blanks. */
static size_t
separator_at(struct bytes text, size_t at)
{
	if (bytes_eq(bytes_sub(text, at, SEPARATOR_MAX), BYTES_LIT(" | ")))
		return SEPARATOR_MAX;
	return at < text.n && memchr(" \n._/*,|-", text.p[at], 9) != NULL ? 1 : 0;
}

/* Lists, scales and tables count: 1 2 3 4 5 6 7, or hold the same again and again. */
static bool
is_counting(const struct reading *reading)
{
	int step = 0;
	char last = 0;
	for (size_t i = 0; i < reading->n; i++) {
		char c = reading->text[i];
		if (!ascii_is_digit((uint8_t)c))
			return false;
		if (i == 1)
			step = c - last;
		if (i > 0 && (c - last != step || step > 1 || step < -1))
			return false;
		last = c;
	}
	return true;
}

/* "2 1 9 0 9 9 9 9 8", "2.1.9-0.9-...": single digits or hyphens with the same separator between. */
static bool
read_apart(struct bytes text, size_t at, struct reading *ret_reading)
{
	size_t n = separator_at(text, at + 1);
	struct bytes separator = bytes_sub(text, at + 1, n);
	start(ret_reading);
	if (n == 0 || !take(ret_reading, text, at, (char)text.p[at]))
		return false;
	for (at += 1 + n; is_digit_at(text, at) || (at < text.n && text.p[at] == '-'); at += 1 + n) {
		if (is_word_at(text, at + 1))
			return false;
		if (!take(ret_reading, text, at, (char)text.p[at]))
			return false;
		if (!bytes_eq(bytes_sub(text, at + 1, n), separator))
			break;
	}
	return ret_reading->digits >= DIGITS_MIN && !is_counting(ret_reading);
}

/* "219 - 09 - 9998", "219-\n09-\n9998". */
static bool
read_spaced(struct bytes text, size_t at, struct reading *ret_reading)
{
	size_t groups = 0, blanks = 0;
	start(ret_reading);
	for (;;) {
		size_t from = at, hyphen;
		while (is_digit_at(text, at) && at - from <= GROUP_MAX) {
			take(ret_reading, text, at, (char)text.p[at]);
			at++;
		}
		if (at - from < 2 || at - from > GROUP_MAX || is_word_at(text, at))
			return false;
		groups++;
		hyphen = at + is_blank_at(text, at);
		size_t next = hyphen + 1 + is_blank_at(text, hyphen + 1);
		if (hyphen >= text.n || text.p[hyphen] != '-' || !is_digit_at(text, next) ||
			ret_reading->digits >= DIGITS_MAX - GROUP_MAX)
			break;
		blanks += next - at - 1;
		take(ret_reading, text, hyphen, '-');
		at = next;
	}
	return groups >= GROUPS_MIN && blanks > 0 && ret_reading->digits >= DIGITS_MIN;
}

static char
digit_for(uint8_t c)
{
	return c == 'O' || c == 'o' ? '0' : c == 'l' || c == 'I' ? '1' : '\0';
}

/* "2I9-O9-9998": among digits and hyphens, neither first nor last. */
static bool
read_letters(struct bytes text, size_t at, struct reading *ret_reading)
{
	size_t letters = 0, last = at;
	start(ret_reading);
	for (; is_word_at(text, at) || (at < text.n && text.p[at] == '-'); at++) {
		char as = digit_for(text.p[at]);
		bool known = as != '\0' || text.p[at] == '-' || is_digit_at(text, at);
		if (!known || !take(ret_reading, text, at, as != '\0' ? as : (char)text.p[at]))
			return false;
		letters += as != '\0';
		last = at;
	}
	return letters > 0 && letters * 2 < ret_reading->digits && ret_reading->digits >= DIGITS_MIN &&
	       is_digit_at(text, last);
}

/* What stands behind the first digits says which reading is worth a try. When none succeeds, `end` is where
 * the next can begin: digits that stand apart and are no number from the first on are none from the second.
 */
static bool
read_number(struct bytes text, size_t at, struct reading *ret_reading)
{
	size_t end = at + 1, tried;
	ret_reading->end = 0;
	while (is_digit_at(text, end))
		end++;
	if (end == at + 1 && end < text.n && read_apart(text, at, ret_reading))
		return true;
	tried = ret_reading->end > end ? ret_reading->end : end;
	uint8_t c = end < text.n ? text.p[end] : '\0';
	if (end > at + 1 && (c == '-' || c == ' ' || c == '\n') && read_spaced(text, at, ret_reading))
		return true;
	if ((c == '-' || digit_for(c) != '\0') && read_letters(text, at, ret_reading))
		return true;
	ret_reading->end = tried;
	return false;
}

static unsigned
count_digits(struct bytes text, size_t at)
{
	uint8_t n = 0;
	if (at + BLOCK > text.n)
		return BLOCK;
	for (size_t i = 0; i < BLOCK; i++)
		n = (uint8_t)(n + ((uint8_t)(text.p[at + i] - '0') < 10));
	return n;
}

/*
 * Behind blocks of few digits: seven that are near each other put three into one block, and begin in it or in
 * the one before.
 */
static size_t
skip_blocks(struct bytes text, size_t at)
{
	unsigned here = count_digits(text, at);
	while (here < BLOCK_DIGITS) {
		here = count_digits(text, at + BLOCK);
		if (here >= BLOCK_DIGITS)
			break;
		at += BLOCK;
	}
	return at;
}

/* The first digit at or behind `at` that no word and no digit stands before, or the text's end. */
static size_t
next_number(struct bytes text, size_t at)
{
	while (at < text.n) {
		at = skip_blocks(text, at);
		size_t end = at + BLOCK < text.n ? at + BLOCK : text.n;
		for (; at < end; at++)
			if (ascii_is_digit(text.p[at]) && (at == 0 || !is_word_at(text, at - 1)))
				return at;
	}
	return text.n;
}

/* The text as it becomes, beside the text as it is. */
struct rewriter {
	const struct folded *in;
	struct buf *text, *steps;
	size_t step;  /* the first of in->steps behind what is written */
	size_t shift; /* original minus folded place, of the last step written */
};

static void
mark(struct rewriter *w, size_t original)
{
	struct fold_step step = {(uint32_t)w->text->n, (uint32_t)original};
	if (original - w->text->n == w->shift)
		return;
	w->shift = original - w->text->n;
	buf_put(w->steps, &step, sizeof(step));
}

static void
copy(struct rewriter *w, size_t from, size_t to)
{
	const struct folded *in = w->in;
	if (from == to)
		return;
	mark(w, fold_original(in, from));
	while (w->step < in->n_steps && in->steps[w->step].folded <= from)
		w->step++;
	while (from < to) {
		bool more = w->step < in->n_steps && in->steps[w->step].folded < to;
		size_t end = more ? in->steps[w->step].folded : to;
		buf_put(w->text, in->text.p + from, end - from);
		from = end;
		if (more)
			mark(w, in->steps[w->step++].original);
	}
}

static void
put_reading(struct rewriter *w, const struct reading *reading)
{
	for (size_t i = 0; i < reading->n; i++) {
		mark(w, fold_original(w->in, reading->from[i]));
		buf_put_byte(w->text, (uint8_t)reading->text[i]);
	}
}

bool
fold_numbers(const struct folded *folded, struct buf *text, struct buf *steps)
{
	struct rewriter w = {.in = folded, .text = text, .steps = steps};
	struct reading reading;
	size_t written = 0, at = 0;
	while ((at = next_number(folded->text, at)) < folded->text.n) {
		if (!read_number(folded->text, at, &reading)) {
			at = reading.end;
			continue;
		}
		copy(&w, written, at);
		put_reading(&w, &reading);
		written = at = reading.end;
	}
	if (written == 0)
		return false;
	copy(&w, written, folded->text.n);
	return true;
}
