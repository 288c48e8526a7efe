/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher's tables as a file, so that they are made once and mapped by every process that needs them:
 * words and tries of all dictionaries, literals, what is known of each pattern. A file is only good for the
 * packs that it was made of and the version of Postseal that made it; its checksum finds damage. Who may
 * write the file may decide what is found: it belongs to root.
 *
 * After a header come sections, each a length and that many bytes, in the order in which image_take() asks
 * for them. Numbers are the machine's own: a file does not move between architectures.
 */
#ifndef POSTSEAL_IMAGE_H
#define POSTSEAL_IMAGE_H

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/seal/digest.h"

/* Of the packs themselves, and of all that they refer to. */
struct image_digests {
	uint8_t packs[DIGEST_SIZE], all[DIGEST_SIZE];
};

/* ---- making one: image_begin(), image_put()..., image_write() ---- */
void image_begin(struct buf *out, const struct image_digests *digests);
void image_put(struct buf *out, const void *p, size_t n);

/* Written to a temporary name, made durable and renamed. */
int image_write(struct buf *out, const char *path, struct err *err);

/* ---- using one ---- */
struct image {
	struct bytes map; /* all of it; unmapped by image_close() */
	struct bytes rest;
	bool failed; /* something was asked for that is not there */
	struct image_digests digests;
};

/* Returns 1; 0 with the reason in err when there is none, or it is of other packs or another version; or -1.
 */
int image_open(const char *path, const uint8_t packs[DIGEST_SIZE], struct image *ret_image, struct err *err);
void image_close(struct image *image);

/* The next section: things of `item` bytes. When it is not of that form, NULL with none of them. */
const void *image_take(struct image *image, size_t item, size_t *ret_n);

#endif
