/* SPDX-License-Identifier: Apache-2.0 */
/* PNG, JPEG, GIF, TIFF, WebP, HEIF: any bytes as an attached picture, within the limits, as clean UTF-8. */
#include "tests/fuzz/file.h"

void
fuzz_one(struct bytes input)
{
	fuzz_file(formats_table, input);
}
