/* SPDX-License-Identifier: Apache-2.0 */
/* 7z archives ([7Z] is 7zFormat.txt of the LZMA SDK). */
#include "lib/format/formats.h"
#include "lib/format/little.h"
#include "lib/format/member.h"

/* The signature header ([7Z] "SignatureHeader"), which tells where the archive's header is. */
enum { HEADER_SIZE = 32, NEXT_AT = 12, NEXT_SIZE = 20 };

static bool
is_sevenzip(struct bytes content)
{
	return bytes_eq(bytes_sub(content, 0, 6), BYTES_LIT("7z\xBC\xAF\x27\x1C"));
}

static void
read_entries(struct unpack *unpack)
{
	struct archive_entry *entry;
	enum unpack_result result;

	while ((result = unpack_next(unpack, &entry)) == UNPACK_READ)
		if (!member_tell(unpack, entry))
			return;
	if (result != UNPACK_BROKEN)
		return;
	/* With the names encrypted, the archive's own header is what can't be read. */
	if (archive_read_has_encrypted_entries(unpack->archive) > 0)
		format_is_locked(unpack->out);
	else
		format_flag(unpack->out, UNSCANNABLE_FORMAT);
}

static void
tell_end(struct format_out *out, struct bytes content)
{
	uint64_t at = little_64(content, NEXT_AT), n = little_64(content, NEXT_SIZE);

	if (at < content.n && n < content.n)
		member_tell_margin(
			out, little_sub(content, HEADER_SIZE + at + n, content.n), "data behind the archive");
}

static void
read_sevenzip(struct format_out *out, struct bytes content)
{
	struct unpack unpack;

	if (unpack_init(&unpack, out, bytes_of(NULL, 0), content) != 0)
		return;
	archive_read_support_format_7zip(unpack.archive);
	if (unpack_open(&unpack) == UNPACK_READ)
		read_entries(&unpack);
	unpack_done(&unpack);
	tell_end(out, content);
}

const struct format sevenzip_format = {
	.name = "7z",
	.types = (const char *const[]){"application/x-7z-compressed", "application/7z", NULL},
	.extensions = (const char *const[]){"7z", NULL},
	.is = is_sevenzip,
	.read = read_sevenzip,
};
