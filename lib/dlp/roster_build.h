/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a roster's image of people's rows. Values are hashed as they come: the builder keeps no text. About
 * 24 bytes of memory a value.
 */
#ifndef POSTSEAL_ROSTER_BUILD_H
#define POSTSEAL_ROSTER_BUILD_H

#include "lib/dlp/roster.h"
#include "lib/dlp/roster_row.h"

struct roster_builder;

/* The key has ROSTER_KEY bytes. `wall`: the time of now. */
struct roster_builder *roster_builder_new(struct bytes key, enum roster_date_order order, int64_t wall);
void roster_builder_free(struct roster_builder *builder);

enum roster_added {
	ROSTER_ADDED,
	ROSTER_ADDED_PARTLY, /* a field is not of its kind */
	ROSTER_REFUSED,      /* fewer than two attributes: could never be found */
	ROSTER_FULL,         /* no more than ROSTER_PERSONS_MAX people */
};
enum roster_added roster_builder_add(struct roster_builder *builder, const struct roster_field *fields,
	size_t n, struct roster_row *ret_row);

/* The whole file, as bytes that live as long as the builder. -1: too large. */
int roster_builder_end(struct roster_builder *builder, struct bytes *ret_image, struct err *err);

#endif
