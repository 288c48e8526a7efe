/* SPDX-License-Identifier: Apache-2.0 */
/* What limits do while Redis can't be asked, and what prepares for that. */
#include "lib/count/limit.h"

/* Those that memory is asked about go to `local`; the others are answered. */
static size_t
answer_or_pick(struct limit_asked *asked, int64_t percent)
{
	size_t n = 0;

	for (size_t i = 0; i < asked->n; i++) {
		struct counter_ask *ask = &asked->asks[i];

		ask->used = 0;
		ask->refused = asked->limits[i]->without == WITHOUT_CLOSED && ask->n > 0;
		if (asked->limits[i]->without != WITHOUT_LOCAL)
			continue;
		asked->places[n] = i;
		asked->local[n] = *ask;
		asked->local[n++].gcra = gcra_share(&ask->gcra, percent);
	}
	return n;
}

static bool
is_refused(const struct limit_asked *asked)
{
	for (size_t i = 0; i < asked->n; i++)
		if (asked->asks[i].refused && !asked->asks[i].watched)
			return true;
	return false;
}

void
limits_ask_without(struct limit_asked *asked, struct counters *local, int64_t percent, int64_t now)
{
	size_t n = answer_or_pick(asked, percent);

	if (is_refused(asked))
		return;
	counters_spend(local, asked->local, n, now);
	for (size_t i = 0; i < n; i++) {
		asked->asks[asked->places[i]].refused = asked->local[i].refused;
		asked->asks[asked->places[i]].used = asked->local[i].used;
	}
}

void
limits_spent(struct limit_asked *asked, struct counters *local, int64_t now)
{
	size_t n = 0;

	for (size_t i = 0; i < asked->n; i++) {
		if (asked->asks[i].refused || asked->limits[i]->without != WITHOUT_LOCAL)
			continue;
		asked->local[n] = asked->asks[i];
		asked->local[n++].watched = true;
	}
	counters_spend(local, asked->local, n, now);
}
