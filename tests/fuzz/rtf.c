/* SPDX-License-Identifier: Apache-2.0 */
/* RTF and the objects in it. */
#include "tests/fuzz/file.h"

void
fuzz_one(struct bytes input)
{
	fuzz_file(&rtf_format, input);
}
