/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions of X12, a text each: claims, payments, eligibility, enrolment; of all others their elements.
 */
#include <stdio.h>

#include "lib/base/utf8.h"
#include "lib/format/fact.h"
#include "lib/format/formats.h"
#include "lib/format/x12.h"
#include "lib/format/x12_codes.h"
#include "lib/mime/decode.h"

/* Texts of a file; what goes beyond stands in the last one. Elements of a segment that are told by meaning.
 */
enum { TRANSACTIONS_MAX = 2000, PLACE_SIZE = 48, ELEMENTS_MAX = 64, HEAD = 400 };

struct x12_view {
	struct format_out *out;
	struct format_text text;
	bool is_open;
	unsigned transactions;
	struct x12_reader reader;
	struct buf plain;
	struct bytes set; /* ST01 */
	char loop[8];     /* "2010BA", where it is known */
	const struct x12_entity *entity;

	/* The segment at hand, and which of its elements were told. */
	struct x12_segment segment;
	uint64_t told;
};

/* Lines of 80 that cut through a value are put together again. */
static struct bytes
plain(struct x12_view *view, struct bytes value)
{
	buf_reset(&view->plain);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\n' && value.p[i] != '\r')
			buf_put_byte(&view->plain, value.p[i]);
	return buf_bytes(&view->plain);
}

/* Told or looked at: it does not stand among the others. */
static struct bytes
take(struct x12_view *view, unsigned number)
{
	if (number < ELEMENTS_MAX)
		view->told |= (uint64_t)1 << number;
	return pieces_nth(view->segment.elements, view->reader.signs.element, number);
}

static bool
is(struct bytes value, const char *code)
{
	return bytes_eq(value, bytes_of_str(code));
}

static const char *
place_of(const struct x12_view *view, unsigned number, char *place)
{
	snprintf(place, PLACE_SIZE, "%s%s%.*s%02u", view->loop, view->loop[0] != 0 ? " " : "",
		BYTES_FMT(view->segment.name), number);
	return place;
}

static void
put(struct x12_view *view, unsigned number, const char *label)
{
	char place[PLACE_SIZE];

	fact_put(&view->text, place_of(view, number, place), label, plain(view, take(view, number)));
}

static void
put_date(struct x12_view *view, unsigned number, const char *label)
{
	char place[PLACE_SIZE];

	fact_put_date(&view->text, place_of(view, number, place), label, plain(view, take(view, number)));
}

/* A label of whom the segment belongs to: "Insured address". */
static const char *
label_with(const struct x12_view *view, const char *what, char *label, size_t size)
{
	snprintf(label, size, "%s %s", view->entity->label, what);
	return label;
}

/* Last, first, middle, prefix, suffix: in the order in which a name is said. */
static void
put_person(struct x12_view *view)
{
	static const unsigned order[] = {6, 4, 5, 3, 7};
	char place[PLACE_SIZE], label[64];
	bool is_person = !is(take(view, 2), "2");
	struct fact fact;

	if (view->entity->role == X12_PATIENT)
		label_with(view, is_person ? "name" : "organization", label, sizeof(label));
	else
		snprintf(label, sizeof(label), "%s", view->entity->label);
	fact_open(&fact, &view->text, place_of(view, 3, place), label);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		fact_word(&fact, plain(view, take(view, order[i])));
	fact_close(&fact);
}

static void
put_number(struct x12_view *view)
{
	const char *label = x12_number_label(take(view, 8));
	char own[64];

	if (view->entity->role != X12_PATIENT)
		label = label_with(view, "code", own, sizeof(own));
	put(view, 9, label != NULL ? label : "Member ID");
}

static void
enter(struct x12_view *view, const char *loop)
{
	snprintf(view->loop, sizeof(view->loop), "%s", loop);
}

