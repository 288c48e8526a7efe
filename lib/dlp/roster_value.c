/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/roster_value.h"

enum { PHONE_MIN = 10, PHONE_MAX = 15, RECORD_MAX = 24, EMAIL_MAX = 100 };

const char *
roster_type_name(enum roster_type type)
{
	static const char *const names[ROSTER_TYPES] = {
		"name", "birth-date", "record-number", "address", "email", "phone"};

	return type < ROSTER_TYPES ? names[type] : NULL;
}

static void
begin(struct roster_value *value, char type)
{
	value->n = 0;
	value->text[value->n++] = (uint8_t)type;
}

static void
put(struct roster_value *value, uint8_t c)
{
	if (value->n < sizeof(value->text))
		value->text[value->n++] = c;
}

static void
put_all(struct roster_value *value, const uint8_t *p, size_t n)
{
	size_t room = sizeof(value->text) - value->n;

	n = n < room ? n : room;
	memcpy(value->text + value->n, p, n);
	value->n += n;
}

bool
roster_day_exists(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1880 || year > 2100 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && leap);
}

bool
roster_date(struct roster_value *ret_value, int year, int month, int day)
{
	int date = year * 10000 + month * 100 + day;

	if (!roster_day_exists(year, month, day))
		return false;
	begin(ret_value, 'd');
	for (int unit = 10000000; unit > 0; unit /= 10)
		put(ret_value, (uint8_t)('0' + date / unit % 10));
	return true;
}

bool
roster_record_number(struct roster_value *ret_value, struct bytes text)
{
	size_t digits = 0;

	begin(ret_value, 'r');
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (!ascii_is_alnum(c) || (c == '0' && ret_value->n == 1))
			digits += c == '0';
		else {
			digits += ascii_is_digit(c);
			put(ret_value, ascii_lower(c));
		}
	}
	return digits >= ROSTER_RECORD_DIGITS && ret_value->n > 1 && ret_value->n <= RECORD_MAX;
}

bool
roster_phone(struct roster_value *ret_value, struct bytes text)
{
	uint8_t digits[PHONE_MAX + 3];
	size_t n = 0, from = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (!ascii_is_digit(text.p[i]))
			continue;
		if (n == sizeof(digits))
			return false;
		digits[n++] = text.p[i];
	}
	if (n > PHONE_MIN + 1 && digits[0] == '0' && digits[1] == '0')
		from = 2;
	if (n - from == PHONE_MIN + 1 && digits[from] == '1')
		from++;
	begin(ret_value, 'p');
	put_all(ret_value, digits + from, n - from);
	return n - from >= PHONE_MIN && n - from <= PHONE_MAX;
}

bool
roster_email(struct roster_value *ret_value, struct bytes text)
{
	size_t at = bytes_find_byte(text, '@');
	size_t plus = bytes_find_byte(bytes_sub(text, 0, at), '+');

	if (at == 0 || at + 1 >= text.n || text.n > EMAIL_MAX)
		return false;
	if (plus == 0)
		plus = at;
	begin(ret_value, 'e');
	for (size_t i = 0; i < text.n; i++)
		if (i < plus || i >= at)
			put(ret_value, ascii_lower(text.p[i]));
	return true;
}

/* "O'Brien" is one word, "Smith's" is Smith. */
static bool
is_joined(struct bytes text, size_t at)
{
	if (text.p[at] != '\'' && text.p[at] != '`')
		return false;
	if (at + 1 >= text.n || !roster_is_letter(text.p[at + 1]))
		return false;
	return ascii_lower(text.p[at + 1]) != 's' || (at + 2 < text.n && roster_is_letter(text.p[at + 2]));
}

/* Of bytes whose highest bit is not set, which are ASCII letters, the lower case. */
static inline uint64_t
lower_eight(uint64_t letters)
{
	return letters | (~letters & UINT64_C(0x8080808080808080)) >> 2;
}

/* Letters, lower case. Most words are short: what stands behind them is copied too, and does not count. */
static inline void
add_letters(struct roster_word *word, struct bytes text, size_t from, size_t end)
{
	uint64_t eight;

	if (word->n == 0 && end - from <= sizeof(eight) && from + sizeof(eight) <= text.n) {
		memcpy(&eight, text.p + from, sizeof(eight));
		eight = lower_eight(eight);
		memcpy(word->text, &eight, sizeof(eight));
		word->n = end - from;
		return;
	}
	for (; from < end && word->n < sizeof(word->text); from++)
		word->text[word->n++] = (uint8_t)lower_eight(text.p[from]);
}

