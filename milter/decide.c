/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/decide.h"

#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"

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

/* Rules are named by the parser, which may have been taken over: the record escapes what is odd. */
static void
log_troubles(struct troubles *troubles, const struct scan_result *result)
{
	struct trouble_count due[TROUBLES_MAX];
	size_t n = troubles_take(troubles, result->troubles, clock_mono_ms(), due);

	for (size_t i = 0; i < n; i++) {
		bool limit = due[i].kind == TROUBLE_LIMIT;
		char count[32];
		struct log_field fields[] = {
			{"rule", bytes_of_str(due[i].rule)}, {"count", bytes_of(count, 0)}};

		fields[1].value.n = (size_t)snprintf(count, sizeof(count), "%zu", due[i].count);
		log_record(limit ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR,
			limit ? "pattern_limit" : "pattern_difference", fields, 2);
	}
}

int
decide(struct message *message, struct err *err)
{
	const struct snapshot *s = message->snapshot;
	struct envelope envelope = message_envelope(message, message->spool.size);
	const struct scan_question question = {.message_fd = message->spool.fd,
		.deadline_ms = clock_mono_ms() + s->settings->parser_timeout * 1000 + QUEUE_MS,
		.recipients = envelope.recipients,
		.n_recipients = envelope.n_recipients};

	message->scanned = plan_needs_scan(s->policy, s->settings, &envelope);
	if (message->scanned &&
		scan_pool_ask(message->service->scans, &question, &message->arena, &message->result, err) < 0)
		return err_add(err, "scan");
	if (message->scanned)
		log_troubles(message->service->troubles, &message->result);
	plan_make(s->policy, s->settings, &envelope, message->scanned ? &message->result : NULL,
		&message->arena, &message->plan);
	return 0;
}
