/* SPDX-License-Identifier: Apache-2.0 */
/* What limits do while Redis can't be asked, and what prepares for that. */
#include "lib/count/limit.h"

/* Those that memory is asked about move to the front of `local`; the others are answered. */
static size_t
answer_or_pick(struct limit_asked *asked, int64_t percent, struct counter_ask *local, size_t *places)
{
	size_t n = 0;

	for (size_t i = 0; i < asked->n; i++) {
		struct counter_ask *ask = &asked->asks[i];

		ask->used = 0;
		ask->refused = asked->limits[i]->without == WITHOUT_CLOSED && ask->n > 0;
		if (asked->limits[i]->without != WITHOUT_LOCAL)
			continue;
		places[n] = i;
		local[n] = *ask;
		local[n++].gcra = gcra_share(&ask->gcra, percent);
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
	struct counter_ask asks[COUNTER_ASKED_MAX];
	size_t places[COUNTER_ASKED_MAX];
	size_t n = answer_or_pick(asked, percent, asks, places);

	if (is_refused(asked))
		return;
	counters_spend(local, asks, n, now);
	for (size_t i = 0; i < n; i++) {
		asked->asks[places[i]].refused = asks[i].refused;
		asked->asks[places[i]].used = asks[i].used;
	}
}

void
limits_spent(struct limit_asked *asked, struct counters *local, int64_t now)
{
	struct counter_ask asks[COUNTER_ASKED_MAX];
	size_t n = 0;

	for (size_t i = 0; i < asked->n; i++) {
		if (asked->asks[i].refused || asked->limits[i]->without != WITHOUT_LOCAL)
			continue;
		asks[n] = asked->asks[i];
		asks[n++].watched = true;
	}
	counters_spend(local, asks, n, now);
}
