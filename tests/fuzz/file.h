/* SPDX-License-Identifier: Apache-2.0 */
/* Targets that read files: the input is a mail that holds nothing but such a file. */
#ifndef POSTSEAL_FUZZ_FILE_H
#define POSTSEAL_FUZZ_FILE_H

#include "lib/format/formats.h"
#include "tests/fuzz/fuzz.h"

/* By these readers, NULL ends them: texts are clean and no longer than was allowed, and the same each time.
 */
void fuzz_file(format_table formats, struct bytes input);

#endif
