/* SPDX-License-Identifier: Apache-2.0 */
/* What libarchive finds in an archive, told entry by entry. */
#ifndef POSTSEAL_MEMBER_H
#define POSTSEAL_MEMBER_H

#include "lib/format/unpack.h"

/*
 * Tells the entry's names, links, owners and content. Returns false when there is no use in going on; that
 * was flagged.
 */
bool member_tell(struct unpack *unpack, struct archive_entry *entry);

/* What stands behind, before or between: a file of its own, if it is anything. */
void member_tell_margin(struct format_out *out, struct bytes margin, const char *where);

#endif