static void
put_nm1(struct x12_view *view)
{
	view->entity = x12_entity_of(bytes_trim(take(view, 1)));
	if (is(view->set, "837") && view->entity->claim_loop != NULL)
		enter(view, view->entity->claim_loop);
	else if (is(view->set, "834"))
		enter(view, "2100");
	else if (view->loop[0] == '2')
		view->loop[1] = '1';
	put_person(view);
	put_number(view);
}

static void
put_n1(struct x12_view *view)
{
	view->entity = x12_entity_of(bytes_trim(take(view, 1)));
	put(view, 2, view->entity->label);
}

static void
put_demographics(struct x12_view *view)
{
	char label[64];

	take(view, 1);
	if (view->entity->role != X12_RELATED)
		snprintf(label, sizeof(label), "Date of birth");
	else
		label_with(view, "birthday", label, sizeof(label));
	put_date(view, 2, label);
	put(view, 3, "Sex");
}

static void
put_street(struct x12_view *view)
{
	char place[PLACE_SIZE], label[64];
	struct fact fact;

	fact_open(&fact, &view->text, place_of(view, 1, place),
		label_with(view, is(view->segment.name, "N3") ? "address" : "city", label, sizeof(label)));
	for (unsigned i = 1; i <= 4; i++)
		fact_word(&fact, plain(view, take(view, i)));
	fact_close(&fact);
}

static void
put_contact(struct x12_view *view)
{
	char label[64];

	take(view, 1);
	put(view, 2, "Contact");
	for (unsigned i = 4; i <= 8; i += 2) {
		struct bytes kind = take(view, i - 1);

		put(view, i, label_with(view, is(kind, "EM") ? "e-mail" : "phone", label, sizeof(label)));
	}
}

static void
put_reference(struct x12_view *view)
{
	struct bytes kind = bytes_trim(pieces_nth(view->segment.elements, view->reader.signs.element, 1));
	const char *label = x12_reference_label(kind);

	if (label == NULL)
		return;
	take(view, 1);
	/* A provider's SSN is not the patient's. */
	put(view, 2, is(kind, "SY") && view->entity->role == X12_PROVIDER ? "Provider tax number" : label);
}

/* "ABK:E119" */
static void
put_listed(struct x12_view *view, struct bytes value, const char *place)
{
	uint8_t sign = view->reader.signs.component;
	const struct x12_list *list = x12_list_of(bytes_trim(pieces_nth(value, sign, 1)));
	struct bytes piece;
	struct fact fact;

	fact_open_code(&fact, &view->text, place, list != NULL ? list->label : "Code",
		list != NULL ? list->system : NULL);
	if (list != NULL && list->is_diagnosis)
		fact_diagnosis(&fact, plain(view, pieces_nth(value, sign, 2)));
	for (size_t i = 1; pieces_cut(&value, sign, &piece); i++)
		if (list == NULL || i > (list->is_diagnosis ? 2 : 1))
			fact_word(&fact, plain(view, piece));
	fact_close(&fact);
}

static void
put_codes(struct x12_view *view)
{
	struct bytes rest = view->segment.elements, element, repetition;
	char place[PLACE_SIZE];

	for (unsigned n = 1; pieces_cut(&rest, view->reader.signs.element, &element); n++) {
		take(view, n < ELEMENTS_MAX ? n : 0);
		while (pieces_cut(&element, view->reader.signs.repetition, &repetition))
			put_listed(view, repetition, place_of(view, n, place));
	}
}

/* "20240501-20240503" */
static void
put_period(struct x12_view *view)
{
	unsigned number = is(view->segment.name, "DTP") ? 3 : 2;
	char place[PLACE_SIZE];
	struct bytes period = take(view, number), begin;
	struct fact fact;

	take(view, 1);
	take(view, 2);
	fact_open(&fact, &view->text, place_of(view, number, place), "Date");
	while (pieces_cut(&period, '-', &begin))
		fact_date(&fact, plain(view, begin));
	fact_close(&fact);
}

static void
put_medicine(struct x12_view *view)
{
	if (is(bytes_trim(take(view, 2)), "N4"))
		put(view, 3, "Medicine (NDC)");
	else
		put(view, 3, "Item");
}

