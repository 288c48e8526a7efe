/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in bytes of an unknown form: runs of characters that a person could read, 8-bit and UTF-16LE at either
 * alignment. For what no reader knows, and for what readers leave over.
 */
#ifndef POSTSEAL_RUNS_H
#define POSTSEAL_RUNS_H

#include "lib/base/buf.h"

enum { RUNS_MIN = 6 }; /* characters; fewer come about by chance */

/* Appends each run as a line, one pass. */
void runs_put(struct buf *out, struct bytes data);

#endif
