/* SPDX-License-Identifier: Apache-2.0 */
/* BinHex 4.0, as RFC 1741 appendix A tells it. */
#ifndef POSTSEAL_BINHEX_H
#define POSTSEAL_BINHEX_H

#include "lib/base/buf.h"

/*
 * Appends the file's data fork, and its resource fork behind. The file's name is in the encoded part: it is
 * put to `name`, which may be NULL. Checksums are not looked at; what is cut off gives what is there.
 */
void binhex_put(struct bytes encoded, struct buf *name, struct buf *out);

#endif
