/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/ascii.h"
#include "lib/format/odf_state.h"

static const struct {
	const char *name;
	enum flow_stream stream;
} anywhere[] = {
	{"author-name", FLOW_NAMES},
	{"chg-author", FLOW_NAMES},
	{"comment", FLOW_NAMES},
	{"condition", FLOW_FIELDS},
	{"current-value", FLOW_NAMES},
	{"description", FLOW_ALTERNATIVE},
	{"display-name", FLOW_NAMES},
	{"expression", FLOW_FIELDS},
	{"formula", FLOW_FIELDS},
	{"help-text", FLOW_NAMES},
	{"href", FLOW_LINKS},
	{"label", FLOW_NAMES},
	{"name", FLOW_NAMES},
	{"placeholder", FLOW_NAMES},
	{"string-value-if-false", FLOW_HIDDEN},
	{"string-value-if-true", FLOW_HIDDEN},
	{"title", FLOW_ALTERNATIVE},
	{"value", FLOW_NAMES},
};

/* Names of styles, fonts and such that programs give, and values that a cell shows. */
static bool
is_passed_over(struct bytes element, struct bytes attribute)
{
	static const char *const elements[] = {"style", "font-face", "list-style", "default-style",
		"page-layout", "number-style", "date-style", "time-style", "currency-style",
		"percentage-style", "text-style", "boolean-style", "marker", "gradient", "hatch",
		"fill-image", "stroke-dash", "opacity", "presentation-page-layout", "outline-style",
		"table-template", "config-item", "config-item-set", "config-item-map-indexed",
		"config-item-map-named", "document-statistic", "sequence-decl", "map", "notes-configuration",
		"meta-field", NULL};

	if (bytes_eq(attribute, BYTES_LIT("value")) && !bytes_eq(element, BYTES_LIT("filter-condition")) &&
		!bytes_starts_nocase(element, BYTES_LIT("form")) &&
		!bytes_eq(element, BYTES_LIT("textarea")) && !bytes_eq(element, BYTES_LIT("item")) &&
		!bytes_eq(element, BYTES_LIT("option")) && !bytes_eq(element, BYTES_LIT("text")) &&
		!bytes_eq(element, BYTES_LIT("hidden")))
		return true;
	for (const char *const *at = elements; *at != NULL; at++)
		if (bytes_eq(element, bytes_of_str(*at)))
			return true;
	return false;
}

/* "Table1", "page1", "Frame 2" */
static bool
is_given_by_program(struct bytes name)
{
	enum { LABEL_MAX = 24, COUNT_DIGITS = 3 };
	size_t n = name.n;

	while (n > 0 && ascii_is_digit(name.p[n - 1]))
		n--;
	if (name.n > LABEL_MAX || name.n - n > COUNT_DIGITS)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!ascii_is_alpha(name.p[i]) && name.p[i] != ' ')
			return false;
	return true;
}

/* Of formulas those with text in quotes; of links those that lead somewhere. */
static bool
is_telling(struct bytes name, struct bytes value)
{
	if (bytes_eq(name, BYTES_LIT("formula")) || bytes_eq(name, BYTES_LIT("condition")))
		return bytes_find_byte(value, '"') < value.n;
	if (bytes_eq(name, BYTES_LIT("name")))
		return !is_given_by_program(value);
	if (bytes_eq(name, BYTES_LIT("href")))
		return !bytes_starts_nocase(value, BYTES_LIT("Pictures/")) &&
		       !bytes_starts_nocase(value, BYTES_LIT("./Object"));
	return true;
}

static void
take(struct odf_text *text, struct bytes element, const struct xml_attribute *attribute)
{
	for (size_t i = 0; i < sizeof(anywhere) / sizeof(anywhere[0]); i++)
		if (bytes_eq(attribute->name, bytes_of_str(anywhere[i].name)) &&
			!is_passed_over(element, attribute->name) &&
			is_telling(attribute->name, attribute->value))
			flow_line(text->flow, anywhere[i].stream, attribute->value);
}

void
odf_attributes(struct odf_text *text, const struct xml_element *element)
{
	for (size_t i = 0; i < element->n_attributes; i++)
		take(text, element->name, &element->attributes[i]);
	/* What a field of hidden text would show. */
	if (bytes_starts_nocase(element->name, BYTES_LIT("hidden-")) ||
		bytes_starts_nocase(element->name, BYTES_LIT("user-field-")) ||
		bytes_starts_nocase(element->name, BYTES_LIT("variable-")))
		flow_line(text->flow, FLOW_HIDDEN, xml_value(element, "string-value"));
}
