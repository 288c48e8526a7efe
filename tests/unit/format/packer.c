/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/format/packer.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>

static void
must(int ret, struct archive *archive)
{
	if (ret == ARCHIVE_OK || ret == ARCHIVE_WARN)
		return;
	fprintf(stderr, "pack: %s\n", archive_error_string(archive));
	abort();
}

static la_ssize_t
put(struct archive *archive, void *context, const void *p, size_t n)
{
	(void)archive;
	buf_put(context, p, n);
	return (la_ssize_t)n;
}

static void
add(struct archive *archive, const struct packed_file *file)
{
	struct archive_entry *entry = archive_entry_new();
	bool is_folder = file->name[strlen(file->name) - 1] == '/';

	archive_entry_copy_pathname(entry, file->name);
	archive_entry_set_filetype(entry, file->link != NULL ? AE_IFLNK : is_folder ? AE_IFDIR : AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)file->content.n + file->hole);
	if (file->link != NULL)
		archive_entry_copy_symlink(entry, file->link);
	if (file->hard != NULL)
		archive_entry_copy_hardlink(entry, file->hard);
	if (file->owner != NULL)
		archive_entry_copy_uname(entry, file->owner);
	if (file->hole > 0)
		archive_entry_sparse_add_entry(entry, file->hole, (la_int64_t)file->content.n);
	must(archive_write_header(archive, entry), archive);
	for (int64_t left = file->hole; left > 0; left -= 4096) {
		static const uint8_t zeros[4096];

		archive_write_data(archive, zeros, left < 4096 ? (size_t)left : 4096);
	}
	if (file->content.n > 0)
		archive_write_data(archive, file->content.p, file->content.n);
	archive_entry_free(entry);
}

void
pack(const char *format, const char *filter, const char *options, const struct packed_file *files, size_t n,
	struct buf *ret)
{
	struct archive *archive = archive_write_new();

	buf_reset(ret);
	must(archive_write_set_format_by_name(archive, format), archive);
	if (filter != NULL)
		must(archive_write_add_filter_by_name(archive, filter), archive);
	archive_write_set_bytes_in_last_block(archive, 1);
	if (options != NULL)
		must(archive_write_set_options(archive, options), archive);
	must(archive_write_open(archive, ret, NULL, put, NULL), archive);
	for (size_t i = 0; i < n && files[i].name != NULL; i++)
		add(archive, &files[i]);
	must(archive_write_close(archive), archive);
	archive_write_free(archive);
}
