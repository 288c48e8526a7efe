/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/format/zipmaker.h"

void
zip_maker_init(struct zip_maker *maker)
{
	*maker = (struct zip_maker){0};
	buf_init(&maker->buf, 64 << 20);
	buf_init(&maker->directory, 64 << 20);
}

void
zip_maker_done(struct zip_maker *maker)
{
	buf_done(&maker->buf);
	buf_done(&maker->directory);
}

static void
put_number(struct buf *buf, size_t value, int n)
{
	for (int i = 0; i < n; i++)
		buf_put_byte(buf, (uint8_t)(value >> 8 * i));
}

static size_t
length(const char *s)
{
	return bytes_of_str(s).n;
}

/* What both kinds of header have: versions are the caller's. */
static void
put_common(struct buf *buf, const struct zip_made *made, const char *content)
{
	put_number(buf, made->flags, 2);
	put_number(buf, made->method, 2);
	put_number(buf, 0, 8); /* time, checksum */
	put_number(buf, length(content), 4);
	put_number(buf, length(content), 4);
}

void
zip_maker_add(struct zip_maker *maker, const struct zip_made *made)
{
	const char *local_name = made->local_name != NULL ? made->local_name : made->name;
	const char *local_content = made->local_content != NULL ? made->local_content : made->content;
	size_t at;

	buf_put_bytes(&maker->buf, bytes_of_str(made->ahead));
	at = maker->buf.n;
	if (!made->absent) {
		buf_put(&maker->buf, "PK\x03\x04\x14\0", 6);
		put_common(&maker->buf, made, local_content);
		put_number(&maker->buf, length(local_name), 2);
		put_number(&maker->buf, 0, 2);
		buf_put_str(&maker->buf, local_name);
		buf_put_str(&maker->buf, local_content);
	}
	if (made->unlisted)
		return;
	maker->n++;
	buf_put(&maker->directory, "PK\x01\x02\x14\0\x14\0", 8);
	put_common(&maker->directory, made, made->content);
	put_number(&maker->directory, length(made->name), 2);
	put_number(&maker->directory, made->extra.n, 2);
	put_number(&maker->directory, length(made->comment), 2);
	put_number(&maker->directory, 0, 8); /* disk, attributes */
	put_number(&maker->directory, at, 4);
	buf_put_str(&maker->directory, made->name);
	buf_put_bytes(&maker->directory, made->extra);
	buf_put_bytes(&maker->directory, bytes_of_str(made->comment));
}

void
zip_maker_end(struct zip_maker *maker, const char *comment)
{
	size_t at = maker->buf.n;

	buf_put_bytes(&maker->buf, buf_bytes(&maker->directory));
	buf_put(&maker->buf, "PK\x05\x06\0\0\0\0", 8);
	put_number(&maker->buf, maker->n, 2);
	put_number(&maker->buf, maker->n, 2);
	put_number(&maker->buf, maker->directory.n, 4);
	put_number(&maker->buf, at, 4);
	put_number(&maker->buf, length(comment), 2);
	buf_put_bytes(&maker->buf, bytes_of_str(comment));
}
