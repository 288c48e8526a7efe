/* SPDX-License-Identifier: Apache-2.0 */
/* Document properties: property sets ([MS-OLEPS] 2.21), those of the house and those that users define. */
#include <time.h>

#include "lib/format/filetime.h"
#include "lib/format/little.h"
#include "lib/format/ole.h"
#include "lib/format/utf16.h"

/* [MS-OLEPS] 2.15 */
enum value_type {
	VT_I2 = 2,
	VT_I4 = 3,
	VT_BSTR = 8,
	VT_VARIANT = 12,
	VT_LPSTR = 30,
	VT_LPWSTR = 31,
	VT_FILETIME = 64,
	VT_BLOB = 65,
	VT_VECTOR = 0x1000,
};

/* The first four bytes of a set's identity; of others nothing is known. */
enum set_kind { SUMMARY = 0xF29F85E0, DOCUMENT_SUMMARY = 0xD5CDD502 };

enum { DICTIONARY = 0, CODE_PAGE = 1, SETS_MAX = 16, PROPERTIES_MAX = 4096, VECTOR_MAX = 4096 };

struct set {
	struct ole *ole;
	struct format_text *text;
	struct bytes section;
	unsigned code_page;
	uint32_t kind; /* enum set_kind */
	struct bytes dictionary;
};

static void
put_text(struct set *set, struct bytes text)
{
	codepage_put(&set->ole->pages, &set->text->buf, set->code_page,
		set->code_page == CODEPAGE_UTF16 ? utf16_until_nul(text)
						 : bytes_sub(text, 0, bytes_find_byte(text, 0)));
}

static const char *
house_name(uint32_t kind, uint32_t id)
{
	static const char *const summary[] = {[2] = "Title",
		[3] = "Subject",
		[4] = "Author",
		[5] = "Keywords",
		[6] = "Comments",
		[7] = "Template",
		[8] = "Last author",
		[11] = "Printed",
		[12] = "Created",
		[13] = "Saved",
		[18] = "Program"};
	static const char *const document[] = {
		[2] = "Category", [13] = "Parts", [14] = "Manager", [15] = "Company"};

	if (kind == SUMMARY)
		return id < sizeof(summary) / sizeof(summary[0]) ? summary[id] : NULL;
	return kind == DOCUMENT_SUMMARY && id < sizeof(document) / sizeof(document[0]) ? document[id] : NULL;
}

/* A name that the user gave to the property; false when there is none. */
static bool
put_own_name(struct set *set, uint32_t wanted)
{
	struct bytes rest = bytes_sub(set->dictionary, 4, set->dictionary.n);
	uint32_t n = little_32(set->dictionary, 0);

	for (uint32_t i = 0; i < n && i < PROPERTIES_MAX && rest.n >= 8; i++) {
		uint32_t id = little_32(rest, 0);
		uint64_t size = little_32(rest, 4);

		if (set->code_page == CODEPAGE_UTF16)
			size = (size * 2 + 3) / 4 * 4;
		if (id == wanted) {
			put_text(set, little_sub(rest, 8, size));
			return true;
		}
		rest = little_sub(rest, 8 + size, rest.n);
	}
	return false;
}

/* One value that begins at the start of the bytes. Returns the bytes that it takes. */
static uint64_t
put_value(struct set *set, uint32_t type, struct bytes value)
{
	uint64_t size = little_32(value, 0);

	switch (type) {
	case VT_LPSTR:
	case VT_BSTR:
		put_text(set, little_sub(value, 4, size));
		return (4 + size + 3) / 4 * 4;
	case VT_LPWSTR:
		utf16_put(&set->text->buf, utf16_until_nul(little_sub(value, 4, size * 2)));
		return (4 + size * 2 + 3) / 4 * 4;
	case VT_I4:
		buf_putf(&set->text->buf, "%d", (int)(int32_t)size);
		return 4;
	case VT_FILETIME:
		filetime_put(&set->text->buf, little_64(value, 0));
		return 8;
	default:
		return 4;
	}
}

static void
put_vector(struct set *set, uint32_t type, struct bytes value)
{
	uint32_t n = little_32(value, 0);

	value = bytes_sub(value, 4, value.n);
	for (uint32_t i = 0; i < n && i < VECTOR_MAX && value.n > 0 && !set->text->buf.full; i++) {
		uint64_t taken;

		if (i > 0)
			buf_put_str(&set->text->buf, ", ");
		if (type == VT_VARIANT)
			taken = 4 + put_value(set, little_16(value, 0), bytes_sub(value, 4, value.n));
		else
			taken = put_value(set, type, value);
		value = little_sub(value, taken, value.n);
	}
}

static void
put_property(struct set *set, uint32_t id, struct bytes property)
{
	uint32_t type = little_16(property, 0), base = type & ~(uint32_t)VT_VECTOR;
	struct bytes value = bytes_sub(property, 4, property.n);
	size_t start = set->text->buf.n, begun;

	if (base != VT_LPSTR && base != VT_LPWSTR && base != VT_BSTR && base != VT_FILETIME &&
		base != VT_VARIANT && (set->dictionary.n == 0 || base != VT_I4))
		return;
	if (house_name(set->kind, id) != NULL)
		buf_put_str(&set->text->buf, house_name(set->kind, id));
	else if (!put_own_name(set, id))
		buf_put_str(&set->text->buf, "Property");
	buf_put_str(&set->text->buf, ": ");
	begun = set->text->buf.n;
	if ((type & VT_VECTOR) != 0)
		put_vector(set, base, value);
	else
		(void)put_value(set, base, value);
	if (set->text->buf.n == begun)
		set->text->buf.n = start;
	else
		buf_put_byte(&set->text->buf, '\n');
}

static void
read_section(struct set *set)
{
	uint32_t n = little_32(set->section, 4);

	if (n > PROPERTIES_MAX) {
		format_flag(set->ole->out, UNSCANNABLE_FORMAT);
		n = PROPERTIES_MAX;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = little_32(set->section, 8 + (size_t)i * 8);
		struct bytes at =
			little_sub(set->section, little_32(set->section, 12 + (size_t)i * 8), set->section.n);

		if (id == CODE_PAGE)
			set->code_page = little_16(at, 4);
		if (id == DICTIONARY)
			set->dictionary = at;
	}
	for (uint32_t i = 0; i < n && !set->text->buf.full; i++) {
		uint32_t id = little_32(set->section, 8 + (size_t)i * 8);

		if (id > CODE_PAGE)
			put_property(set, id,
				little_sub(set->section, little_32(set->section, 12 + (size_t)i * 8),
					set->section.n));
	}
}

void
oleps_read(struct ole *ole, uint32_t storage, uint32_t stream)
{
	struct format_text text;
	struct buf content;

	format_text_init(&text, ole->out, SEGMENT_HIDDEN, ole_where(ole, storage, "properties"));
	if (ole_load(ole, stream, &content)) {
		struct bytes all = buf_bytes(&content);
		uint32_t n = little_32(all, 24);

		for (uint32_t i = 0; i < n && i < SETS_MAX && little_has(all, 28 + (size_t)i * 20, 20); i++) {
			struct set set = {.ole = ole, .text = &text};

			set.kind = little_32(all, 28 + (size_t)i * 20);
			set.section = little_sub(all, little_32(all, 44 + (size_t)i * 20), all.n);
			read_section(&set);
		}
		if (little_16(all, 0) != 0xFFFE)
			ole_tell_runs(ole, stream, all);
	}
	buf_wipe_done(&content);
	format_text_done(&text);
}
