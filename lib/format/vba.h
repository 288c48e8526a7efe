/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of macros, which are compressed ([MS-OVBA] 2.4.1) somewhere in a stream. */
#ifndef POSTSEAL_VBA_H
#define POSTSEAL_VBA_H

#include "lib/base/buf.h"

/* Appends what unpacks from each place that looks like the beginning of a module's source. */
void vba_put_sources(struct buf *out, struct bytes stream);

#endif
