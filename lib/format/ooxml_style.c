/* SPDX-License-Identifier: Apache-2.0 */
/* Word's styles that hide (ECMA-376 part 1, 17.7.4.17, 17.3.2.41). */
#include "lib/format/ooxml_text.h"

enum { NAMES_MAX = 64 * 1024 };

struct styles_context {
	struct ooxml_hidden_styles *styles;
	struct buf name; /* of the style at hand */
	bool hides;
};

void
ooxml_hidden_styles_init(struct ooxml_hidden_styles *styles)
{
	buf_init(&styles->names, NAMES_MAX);
}

void
ooxml_hidden_styles_done(struct ooxml_hidden_styles *styles)
{
	buf_done(&styles->names);
}

static void
start(void *context, const struct xml_element *element)
{
	struct styles_context *at = context;

	if (bytes_eq(element->name, BYTES_LIT("style"))) {
		buf_reset(&at->name);
		buf_put_bytes(&at->name, xml_value(element, "styleId"));
		at->hides = false;
	} else if (bytes_eq(element->name, BYTES_LIT("vanish")))
		at->hides = ooxml_is_on(element);
}

static void
end(void *context, struct bytes name)
{
	struct styles_context *at = context;

	if (!bytes_eq(name, BYTES_LIT("style")) || !at->hides || at->name.n == 0)
		return;
	buf_put_bytes(&at->styles->names, buf_bytes(&at->name));
	buf_put_byte(&at->styles->names, 0);
	at->hides = false;
}

void
ooxml_hidden_styles_read(
	struct ooxml_hidden_styles *styles, struct package *package, struct package_part *part)
{
	static const struct xml_handler handler = {.start = start, .end = end};
	struct styles_context context = {.styles = styles};

	buf_init(&context.name, 1024);
	package_read(package, part, &handler, &context);
	buf_done(&context.name);
}

bool
ooxml_hidden_styles_have(const struct ooxml_hidden_styles *styles, struct bytes name)
{
	struct bytes rest = buf_bytes(&styles->names);

	while (rest.n > 0) {
		size_t n = bytes_find_byte(rest, 0);

		if (bytes_eq(bytes_sub(rest, 0, n), name))
			return true;
		rest = bytes_sub(rest, n + 1, rest.n);
	}
	return false;
}
