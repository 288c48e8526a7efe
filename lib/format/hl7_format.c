/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of HL7 v2, a text each; what stands around them in a file or mail is read as it stands. */
#include <stdio.h>

#include "lib/base/ascii.h"
#include "lib/format/fact.h"
#include "lib/format/formats.h"
#include "lib/format/hl7.h"
#include "lib/format/hl7_fields.h"
#include "lib/mime/decode.h"

/* Texts of a batch; what goes beyond stands in the last one. Segment names whose places are numbered. */
enum { MESSAGES_MAX = 2000, NAMES_MAX = 64, PLACE_SIZE = 48 };

struct occurrence {
	struct bytes name;
	unsigned n;
};

struct hl7_view {
	struct format_out *out;
	struct format_text text;
	bool is_open;
	unsigned messages;
	struct hl7_signs signs;
	struct buf plain; /* of the value at hand */
	struct occurrence seen[NAMES_MAX];
	size_t n_seen;

	/* Of the segment at hand. */
	struct bytes name;
	unsigned occurrence;
	unsigned field;
	unsigned repetition;
	struct bytes value_type; /* OBX-2 */
	struct bytes result;     /* OBX-3 */
	bool has_value;          /* OBX-5 */
	struct bytes units;      /* OBX-6 */
	struct bytes flags;      /* OBX-8 */
};

static struct bytes
plain(struct hl7_view *view, struct bytes value)
{
	buf_reset(&view->plain);
	hl7_put_plain(&view->signs, value, &view->plain);
	return buf_bytes(&view->plain);
}

/* "PID-5", of the second repetition "PID-5[2]", of the second such segment "OBX-5 (2)". */
static const char *
place_of(const struct hl7_view *view, char *place)
{
	int n = snprintf(place, PLACE_SIZE, "%.*s-%u", BYTES_FMT(view->name), view->field);

	if (view->repetition > 1)
		n += snprintf(place + n, (size_t)(PLACE_SIZE - n), "[%u]", view->repetition);
	if (view->occurrence > 1)
		snprintf(place + n, (size_t)(PLACE_SIZE - n), " (%u)", view->occurrence);
	return place;
}

/* A component, of which the first subcomponent only where the others are particles of it. */
static void
put_component(struct hl7_view *view, struct fact *fact, struct bytes value, size_t n)
{
	fact_word(fact, plain(view, pieces_nth(value, view->signs.component, n)));
}

static void
put_components(struct hl7_view *view, struct fact *fact, struct bytes value)
{
	struct bytes component, part;

	while (pieces_cut(&value, view->signs.component, &component))
		while (pieces_cut(&component, view->signs.subcomponent, &part))
			fact_word(fact, plain(view, part));
}

/* XPN from its first component: in the order in which a name is said. */
static void
put_name(struct hl7_view *view, struct fact *fact, struct bytes value, size_t first)
{
	struct bytes family = pieces_nth(value, view->signs.component, first);

	put_component(view, fact, value, first + 4);
	put_component(view, fact, value, first + 1);
	put_component(view, fact, value, first + 2);
	fact_word(fact, plain(view, pieces_nth(family, view->signs.subcomponent, 1)));
	put_component(view, fact, value, first + 3);
}

static void
put_code(struct hl7_view *view, struct fact *fact, struct bytes value)
{
	static const size_t order[] = {1, 2, 4, 5, 9};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		put_component(view, fact, value, order[i]);
}

static void
put_file(struct hl7_view *view, enum decode_kind kind, struct bytes encoded)
{
	char place[PLACE_SIZE];
	struct buf content;

	if (!format_spend(view->out, encoded.n))
		return;
	buf_init(&content, encoded.n + 64);
	decode_put(kind, encoded, &content);
	format_tell_file(view->out, bytes_of_str(place_of(view, place)), NULL, buf_bytes(&content));
	buf_wipe_done(&content);
}

/* ED (2A.2.24): source, type, subtype, encoding, data. Some leave one out: the data follow their encoding. */
static void
put_document(struct hl7_view *view, struct fact *fact, struct bytes value)
{
	struct bytes rest = value, component, data = {NULL, 0};

	while (data.p == NULL && pieces_cut(&rest, view->signs.component, &component)) {
		if (bytes_eq_nocase(bytes_trim(component), BYTES_LIT("Base64")))
			data = rest;
		else if (component.n > 40 && decode_looks_base64(component))
			data = component;
	}
	if (data.p != NULL) {
		put_file(view, DECODE_BASE64, pieces_nth(data, view->signs.component, 1));
		value.n = (size_t)(data.p - value.p);
	}
	put_components(view, fact, value);
}

