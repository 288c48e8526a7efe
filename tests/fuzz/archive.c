/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an attached archive. */
#include "tests/fuzz/file.h"

static const struct format *const formats[] = {&zip_format, &sevenzip_format, &gzip_format, &bzip2_format,
	&xz_format, &zstd_format, &rar_format, &cab_format, &tar_format, &zip_behind_format, NULL};

void
fuzz_one(struct bytes input)
{
	fuzz_file(formats, input);
}
