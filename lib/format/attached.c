/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/attached.h"

#include "lib/mime/decode.h"
#include "lib/mime/readings.h"
#include "lib/mime/sniff.h"

static void
tell(struct format_out *out, struct bytes name, struct bytes type, struct bytes content)
{
	/* A type's own text is no C string; and a wrong one would be of no use. */
	const char *declared = type.n > 0 && type.n < 200 ? arena_str(format_arena(out), type) : NULL;

	if (content.n > 0)
		format_tell_file(out, bytes_sub(name, 0, 200), declared, content);
}

void
attached_tell_base64(struct format_out *out, struct bytes name, struct bytes type, struct bytes encoded)
{
	struct buf content;

	if (encoded.n == 0 || !format_spend(out, encoded.n / 4 * 3))
		return;
	buf_init(&content, encoded.n + 64);
	decode_put(DECODE_BASE64, encoded, &content);
	tell(out, name, type, buf_bytes(&content));
	buf_wipe_done(&content);
}

bool
attached_tell_if_file(struct format_out *out, struct bytes name, struct bytes encoded)
{
	struct buf content;
	bool is_file;

	if (!decode_looks_base64(encoded) || !format_spend(out, encoded.n / 4 * 3))
		return false;
	buf_init(&content, encoded.n + 64);
	decode_put(DECODE_BASE64, encoded, &content);
	is_file = sniff_type(buf_bytes(&content)) != NULL;
	if (is_file)
		tell(out, name, bytes_of(NULL, 0), buf_bytes(&content));
	buf_wipe_done(&content);
	return is_file;
}

bool
attached_tell_data_url(struct format_out *out, struct bytes name, struct bytes url)
{
	size_t comma = bytes_find_byte(url, ',');
	struct bytes head, type;
	struct buf content;

	if (!bytes_starts_nocase(url, BYTES_LIT("data:")) || comma == url.n)
		return false;
	head = bytes_sub(url, 5, comma - 5);
	type = bytes_sub(head, 0, bytes_find_byte(head, ';'));
	url = bytes_sub(url, comma + 1, url.n);
	if (bytes_ends_nocase(head, BYTES_LIT(";base64"))) {
		attached_tell_base64(out, name, type, url);
		return true;
	}
	if (!format_spend(out, url.n))
		return true;
	buf_init(&content, url.n + 1);
	readings_put_url(url, &content);
	tell(out, name, type, buf_bytes(&content));
	buf_wipe_done(&content);
	return true;
}
