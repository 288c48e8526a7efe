/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of tnef share. */
#ifndef POSTSEAL_TNEF_STATE_H
#define POSTSEAL_TNEF_STATE_H

#include "lib/format/mapi.h"

struct tnef {
	struct format_out *out;
	struct codepages pages;
	struct mapi mapi;
	struct mapi_attachment attachment;
};

enum tnef_owner { TNEF_OF_MESSAGE, TNEF_OF_FILE, TNEF_OF_RECIPIENT };

/* tnef_properties.c: a list of properties; cuts it off *rest. */
void tnef_take_properties(struct tnef *tnef, enum tnef_owner owner, struct bytes *rest);

/* A list of such lists. */
void tnef_take_recipients(struct tnef *tnef, struct bytes data);

#endif
