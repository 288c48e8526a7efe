/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/roster_text.h"

#include <stdlib.h>

enum {
	BLOCK = 32,
	GROUPS_MAX = 4, /* of a record number or a phone number */
	RECORD_TEXT = 24,
	PHONE_DIGITS_MIN = 10,
	PHONE_DIGITS_MAX = 13,
	DATE_TEXT = 32,
	ADDRESS_TEXT = 80,
	MONTH_TEXT = 9,
	LOCAL_MAX = 64,
	DOMAIN_MAX = 80,
	NAME_WORDS = 4, /* with what stands between the two */
	NAME_TEXT = 80,
};

struct finder {
	const struct roster *roster;
	struct bytes text;
	struct buf *found;
	uint32_t record_lengths;
};

static void
look_up(const struct finder *f, size_t from, size_t to, enum roster_type type,
	const struct roster_value *value)
{
	struct roster_list people = roster_look_up(f->roster, value);
	struct roster_found found = {(uint32_t)from, (uint32_t)to, type, people};

	if (people.n > 0)
		buf_put(f->found, &found, sizeof(found));
}

/* The first digit or @ from `at` on. */
static size_t
next_sign(struct bytes text, size_t at)
{
	while (at + BLOCK <= text.n) {
		uint8_t any = 0; /* of this width the compiler makes vectors */

		for (size_t i = 0; i < BLOCK; i++)
			any |= (uint8_t)((uint8_t)(text.p[at + i] - '0') < 10) |
			       (uint8_t)(text.p[at + i] == '@');
		if (any)
			break;
		at += BLOCK;
	}
	while (at < text.n && !ascii_is_digit(text.p[at]) && text.p[at] != '@')
		at++;
	return at;
}

static size_t
token_end(struct bytes text, size_t at)
{
	while (at < text.n && ascii_is_alnum(text.p[at]))
		at++;
	return at;
}

static bool
has_digit(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (ascii_is_digit(text.p[i]))
			return true;
	return false;
}

/* What may stand between the parts of a value. */
enum { IN_RECORD = 1, IN_PHONE = 2, BEFORE_DAY = 4, BEFORE_STREET = 8 };

static bool
is_sign(struct bytes text, size_t at, uint8_t where)
{
	static const uint8_t signs[128] = {
		[' '] = IN_RECORD | IN_PHONE | BEFORE_DAY | BEFORE_STREET,
		['-'] = IN_RECORD | IN_PHONE | BEFORE_DAY,
		['.'] = IN_RECORD | IN_PHONE | BEFORE_DAY,
		['/'] = IN_RECORD | IN_PHONE,
		['('] = IN_PHONE,
		[')'] = IN_PHONE,
		[','] = BEFORE_DAY,
		['\n'] = BEFORE_DAY,
	};

	return at < text.n && text.p[at] < sizeof(signs) && (signs[text.p[at]] & where) != 0;
}

/* "0012345", and "12-345-67" in its length: groups with the same sign between them. */
static void
look_record_number(const struct finder *f, size_t from, size_t end)
{
	struct roster_value value;
	uint8_t sign = end < f->text.n ? f->text.p[end] : 0;

	for (unsigned group = 1;; group++) {
		size_t next;

		if (end - from > RECORD_TEXT)
			return;
		if (roster_record_number(&value, bytes_sub(f->text, from, end - from)) &&
			(f->record_lengths & roster_record_length(&value)))
			look_up(f, from, end, ROSTER_RECORD_NUMBER, &value);
		if (group == GROUPS_MAX || !is_sign(f->text, end, IN_RECORD) || f->text.p[end] != sign)
			return;
		next = token_end(f->text, end + 1);
		if (next - end < 3 || !has_digit(bytes_sub(f->text, end, next - end)))
			return;
		end = next;
	}
}

/* An area code, all of a number, the 1 of North America, or what a + announces. */
static bool
starts_phone(struct bytes text, size_t from, size_t end)
{
	return end - from >= 3 || (end - from == 1 && text.p[from] == '1') ||
	       (from > 0 && text.p[from - 1] == '+');
}

static void
look_phone(const struct finder *f, size_t from)
{
	struct roster_value value;
	size_t at = from, digits = 0;

	for (unsigned group = 0; group <= GROUPS_MAX && digits < PHONE_DIGITS_MAX; group++) {
		size_t start = at, signs = 0;

		while (at < f->text.n && ascii_is_digit(f->text.p[at]))
			at++;
		digits += at - start;
		if (at == start || digits > PHONE_DIGITS_MAX ||
			(group == 0 && !starts_phone(f->text, start, at)))
			return;
		if (digits >= PHONE_DIGITS_MIN && roster_phone(&value, bytes_sub(f->text, from, at - from)))
			look_up(f, from, at, ROSTER_PHONE, &value);
		while (signs < 3 && is_sign(f->text, at + signs, IN_PHONE))
			signs++;
		at += signs;
	}
}

/* Where a date begins of which the number at `from` is the first: perhaps at a month's name before it. */
static size_t
date_start(struct bytes text, size_t from)
{
	size_t at = from, end;

	if (from + 2 < text.n && ascii_is_digit(text.p[from + 1]) && ascii_is_digit(text.p[from + 2]))
		return from;
	while (at > 0 && from - at < 2 && is_sign(text, at - 1, BEFORE_DAY))
		at--;
	end = at;
	while (at > 0 && end - at < MONTH_TEXT && ascii_is_alpha(text.p[at - 1]))
		at--;
	if (at > 0 && ascii_is_alnum(text.p[at - 1]))
		return from;
	return roster_is_month(bytes_sub(text, at, end - at)) ? at : from;
}

