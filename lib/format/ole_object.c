/* SPDX-License-Identifier: Apache-2.0 */
/* Embedded files: the Packager's stream with the file's name, a file as it is, and OLE 1. */
#include "lib/format/little.h"
#include "lib/format/ole.h"
#include "lib/format/runs.h"
#include "lib/format/utf16.h"

enum { PACKAGER = 2, EMBEDDED = 3, OLE1_EMBEDDED = 2 };

/* Cuts off a string that ends in a zero, and the zero. */
static struct bytes
take_string(struct bytes *rest)
{
	struct bytes string = bytes_sub(*rest, 0, bytes_find_byte(*rest, 0));

	*rest = bytes_sub(*rest, string.n + 1 < rest->n ? string.n + 1 : rest->n, rest->n);
	return string;
}

/* Cuts off a length of four bytes, and so much. */
static struct bytes
take_counted(struct bytes *rest)
{
	struct bytes piece = little_sub(*rest, 4, little_32(*rest, 0));

	*rest = little_sub(*rest, (uint64_t)4 + piece.n, rest->n);
	return piece;
}

/* A name is often a whole path of the sender's disk. */
static struct bytes
last_part(struct bytes path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '\\' || path.p[i - 1] == '/')
			return bytes_sub(path, i, path.n);
	return path;
}

/* Behind the content the label, the path and the source stand once more, as UTF-16. */
static void
put_wide_name(struct bytes rest, struct buf *name)
{
	struct bytes last = {0};

	for (size_t i = 0; i < 3; i++) {
		uint64_t n = (uint64_t)little_32(rest, 0) * 2;

		last = little_sub(rest, 4, n);
		rest = little_sub(rest, 4 + n, rest.n);
	}
	utf16_put(name, utf16_until_nul(last));
}

static void
tell_packager(struct format_out *out, struct bytes package)
{
	struct bytes rest = bytes_sub(package, 2, package.n), label, path, content;
	struct buf name;

	label = take_string(&rest);
	path = take_string(&rest);
	rest = bytes_sub(rest, 4, rest.n);
	(void)take_counted(&rest);
	content = take_counted(&rest);
	buf_init(&name, 4096);
	put_wide_name(rest, &name);
	if (name.n == 0)
		buf_put_bytes(&name, label.n > 0 ? label : path);
	if (content.n == 0) /* a link, or lengths that lie */
		content = rest;
	format_tell_file(out, last_part(buf_bytes(&name)), NULL, content);
	format_tell(out, SEGMENT_HIDDEN, "embedded file's path", path);
	buf_done(&name);
}

void
ole_read_native(struct ole *ole, uint32_t storage, uint32_t stream)
{
	struct buf content;
	struct bytes native;
	char name[CFB_NAME_MAX];

	if (ole_load(ole, stream, &content)) {
		native = bytes_sub(buf_bytes(&content), 4, content.n);
		if (little_16(native, 0) == PACKAGER)
			tell_packager(ole->out, native);
		else
			format_tell_file(ole->out, bytes_of_str(cfb_name(&ole->cfb.entries[storage], name)),
				NULL, native);
	}
	buf_wipe_done(&content);
}

void
ole_read_package(struct ole *ole, uint32_t storage, uint32_t stream)
{
	struct buf content;
	char name[CFB_NAME_MAX];

	if (ole_load(ole, stream, &content))
		format_tell_file(ole->out, bytes_of_str(cfb_name(&ole->cfb.entries[storage], name)), NULL,
			buf_bytes(&content));
	buf_wipe_done(&content);
}

void
ole_tell_version1(struct format_out *out, struct bytes object)
{
	struct bytes rest = bytes_sub(object, 8, object.n), class_name, data;
	struct buf strays;

	class_name = take_counted(&rest);
	(void)take_counted(&rest);
	(void)take_counted(&rest);
	data = take_counted(&rest);
	if (class_name.n > 0 && class_name.p[class_name.n - 1] == 0)
		class_name.n--;
	if (little_32(object, 4) == OLE1_EMBEDDED && data.n > 0) {
		if (bytes_eq_nocase(class_name, BYTES_LIT("Package")) && little_16(data, 0) == PACKAGER)
			tell_packager(out, data);
		else
			format_tell_file(out, class_name, NULL, data);
	} else
		rest = object;
	buf_init(&strays, format_bytes_left(out));
	runs_put(&strays, rest);
	format_tell(out, SEGMENT_HIDDEN, "object", buf_bytes(&strays));
	buf_wipe_done(&strays);
}
