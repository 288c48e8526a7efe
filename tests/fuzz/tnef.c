/* SPDX-License-Identifier: Apache-2.0 */
/* TNEF and the messages in it. */
#include "tests/fuzz/file.h"

void
fuzz_one(struct bytes input)
{
	fuzz_file(&tnef_format, input);
}
