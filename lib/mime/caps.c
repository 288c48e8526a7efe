/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/caps.h"

#include "lib/base/ascii.h"

/*
 * What GMime 3.2 does with some fields: it recurses for each group inside a group; looks for the end of each
 * encoded word, to the end of the field if there is none; reads what is left of a list of addresses anew for
 * each item without an "@"; compares each parameter with those before it. So colons are counted, and the
 * bytes looked at again added up over the message. Fields shorter than FIELD_LOOKED_AT can't cost enough.
 */
enum { COLONS_MAX = 1000, FIELD_LOOKED_AT = 1024, COST_MAX = 200 * 1000 * 1000 };

/* As many boundaries are told apart; a message that names more has every line with dashes counted. */
enum { BOUNDARIES_MAX = 64 };

struct boundaries {
	struct bytes values[BOUNDARIES_MAX];
	size_t n;
	bool too_many;
};

/* What stands behind "boundary=", without quotes. */
static struct bytes
boundary_value(struct bytes b)
{
	size_t n = 0;

	if (b.n > 0 && b.p[0] == '"') {
		b = bytes_sub(b, 1, b.n);
		return bytes_sub(b, 0, bytes_find_byte(bytes_sub(b, 0, 200), '"'));
	}
	while (n < b.n && n < 200 && !ascii_is_space(b.p[n]) && b.p[n] != ';' && b.p[n] != '"')
		n++;
	return bytes_sub(b, 0, n);
}

static void
find_boundaries(struct bytes message, struct boundaries *found)
{
	found->n = 0;
	found->too_many = false;
	for (size_t at = 0; at + 10 < message.n; at++) {
		struct bytes value;
		bool known = false;

		if (ascii_lower(message.p[at]) != 'b' ||
			!bytes_starts_nocase(bytes_sub(message, at, 8), BYTES_LIT("boundary")))
			continue;
		/* Also "boundary*0=", "boundary =". */
		at += bytes_find_byte(bytes_sub(message, at, 20), '=');
		value = boundary_value(bytes_trim(bytes_sub(message, at + 1, 250)));
		for (size_t i = 0; i < found->n && !known; i++)
			known = bytes_eq(found->values[i], value);
		if (!known && found->n == BOUNDARIES_MAX)
			found->too_many = true;
		else if (!known && value.n > 0)
			found->values[found->n++] = value;
	}
}

static bool
is_boundary(const struct boundaries *boundaries, struct bytes line)
{
	struct bytes value = bytes_sub(line, 2, line.n);

	if (boundaries->too_many)
		return true;
	for (size_t i = 0; i < boundaries->n; i++) {
		struct bytes boundary = boundaries->values[i];

		if (bytes_eq(bytes_sub(value, 0, boundary.n), boundary))
			return true;
	}
	return false;
}

/* Where the line stands that is one boundary too many; message.n when there is none. */
static size_t
find_excess(struct bytes message, size_t max, const struct boundaries *boundaries)
{
	struct bytes rest = message, line;
	size_t count = 0;

	while (bytes_next_line(&rest, &line)) {
		if (line.n < 2 || line.p[0] != '-' || line.p[1] != '-')
			continue;
		if ((boundaries == NULL || is_boundary(boundaries, line)) && ++count > max)
			return (size_t)(line.p - message.p);
	}
	return message.n;
}

static void
cut_at(struct caps *caps, size_t at, enum unscannable why)
{
	caps->unscannable |= why;
	caps->rest = bytes_of(caps->message.p + at, caps->message.n - at + caps->rest.n);
	caps->message = bytes_sub(caps->message, 0, at);
}

static void
cap_parts(struct caps *caps, const struct mime_limits *limits)
{
	/* One for each part, an end for each of its levels, and some that are just text. */
	size_t max = limits->parts < SIZE_MAX / 8 ? limits->parts * 2 + 64 : SIZE_MAX;
	struct boundaries boundaries;
	size_t at;

	if (find_excess(caps->message, max, NULL) == caps->message.n)
		return;
	find_boundaries(caps->message, &boundaries);
	at = find_excess(caps->message, max, &boundaries);
	if (at < caps->message.n)
		cut_at(caps, at, UNSCANNABLE_PARTS);
}

/* The length of a field's name, or 0 when the line is no field. */
static size_t
name_length(struct bytes line)
{
	size_t n = 0;

	while (n < line.n && n < 100 && (ascii_is_alnum(line.p[n]) || line.p[n] == '-' || line.p[n] == '_'))
		n++;
	return n < line.n && (line.p[n] == ':' || line.p[n] == ' ' || line.p[n] == '\t') ? n : 0;
}

static bool
is_address_field(struct bytes name)
{
	static const struct bytes names[] = {BYTES_LIT("from"), BYTES_LIT("to"), BYTES_LIT("cc"),
		BYTES_LIT("bcc"), BYTES_LIT("sender"), BYTES_LIT("reply-to"), BYTES_LIT("resent-from"),
		BYTES_LIT("resent-to"), BYTES_LIT("resent-cc"), BYTES_LIT("resent-bcc"),
		BYTES_LIT("resent-sender"), BYTES_LIT("resent-reply-to"), BYTES_LIT("return-receipt-to"),
		BYTES_LIT("disposition-notification-to")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (bytes_eq_nocase(name, names[i]))
			return true;
	}
	return false;
}

