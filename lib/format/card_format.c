/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calendars (RFC 5545, and vCalendar 1.0) and address cards (RFC 6350, vCard 2.1 and 3.0): "Summary: ...", a
 * line for each property, with what hides in its parameters and the files that stand in it.
 */
#include <stdio.h>

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/format/attached.h"
#include "lib/format/formats.h"
#include "lib/format/labelled.h"
#include "lib/format/narrative.h"
#include "lib/format/path.h"
#include "lib/mime/charset.h"
#include "lib/mime/decode.h"

enum { LEVELS_MAX = 8 };

struct card {
	struct format_out *out;
	struct format_text text, hidden;
	struct path path;
	size_t levels[LEVELS_MAX];
	size_t depth, components;
	struct buf line, value;
};

/* One property, as views of the unfolded line. */
struct property {
	struct bytes name, parameters, value;
};

/* Cuts a line with its folds off the content, as it stands without them. */
static bool
next_line(struct bytes *rest, struct buf *line)
{
	struct bytes piece;
	bool is_printable;

	buf_reset(line);
	if (!bytes_next_line(rest, &piece))
		return false;
	buf_put_bytes(line, piece);
	is_printable = bytes_find(piece, BYTES_LIT("QUOTED-PRINTABLE")) < piece.n;
	for (;;) {
		bool is_soft = is_printable && line->n > 0 && line->p[line->n - 1] == '=';
		bool is_folded = rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t');

		if (!is_soft && !is_folded)
			return true;
		line->n -= is_soft;
		if (!bytes_next_line(rest, &piece))
			return true;
		/* vCard 2.1 keeps the space; without it two words are one, with it a number is two. */
		buf_put_bytes(line, is_soft ? piece : bytes_sub(piece, 1, piece.n));
	}
}

/* "ATTENDEE;CN=\"Doe, Jane\":mailto:..." at its signs outside quotes. */
static bool
find_property(struct bytes line, struct property *ret)
{
	size_t semicolon = line.n, colon = line.n, dot;
	bool quoted = false;

	for (size_t i = 0; i < line.n && colon == line.n; i++) {
		quoted = quoted != (line.p[i] == '"');
		if (quoted)
			continue;
		if (line.p[i] == ':')
			colon = i;
		else if (line.p[i] == ';' && semicolon == line.n)
			semicolon = i;
	}
	if (colon == line.n)
		return false;
	if (semicolon > colon)
		semicolon = colon;
	ret->name = bytes_sub(line, 0, semicolon);
	ret->parameters = bytes_sub(line, semicolon, colon - semicolon);
	ret->value = bytes_sub(line, colon + 1, line.n);
	dot = bytes_find_byte(ret->name, '.');
	if (dot < ret->name.n)
		ret->name = bytes_sub(ret->name, dot + 1, ret->name.n);
	return true;
}

/* Cuts the next off *rest: ";NAME=value" or, in the old form, ";value" with no name. */
static bool
next_parameter(struct bytes *rest, struct bytes *ret_name, struct bytes *ret_value)
{
	bool quoted = false;
	struct bytes all;
	size_t n = 1, equals;

	if (rest->n == 0)
		return false;
	for (; n < rest->n && (quoted || rest->p[n] != ';'); n++)
		quoted = quoted != (rest->p[n] == '"');
	all = bytes_sub(*rest, 1, n - 1);
	*rest = bytes_sub(*rest, n, rest->n);
	equals = bytes_find_byte(all, '=');
	*ret_name = equals < all.n ? bytes_sub(all, 0, equals) : bytes_of(NULL, 0);
	*ret_value = equals < all.n ? bytes_sub(all, equals + 1, all.n) : all;
	if (ret_value->n > 1 && ret_value->p[0] == '"')
		*ret_value = bytes_sub(*ret_value, 1, ret_value->n - 2);
	return true;
}

static struct bytes
parameter(struct bytes parameters, const char *name)
{
	struct bytes key, value;

	while (next_parameter(&parameters, &key, &value))
		if (bytes_eq_nocase(key, bytes_of_str(name)))
			return value;
	return bytes_of(NULL, 0);
}

static bool
is_encoded(struct bytes parameters, const char *how)
{
	struct bytes name, value;

	while (next_parameter(&parameters, &name, &value))
		if ((name.n == 0 || bytes_eq_nocase(name, BYTES_LIT("ENCODING"))) &&
			bytes_eq_nocase(value, bytes_of_str(how)))
			return true;
	return false;
}