static void
put_value(struct hl7_view *view, struct fact *fact, struct bytes value)
{
	struct bytes type = view->value_type;

	if (bytes_eq(type, BYTES_LIT("ED")))
		put_document(view, fact, value);
	else if (value.n > 200 && decode_looks_base64(value))
		put_file(view, DECODE_BASE64, value);
	else if (bytes_eq(type, BYTES_LIT("XPN")) || bytes_eq(type, BYTES_LIT("PN")))
		put_name(view, fact, value, 1);
	else if (bytes_eq(type, BYTES_LIT("XCN")) || bytes_eq(type, BYTES_LIT("CN")))
		put_name(view, fact, value, 2);
	else if (bytes_eq(type, BYTES_LIT("DT")) || bytes_eq(type, BYTES_LIT("TS")) ||
		 bytes_eq(type, BYTES_LIT("DTM")))
		fact_date(fact, plain(view, value));
	else if (bytes_eq(type, BYTES_LIT("CE")) || bytes_eq(type, BYTES_LIT("CWE")) ||
		 bytes_eq(type, BYTES_LIT("CNE")))
		put_code(view, fact, value);
	else if (bytes_find_byte(value, view->signs.component) < value.n)
		put_components(view, fact, value);
	else
		fact_prose(fact, plain(view, value));
	if (!fact_is_empty(fact)) {
		fact_word(fact, plain(view, view->units));
		fact_word(fact, plain(view, view->flags));
	}
}

/* QPD: "@PID.5.1^SMITH" asks for whoever is called so (5.3). */
static void
put_filter(struct hl7_view *view, struct bytes value)
{
	static const struct {
		const char *field, *label;
	} rows[] = {{"@PID.5", "Patient name"}, {"@PID.7", "Date of birth"},
		{"@PID.3", "Medical record number"}, {"@PID.19", "SSN"},
		{"@PID.18", "Patient account number"}};
	struct bytes field = pieces_nth(value, view->signs.component, 1);
	const char *label = "Query";
	char place[PLACE_SIZE];
	struct fact fact;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bytes_starts_nocase(field, bytes_of_str(rows[i].field)))
			label = rows[i].label;
	fact_open(&fact, &view->text, place_of(view, place), label);
	if (field.n > 0 && field.p[0] == '@')
		fact_date(&fact, plain(view, pieces_nth(value, view->signs.component, 2)));
	else
		put_components(view, &fact, value);
	fact_close(&fact);
}

static const char *
label_of(const struct hl7_view *view, const struct hl7_field *field, struct bytes value)
{
	const char *label = NULL;

	if (field->kind == HL7_ID)
		label = hl7_fields_id_label(pieces_nth(value, view->signs.component, 5));
	return label != NULL ? label : field->label;
}

static const char *
system_of(const struct hl7_view *view, const struct hl7_field *field, struct bytes value)
{
	const char *system;

	if (field->kind != HL7_CODE && field->kind != HL7_RESULT)
		return NULL;
	system = hl7_fields_system(pieces_nth(value, view->signs.component, 3));
	return system != NULL ? system : hl7_fields_system(pieces_nth(value, view->signs.component, 6));
}

static void
put_words(struct hl7_view *view, struct fact *fact, enum hl7_kind kind, struct bytes value)
{
	switch (kind) {
	case HL7_NAME:
		put_name(view, fact, value, 1);
		break;
	case HL7_PERSON:
		put_name(view, fact, value, 2);
		if (fact_is_empty(fact))
			put_component(view, fact, value, 1);
		break;
	case HL7_DATE:
		fact_date(fact, plain(view, pieces_nth(value, view->signs.component, 1)));
		break;
	case HL7_ID:
		put_component(view, fact, value, 1);
		break;
	case HL7_CODE:
	case HL7_RESULT:
		put_code(view, fact, value);
		break;
	case HL7_PROSE:
		fact_prose(fact, plain(view, value));
		break;
	default:
		put_components(view, fact, value);
	}
}

/* What was found and what it is: one line, as rules know it. */
static void
put_result(struct hl7_view *view, struct bytes value)
{
	static const struct hl7_field result = {3, HL7_CODE, "Result"};
	char place[PLACE_SIZE];
	struct fact fact;

	view->field = 3;
	fact_open_code(&fact, &view->text, place_of(view, place), result.label,
		system_of(view, &result, view->result));
	put_code(view, &fact, view->result);
	view->field = 5;
	if (!fact_is_empty(&fact))
		buf_put_byte(&view->text.buf, ':');
	fact_mark(&fact, place_of(view, place));
	put_value(view, &fact, value);
	fact_close(&fact);
}

static void
put_known(struct hl7_view *view, const struct hl7_field *field, struct bytes value)
{
	char place[PLACE_SIZE];
	struct fact fact;

	if (field->kind == HL7_SKIP || (field->kind == HL7_RESULT && view->has_value))
		return;
	if (field->kind == HL7_FILTER) {
		put_filter(view, value);
		return;
	}
	if (field->kind == HL7_VALUE) {
		put_result(view, value);
		return;
	}
	fact_open_code(&fact, &view->text, place_of(view, place), label_of(view, field, value),
		system_of(view, field, value));
	put_words(view, &fact, field->kind, value);
	fact_close(&fact);
}

