/* SPDX-License-Identifier: Apache-2.0 */
/* Styles that hide what has them (OpenDocument 1.3 part 3: 20.323 text:display, 20.413 table:display, 20.335
 * presentation:visibility). */
#include "lib/format/odf_state.h"

void
odf_style_start(struct odf_text *text, const struct xml_element *element)
{
	struct bytes display = xml_value(element, "display");

	if (bytes_eq(element->name, BYTES_LIT("style"))) {
		buf_reset(&text->style);
		buf_put_bytes(&text->style, xml_value(element, "name"));
		text->style_hides = false;
	} else if (bytes_eq(element->name, BYTES_LIT("text-properties")))
		text->style_hides |= bytes_eq(display, BYTES_LIT("none"));
	else if (bytes_eq(element->name, BYTES_LIT("table-properties")))
		text->style_hides |= bytes_eq(display, BYTES_LIT("false"));
	else if (bytes_eq(element->name, BYTES_LIT("drawing-page-properties")))
		text->style_hides |= bytes_eq(xml_value(element, "visibility"), BYTES_LIT("hidden"));
	else if (bytes_eq(element->name, BYTES_LIT("automatic-styles")))
		text->common_styles = text->hidden_styles.n;
}

void
odf_style_end(struct odf_text *text, struct bytes name)
{
	if (!bytes_eq(name, BYTES_LIT("style")) || !text->style_hides || text->style.n == 0)
		return;
	buf_put_bytes(&text->hidden_styles, buf_bytes(&text->style));
	buf_put_byte(&text->hidden_styles, 0);
	text->style_hides = false;
}

bool
odf_style_hides(const struct odf_text *text, struct bytes name)
{
	struct bytes rest = buf_bytes(&text->hidden_styles);

	if (name.n == 0)
		return false;
	while (rest.n > 0) {
		size_t n = bytes_find_byte(rest, 0);

		if (bytes_eq(bytes_sub(rest, 0, n), name))
			return true;
		rest = bytes_sub(rest, n + 1, rest.n);
	}
	return false;
}
