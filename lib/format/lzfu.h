/* SPDX-License-Identifier: Apache-2.0 */
/* RTF as messages have it, compressed ([MS-OXRTFCP]). */
#ifndef POSTSEAL_LZFU_H
#define POSTSEAL_LZFU_H

#include "lib/base/buf.h"

/* Appends what unpacks. Returns -1 when it is of no such form; sums and sizes are not asked. */
int lzfu_put(struct buf *out, struct bytes compressed);

#endif
