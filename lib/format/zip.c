/* SPDX-License-Identifier: Apache-2.0 */
/* What is in the entries of a ZIP, and around them. */
#include "lib/format/zip.h"

#include "lib/format/little.h"
#include "lib/format/member.h"
#include "lib/format/zip_state.h"
#include "lib/mime/sniff.h"

/* Of [APPNOTE] 4.4.5. */
enum { METHOD_STORED = 0, METHOD_AES = 99 };

/* [APPNOTE] 4.6.9, 4.6.8: a name and a comment in UTF-8, beside the ones that older programs see. */
enum { EXTRA_NAME = 0x7075, EXTRA_COMMENT = 0x6375, EXTRA_UNICODE_HEAD = 5 };

/* A shorter field of extra data is no text. */
enum { TEXT_MIN = 4 };

enum { BLOCK = 64 * 1024 };

static void
put_stored(const struct zip *zip, struct bytes packed, struct buf *content)
{
	for (size_t at = 0; at < packed.n; at += BLOCK) {
		struct bytes block = bytes_sub(packed, at, BLOCK);
		size_t left = content->max - content->n;

		if (!format_spend(zip->out, block.n)) {
			buf_put_bytes(content, bytes_sub(block, 0, left));
			return;
		}
		buf_put_bytes(content, block);
	}
}

/* A local header that says of the entry what we know of it, for libarchive ([APPNOTE] 4.3.7). */
static struct bytes
make_header(const struct zip_entry *entry, size_t packed, uint8_t header[ZIP_LOCAL_SIZE + 1])
{
	uint32_t n = packed < UINT32_MAX ? (uint32_t)packed : UINT32_MAX - 1;
	uint32_t whole = entry->unpacked < UINT32_MAX ? (uint32_t)entry->unpacked : UINT32_MAX - 1;

	memset(header, 0, ZIP_LOCAL_SIZE);
	memcpy(header, "PK\x03\x04\x14", 5);
	header[6] = (uint8_t)(entry->flags & 0x06); /* how LZMA and Implode were set */
	header[8] = (uint8_t)entry->method;
	header[9] = (uint8_t)(entry->method >> 8);
	for (int i = 0; i < 4; i++) {
		header[18 + i] = (uint8_t)(n >> 8 * i);
		header[22 + i] = (uint8_t)(whole >> 8 * i);
	}
	header[26] = 1;
	header[ZIP_LOCAL_SIZE] = 'x';
	return bytes_of(header, ZIP_LOCAL_SIZE + 1);
}

static enum unpack_result
unpack_by_method(const struct zip *zip, const struct zip_entry *entry, size_t packed, struct buf *content)
{
	uint8_t header[ZIP_LOCAL_SIZE + 1];
	struct archive_entry *found;
	struct unpack unpack;
	enum unpack_result result;

	if (unpack_init(&unpack, zip->out, make_header(entry, packed, header),
		    bytes_sub(zip->content, entry->data, packed)) != 0)
		return UNPACK_MEMORY;
	archive_read_support_format_zip_streamable(unpack.archive);
	archive_read_set_options(unpack.archive, "zip:ignorecrc32");
	result = unpack_open(&unpack);
	if (result == UNPACK_READ)
		result = unpack_next(&unpack, &found);
	if (result == UNPACK_READ)
		result = unpack_content(&unpack, content);
	unpack_done(&unpack);
	return result;
}

void
zip_unpack(const struct zip *zip, const struct zip_entry *entry, struct buf *content)
{
	size_t begin = content->n, behind = zip->content.n - entry->data;
	enum unpack_result result;

	if (entry->is_locked || entry->method == METHOD_AES) {
		format_is_locked(zip->out);
		return;
	}
	if (entry->has_no_data || entry->packed == 0)
		return;
	if (entry->method == METHOD_STORED) {
		put_stored(zip, bytes_sub(zip->content, entry->data, entry->packed), content);
		return;
	}
	result = unpack_by_method(zip, entry, entry->packed, content);
	/* Cut short by a size that lies: who reads until the stream ends sees more. */
	if (result == UNPACK_BROKEN && entry->packed < behind) {
		content->n = begin;
		result = unpack_by_method(zip, entry, behind, content);
	}
	if (result == UNPACK_BROKEN && content->n == begin)
		format_is_unread(zip->out);
	else if (result == UNPACK_BROKEN)
		format_flag(zip->out, UNSCANNABLE_FORMAT);
}

/* The text of a Unicode field: a version and a checksum come first. */
static struct bytes
unicode_text(struct bytes field)
{
	return bytes_sub(field, EXTRA_UNICODE_HEAD, field.n);
}

static void
tell_extra(const struct zip *zip, struct bytes extra, struct bytes name)
{
	for (size_t at = 0; little_has(extra, at, 4);) {
		unsigned id = little_16(extra, at);
		struct bytes field = bytes_sub(extra, at + 4, little_16(extra, at + 2));

		at += 4 + field.n;
		if (id == EXTRA_NAME && !bytes_eq(unicode_text(field), name))
			format_tell(zip->out, SEGMENT_FILENAME, "entry name", unicode_text(field));
		else if (id == EXTRA_COMMENT)
			format_tell(zip->out, SEGMENT_HIDDEN, "entry comment", unicode_text(field));
		else if (id != EXTRA_NAME && field.n >= TEXT_MIN && sniff_is_text(field))
			format_tell(zip->out, SEGMENT_HIDDEN, "extra data", field);
	}
}

void
zip_tell_about(const struct zip *zip, const struct zip_entry *entry)
{
	format_tell(zip->out, SEGMENT_HIDDEN, "entry comment", entry->comment);
	tell_extra(zip, entry->extra, entry->name);
	if (!bytes_eq(entry->extra, entry->local_extra))
		tell_extra(zip, entry->local_extra, entry->name);
	if (entry->is_locked)
		format_is_locked(zip->out);
}

void
zip_tell_entry(const struct zip *zip, const struct zip_entry *entry)
{
	struct buf content;

	zip_tell_about(zip, entry);
	buf_init(&content, format_bytes_left(zip->out));
	zip_unpack(zip, entry, &content);
	format_tell_file(zip->out, entry->name, NULL, buf_bytes(&content));
	buf_wipe_done(&content);
}

void
zip_tell_rest(const struct zip *zip)
{
	size_t end = 0;

	for (size_t i = 0; i < zip->n_ranges; i++) {
		const struct zip_range *range = &zip->ranges[i];

		if (range->begin > end)
			member_tell_margin(zip->out, bytes_sub(zip->content, end, range->begin - end),
				end == 0 ? "data before the archive" : "data between entries");
		if (range->end > end)
			end = range->end;
	}
	member_tell_margin(zip->out, bytes_sub(zip->content, end, zip->content.n), "data behind the archive");
	for (size_t i = 0; i < zip->n_comments; i++)
		format_tell(zip->out, SEGMENT_HIDDEN, "archive comment", zip->comments[i]);
}