int
roster_next_word(struct bytes text, size_t *at, struct roster_word *ret_word)
{
	size_t i = *at, from;

	while (i < text.n && !roster_is_letter(text.p[i]))
		i++;
	ret_word->n = 0;
	for (;;) {
		for (from = i; i < text.n && roster_is_letter(text.p[i]);)
			i++;
		add_letters(ret_word, text, from, i);
		if (i >= text.n || !is_joined(text, i))
			break;
		i++;
	}
	*at = i;
	return ret_word->n > 0;
}

void
roster_single(struct roster_value *ret_value, const struct roster_word *word)
{
	begin(ret_value, 'w');
	put_all(ret_value, word->text, word->n);
}

void
roster_name(struct roster_value *ret_value, const struct roster_word *a, const struct roster_word *b)
{
	size_t shorter = a->n < b->n ? a->n : b->n;
	int order = memcmp(a->text, b->text, shorter);
	bool swap = order > 0 || (order == 0 && a->n > b->n);
	const struct roster_word *first = swap ? b : a, *second = swap ? a : b;

	begin(ret_value, 'n');
	put_all(ret_value, first->text, first->n);
	put(ret_value, ' ');
	put_all(ret_value, second->text, second->n);
}

/* A run of letters and digits, lower case. */
static bool
next_token(struct bytes text, size_t *at, struct roster_word *ret_token)
{
	size_t i = *at;

	while (i < text.n && !ascii_is_alnum(text.p[i]) && text.p[i] < 0x80 && text.p[i] != '\n')
		i++;
	ret_token->n = 0;
	for (; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (ascii_is_alnum(c) || c >= 0x80) {
			if (ret_token->n < sizeof(ret_token->text))
				ret_token->text[ret_token->n++] = ascii_lower(c);
		} else if (!is_joined(text, i)) {
			break;
		}
	}
	*at = i;
	return ret_token->n > 0;
}

static bool
is_one_of(const struct roster_word *word, const char *const *list)
{
	for (size_t i = 0; list[i]; i++)
		if (word->text[0] == (uint8_t)list[i][0] &&
			bytes_eq(bytes_of(word->text, word->n), bytes_of_str(list[i])))
			return true;
	return false;
}

static void
replace(struct roster_word *word, const char *const (*pairs)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (word->text[0] == (uint8_t)pairs[i][0][0] &&
			bytes_eq(bytes_of(word->text, word->n), bytes_of_str(pairs[i][0]))) {
			word->n = strlen(pairs[i][1]);
			memcpy(word->text, pairs[i][1], word->n);
			return;
		}
}

/* The word by which a street is known. */
static bool
next_street(struct bytes text, size_t *at, struct roster_word *ret_street)
{
	static const char *const passed[] = {"n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south",
		"east", "west", "northeast", "northwest", "southeast", "southwest", "the", "old", NULL};
	static const char *const prefixes[] = {"st", "saint", "mt", "mount", "ft", "fort", NULL};
	static const char *const ordinals[][2] = {{"first", "1st"}, {"second", "2nd"}, {"third", "3rd"},
		{"fourth", "4th"}, {"fifth", "5th"}, {"sixth", "6th"}, {"seventh", "7th"}, {"eighth", "8th"},
		{"ninth", "9th"}, {"tenth", "10th"}};
	struct roster_word last;
	size_t end;

	if (!next_token(text, at, ret_street))
		return false;
	last = *ret_street;
	end = *at;
	while (is_one_of(ret_street, passed) || is_one_of(ret_street, prefixes)) {
		last = *ret_street;
		end = *at;
		if (!next_token(text, at, ret_street)) { /* "12 North" */
			*ret_street = last;
			*at = end;
			return true;
		}
	}
	replace(ret_street, ordinals, sizeof(ordinals) / sizeof(ordinals[0]));
	return true;
}

bool
roster_address(struct roster_value *ret_value, struct bytes text, size_t *ret_end)
{
	static const char *const boxes[] = {"po", "p", "o", "post", "office", "box", "pob", NULL};
	struct roster_word number, street;
	size_t at = 0;
	bool box = false;

	if (!next_token(text, &at, &number))
		return false;
	while (is_one_of(&number, boxes)) {
		box = box || number.n == 3;
		if (!next_token(text, &at, &number))
			return false;
	}
	if (!ascii_is_digit(number.text[0]) || number.n > 8)
		return false;
	begin(ret_value, 'a');
	put_all(ret_value, number.text, number.n);
	put(ret_value, ' ');
	if (box) {
		put_all(ret_value, (const uint8_t *)"box", 3);
	} else {
		if (!next_street(text, &at, &street) || (street.n < 2 && !ascii_is_digit(street.text[0])))
			return false;
		put_all(ret_value, street.text, street.n);
	}
	if (ret_end)
		*ret_end = at;
	return true;
}
