/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libarchive on hostile bytes in memory: what it may unpack and how long it may take is format_spend()'s to
 * say. Only what the caller allows by archive_read_support_*() is read; nothing is ever written to disk.
 */
#ifndef POSTSEAL_UNPACK_H
#define POSTSEAL_UNPACK_H

#include <archive.h>

#include "lib/mime/format.h"

struct unpack {
	struct format_out *out;
	struct archive *archive;
	struct bytes head, body; /* read as one */
	size_t at;
	bool is_spent; /* the budget; was flagged */
};

enum unpack_result {
	UNPACK_READ,
	UNPACK_END,    /* of the archive */
	UNPACK_SPENT,  /* the budget; was flagged */
	UNPACK_LOCKED, /* encrypted */
	UNPACK_BROKEN,
	UNPACK_MEMORY, /* was flagged */
};

/* Then the caller says what is supported, and calls unpack_open(). Returns -1 (flagged) without memory. */
int unpack_init(struct unpack *unpack, struct format_out *out, struct bytes head, struct bytes body);
enum unpack_result unpack_open(struct unpack *unpack);
void unpack_done(struct unpack *unpack);

enum unpack_result unpack_next(struct unpack *unpack, struct archive_entry **ret_entry);

/* Appends the content of the entry that unpack_next() gave; what there was stays, whatever the result. */
enum unpack_result unpack_content(struct unpack *unpack, struct buf *content);

#endif
