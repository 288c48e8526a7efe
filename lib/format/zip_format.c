/* SPDX-License-Identifier: Apache-2.0 */
/* ZIP archives that are of no kind that we know better: each entry is a file. */
#include "lib/format/formats.h"
#include "lib/format/zip.h"

static bool
is_zip(struct bytes content)
{
	return zip_holds(content, bytes_of(NULL, 0));
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

const struct format zip_format = {
	.name = "zip",
	.types = (const char *const[]){"application/zip", "application/x-zip-compressed", "application/x-zip",
		"multipart/x-zip", "application/java-archive", NULL},
	.extensions = (const char *const[]){"zip", "jar", "zipx", NULL},
	.is = is_zip,
	.read = read_zip,
};
