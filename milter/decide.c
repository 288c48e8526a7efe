/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/decide.h"

#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/socketmap/capability.h"

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

/* Without the way by TLS, what is known of it does not matter. */
static int
no_route(void *context, struct bytes domain, struct bytes *ret_words, const char **ret_why)
{
	(void)context, (void)domain, (void)ret_words;
	*ret_why = "Postfix is not set up for it";
	return 0;
}

static void
learn_tls(struct message *message, const struct envelope *envelope)
{
	const struct snapshot *s = message->snapshot;
	struct capability_source source = {
		.deadline_ms = clock_mono_ms() + s->settings->tls_question_timeout * 1000};
	const struct plan_tls_asker asker = {.ask = message->tls_route ? capability_of_domain : no_route,
		.context = &source,
		.now = clock_wall()};

	if (!policy_asks_tls(s->policy))
		return;
	source.client = socketmap_client_new(s->settings->policyd_socketmap);
	message->tls = plan_learn_tls(s->policy, s->settings, envelope,
		message->scanned ? &message->result : NULL, &asker, &message->arena);
	if (source.err.text[0] != '\0')
		log_warning("%s: policyd is not asked about TLS: %s", message->queue_id, source.err.text);
	socketmap_client_free(source.client);
}

int
decide_broken_promise(struct message *message)
{
	static const struct plan_entry portal = {.action = PLAN_PORTAL,
		.would = PLAN_PORTAL,
		.policy = "(TLS did not come)",
		.would_policy = "(TLS did not come)"};

	message->plan = (struct plan){.n = message->n_recipients,
		.entries = arena_array(&message->arena, message->n_recipients, sizeof(portal))};
	for (size_t i = 0; i < message->plan.n; i++)
		message->plan.entries[i] = portal;
	return 0;
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
	learn_tls(message, &envelope);
	envelope.tls = message->tls;
	plan_make(s->policy, s->settings, &envelope, message->scanned ? &message->result : NULL,
		&message->arena, &message->plan);
	return 0;
}