static void
put_printable(struct card *card, const struct property *property)
{
	struct buf bytes;

	buf_init(&bytes, property->value.n + 64);
	decode_put(DECODE_QUOTED_PRINTABLE, property->value, &bytes);
	(void)charset_to_utf8(parameter(property->parameters, "CHARSET"), buf_bytes(&bytes), &card->value);
	buf_wipe_done(&bytes);
}

/* RFC 5545 section 3.3.11; the parts of a name or address are parted as people do. */
static void
put_unescaped(struct buf *out, struct bytes value, const char *between)
{
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];

		if (c == '\\' && i + 1 < value.n) {
			c = value.p[++i];
			buf_put_byte(out, c == 'n' || c == 'N' ? '\n' : c);
		} else if (c == ';' && between != NULL)
			buf_put_str(out, between);
		else
			buf_put_byte(out, c);
	}
}

/* "Doe;Jane;Q;Dr.;Jr." (RFC 6350 section 6.2.2) as Jane Q Doe Jr. */
static void
put_name(struct buf *out, struct bytes value)
{
	static const size_t order[] = {1, 2, 0, 4};
	struct bytes parts[5] = {{NULL, 0}};
	size_t from = 0;

	for (size_t i = 0; i < 5; i++) {
		struct bytes rest = bytes_sub(value, from, value.n);
		size_t n = bytes_find_byte(rest, ';');

		parts[i] = bytes_sub(rest, 0, n);
		from += n + 1;
		if (from > value.n)
			from = value.n;
	}
	for (size_t i = 0; i < 4; i++) {
		if (parts[order[i]].n == 0)
			continue;
		if (out->n > 0)
			buf_put_byte(out, ' ');
		put_unescaped(out, parts[order[i]], NULL);
	}
}

/* "19610304", "19610304T1000Z" as 1961-03-04. */
static void
put_date(struct buf *out, struct bytes value)
{
	for (size_t i = 0; i < 8; i++)
		if (i >= value.n || !ascii_is_digit(value.p[i])) {
			buf_put_bytes(out, value);
			return;
		}
	buf_putf(out, "%.4s-%.2s-%.2s", (const char *)value.p, (const char *)value.p + 4,
		(const char *)value.p + 6);
	if (value.n >= 13 && value.p[8] == 'T')
		buf_putf(out, " %.2s:%.2s", (const char *)value.p + 9, (const char *)value.p + 11);
}

enum kind { KIND_TEXT, KIND_NAME, KIND_DATE, KIND_PARTS };

static const struct {
	const char *name, *label;
	enum kind kind;
} properties[] = {
	{"SUMMARY", "Summary", KIND_TEXT},
	{"DESCRIPTION", "Description", KIND_TEXT},
	{"DTSTART", "Start", KIND_DATE},
	{"DTEND", "End", KIND_DATE},
	{"N", "Name", KIND_NAME},
	{"FN", "Name", KIND_TEXT},
	{"BDAY", "Date of birth", KIND_DATE},
	{"TEL", "Phone", KIND_TEXT},
	{"ADR", "Address", KIND_PARTS},
	{"LABEL", "Address", KIND_TEXT},
	{"ORG", "Organization", KIND_PARTS},
};

static void
put_value(struct card *card, const struct property *property, struct bytes value)
{
	const char *label = NULL;
	enum kind kind = KIND_TEXT;

	buf_reset(&card->line);
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (bytes_eq_nocase(property->name, bytes_of_str(properties[i].name))) {
			label = properties[i].label;
			kind = properties[i].kind;
		}
	if (kind == KIND_NAME)
		put_name(&card->line, value);
	else if (kind == KIND_DATE)
		put_date(&card->line, value);
	else
		put_unescaped(&card->line, value, kind == KIND_PARTS ? ", " : NULL);
	if (label != NULL)
		labelled_put(&card->text, card->path.text, label, buf_bytes(&card->line));
	else
		labelled_put_field(&card->text, card->path.text, property->name, buf_bytes(&card->line));
}