/* A document: BIN*length*data (275), BDS*B64*length*data. */
static void
put_binary(struct x12_view *view)
{
	bool is_bds = is(view->segment.name, "BDS");
	unsigned at = is_bds ? 3 : 2;
	struct bytes data;
	struct buf content;
	char place[PLACE_SIZE];
	int64_t n = 0;

	(void)bytes_parse_i64(bytes_trim(take(view, at - 1)), 0, INT64_C(1) << 40, &n);
	data = x12_take_binary(&view->reader, &view->segment, at, (size_t)n);
	view->told = UINT64_MAX;
	if (!format_spend(view->out, data.n))
		return;
	buf_init(&content, data.n + 64);
	decode_put((is_bds && is(bytes_trim(take(view, 1)), "B64")) || decode_looks_base64(data)
			   ? DECODE_BASE64
			   : DECODE_NONE,
		data, &content);
	format_tell_file(view->out, bytes_of_str(place_of(view, at, place)), NULL, buf_bytes(&content));
	buf_wipe_done(&content);
}

/* HL03: information source, receiver, (provider,) subscriber, dependent. */
static void
put_level(struct x12_view *view)
{
	bool is_status = is(view->set, "276") || is(view->set, "277");
	struct bytes level = bytes_trim(take(view, 3));
	char loop[8] = "2000A";

	if (is(level, "21"))
		loop[4] = 'B';
	else if (is(level, "19"))
		loop[4] = 'C';
	else if (is(level, "22"))
		loop[4] = is_status ? 'D' : is(view->set, "837") ? 'B' : 'C';
	else if (is(level, "23") || is(level, "PT"))
		loop[4] = is_status ? 'E' : is(view->set, "837") ? 'C' : 'D';
	enter(view, loop);
	view->told = UINT64_MAX;
}

