/* SPDX-License-Identifier: Apache-2.0 */
/* ZIP archives for tests, record by record, so that they can contradict themselves. Entries are stored. */
#ifndef POSTSEAL_TESTS_ZIPMAKER_H
#define POSTSEAL_TESTS_ZIPMAKER_H

#include "lib/base/buf.h"

struct zip_made {
	const char *name, *content;
	struct bytes extra; /* of the directory's record, as the comment; NULL: none */
	const char *comment;
	const char *local_name;    /* NULL: the same */
	const char *local_content; /* what the local header's size covers, where that differs; longer */
	unsigned flags, method;
	bool unlisted;     /* in no directory */
	bool absent;       /* the directory leads to nothing */
	const char *ahead; /* bytes before its local header */
};

struct zip_maker {
	struct buf buf; /* the archive */
	struct buf directory;
	unsigned n;
};

void zip_maker_init(struct zip_maker *maker);
void zip_maker_done(struct zip_maker *maker);

void zip_maker_add(struct zip_maker *maker, const struct zip_made *made);

/* The directory and the end record. */
void zip_maker_end(struct zip_maker *maker, const char *comment);

#endif
