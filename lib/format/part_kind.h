/* SPDX-License-Identifier: Apache-2.0 */
/* What a part of a package is: by its own first element, never by its name. */
#ifndef POSTSEAL_PART_KIND_H
#define POSTSEAL_PART_KIND_H

#include "lib/format/package.h"

/* False when it is no XML. */
bool part_kind_of(struct bytes content, enum part_kind *ret_kind);

/*
 * A part that is no XML, as a file: but what every program writes and nobody sees (the printer's settings,
 * the little picture of the first page) makes nothing unread; its text is told. So is that of records of a
 * workbook that is unread as a whole.
 */
void part_kind_tell_file(const struct package *package, struct bytes name, struct bytes content);

#endif