static void
put_field(struct hl7_view *view, const struct hl7_meaning *meaning, struct fact *others, struct bytes value)
{
	const struct hl7_field *field = hl7_fields_find(meaning, view->field);
	char place[PLACE_SIZE];
	struct bytes repetition;

	view->repetition = 0;
	while (pieces_cut(&value, view->signs.repetition, &repetition)) {
		view->repetition++;
		if (repetition.n == 0)
			continue;
		if (others != NULL && field == NULL) {
			fact_cell(others, place_of(view, place));
			put_components(view, others, repetition);
		} else if (others == NULL && field != NULL)
			put_known(view, field, repetition);
	}
}

/* Either the fields that are known, a line each, or all others, in one line. */
static void
put_fields(struct hl7_view *view, const struct hl7_segment *segment, const struct hl7_meaning *meaning,
	struct fact *others)
{
	struct bytes rest = segment->fields, value;

	view->field = segment->is_header ? 1 : 0;
	while (pieces_cut(&rest, view->signs.field, &value)) {
		view->field++;
		if (value.n > 0 && !(segment->is_header && view->field == 2))
			put_field(view, meaning, others, value);
	}
}

static void
put_others(struct hl7_view *view, const struct hl7_segment *segment, const struct hl7_meaning *meaning)
{
	struct fact others;
	char label[PLACE_SIZE];

	snprintf(label, sizeof(label), "%.*s", BYTES_FMT(segment->name));
	fact_open(&others, &view->text, NULL, label);
	put_fields(view, segment, meaning, &others);
	fact_close(&others);
}

static unsigned
count_name(struct hl7_view *view, struct bytes name)
{
	for (size_t i = 0; i < view->n_seen; i++)
		if (bytes_eq(view->seen[i].name, name))
			return ++view->seen[i].n;
	if (view->n_seen < NAMES_MAX)
		view->seen[view->n_seen++] = (struct occurrence){.name = name, .n = 1};
	return 1;
}

static void
close_message(struct hl7_view *view)
{
	if (view->is_open)
		format_text_done(&view->text);
	view->is_open = false;
}

/* "HL7 message 2". A file's and a batch's header have a text before those of the messages. */
static void
open_message(struct hl7_view *view, const struct hl7_segment *segment)
{
	bool is_message = bytes_eq(segment->name, BYTES_LIT("MSH"));
	struct fact fact;

	if (!view->is_open || (is_message && view->messages < MESSAGES_MAX)) {
		close_message(view);
		view->messages += is_message;
		format_text_init(&view->text, view->out, SEGMENT_TEXT,
			is_message ? arena_strf(format_arena(view->out), "HL7 message %u", view->messages)
				   : "HL7 batch");
		view->is_open = true;
		view->n_seen = 0;
	}
	if (!is_message)
		return;
	fact_open(&fact, &view->text, "MSH-9", "HL7 v2 message");
	put_components(view, &fact, pieces_nth(segment->fields, view->signs.field, 8));
	fact_close(&fact);
}

static void
put_segment(struct hl7_view *view, const struct hl7_segment *segment)
{
	const struct hl7_meaning *meaning = hl7_fields_of(segment->name);

	if (segment->is_header || !view->is_open)
		open_message(view, segment);
	view->name = segment->name;
	view->occurrence = count_name(view, segment->name);
	view->value_type = pieces_nth(segment->fields, view->signs.field, 2);
	view->result = pieces_nth(segment->fields, view->signs.field, 3);
	view->has_value = pieces_nth(segment->fields, view->signs.field, 5).n > 0;
	view->units = pieces_nth(segment->fields, view->signs.field, 6);
	view->flags = pieces_nth(segment->fields, view->signs.field, 8);
	if (meaning != NULL)
		put_fields(view, segment, meaning, NULL);
	put_others(view, segment, meaning);
}

static void
read_hl7(struct format_out *out, struct bytes content)
{
	struct hl7_view view = {.out = out};
	struct hl7_segment segment;
	struct hl7_reader reader;

	buf_init(&view.plain, content.n + 64);
	hl7_init(&reader, content);
	while (hl7_next(&reader, &segment) && format_spend(out, segment.fields.n)) {
		view.signs = reader.signs;
		put_segment(&view, &segment);
	}
	close_message(&view);
	buf_wipe_done(&view.plain);
}

const struct format hl7_format = {
	.name = "hl7",
	.types = (const char *const[]){"application/hl7-v2", "application/hl7-v2+er7", "application/edi-hl7",
		"x-application/hl7-v2+er7", "application/hl7", "text/hl7", "text/html", NULL},
	.extensions = (const char *const[]){"hl7", "er7", "dat", "log", "html", "htm", NULL},
	.is_text = true,
	.is = hl7_is_in,
	.read = read_hl7,
};
