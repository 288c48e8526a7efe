/* SPDX-License-Identifier: Apache-2.0 */
/* The name that libFuzzer and AFL++ call. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	fuzz_one(bytes_of(p, n));
	return 0;
}
