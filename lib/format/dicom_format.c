/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DICOM objects, each as one text: what its elements say in words, those of structured reports as well. What
 * is burnt into the pixels, or drawn in an overlay, is seen by people only.
 */
#include <archive.h>
#include <stdio.h>

#include "lib/format/dicom.h"
#include "lib/format/dicom_tags.h"
#include "lib/format/dicom_text.h"
#include "lib/format/fact.h"
#include "lib/format/formats.h"
#include "lib/format/unpack.h"

enum { PLACE_SIZE = 80 };

struct dicom_view {
	struct format_out *out;
	struct format_text text;
	struct bytes charset;
	struct buf plain;
};

static const char *
place_of(const struct dicom_element *element, const struct dicom_tag *tag, char *place)
{
	snprintf(place, PLACE_SIZE, "(%04X,%04X)%s%s", element->group, element->number,
		tag != NULL ? " " : "", tag != NULL ? tag->keyword : "");
	return place;
}

static void
put_component(struct fact *fact, struct bytes name, size_t n)
{
	struct bytes piece = bytes_of(NULL, 0);

	for (size_t i = 0; i < n; i++) {
		size_t end = bytes_find_byte(name, '^');

		piece = bytes_sub(name, 0, end);
		if (end == name.n && i + 1 < n)
			return;
		name = bytes_sub(name, end < name.n ? end + 1 : end, name.n);
	}
	fact_word(fact, piece);
}

/* "Doe^Jane^M^Dr^Jr", once in letters, once in ideographs, once as it sounds (PS3.5 6.2.1): as it is said. */
static void
put_name(struct fact *fact, struct bytes value)
{
	static const size_t order[] = {4, 2, 3, 1, 5};

	while (value.n > 0) {
		size_t n = 0;

		while (n < value.n && value.p[n] != '=' && value.p[n] != '\\')
			n++;
		for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
			put_component(fact, bytes_sub(value, 0, n), order[i]);
		value = bytes_sub(value, n < value.n ? n + 1 : n, value.n);
	}
}

/* Several values stand between backslashes, but in the long texts. */
static void
put_values(struct fact *fact, struct bytes value)
{
	while (value.n > 0) {
		size_t n = bytes_find_byte(value, '\\');

		fact_prose(fact, bytes_sub(value, 0, n));
		value = bytes_sub(value, n < value.n ? n + 1 : n, value.n);
	}
}

static bool
is_prose(const struct dicom_element *element)
{
	return dicom_vr_is(element, "LT") || dicom_vr_is(element, "ST") || dicom_vr_is(element, "UT");
}

/* Codes, dates and titles of devices are told where we know the tag; of other tags what people write. */
static bool
is_text(const struct dicom_element *element, const struct dicom_tag *tag)
{
	static const char texts[] = "LO LT PN SH ST UC UR UT ";
	char vr[4] = {element->vr[0], element->vr[1], ' ', 0};

	if (tag != NULL)
		return tag->label != NULL;
	if (vr[0] == 0 || dicom_vr_is(element, "UN") || dicom_vr_is(element, "OB"))
		return dicom_text_is(element->value);
	return element->group != 2 && strstr(texts, vr) != NULL;
}

static void
put_text(struct dicom_view *view, const struct dicom_element *element)
{
	const struct dicom_tag *tag = dicom_tags_find(element->group, element->number);
	char place[PLACE_SIZE];
	struct fact fact;

	if (!is_text(element, tag))
		return;
	buf_reset(&view->plain);
	dicom_text_put(view->charset, element->value, &view->plain);
	fact_open(&fact, &view->text, place_of(element, tag, place), tag != NULL ? tag->label : "Other");
	if (dicom_vr_is(element, "PN"))
		put_name(&fact, buf_bytes(&view->plain));
	else if (dicom_vr_is(element, "DA"))
		fact_date(&fact, buf_bytes(&view->plain));
	else if (is_prose(element))
		fact_prose(&fact, buf_bytes(&view->plain));
	else
		put_values(&fact, buf_bytes(&view->plain));
	fact_close(&fact);
}

static void
put_element(struct dicom_view *view, const struct dicom_element *element)
{
	char place[PLACE_SIZE];

	if (element->group == 8 && element->number == 5)
		view->charset = dicom_text_charset(element->value);
	else if (element->group == 0x42 && element->number == 0x11)
		format_tell_file(view->out,
			bytes_of_str(place_of(element, dicom_tags_find(0x42, 0x11), place)), NULL,
			element->value);
	else if (element->group != 0x7FE0)
		put_text(view, element);
}

/* Returns whether all of it could be read. */
static bool
put_set(struct dicom_view *view, struct dicom_reader *reader)
{
	struct dicom_element element;
	bool goes_on = true;

	while (goes_on && dicom_next(reader, &element)) {
		goes_on = format_spend(view->out, 0);
		put_element(view, &element);
	}
	if (reader->has_pixels)
		format_is_unread(view->out);
	return !reader->was_cut;
}

/* A gzip file is made of it, which is what libarchive unpacks; it does not look at the sum at the end. */
static bool
put_deflated(struct dicom_view *view, struct bytes deflated, struct dicom_form form)
{
	static const struct bytes head = BYTES_LIT("\x1F\x8B\x08\0\0\0\0\0\0\xFF");
	static const struct bytes tail = BYTES_LIT("\0\0\0\0\0\0\0\0");
	enum unpack_result result;
	struct archive_entry *entry;
	struct dicom_reader reader;
	struct unpack unpack;
	struct buf body, set;
	bool is_whole = false;

	buf_init(&body, deflated.n + tail.n);
	buf_put_bytes(&body, deflated);
	buf_put_bytes(&body, tail);
	buf_init(&set, format_bytes_left(view->out));
	if (unpack_init(&unpack, view->out, head, buf_bytes(&body)) == 0) {
		archive_read_support_filter_gzip(unpack.archive);
		archive_read_support_format_raw(unpack.archive);
		result = unpack_open(&unpack);
		if (result == UNPACK_READ)
			result = unpack_next(&unpack, &entry);
		if (result == UNPACK_READ)
			result = unpack_content(&unpack, &set);
		dicom_init_set(&reader, buf_bytes(&set), form);
		is_whole = put_set(view, &reader) && (result == UNPACK_READ || result == UNPACK_SPENT);
		unpack_done(&unpack);
	}
	buf_wipe_done(&set);
	buf_wipe_done(&body);
	return is_whole;
}

static void
read_dicom(struct format_out *out, struct bytes content)
{
	struct dicom_view view = {.out = out, .charset = BYTES_LIT("utf-8")};
	struct dicom_reader reader;
	bool is_whole;

	buf_init(&view.plain, content.n * 4 + 64);
	format_text_init(&view.text, out, SEGMENT_TEXT, "data set");
	buf_put_str(&view.text.buf, "DICOM object\n");
	dicom_init(&reader, content);
	is_whole = put_set(&view, &reader);
	if (reader.is_deflated)
		is_whole = put_deflated(&view, reader.rest, reader.set_form) && is_whole;
	if (!is_whole)
		format_flag(out, UNSCANNABLE_FORMAT);
	format_text_done(&view.text);
	buf_wipe_done(&view.plain);
}

const struct format dicom_format = {
	.name = "dicom",
	.types = (const char *const[]){"application/dicom", "image/dicom", "image/x-dicom", NULL},
	.extensions = (const char *const[]){"dcm", "dicom", "ima", "dic", NULL},
	.is = dicom_is,
	.read = read_dicom,
};
