/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of cfb share. */
#ifndef POSTSEAL_CFB_STATE_H
#define POSTSEAL_CFB_STATE_H

#include "lib/format/cfb.h"

/* As far as the file has it. */
struct bytes cfb_sector(const struct cfb *cfb, uint32_t sector);

/* cfb_directory.c: the entries of the directory that was loaded, and the tree of them. */
void cfb_load_entries(struct cfb *cfb);

#endif
