/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message may cost, checked before the parser sees it: lines that could start a part, and fields of
 * its header. A message beyond is cut; the rest is still there, to be read as plain text.
 */
#ifndef POSTSEAL_CAPS_H
#define POSTSEAL_CAPS_H

#include "lib/base/buf.h"
#include "lib/mime/reader.h"

struct caps {
	struct bytes message; /* to be parsed */
	struct bytes rest;    /* what was cut off */
	unsigned unscannable; /* enum unscannable */
	struct buf shortened, left_over, broken;
};

void caps_apply(struct bytes message, const struct mime_limits *limits, struct caps *ret_caps);
void caps_done(struct caps *caps);

#endif
