/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second reading of a message's bytes. Our parser ends lines at LF only and keeps NUL, which ends its
 * strings. Others end them at CR as well (RFC 5322 section 4 knows such mail), and drop NUL.
 */
#ifndef POSTSEAL_LENIENT_H
#define POSTSEAL_LENIENT_H

#include "lib/base/buf.h"

enum lenient_change {
	LENIENT_NOTHING,   /* the readings are the same; nothing was written */
	LENIENT_TEXT,      /* they differ in what parts hold */
	LENIENT_STRUCTURE, /* they differ in the header, in a delimiter or in a field of MIME */
};

enum lenient_change lenient_put(struct bytes message, struct buf *out);

#endif
