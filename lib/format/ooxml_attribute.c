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
static const char *const with_value[] = {"alias", "attr", "comment", "connectString", "customFilter",
	"default", "description", "docVar", "filter", "helpText", "listEntry", "listItem", "query",
	"statusText", "tag", "tblCaption", "tblDescription", "inputCells", "category", "docPartName",
	"sheetName", NULL};

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

static int
compare_name(const void *key, const void *row)
{
	const struct bytes *name = key;
	const char *other = *(const char *const *)row;
	size_t n = strlen(other), least = name->n < n ? name->n : n;
	int order = least > 0 ? memcmp(name->p, other, least) : 0;

	return order != 0 ? order : (name->n > n) - (name->n < n);
}

static bool
has_free_value(struct bytes element)
{
	for (const char *const *at = with_value; *at != NULL; at++)
		if (bytes_eq(element, bytes_of_str(*at)))
			return true;
	return false;
}

static void
take_attribute(struct flow *flow, const struct xml_element *element, const struct xml_attribute *attribute)
{
	const char *row = bsearch(&attribute->name, anywhere, sizeof(anywhere) / sizeof(anywhere[0]),
		sizeof(anywhere[0]), compare_name);
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
	static const char *const skipped[] = {"font", "lsdException", "style", "latentStyles", "clrScheme",
		"fontScheme", "fmtScheme", "theme", "gd", "numFmt", "cellStyle", NULL};

	if (element->n_attributes == 0)
		return;
	for (const char *const *at = skipped; *at != NULL; at++)
		if (bytes_eq(element->name, bytes_of_str(*at)))
			return;
	for (size_t i = 0; i < element->n_attributes; i++)
		take_attribute(flow, element, &element->attributes[i]);
}
