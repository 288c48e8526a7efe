/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/member.h"

#include <archive_entry.h>

#include "lib/base/utf8.h"
#include "lib/mime/sniff.h"

/* Something that is longer than this may be anything, if nobody knows what. */
enum { MARGIN_UNREAD = 256, MARGIN_MIN = 4 };

enum { NAME_MAX_BYTES = 64 * 1024 };

/* A name in whatever form libarchive has it: bytes as they stand there, or wide characters. */
struct names {
	const char *(*bytes)(struct archive_entry *entry);
	const wchar_t *(*wide)(struct archive_entry *entry);
};

static struct bytes
get_name(struct archive_entry *entry, struct names names, struct buf *converted)
{
	const char *bytes = names.bytes(entry);
	const wchar_t *wide = bytes == NULL ? names.wide(entry) : NULL;

	for (; wide != NULL && *wide != L'\0' && converted->n < NAME_MAX_BYTES; wide++)
		utf8_put(converted, (uint32_t)*wide);
	return bytes != NULL ? bytes_of_str(bytes) : buf_bytes(converted);
}

static void
tell_name(struct format_out *out, struct archive_entry *entry, const char *where, struct names names)
{
	struct buf converted;

	buf_init(&converted, 2 * NAME_MAX_BYTES);
	format_tell(out, SEGMENT_FILENAME, where, get_name(entry, names, &converted));
	buf_wipe_done(&converted);
}

static void
tell_about(struct format_out *out, struct archive_entry *entry)
{
	static const struct {
		const char *where;
		struct names names;
	} rows[] = {
		{"link target", {archive_entry_symlink, archive_entry_symlink_w}},
		{"link target", {archive_entry_hardlink, archive_entry_hardlink_w}},
		{"owner", {archive_entry_uname, archive_entry_uname_w}},
		{"owner", {archive_entry_gname, archive_entry_gname_w}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tell_name(out, entry, rows[i].where, rows[i].names);
}

static bool
note_result(struct unpack *unpack, enum unpack_result result)
{
	switch (result) {
	case UNPACK_READ:
		return true;
	case UNPACK_BROKEN:
		format_flag(unpack->out, UNSCANNABLE_FORMAT);
		return true;
	default:
		return false;
	}
}

bool
member_tell(struct unpack *unpack, struct archive_entry *entry)
{
	struct buf content, converted;
	bool goes_on = true;

	tell_about(unpack->out, entry);
	buf_init(&content, format_bytes_left(unpack->out));
	buf_init(&converted, 2 * NAME_MAX_BYTES);
	if (archive_entry_is_encrypted(entry))
		format_is_locked(unpack->out);
	else
		goes_on = note_result(unpack, unpack_content(unpack, &content));
	format_tell_file(unpack->out,
		get_name(entry, (struct names){archive_entry_pathname, archive_entry_pathname_w}, &converted),
		NULL, buf_bytes(&content));
	buf_wipe_done(&converted);
	buf_wipe_done(&content);
	return goes_on;
}

void
member_tell_margin(struct format_out *out, struct bytes margin, const char *where)
{
	while (margin.n > 0 && margin.p[0] == 0)
		margin = bytes_sub(margin, 1, margin.n);
	while (margin.n > 0 && margin.p[margin.n - 1] == 0)
		margin.n--;
	if (margin.n < MARGIN_MIN)
		return;
	if (sniff_type(margin) != NULL || sniff_is_text(margin))
		format_tell_file(out, bytes_of_str(where), NULL, margin);
	else if (margin.n >= MARGIN_UNREAD)
		format_is_unread(out);
}
