/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/fact.h"

#include <stdio.h>

#include "lib/base/ascii.h"

void
fact_open_code(
	struct fact *fact, struct format_text *text, const char *place, const char *label, const char *system)
{
	*fact = (struct fact){.text = text, .start = text->buf.n, .marks = text->marks.n};
	if (place != NULL)
		format_text_mark(text, place);
	buf_put_str(&text->buf, label);
	if (system != NULL) {
		buf_put_str(&text->buf, " (");
		buf_put_str(&text->buf, system);
		buf_put_byte(&text->buf, ')');
	}
	buf_put_byte(&text->buf, ':');
	fact->value = text->buf.n;
}

void
fact_open(struct fact *fact, struct format_text *text, const char *place, const char *label)
{
	fact_open_code(fact, text, place, label, NULL);
}

static bool
is_blank(uint8_t c)
{
	return c <= ' ' || c == 0x7F;
}

static struct bytes
trim(struct bytes b)
{
	while (b.n > 0 && is_blank(b.p[0]))
		b = bytes_sub(b, 1, b.n);
	while (b.n > 0 && is_blank(b.p[b.n - 1]))
		b.n--;
	return b;
}

static void
put_clean(struct fact *fact, struct bytes value, bool keep_lines)
{
	struct buf *buf = &fact->text->buf;
	size_t from = 0;

	value = trim(value);
	if (value.n == 0)
		return;
	buf_put_byte(buf, ' ');
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];

		if (!is_blank(c))
			continue;
		buf_put_bytes(buf, bytes_sub(value, from, i - from));
		from = i + 1;
		if (keep_lines && (c == '\n' || c == '\r'))
			buf_put_byte(buf, '\n');
		else if (i > 0 && !is_blank(value.p[i - 1]))
			buf_put_byte(buf, ' ');
	}
	buf_put_bytes(buf, bytes_sub(value, from, value.n));
}

void
fact_word(struct fact *fact, struct bytes word)
{
	put_clean(fact, word, false);
}

void
fact_prose(struct fact *fact, struct bytes prose)
{
	put_clean(fact, prose, true);
}

static bool
are_digits(struct bytes b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (i >= b.n || !ascii_is_digit(b.p[i]))
			return false;
	return true;
}

void
fact_date(struct fact *fact, struct bytes date)
{
	char iso[16];

	date = trim(date);
	if (are_digits(date, 8)) {
		snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s", (const char *)date.p, (const char *)date.p + 4,
			(const char *)date.p + 6);
		date = bytes_of_str(iso);
	} else if (date.n == 6 && are_digits(date, 6)) {
		snprintf(iso, sizeof(iso), "%.4s-%.2s", (const char *)date.p, (const char *)date.p + 4);
		date = bytes_of_str(iso);
	}
	fact_word(fact, date);
}

void
fact_mark(struct fact *fact, const char *place)
{
	format_text_mark(fact->text, place);
}

void
fact_cell(struct fact *fact, const char *place)
{
	if (!fact_is_empty(fact))
		buf_put_str(&fact->text->buf, " |");
	fact_mark(fact, place);
}

bool
fact_is_empty(const struct fact *fact)
{
	return fact->text->buf.n <= fact->value;
}

void
fact_close(struct fact *fact)
{
	if (!fact_is_empty(fact)) {
		buf_put_byte(&fact->text->buf, '\n');
		return;
	}
	fact->text->buf.n = fact->start;
	fact->text->marks.n = fact->marks;
}

void
fact_put(struct format_text *text, const char *place, const char *label, struct bytes value)
{
	struct fact fact;

	fact_open(&fact, text, place, label);
	fact_word(&fact, value);
	fact_close(&fact);
}

void
fact_put_date(struct format_text *text, const char *place, const char *label, struct bytes value)
{
	struct fact fact;

	fact_open(&fact, text, place, label);
	fact_date(&fact, value);
	fact_close(&fact);
}

static bool
lacks_point(struct bytes code)
{
	for (size_t i = 0; i < code.n; i++)
		if (!ascii_is_alnum(code.p[i]))
			return false;
	return code.n > 3 && code.n < 8;
}

void
fact_diagnosis(struct fact *fact, struct bytes code)
{
	char dotted[12];

	code = trim(code);
	if (lacks_point(code)) {
		snprintf(dotted, sizeof(dotted), "%.3s.%.*s", (const char *)code.p, (int)code.n - 3,
			(const char *)code.p + 3);
		code = bytes_of_str(dotted);
	}
	fact_word(fact, code);
}
