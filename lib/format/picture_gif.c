/* SPDX-License-Identifier: Apache-2.0 */
/* GIF89a: comments, drawn text, and XMP in an application extension. */
#include "lib/format/formats.h"
#include "lib/format/picture.h"
#include "lib/format/little.h"

enum {
	HEAD = 13,
	EXTENSION = 0x21,
	PICTURE = 0x2C,
	TRAILER = 0x3B,
	COMMENT = 0xFE,
	TEXT = 0x01,
	APPLICATION = 0xFF
};

/* The size of the colour table that these flags announce. */
static size_t
table_size(uint8_t flags)
{
	return (flags & 0x80) != 0 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* Behind the blocks that begin at `at`, each after its length, with what they hold. NULL: of no use. */
static size_t
read_blocks(struct bytes content, size_t at, struct buf *out)
{
	uint8_t n;

	while ((n = little_8(content, at)) != 0) {
		if (out != NULL)
			buf_put_bytes(out, little_sub(content, at + 1, n));
		at += (size_t)n + 1;
	}
	return at + 1;
}

static size_t
read_extension(struct picture *picture, struct bytes content, size_t at)
{
	uint8_t label = little_8(content, at + 1);
	struct bytes xmp = little_sub(content, at + 14, content.n);
	struct bytes maker = little_sub(content, at + 3, 11);
	struct buf data;
	size_t end;

	buf_init(&data, PICTURE_TEXT_MAX);
	/* The first block of these says how to draw it, or who made it. */
	if (label == TEXT || label == APPLICATION)
		at += 1 + little_8(content, at + 2);
	end = read_blocks(content, at + 2, &data);
	if (label == COMMENT)
		picture_put(picture, "GIF", "comment", buf_bytes(&data));
	else if (label == TEXT)
		picture_put(picture, "GIF", "text", buf_bytes(&data));
	else if (bytes_eq(maker, BYTES_LIT("XMP DataXMP")))
		/* No blocks: the packet as it is, with bytes behind it that end all blocks. */
		picture_xmp(picture, bytes_sub(xmp, 0, bytes_find(xmp, BYTES_LIT("\x01\xFF\xFE\xFD"))));
	buf_wipe_done(&data);
	return end;
}

static void
read_gif(struct format_out *out, struct bytes content)
{
	struct picture picture;
	size_t at = HEAD + table_size(little_8(content, 10));

	picture_begin(&picture, out);
	while (at < content.n && picture_may(&picture, 0)) {
		if (content.p[at] == EXTENSION)
			at = read_extension(&picture, content, at);
		else if (content.p[at] == PICTURE)
			/* Nine bytes of where and how, a table of colours, the size of a code. */
			at = read_blocks(content, at + 11 + table_size(little_8(content, at + 9)), NULL);
		else
			break;
	}
	if (little_8(content, at) == TRAILER)
		picture_put_behind(&picture, little_sub(content, at + 1, content.n));
	picture_end(&picture);
}

static bool
is_gif(struct bytes content)
{
	return content.n > HEAD && (bytes_eq(bytes_sub(content, 0, 6), BYTES_LIT("GIF89a")) ||
					   bytes_eq(bytes_sub(content, 0, 6), BYTES_LIT("GIF87a")));
}

const struct format gif_format = {
	.name = "gif",
	.types = (const char *const[]){"image/gif", NULL},
	.extensions = (const char *const[]){"gif", NULL},
	.is = is_gif,
	.read = read_gif,
};
