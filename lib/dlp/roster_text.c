/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/roster_text.h"

#include <stdlib.h>

#include "lib/dlp/roster_finder.h"
#include "lib/dlp/validate.h"

void
finder_look_up(const struct finder *f, size_t from, size_t to, enum roster_type type,
	const struct roster_value *value)
{
	struct roster_list people = roster_look_up(f->roster, value);
	struct roster_found found = {
		.from = (uint32_t)from, .to = (uint32_t)to, .type = type, .people = people};

	if (people.n > 0)
		buf_put(f->found, &found, sizeof(found));
}

static int
compare(const void *a, const void *b)
{
	const struct roster_found *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

/* Most often they are in order already. */
static void
sort(const struct finder *f)
{
	size_t n = finder_n(f), i = 1;

	while (i < n && compare(finder_at(f, i - 1), finder_at(f, i)) <= 0)
		i++;
	if (i < n)
		qsort(f->found->p, n, sizeof(struct roster_found), compare);
}

/* A date whose people were not looked up. */
static bool
is_open(const struct roster_found *found)
{
	return found->people.n == 0;
}

/* Which dates have something else near them, before or behind. */
static void
mark_dates(const struct finder *f)
{
	struct roster_found *found = (void *)f->found->p;
	const struct roster_found *other = NULL;
	size_t n = finder_n(f);

	for (size_t i = 0; i < n; i++)
		if (is_open(&found[i]))
			found[i].near = other && other->to + f->reach >= found[i].from;
		else if (!other || found[i].to > other->to)
			other = &found[i];
	other = NULL;
	for (size_t i = n; i > 0; i--)
		if (!is_open(&found[i - 1]))
			other = &found[i - 1];
		else if (other && other->from <= found[i - 1].to + f->reach)
			found[i - 1].near = true;
}

/* Dates become days that somebody was born, or go. */
static void
look_up_dates(const struct finder *f)
{
	struct roster_found *found;
	size_t n = finder_n(f), kept = 0;

	for (size_t i = 0; i < n; i++)
		if (is_open(finder_at(f, i)) && finder_at(f, i)->near)
			finder_date_at(f, finder_at(f, i)->from);
	found = (void *)f->found->p;
	for (size_t i = 0; i < finder_n(f); i++)
		if (!is_open(&found[i]))
			found[kept++] = found[i];
	f->found->n = kept * sizeof(*found);
}

void
roster_find(const struct roster *roster, const struct roster_text *text, uint32_t reach, struct buf *found)
{
	const struct roster_header *header = roster_header(roster);
	struct finder finder = {.roster = roster,
		.text = text->text,
		.reach = reach,
		.found = found,
		.record_lengths = header->record_lengths,
		.phone_lengths = header->phone_lengths,
		.last_day = validate_day((int64_t)header->made)};

	buf_reset(found);
	finder_numbers(&finder, text->runs, text->n_runs);
	finder_emails(&finder);
	if (found->n == 0)
		return;
	sort(&finder);
	finder_names(&finder);
	sort(&finder);
	mark_dates(&finder);
	look_up_dates(&finder);
	sort(&finder);
}
