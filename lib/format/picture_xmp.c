/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/format/picture.h"
#include "lib/format/xml.h"

enum { NAME_MAX_BYTES = 48 };

struct xmp {
	struct picture *picture;
	char name[NAME_MAX_BYTES + 1]; /* of the property that is open */
	struct buf text;
};

/* "Description", "Alt" and "li" only wrap. */
static bool
is_wrapper(struct bytes name)
{
	static const char *const names[] = {"xmpmeta", "RDF", "Description", "Alt", "Bag", "Seq", "li", NULL};

	for (const char *const *wrapper = names; *wrapper != NULL; wrapper++)
		if (bytes_eq(name, bytes_of_str(*wrapper)))
			return true;
	return false;
}

static void
put(struct xmp *xmp, const char *name, struct bytes text)
{
	text = bytes_trim(text);
	if (text.n > 0 && picture_may(xmp->picture, text.n))
		picture_put(xmp->picture, "XMP", name, text);
}

static void
copy_name(char *to, struct bytes name)
{
	size_t n = 0;

	for (; n < name.n && n < NAME_MAX_BYTES; n++)
		to[n] = ascii_is_alnum(name.p[n]) ? (char)name.p[n] : '?';
	to[n] = '\0';
}

static void
start(void *context, const struct xml_element *element)
{
	struct xmp *xmp = context;

	buf_reset(&xmp->text);
	if (!is_wrapper(element->name))
		copy_name(xmp->name, element->name);
	for (size_t i = 0; i < element->n_attributes; i++) {
		char name[NAME_MAX_BYTES + 1];

		copy_name(name, element->attributes[i].name);
		put(xmp, name, element->attributes[i].value);
	}
}

static void
end(void *context, struct bytes name)
{
	struct xmp *xmp = context;

	(void)name;
	put(xmp, xmp->name, buf_bytes(&xmp->text));
	buf_reset(&xmp->text);
}

static void
text(void *context, struct bytes text)
{
	struct xmp *xmp = context;

	buf_put_bytes(&xmp->text, text);
}

static void
comment(void *context, struct bytes text)
{
	put(context, "comment", text);
}

void
picture_xmp(struct picture *picture, struct bytes packet)
{
	static const struct xml_handler handler = {
		.start = start, .end = end, .text = text, .comment = comment};
	struct xmp xmp = {.picture = picture, .name = "text"};

	if (packet.n == 0 || !picture_may(picture, packet.n))
		return;
	buf_init(&xmp.text, PICTURE_TEXT_MAX);
	/* What does not parse is told as it stands. */
	if (xml_read(packet, &handler, &xmp) != XML_READ)
		picture_put(picture, "XMP", "packet", packet);
	buf_wipe_done(&xmp.text);
}
