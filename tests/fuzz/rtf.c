/* SPDX-License-Identifier: Apache-2.0 */
/* RTF and the objects in it. */
#include "tests/fuzz/file.h"

static const struct format *const formats[] = {&rtf_format, NULL};

void
fuzz_one(struct bytes input)
{
	fuzz_file(formats, input);
}
