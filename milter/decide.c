/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/decide.h"

#include "lib/base/clock.h"

/* Time in the parser's queue, on top of the scan's own. */
enum { QUEUE_MS = 30 * 1000 };

static bool
all_pass(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->entries[i].action != PLAN_PASS || plan->entries[i].would != PLAN_PASS)
			return false;
	return true;
}

bool
decide_early(struct message *message)
{
	const struct snapshot *s = message->snapshot;
	struct envelope envelope = message_envelope(message, ENVELOPE_SIZE_UNKNOWN);

	if (plan_needs_scan(s->policy, s->settings, &envelope))
		return false;
	plan_make(s->policy, s->settings, &envelope, NULL, &message->arena, &message->plan);
	return all_pass(&message->plan);
}

int
decide(struct message *message, struct err *err)
{
	const struct snapshot *s = message->snapshot;
	struct envelope envelope = message_envelope(message, message->spool.size);
	const struct scan_question question = {message->spool.fd,
		clock_mono_ms() + s->settings->parser_timeout * 1000 + QUEUE_MS, envelope.recipients,
		envelope.n_recipients};

	message->scanned = plan_needs_scan(s->policy, s->settings, &envelope);
	if (message->scanned &&
		scan_pool_ask(message->service->scans, &question, &message->arena, &message->result, err) < 0)
		return err_add(err, "scan");
	plan_make(s->policy, s->settings, &envelope, message->scanned ? &message->result : NULL,
		&message->arena, &message->plan);
	return 0;
}
