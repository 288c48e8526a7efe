/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caches of pivot tables (ECMA-376 part 1, 18.10): copies of whole tables, that stay when the sheet they were
 * made from is gone.
 */
#ifndef POSTSEAL_XLSX_PIVOT_H
#define POSTSEAL_XLSX_PIVOT_H

#include "lib/format/package.h"

void xlsx_pivot_tell(struct package *package);

#endif
