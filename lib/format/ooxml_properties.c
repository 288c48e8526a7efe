/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of a document: core, extended and custom (ECMA-376 part 1, 22.2 and 22.3; part 2, 11). */
#include "lib/format/ooxml_text.h"

enum { LABEL_MAX = 200 };

struct properties_context {
	struct flow *flow;
	struct buf label, value;
};

static void
flush(struct properties_context *at)
{
	if (bytes_trim(buf_bytes(&at->value)).n > 0) {
		flow_text(at->flow, buf_bytes(&at->label));
		flow_text(at->flow, BYTES_LIT(": "));
		flow_text(at->flow, bytes_trim(buf_bytes(&at->value)));
		flow_end_paragraph(at->flow);
	}
	buf_reset(&at->value);
}

/* A custom property's name is an attribute of the element around its value. */
static void
start(void *context, const struct xml_element *element)
{
	struct properties_context *at = context;
	struct bytes name = xml_value(element, "name");

	flush(at);
	if (name.n == 0 && bytes_find(element->space, BYTES_LIT("docPropsVTypes")) < element->space.n)
		return;
	buf_reset(&at->label);
	buf_put_bytes(&at->label, bytes_sub(name.n > 0 ? name : element->name, 0, LABEL_MAX));
}

static void
end(void *context, struct bytes name)
{
	(void)name;
	flush(context);
}

static void
take_text(void *context, struct bytes text)
{
	struct properties_context *at = context;

	buf_put_bytes(&at->value, text);
}

void
ooxml_properties_read(struct flow *flow, struct package *package, struct package_part *part)
{
	static const struct xml_handler handler = {.start = start, .end = end, .text = take_text};
	struct properties_context context = {.flow = flow};

	buf_init(&context.label, LABEL_MAX);
	buf_init(&context.value, flow->aside.max);
	package_read(package, part, &handler, &context);
	buf_done(&context.label);
	buf_wipe_done(&context.value);
}
