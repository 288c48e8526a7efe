/* SPDX-License-Identifier: Apache-2.0 */
/* TNEF and the messages in it. */
#include "tests/fuzz/file.h"

static const struct format *const formats[] = {&tnef_format, NULL};

void
fuzz_one(struct bytes input)
{
	fuzz_file(formats, input);
}