/* What begins a loop of another place. */
static void
note_loop(struct x12_view *view)
{
	static const struct {
		const char *set, *segment, *loop;
	} rows[] = {{"837", "CLM", "2300"}, {"837", "LX", "2400"}, {"835", "LX", "2000"},
		{"835", "CLP", "2100"}, {"835", "SVC", "2110"}, {"834", "INS", "2000"},
		{"834", "HD", "2300"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (is(view->set, rows[i].set) && is(view->segment.name, rows[i].segment))
			enter(view, rows[i].loop);
}

/* The elements that have no meaning of their own, in one line. */
static void
put_others(struct x12_view *view)
{
	struct bytes rest = view->segment.elements, element, component;
	char place[PLACE_SIZE], label[8];
	struct fact fact;

	snprintf(label, sizeof(label), "%.*s", BYTES_FMT(view->segment.name));
	fact_open(&fact, &view->text, NULL, label);
	for (unsigned n = 1; pieces_cut(&rest, view->reader.signs.element, &element); n++) {
		if ((n < ELEMENTS_MAX && (view->told >> n & 1) != 0) || element.n == 0)
			continue;
		fact_cell(&fact, place_of(view, n, place));
		while (pieces_cut(&element, view->reader.signs.component, &component))
			fact_word(&fact, plain(view, component));
	}
	fact_close(&fact);
}

static void
put_elements(struct x12_view *view)
{
	struct bytes rest = view->segment.elements, element;
	char place[PLACE_SIZE];

	for (unsigned n = 1; n < ELEMENTS_MAX && pieces_cut(&rest, view->reader.signs.element, &element);
		n++) {
		const struct x12_element *known = x12_element_of(view->segment.name, n);

		if (known == NULL)
			continue;
		if (known->kind == X12_PROCEDURE) {
			take(view, n);
			put_listed(view, element, place_of(view, n, place));
		} else if (known->kind == X12_DATE)
			put_date(view, n, known->label);
		else
			put(view, n, known->label);
	}
}

static void
close_transaction(struct x12_view *view)
{
	if (view->is_open)
		format_text_done(&view->text);
	view->is_open = false;
}

/* Orders, invoices and acknowledgements are read as the plain text that they are. */
static void
open_transaction(struct x12_view *view)
{
	struct bytes set = bytes_trim(take(view, 1));
	const char *about = x12_set_name(set);

	if (view->transactions < TRANSACTIONS_MAX)
		close_transaction(view);
	if (about == NULL)
		return;
	if (!view->is_open) {
		view->transactions++;
		format_text_init(&view->text, view->out, SEGMENT_TEXT,
			arena_strf(format_arena(view->out), "X12 %.*s transaction %u", BYTES_FMT(set),
				view->transactions));
		view->is_open = true;
	}
	view->set = set;
	view->entity = x12_entity_of(set);
	enter(view, "");
	format_text_mark(&view->text, "ST01");
	buf_putf(&view->text.buf, "X12 %.*s transaction: %s\n", BYTES_FMT(set), about);
}

static void
put_segment(struct x12_view *view)
{
	static const struct {
		const char *name;
		void (*put)(struct x12_view *view);
	} rows[] = {{"NM1", put_nm1}, {"N1", put_n1}, {"DMG", put_demographics}, {"N3", put_street},
		{"N4", put_street}, {"PER", put_contact}, {"REF", put_reference}, {"HI", put_codes},
		{"DTP", put_period}, {"DTM", put_period}, {"LIN", put_medicine}, {"BIN", put_binary},
		{"BDS", put_binary}, {"HL", put_level}};

	view->told = 0;
	note_loop(view);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (is(view->segment.name, rows[i].name))
			rows[i].put(view);
	put_elements(view);
	put_others(view);
}

/* Of the envelope nothing is about anybody; as plain text it is read as well. */
static void
read_x12(struct format_out *out, struct bytes content)
{
	struct x12_view view = {.out = out};

	buf_init(&view.plain, content.n + 64);
	x12_init(&view.reader, content);
	while (x12_next(&view.reader, &view.segment) && format_spend(out, view.segment.elements.n)) {
		if (is(view.segment.name, "ST"))
			open_transaction(&view);
		else if (is(view.segment.name, "SE") && view.transactions < TRANSACTIONS_MAX)
			close_transaction(&view);
		else if (view.is_open)
			put_segment(&view);
	}
	close_transaction(&view);
	buf_wipe_done(&view.plain);
}

static bool
is_control(uint8_t c)
{
	return c > 0 && c < ' ' && c != '\n' && c != '\r';
}

/* With separators below the space, which are allowed, it does not look like text. */
static bool
has_control_signs(struct bytes content)
{
	struct x12_segment segment;
	struct x12_reader reader;

	if (!x12_is_in(bytes_sub(content, 0, HEAD)))
		return false;
	x12_init(&reader, content);
	return x12_next(&reader, &segment) &&
	       (is_control(reader.signs.element) || is_control(reader.signs.terminator) ||
		       is_control(reader.signs.component));
}

static void
read_control_signs(struct format_out *out, struct bytes content)
{
	struct buf clean;

	buf_init(&clean, content.n * 3 + 64);
	utf8_put_clean(&clean, content);
	read_x12(out, buf_bytes(&clean));
	buf_wipe_done(&clean);
}

#define X12_NAMES                                                                                            \
	.name = "x12",                                                                                       \
	.types = (const char *const[]){"application/edi-x12", "application/x12", "application/edi-consent",  \
		"text/x12", "text/html", NULL},                                                              \
	.extensions = (const char *const[])                                                                  \
	{                                                                                                    \
		"x12", "edi", "837", "835", "834", "270", "271", "276", "277", "278", "820", "999", "era",   \
			"clm", "dat", "log", "html", "htm", NULL                                             \
	}

const struct format x12_format = {X12_NAMES, .is_text = true, .is = x12_is_in, .read = read_x12};

const struct format x12_control_format = {X12_NAMES, .is = has_control_signs, .read = read_control_signs};
