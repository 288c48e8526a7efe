/* SPDX-License-Identifier: Apache-2.0 */
/* A DICOM object as a file in a mail: the texts are clean, and no longer than what was allowed. */
#include "tests/fuzz/file.h"

static const struct format *const formats[] = {&dicom_format, NULL};

void
fuzz_one(struct bytes input)
{
	fuzz_file(formats, input);
}
