/* SPDX-License-Identifier: Apache-2.0 */
/* TAR in all flavours, with holes as well; and what its headers hold that no program shows. */
#include <archive_entry.h>

#include "lib/format/formats.h"
#include "lib/format/member.h"
#include "lib/format/tar_header.h"

static bool
is_tar(struct bytes content)
{
	return tar_is_header(content, 0);
}

static void
read_entries(struct unpack *unpack, struct bytes content)
{
	struct archive_entry *entry;
	enum unpack_result result;
	size_t at = 0;

	while ((result = unpack_next(unpack, &entry)) == UNPACK_READ) {
		at = (size_t)archive_read_header_position(unpack->archive);
		tar_tell_headers(unpack->out, content, at);
		if (!member_tell(unpack, entry))
			return;
	}
	if (result == UNPACK_BROKEN)
		format_flag(unpack->out, UNSCANNABLE_FORMAT);
	if (result == UNPACK_BROKEN || result == UNPACK_END)
		tar_tell_end(unpack->out, content, at);
}

static void
read_tar(struct format_out *out, struct bytes content)
{
	struct unpack unpack;

	if (unpack_init(&unpack, out, bytes_of(NULL, 0), content) != 0)
		return;
	archive_read_support_format_tar(unpack.archive);
	/* Most programs stop at the first empty block; what is behind it is read as well. */
	archive_read_set_options(unpack.archive, "tar:read_concatenated_archives");
	if (unpack_open(&unpack) == UNPACK_READ)
		read_entries(&unpack, content);
	unpack_done(&unpack);
}

const struct format tar_format = {
	.name = "tar",
	.types = (const char *const[]){"application/x-tar", "application/tar", "application/x-gtar",
		"application/x-ustar", NULL},
	.extensions = (const char *const[]){"tar", "gtar", "ustar", NULL},
	.is = is_tar,
	.read = read_tar,
};
