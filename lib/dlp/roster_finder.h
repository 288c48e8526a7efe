/* SPDX-License-Identifier: Apache-2.0 */
/* What roster_text.c shares with those that look for one kind of value. Private to them. */
#ifndef POSTSEAL_ROSTER_FINDER_H
#define POSTSEAL_ROSTER_FINDER_H

#include "lib/dlp/roster_text.h"

struct finder {
	const struct roster *roster;
	struct bytes text;
	uint32_t reach;
	struct buf *found; /* struct roster_found */
	uint32_t record_lengths, phone_lengths;
	int last_day; /* yyyymmdd on which somebody may be born */
};

/* Notes the value's people, when there are any. */
void finder_look_up(const struct finder *finder, size_t from, size_t to, enum roster_type type,
	const struct roster_value *value);

/*
 * Values that begin with a number. Of a date only the place is noted, without people: some day or other is
 * everybody's, so it is looked up when something else is near.
 */
void finder_numbers(const struct finder *finder, const struct digit_run *runs, size_t n);

void finder_emails(const struct finder *finder);

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
