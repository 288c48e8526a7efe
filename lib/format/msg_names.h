/* SPDX-License-Identifier: Apache-2.0 */
/* Names that users and programs gave to properties of a saved message ([MS-OXMSG] 2.2.3). */
#ifndef POSTSEAL_MSG_NAMES_H
#define POSTSEAL_MSG_NAMES_H

#include "lib/format/ole.h"

struct msg_names {
	struct buf entries, strings;
	char name[256];
};

void msg_names_load(struct msg_names *names, struct ole *ole);
void msg_names_done(struct msg_names *names);

/* NULL: the property has no name but its number. Valid until the next call. */
const char *msg_names_find(struct msg_names *names, uint16_t id);

#endif