/* From the last byte to the first: how far is the next "?=" from each "=?". */
static uint64_t
words_cost(struct bytes field)
{
	uint64_t cost = 0;
	size_t end = field.n;

	for (size_t i = field.n - 1; i > 0; i--) {
		if (field.p[i - 1] == '?' && field.p[i] == '=')
			end = i;
		else if (field.p[i - 1] == '=' && field.p[i] == '?')
			cost += end - i;
	}
	return cost;
}

static uint64_t
list_cost(struct bytes field)
{
	uint64_t bare = 0;
	size_t colons = 0;
	bool has_at = false;

	for (size_t i = 0; i < field.n; i++) {
		colons += field.p[i] == ':';
		if (field.p[i] == '@')
			has_at = true;
		else if (field.p[i] == ',') {
			bare += !has_at;
			has_at = false;
		}
	}
	return colons > COLONS_MAX ? COST_MAX + 1 : bare * field.n;
}

/* Each parameter is compared with those before it. */
static uint64_t
parameters_cost(struct bytes field)
{
	uint64_t n = 0;

	for (size_t i = 0; i < field.n; i++)
		n += field.p[i] == ';';
	return n * n * 8;
}

/* A line and those that continue it. */
static struct bytes
next_field(struct bytes *rest)
{
	struct bytes field = *rest;
	size_t n = 0;

	do {
		n += bytes_find_byte(bytes_sub(field, n, field.n), '\n');
		n += n < field.n;
	} while (n < field.n && (field.p[n] == ' ' || field.p[n] == '\t'));
	*rest = bytes_sub(field, n, field.n);
	return bytes_sub(field, 0, n);
}

/* In any header, the enclosed messages' too: here all lines could be fields. */
static void
cap_fields(struct caps *caps)
{
	struct bytes rest = caps->message;
	uint64_t cost = 0;

	while (rest.n >= FIELD_LOOKED_AT) {
		struct bytes field = next_field(&rest);
		size_t name_n = field.n >= FIELD_LOOKED_AT ? name_length(field) : 0;

		if (name_n == 0)
			continue;
		cost += words_cost(field);
		if (is_address_field(bytes_sub(field, 0, name_n)))
			cost += list_cost(field);
		else if (bytes_starts_nocase(field, BYTES_LIT("content-")))
			cost += parameters_cost(field);
		if (cost > COST_MAX) {
			cut_at(caps, (size_t)(field.p - caps->message.p), UNSCANNABLE_HEADERS);
			return;
		}
	}
}

/* Structure is kept, so that the body is parsed as what it is. */
static bool
is_structural(struct bytes line)
{
	return bytes_starts_nocase(line, BYTES_LIT("content-")) ||
	       bytes_starts_nocase(line, BYTES_LIT("mime-version"));
}

static size_t
count_fields(struct bytes message)
{
	struct bytes line;
	size_t count = 0;

	while (bytes_next_line(&message, &line) && line.n > 0)
		count += line.p[0] != ' ' && line.p[0] != '\t';
	return count;
}

static void
cap_headers(struct caps *caps, const struct mime_limits *limits)
{
	struct bytes rest = caps->message, line;
	size_t count = 0, structural = 0;
	bool keep = true;

	if (count_fields(caps->message) <= limits->headers)
		return;
	buf_init(&caps->shortened, caps->message.n + 2);
	buf_init(&caps->left_over, caps->message.n * 2);
	while (bytes_next_line(&rest, &line) && line.n > 0) {
		if (line.p[0] != ' ' && line.p[0] != '\t') {
			keep = count++ < limits->headers || (is_structural(line) && structural++ < 16);
		}
		if (keep)
			buf_put(&caps->shortened, line.p, (size_t)(rest.p - line.p));
		else
			buf_put(&caps->left_over, line.p, (size_t)(rest.p - line.p));
	}
	buf_put_str(&caps->shortened, "\r\n");
	buf_put_bytes(&caps->shortened, rest);
	buf_put_bytes(&caps->left_over, caps->rest);
	caps->unscannable |= UNSCANNABLE_HEADERS;
	caps->message = buf_bytes(&caps->shortened);
	caps->rest = buf_bytes(&caps->left_over);
}

/* A message whose lines mostly end with CR alone would be one single field. */
static bool
has_bare_breaks(struct bytes message)
{
	size_t bare = 0, lines = 0;

	for (size_t i = 0; i < message.n; i++) {
		lines += message.p[i] == '\n';
		bare += message.p[i] == '\r' && (i + 1 == message.n || message.p[i + 1] != '\n');
	}
	return bare > lines;
}

static void
break_lines(struct caps *caps)
{
	buf_init(&caps->broken, caps->message.n);
	for (size_t i = 0; i < caps->message.n; i++) {
		uint8_t c = caps->message.p[i];

		if (c == '\r' && i + 1 < caps->message.n && caps->message.p[i + 1] == '\n')
			continue;
		buf_put_byte(&caps->broken, c == '\r' ? '\n' : c);
	}
	caps->message = buf_bytes(&caps->broken);
}

void
caps_apply(struct bytes message, const struct mime_limits *limits, struct caps *ret_caps)
{
	*ret_caps = (struct caps){.message = message};
	if (has_bare_breaks(message))
		break_lines(ret_caps);
	cap_fields(ret_caps);
	cap_parts(ret_caps, limits);
	cap_headers(ret_caps, limits);
}

void
caps_done(struct caps *caps)
{
	buf_wipe_done(&caps->shortened);
	buf_wipe_done(&caps->left_over);
	buf_wipe_done(&caps->broken);
}
