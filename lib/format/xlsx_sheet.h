/* SPDX-License-Identifier: Apache-2.0 */
/* A sheet's cells as lines with tabs, each with its place; and what else a sheet's part holds. */
#ifndef POSTSEAL_XLSX_SHEET_H
#define POSTSEAL_XLSX_SHEET_H

#include "lib/format/xlsx_book.h"

/* Into the flow's section, which is the sheet's own: the cells as its shown text. */
void xlsx_sheet_read(struct xlsx_book *book, struct flow *flow, struct package_part *part);

#endif
