/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML that is broken, or uses what we forbid, as a program that repairs it would show it: without its tags.
 */
#ifndef POSTSEAL_UNTAGGED_H
#define POSTSEAL_UNTAGGED_H

#include "lib/mime/format.h"

void untagged_tell(struct format_out *out, struct bytes name, struct bytes xml);

#endif
