/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/labelled.h"

#include "lib/base/ascii.h"

enum { WORDS_MAX = 64, NAME_MAX_BYTES = 100 };

static bool
is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

/* Between the letters at i - 1 and i of "lastName", "patientID2", "HTTPServer". */
static bool
parts_here(struct bytes name, size_t i)
{
	uint8_t before = name.p[i - 1], here = name.p[i], behind = i + 1 < name.n ? name.p[i + 1] : 0;

	if (!ascii_is_upper(here))
		return false;
	return is_lower(before) || ascii_is_digit(before) || (ascii_is_upper(before) && is_lower(behind));
}

void
labelled_put_words(struct buf *out, struct bytes name)
{
	size_t n = name.n;

	/* The end of a long one says more: it is a path. Not from within a letter. */
	if (n > WORDS_MAX) {
		name = bytes_sub(name, n - WORDS_MAX, WORDS_MAX);
		while (name.n > 0 && (name.p[0] & 0xC0) == 0x80)
			name = bytes_sub(name, 1, name.n);
	}
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		if (i > 0 && parts_here(name, i))
			buf_put_byte(out, ' ');
		buf_put_byte(out, c == '_' || c == '-' || c == '.' || c == '\n' || c == '\t' ? ' ' : c);
	}
}

void
labelled_put(struct format_text *text, const char *place, const char *label, struct bytes value)
{
	value = bytes_trim(value);
	if (value.n == 0)
		return;
	if (place != NULL)
		format_text_mark(text, place);
	buf_put_str(&text->buf, label);
	buf_put_str(&text->buf, ": ");
	buf_put_bytes(&text->buf, value);
	buf_put_byte(&text->buf, '\n');
}

void
labelled_put_field(struct format_text *text, const char *place, struct bytes name, struct bytes value)
{
	value = bytes_trim(value);
	if (value.n == 0)
		return;
	if (place != NULL)
		format_text_mark(text, place);
	if (name.n > 0) {
		labelled_put_words(&text->buf, name);
		buf_put_str(&text->buf, ": ");
	}
	buf_put_bytes(&text->buf, value);
	buf_put_byte(&text->buf, '\n');
}

void
labelled_name_init(struct labelled_name *name)
{
	*name = (struct labelled_name){0};
	buf_init(&name->given, NAME_MAX_BYTES);
	buf_init(&name->family, NAME_MAX_BYTES);
}

void
labelled_name_done(struct labelled_name *name)
{
	buf_wipe_done(&name->given);
	buf_wipe_done(&name->family);
}

void
labelled_name_reset(struct labelled_name *name)
{
	name->has_given = name->has_family = false;
}

/* "patientFirstName", "First Name", "first_name", "FNAME" ends in this when only letters count. */
static bool
is_called(struct bytes field, const char *const *ends)
{
	char letters[40];
	size_t n = 0;

	for (size_t i = field.n > 36 ? field.n - 36 : 0; i < field.n; i++)
		if (ascii_is_alpha(field.p[i]))
			letters[n++] = (char)ascii_lower(field.p[i]);
	for (; *ends != NULL; ends++)
		if (bytes_ends_nocase(bytes_of(letters, n), bytes_of_str(*ends)))
			return true;
	return false;
}

static void
keep(struct buf *part, bool *has, struct bytes value)
{
	buf_reset(part);
	buf_put_bytes(part, value);
	*has = part->n > 0;
}

void
labelled_name_take(struct labelled_name *name, struct format_text *text, const char *place,
	struct bytes field, struct bytes value)
{
	static const char *const given[] = {"firstname", "givenname", "fname", "forename", "first", NULL};
	static const char *const family[] = {
		"lastname", "surname", "familyname", "lname", "last", "family", NULL};

	value = bytes_trim(value);
	if (value.n == 0 || value.n > NAME_MAX_BYTES)
		return;
	if (is_called(field, given))
		keep(&name->given, &name->has_given, value);
	else if (is_called(field, family))
		keep(&name->family, &name->has_family, value);
	else
		return;
	if (!name->has_given || !name->has_family)
		return;
	if (place != NULL)
		format_text_mark(text, place);
	buf_put_str(&text->buf, "Name: ");
	buf_put_bytes(&text->buf, buf_bytes(&name->given));
	buf_put_byte(&text->buf, ' ');
	buf_put_bytes(&text->buf, buf_bytes(&name->family));
	buf_put_byte(&text->buf, '\n');
	labelled_name_reset(name);
}
