/* SPDX-License-Identifier: Apache-2.0 */
/* What roster_text.c, roster_anchor.c and roster_near.c share while a text is looked through. Private to
 * them. */
#ifndef POSTSEAL_ROSTER_FINDER_H
#define POSTSEAL_ROSTER_FINDER_H

#include "lib/dlp/roster_text.h"

struct finder {
	const struct roster *roster;
	struct bytes text;
	uint32_t reach;
	struct buf *found; /* struct roster_found */
	uint32_t record_lengths, phone_lengths;
};

/* Notes the value's people, when there are any. */
void finder_look_up(const struct finder *finder, size_t from, size_t to, enum roster_type type,
	const struct roster_value *value);

/*
 * Values with a digit or an @. Of a date only the place is noted, without people: some day or other is
 * everybody's, so it is looked up when something else is near.
 */
void finder_anchors(const struct finder *finder);

/* Names near what was found so far, which is in order. */
void finder_names(const struct finder *finder);

/* Looks up the days that the date there may mean. */
void finder_date_at(const struct finder *finder, size_t from);

static inline const struct roster_found *
finder_at(const struct finder *finder, size_t i)
{
	return (const struct roster_found *)(const void *)finder->found->p + i;
}

static inline size_t
finder_n(const struct finder *finder)
{
	return finder->found->n / sizeof(struct roster_found);
}

#endif
