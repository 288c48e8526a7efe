/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/dicom.h"

#include "lib/base/ascii.h"

enum { PREAMBLE = 128, TAG = 4, PROBED = 4 };

#define UNDEFINED UINT32_MAX

static uint16_t
get16(const uint8_t *p, bool is_big)
{
	return (uint16_t)(is_big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static uint32_t
get32(const uint8_t *p, bool is_big)
{
	uint32_t first = get16(p, is_big), second = get16(p + 2, is_big);

	return is_big ? first << 16 | second : second << 16 | first;
}

bool
dicom_vr_is(const struct dicom_element *element, const char *vr)
{
	return element->vr[0] == vr[0] && element->vr[1] == vr[1];
}

/* With a reserved field and a length of 32 bits (PS3.5 table 7.1-1). */
static bool
is_long(const uint8_t *vr)
{
	static const char longs[] = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";
	char name[4] = {(char)vr[0], (char)vr[1], ' ', 0};

	return strstr(longs, name) != NULL;
}

static bool
is_vr(const uint8_t *p)
{
	static const char all[] =
		"AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM "
		"UC UI UL UN UR US UT UV ";
	char name[4] = {(char)p[0], (char)p[1], ' ', 0};

	return ascii_is_upper(p[0]) && ascii_is_upper(p[1]) && strstr(all, name) != NULL;
}

/*
 * The head of an element: how long it is and how long its value. Some files mix: what can only be of the
 * other kind is read so.
 */
struct head {
	uint16_t group, number;
	char vr[3];
	size_t size;
	uint32_t length;
};

static bool
read_head(struct bytes b, struct dicom_form form, struct head *ret_head)
{
	struct head head = {.size = 8};

	if (b.n < 8)
		return false;
	head.group = get16(b.p, form.is_big);
	head.number = get16(b.p + 2, form.is_big);
	if (head.group != 0xFFFE && is_vr(b.p + TAG) &&
		(form.is_explicit || get32(b.p + TAG, form.is_big) > b.n - 8)) {
		head.vr[0] = (char)b.p[TAG];
		head.vr[1] = (char)b.p[TAG + 1];
		if (!is_long(b.p + TAG))
			head.length = get16(b.p + 6, form.is_big);
		else if (b.n < 12)
			return false;
		else {
			head.size = 12;
			head.length = get32(b.p + 8, form.is_big);
		}
	} else {
		const char *vr = dicom_vr_of(head.group, head.number);

		head.length = get32(b.p + TAG, form.is_big);
		if (vr != NULL)
			memcpy(head.vr, vr, 2);
	}
	*ret_head = head;
	return true;
}

/* Whether a few elements follow one another as they must: in ascending order, within what is there. */
static bool
is_set(struct bytes b, struct dicom_form form)
{
	uint32_t last = 0;
	struct head head;
	unsigned n = 0;

	if (b.n < 8 || get16(b.p, form.is_big) < 2 || get16(b.p, form.is_big) % 2 != 0)
		return false;
	while (n < PROBED && read_head(b, form, &head)) {
		uint32_t tag = (uint32_t)head.group << 16 | head.number;

		if (tag <= last || head.group > 0x10 ||
			(form.is_explicit && head.size == 8 && !is_vr(b.p + TAG)))
			break;
		last = tag;
		n++;
		if (head.length == UNDEFINED || head.length > b.n - head.size)
			break;
		b = bytes_sub(b, head.size + head.length, b.n);
	}
	return n >= PROBED || (n >= 2 && b.n == 0);
}

/* The forms that a file without a preamble may have, the likely ones first. */
static bool
find_form(struct bytes content, struct dicom_form *ret_form)
{
	static const struct dicom_form forms[] = {{false, true}, {false, false}, {true, true}, {true, false}};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (is_set(content, forms[i])) {
			*ret_form = forms[i];
			return true;
		}
	}
	return false;
}

static bool
has_preamble(struct bytes content)
{
	return bytes_eq(bytes_sub(content, PREAMBLE, 4), BYTES_LIT("DICM"));
}

bool
dicom_is(struct bytes content)
{
	struct dicom_form form;

	return has_preamble(content) || find_form(content, &form);
}

void
dicom_init_set(struct dicom_reader *reader, struct bytes set, struct dicom_form form)
{
	*reader = (struct dicom_reader){.rest = set, .form = form, .set_form = form};
}

void
dicom_init(struct dicom_reader *reader, struct bytes content)
{
	static const struct dicom_form usual = {false, true};
	struct dicom_form form = usual;

	if (has_preamble(content))
		content = bytes_sub(content, PREAMBLE + 4, content.n);
	(void)find_form(content, &form);
	dicom_init_set(reader, content, form);
	/* Wherever group 2 comes first, it says what follows; unless it does not. */
	reader->is_meta = content.n >= 2 && get16(content.p, form.is_big) == 2;
}

/* (0002,0010). Compressed pixels do not matter: all of those are explicit and little endian. */
static void
note_syntax(struct dicom_reader *reader, struct bytes uid)
{
	while (uid.n > 0 && (uid.p[uid.n - 1] == 0 || uid.p[uid.n - 1] == ' '))
		uid.n--;
	reader->set_form = (struct dicom_form){false, true};
	if (bytes_eq(uid, BYTES_LIT("1.2.840.10008.1.2")))
		reader->set_form.is_explicit = false;
	else if (bytes_eq(uid, BYTES_LIT("1.2.840.10008.1.2.2")))
		reader->set_form.is_big = true;
	else if (bytes_eq(uid, BYTES_LIT("1.2.840.10008.1.2.1.99")) ||
		 bytes_eq(uid, BYTES_LIT("1.2.840.10008.1.2.4.95")))
		reader->is_deflated = true;
}

/* Behind the meta group. What the set looks like counts more than what it was said to be. */
static bool
leave_meta(struct dicom_reader *reader)
{
	reader->is_meta = false;
	reader->form = reader->set_form;
	if (find_form(reader->rest, &reader->form))
		reader->is_deflated = false;
	return !reader->is_deflated;
}

/* Fragments of pixels, each an item, up to the sequence's end (PS3.5 A.4). */
static void
skip_fragments(struct dicom_reader *reader)
{
	struct head head;

	while (read_head(reader->rest, reader->form, &head) && head.group == 0xFFFE) {
		reader->rest = bytes_sub(reader->rest, 8, reader->rest.n);
		if (head.number != 0xE000)
			return;
		reader->rest = bytes_sub(reader->rest, head.length, reader->rest.n);
	}
}

static bool
is_pixels(const struct head *head)
{
	return head->group == 0x7FE0 || ((head->group & 0xFF01) == 0x6000 && head->number == 0x3000);
}

/* An implicit element of a tag that we do not know is a sequence when an item begins in it. */
static bool
begins_item(struct bytes value, bool is_big)
{
	return value.n >= 8 && get16(value.p, is_big) == 0xFFFE && get16(value.p + 2, is_big) == 0xE000;
}

static bool
is_sequence(const struct dicom_reader *reader, const struct head *head)
{
	struct bytes value = bytes_sub(reader->rest, head->size, reader->rest.n);

	if (head->vr[0] == 'S' && head->vr[1] == 'Q')
		return true;
	if (head->length == UNDEFINED)
		return !is_pixels(head);
	return (head->vr[0] == 0 || (head->vr[0] == 'U' && head->vr[1] == 'N')) &&
	       begins_item(bytes_sub(value, 0, head->length), reader->form.is_big);
}

/* Lengths of sequences and items are not needed: their content follows. */
static void
enter(struct dicom_reader *reader, const struct head *head)
{
	bool is_unknown = head->vr[0] == 'U' && head->vr[1] == 'N';

	reader->rest = bytes_sub(reader->rest, head->size, reader->rest.n);
	if (head->length == UNDEFINED && head->group != 0xFFFE && (is_unknown || reader->implicit_depth > 0))
		reader->implicit_depth++;
	else if (head->group == 0xFFFE && head->number == 0xE0DD && reader->implicit_depth > 0)
		reader->implicit_depth--;
}

static void
take_value(struct dicom_reader *reader, const struct head *head, struct dicom_element *ret_element)
{
	struct bytes value = bytes_sub(reader->rest, head->size, reader->rest.n);

	*ret_element = (struct dicom_element){.group = head->group, .number = head->number};
	memcpy(ret_element->vr, head->vr, sizeof(head->vr));
	if (head->length > value.n && !is_pixels(head))
		reader->was_cut = true;
	ret_element->value = bytes_sub(value, 0, head->length);
	reader->rest = bytes_sub(value, head->length, value.n);
	if (reader->is_meta && head->group == 2 && head->number == 0x10)
		note_syntax(reader, ret_element->value);
}

bool
dicom_next(struct dicom_reader *reader, struct dicom_element *ret_element)
{
	struct dicom_form form;
	struct head head;

	for (;;) {
		if (reader->is_meta && reader->rest.n >= 2 && get16(reader->rest.p, false) != 2 &&
			!leave_meta(reader))
			return false;
		form = reader->form;
		form.is_explicit = form.is_explicit && reader->implicit_depth == 0;
		if (!read_head(reader->rest, form, &head))
			return false;
		if (is_pixels(&head))
			reader->has_pixels = true;
		if (head.group == 0xFFFE || is_sequence(reader, &head)) {
			enter(reader, &head);
		} else if (is_pixels(&head) && head.length == UNDEFINED) {
			reader->rest = bytes_sub(reader->rest, head.size, reader->rest.n);
			skip_fragments(reader);
		} else {
			take_value(reader, &head, ret_element);
			return true;
		}
	}
}