static void
put_parameters(struct card *card, const struct property *property)
{
	struct bytes rest = property->parameters, name, value;

	while (next_parameter(&rest, &name, &value)) {
		if (bytes_eq_nocase(name, BYTES_LIT("CN")))
			labelled_put(&card->text, card->path.text, "Name", value);
		else if (!attached_tell_data_url(card->out, property->name, value))
			labelled_put_field(&card->hidden, card->path.text, name, value);
	}
}

static bool
is_html(const struct property *property)
{
	return bytes_eq_nocase(property->name, BYTES_LIT("X-ALT-DESC")) ||
	       bytes_eq_nocase(parameter(property->parameters, "FMTTYPE"), BYTES_LIT("text/html"));
}

static void
put_property(struct card *card, const struct property *property)
{
	size_t at = path_push(&card->path, property->name);
	struct bytes value = property->value, type = parameter(property->parameters, "FMTTYPE");

	buf_reset(&card->value);
	put_parameters(card, property);
	if (is_encoded(property->parameters, "QUOTED-PRINTABLE")) {
		put_printable(card, property);
		value = buf_bytes(&card->value);
	}
	if (is_encoded(property->parameters, "BASE64") || is_encoded(property->parameters, "B"))
		attached_tell_base64(card->out, parameter(property->parameters, "FILENAME"), type, value);
	else if (attached_tell_data_url(card->out, property->name, value))
		;
	else if (is_html(property)) {
		buf_reset(&card->line);
		put_unescaped(&card->line, value, NULL);
		format_text_mark(&card->text, card->path.text);
		narrative_put_html(&card->text, &card->hidden, buf_bytes(&card->line));
	} else
		put_value(card, property, value);
	path_pop(&card->path, at);
}

static void
begin(struct card *card, struct bytes name)
{
	size_t at = path_push_item(&card->path, bytes_trim(name), card->components++);

	if (card->depth + 1 < LEVELS_MAX)
		card->levels[++card->depth] = at;
	else
		path_pop(&card->path, at);
	buf_put_byte(&card->text.buf, '\n');
}

static void
end(struct card *card)
{
	if (card->depth == 0)
		return;
	path_pop(&card->path, card->levels[card->depth--]);
}

static void
read_card(struct format_out *out, struct bytes content)
{
	struct card card = {.out = out};
	struct property property;
	struct buf line;

	path_init(&card.path, '.');
	buf_init(&card.line, content.n * 2 + 64);
	buf_init(&card.value, content.n * 4 + 64);
	buf_init(&line, content.n + 64);
	format_text_init(&card.text, out, SEGMENT_TEXT, "card");
	format_text_init(&card.hidden, out, SEGMENT_HIDDEN, "card, not shown");
	while (next_line(&content, &line) && format_spend(out, 0)) {
		if (!find_property(buf_bytes(&line), &property))
			continue;
		if (bytes_eq_nocase(property.name, BYTES_LIT("BEGIN")))
			begin(&card, property.value);
		else if (bytes_eq_nocase(property.name, BYTES_LIT("END")))
			end(&card);
		else
			put_property(&card, &property);
	}
	format_text_done(&card.text);
	format_text_done(&card.hidden);
	buf_wipe_done(&card.line);
	buf_wipe_done(&card.value);
	buf_wipe_done(&line);
}

static bool
begins(struct bytes content, struct bytes what)
{
	content = bytes_sub(content, 0, 1024);
	if (bytes_starts_nocase(content, BYTES_LIT("\xEF\xBB\xBF")))
		content = bytes_sub(content, 3, content.n);
	return bytes_starts_nocase(bytes_trim(content), what);
}

static bool
is_calendar(struct bytes content)
{
	return begins(content, BYTES_LIT("BEGIN:VCALENDAR"));
}

static bool
is_vcard(struct bytes content)
{
	return begins(content, BYTES_LIT("BEGIN:VCARD"));
}

const struct format calendar_format = {
	.name = "ics",
	.types = (const char *const[]){"text/calendar", "text/x-vcalendar", "application/ics", NULL},
	.extensions = (const char *const[]){"ics", "ical", "ifb", "vcs", NULL},
	.is_text = true,
	.is = is_calendar,
	.read = read_card,
};

const struct format vcard_format = {
	.name = "vcf",
	.types = (const char *const[]){"text/vcard", "text/x-vcard", "text/directory", "application/vcard",
		NULL},
	.extensions = (const char *const[]){"vcf", "vcard", "card", NULL},
	.is_text = true,
	.is = is_vcard,
	.read = read_card,
};
