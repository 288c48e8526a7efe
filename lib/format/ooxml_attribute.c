/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes that hold what a person wrote. */
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/format/ooxml_text.h"

/* Of any element, in the order of bytes. */
static const struct {
	const char *name;
	enum flow_stream stream;
} anywhere[] = {
	{"Caption", FLOW_NAMES},
	{"Comments", FLOW_NAMES},
	{"alt", FLOW_ALTERNATIVE},
	{"author", FLOW_NAMES},
	{"caption", FLOW_NAMES},
	{"codeName", FLOW_NAMES},
	{"command", FLOW_FIELDS},
	{"comment", FLOW_NAMES},
	{"connection", FLOW_FIELDS},
	{"descr", FLOW_ALTERNATIVE},
	{"description", FLOW_ALTERNATIVE},
	{"display", FLOW_NAMES},
	{"displayName", FLOW_NAMES},
	{"displayText", FLOW_NAMES},
	{"error", FLOW_NAMES},
	{"errorTitle", FLOW_NAMES},
	{"href", FLOW_LINKS},
	{"instr", FLOW_FIELDS},
	{"location", FLOW_LINKS},
	{"name", FLOW_NAMES},
	{"oddFooter", FLOW_NAMES},
	{"prompt", FLOW_NAMES},
	{"promptTitle", FLOW_NAMES},
	{"string", FLOW_ALTERNATIVE},
	{"title", FLOW_ALTERNATIVE},
	{"tooltip", FLOW_ALTERNATIVE},
	{"totalsRowLabel", FLOW_NAMES},
	{"userName", FLOW_NAMES},
};

/* Of these elements "val" (and "value") is free text. */
static const struct bytes with_value[] = {BYTES_LIT("alias"), BYTES_LIT("attr"), BYTES_LIT("comment"),
	BYTES_LIT("connectString"), BYTES_LIT("customFilter"), BYTES_LIT("default"), BYTES_LIT("description"),
	BYTES_LIT("docVar"), BYTES_LIT("filter"), BYTES_LIT("helpText"), BYTES_LIT("listEntry"),
	BYTES_LIT("listItem"), BYTES_LIT("query"), BYTES_LIT("statusText"), BYTES_LIT("tag"),
	BYTES_LIT("tblCaption"), BYTES_LIT("tblDescription"), BYTES_LIT("inputCells"), BYTES_LIT("category"),
	BYTES_LIT("docPartName"), BYTES_LIT("sheetName")};

/* As programs name things: "Picture 3", "Title 1". */
enum { LABEL_MAX = 24, COUNT_DIGITS = 3 };

static bool
is_given_by_program(struct bytes name)
{
	size_t n = name.n;

	while (n > 0 && ascii_is_digit(name.p[n - 1]))
		n--;
	if (name.n > LABEL_MAX || name.n - n > COUNT_DIGITS)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!ascii_is_alpha(name.p[i]) && name.p[i] != ' ')
			return false;
	return n < name.n || bytes_find_byte(name, ' ') == name.n;
}

static bool
has_free_value(struct bytes element)
{
	for (size_t i = 0; i < sizeof(with_value) / sizeof(with_value[0]); i++)
		if (bytes_eq(element, with_value[i]))
			return true;
	return false;
}

static void
take_attribute(struct flow *flow, const struct xml_element *element, const struct xml_attribute *attribute)
{
	const char *row = bsearch(&attribute->name, anywhere, sizeof(anywhere) / sizeof(anywhere[0]),
		sizeof(anywhere[0]), xml_compare_name);
	enum flow_stream stream;

	if (row == NULL) {
		if ((bytes_eq(attribute->name, BYTES_LIT("val")) ||
			    bytes_eq(attribute->name, BYTES_LIT("value"))) &&
			has_free_value(element->name))
			flow_line(flow, FLOW_NAMES, attribute->value);
		return;
	}
	stream = anywhere[(row - (const char *)anywhere) / (ptrdiff_t)sizeof(anywhere[0])].stream;
	if (bytes_eq(attribute->name, BYTES_LIT("name")) && is_given_by_program(attribute->value))
		return;
	flow_line(flow, stream, attribute->value);
}

void
ooxml_text_attributes(struct flow *flow, const struct xml_element *element)
{
	/* Fonts, colours and styles are named by programs; there are hundreds of them. */
	static const struct bytes skipped[] = {BYTES_LIT("font"), BYTES_LIT("lsdException"),
		BYTES_LIT("style"), BYTES_LIT("latentStyles"), BYTES_LIT("clrScheme"),
		BYTES_LIT("fontScheme"), BYTES_LIT("fmtScheme"), BYTES_LIT("theme"), BYTES_LIT("gd"),
		BYTES_LIT("numFmt"), BYTES_LIT("cellStyle")};

	if (element->n_attributes == 0)
		return;
	for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++)
		if (bytes_eq(element->name, skipped[i]))
			return;
	for (size_t i = 0; i < element->n_attributes; i++)
		take_attribute(flow, element, &element->attributes[i]);
}
