/* SPDX-License-Identifier: Apache-2.0 */
/* A DICOM object as a file in a mail: the texts are clean, and no longer than what was allowed. */
#include "tests/fuzz/file.h"

void
fuzz_one(struct bytes input)
{
	fuzz_file(&dicom_format, input);
}
