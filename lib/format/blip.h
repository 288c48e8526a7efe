/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures in the drawings of legacy office files ([MS-ODRAW] 2.2.23), found by their record headers. */
#ifndef POSTSEAL_BLIP_H
#define POSTSEAL_BLIP_H

#include "lib/mime/format.h"

enum blip_result {
	BLIP_NONE,
	BLIP_TOLD,
	BLIP_UNREAD, /* some are of a kind that nobody reads */
};

/* Tells the pictures as files. */
enum blip_result blip_tell_all(struct format_out *out, struct bytes stream);

#endif