static void
look_date(const struct finder *f, size_t from)
{
	struct roster_dates dates;
	struct roster_value value;
	size_t start = date_start(f->text, from);

	if (!roster_read_dates(bytes_sub(f->text, start, DATE_TEXT), &dates))
		return;
	for (size_t i = 0; i < dates.n; i++)
		if (roster_date(&value, dates.days[i].year, dates.days[i].month, dates.days[i].day))
			look_up(f, start, start + dates.end, ROSTER_BIRTH_DATE, &value);
}

/* "12 Main", "12 5th", and what follows "Box". */
static void
look_address(const struct finder *f, size_t from, size_t end)
{
	struct roster_value value;
	size_t next = end + 1, length;

	if (from >= 4 && bytes_eq_nocase(bytes_sub(f->text, from - 4, 4), BYTES_LIT("box "))) {
		if (roster_address(&value, bytes_sub(f->text, from - 4, end - from + 4), &length))
			look_up(f, from - 4, end, ROSTER_ADDRESS, &value);
		return;
	}
	if (!is_sign(f->text, end, BEFORE_STREET))
		return;
	while (next < f->text.n && next < end + 4 && ascii_is_digit(f->text.p[next]))
		next++;
	if (next < f->text.n && roster_is_letter(f->text.p[next]) &&
		roster_address(&value, bytes_sub(f->text, from, ADDRESS_TEXT), &length))
		look_up(f, from, from + length, ROSTER_ADDRESS, &value);
}

static size_t
look_token(const struct finder *f, size_t digit, size_t low)
{
	size_t from = digit, end = token_end(f->text, digit);

	while (from > low && digit - from < RECORD_TEXT && ascii_is_alnum(f->text.p[from - 1]))
		from--;
	look_record_number(f, from, end);
	if (from == digit) {
		look_date(f, from);
		look_phone(f, from);
		look_address(f, from, end);
	}
	return end;
}

static bool
is_local(uint8_t c)
{
	return ascii_is_alnum(c) || (c != '\0' && strchr("._%+-'", c));
}

static void
look_email(const struct finder *f, size_t at)
{
	struct roster_value value;
	size_t from = at, end = at + 1;

	while (from > 0 && at - from < LOCAL_MAX && is_local(f->text.p[from - 1]))
		from--;
	while (end < f->text.n && end - at < DOMAIN_MAX &&
		(ascii_is_alnum(f->text.p[end]) || f->text.p[end] == '.' || f->text.p[end] == '-'))
		end++;
	while (end > at && !ascii_is_alnum(f->text.p[end - 1]))
		end--;
	if (end > at && roster_email(&value, bytes_sub(f->text, from, end - from)))
		look_up(f, from, end, ROSTER_EMAIL, &value);
}

static void
look_for_anchors(const struct finder *f)
{
	size_t at = 0, low = 0;

	while ((at = next_sign(f->text, at)) < f->text.n) {
		if (f->text.p[at] == '@')
			look_email(f, at++);
		else
			at = low = look_token(f, at, low);
	}
}

/* The last words of a text, those of names and others. */
struct recent {
	struct {
		struct roster_word word;
		size_t from;
		bool names;
	} p[NAME_WORDS];
	size_t n; /* so far */
};

static void
take_word(const struct finder *f, struct recent *recent, size_t end)
{
	size_t last = recent->n++;
	struct roster_value value;
	size_t now = last % NAME_WORDS;

	roster_single(&value, &recent->p[now].word);
	recent->p[now].names = recent->p[now].word.n > 1 && roster_may_name(f->roster, &value);
	for (size_t i = 1; recent->p[now].names && i < NAME_WORDS && i <= last; i++) {
		size_t then = (last - i) % NAME_WORDS;

		if (!recent->p[then].names || end - recent->p[then].from > NAME_TEXT)
			continue;
		roster_name(&value, &recent->p[then].word, &recent->p[now].word);
		look_up(f, recent->p[then].from, end, ROSTER_NAME, &value);
	}
}

static void
look_for_names(const struct finder *f, struct recent *recent, size_t *at, size_t end)
{
	while (*at < end) {
		while (*at < end && !roster_is_letter(f->text.p[*at]))
			++*at;
		if (*at == end)
			return;
		recent->p[recent->n % NAME_WORDS].from = *at;
		if (roster_next_word(f->text, at, &recent->p[recent->n % NAME_WORDS].word) > 0)
			take_word(f, recent, *at);
	}
}

/* Around the anchors; where their surroundings meet each word is read once. */
static void
look_near_anchors(const struct finder *f, size_t reach)
{
	size_t n = f->found->n / sizeof(struct roster_found), done = 0;
	struct recent recent = {.n = 0};

	for (size_t i = 0; i < n; i++) {
		const struct roster_found *anchor = (const struct roster_found *)(void *)f->found->p + i;
		size_t from = anchor->from > reach ? anchor->from - reach : 0, end = anchor->to + reach;

		end = end < f->text.n ? end : f->text.n;
		if (from > done) {
			recent.n = 0;
			done = from;
			while (done < end && roster_is_letter(f->text.p[done]))
				done++; /* the rest of a word */
		}
		look_for_names(f, &recent, &done, end);
	}
}

static int
compare(const void *a, const void *b)
{
	const struct roster_found *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

void
roster_find(const struct roster *roster, struct bytes text, uint32_t reach, struct buf *found)
{
	struct finder finder = {roster, text, found, roster_header(roster)->record_lengths};

	buf_reset(found);
	look_for_anchors(&finder);
	if (found->n == 0)
		return;
	look_near_anchors(&finder, reach);
	qsort(found->p, found->n / sizeof(struct roster_found), sizeof(struct roster_found), compare);
}
