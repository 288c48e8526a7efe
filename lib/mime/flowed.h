/* SPDX-License-Identifier: Apache-2.0 */
/* Plain text whose paragraphs were broken into lines: format=flowed (RFC 3676). */
#ifndef POSTSEAL_FLOWED_H
#define POSTSEAL_FLOWED_H

#include "lib/base/buf.h"

enum flowed_mode { FLOWED_OFF, FLOWED_ON, FLOWED_DELSP };

/* Appends with LF as the only line break; soft line breaks are joined as the mode says. */
void flowed_put(struct bytes text, enum flowed_mode mode, struct buf *out);

#endif
