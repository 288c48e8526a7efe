/* SPDX-License-Identifier: Apache-2.0 */
/* Compound files: documents, workbooks, presentations, messages. */
#include "tests/fuzz/file.h"

static const struct format *const formats[] = {&ole_format, NULL};

void
fuzz_one(struct bytes input)
{
	fuzz_file(formats, input);
}
