/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that zlib deflated (RFC 1950), by zlib, within the file's budget. */
#ifndef POSTSEAL_INFLATE_H
#define POSTSEAL_INFLATE_H

#include "lib/mime/format.h"

/* Appends what there is until the end, a fault, the buf's maximum, or the budget's end. */
void inflate_put(struct format_out *out, struct bytes deflated, struct buf *content);

#endif
