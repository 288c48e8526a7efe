/* SPDX-License-Identifier: Apache-2.0 */
/* Compound files: documents, workbooks, presentations, messages. */
#include "tests/fuzz/file.h"

void
fuzz_one(struct bytes input)
{
	fuzz_file(&ole_format, input);
}
