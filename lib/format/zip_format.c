/* SPDX-License-Identifier: Apache-2.0 */
/* ZIP archives that are of no kind that we know better: each entry is a file. */
#include "lib/format/formats.h"
#include "lib/format/tar_header.h"
#include "lib/format/zip_state.h"
#include "lib/mime/sniff.h"

static bool
is_zip(struct bytes content)
{
	return zip_holds(content, bytes_of(NULL, 0));
}

/*
 * Many programs look for the directory at the end and care for nothing ahead of it: a picture or a PDF can be
 * a ZIP as well. Files that hold others as they are do so rightly.
 */
static bool
is_behind(struct bytes content)
{
	static const char *const holders[] = {"application/x-ole-storage", "application/x-7z-compressed",
		"application/vnd.rar", "application/vnd.ms-cab-compressed", "application/ms-tnef",
		"application/x-tar", "application/gzip", "application/x-bzip2", "application/x-xz",
		"application/zstd"};
	struct zip_directory directories[ZIP_DIRECTORIES_MAX];
	const char *type = sniff_type(content);

	for (size_t i = 0; type != NULL && i < sizeof(holders) / sizeof(holders[0]); i++)
		if (strcmp(type, holders[i]) == 0)
			return false;
	if (is_zip(content) || tar_is_header(content, 0))
		return false;
	return zip_find_directories(content, directories) > 0 && directories[0].at < content.n;
}

static void
read_zip(struct format_out *out, struct bytes content)
{
	struct zip zip;

	zip_open(&zip, out, content);
	for (size_t i = 0; i < zip.n && format_spend(out, 0); i++)
		zip_tell_entry(&zip, &zip.entries[i]);
	zip_tell_rest(&zip);
}

static const char *const types[] = {"application/zip", "application/x-zip-compressed", "application/x-zip",
	"multipart/x-zip", "application/java-archive", NULL};
static const char *const extensions[] = {"zip", "jar", "zipx", NULL};

const struct format zip_format = {
	.name = "zip",
	.types = types,
	.extensions = extensions,
	.is = is_zip,
	.read = read_zip,
};

const struct format zip_behind_format = {
	.name = "zip behind something",
	.types = types,
	.extensions = extensions,
	.is_also = true,
	.is = is_behind,
	.read = read_zip,
};
