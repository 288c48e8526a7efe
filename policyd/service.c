/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/service.h"

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/count/limit.h"
#include "lib/seal/digest.h"
#include "policyd/request.h"

void
service_init(struct service *service, const struct settings *settings, const struct limits *limits)
{
	seal_init();
	*service = (struct service){.counters = counters_new_memory((size_t)settings->limits_keys),
		.request_max = (size_t)settings->policyd_request_size};
	atomic_store(&service->limits, limits);
	arena_init(&service->arena);
}

void
service_done(struct service *service)
{
	counters_free(service->counters);
	arena_done(&service->arena);
}

/* Whom it hit is the admin's to know; what was in the mail is not known here at all. */
static void
log_limit(const struct limit *limit, const struct policy_request *request, const char *event)
{
	const struct log_field fields[] = {
		{"limit", bytes_of_str(limit->name)},
		{"queue_id", request->queue_id},
		{"sasl_user", request->limit.fields[FIELD_SASL_USER]},
		{"sender", request->limit.fields[FIELD_SENDER]},
		{"client", request->limit.fields[FIELD_CLIENT]},
	};

	log_record(LOG_LEVEL_INFO, event, fields, sizeof(fields) / sizeof(fields[0]));
}

static void
on_watched(const struct limit *limit, void *context)
{
	log_limit(limit, context, "limit_monitored");
}

/* access(5). The name says which limit, to both sides; how much it allows is nobody's business. */
static void
put_answer(const struct limit *limit, struct buf *out)
{
	if (limit == NULL) {
		buf_put_str(out, "action=DUNNO\n\n");
		return;
	}
	switch (limit->answer) {
	case ANSWER_DEFER:
		buf_putf(out, "action=DEFER 4.7.1 Limit reached: %s\n\n", limit->name);
		break;
	case ANSWER_REJECT:
		buf_putf(out, "action=REJECT 5.7.1 Limit reached: %s\n\n", limit->name);
		break;
	case ANSWER_HOLD:
		buf_putf(out, "action=HOLD limit reached: %s\n\n", limit->name);
		break;
	}
}

int
service_answer_policy(void *context, struct server_call *call, struct bytes *rest, struct buf *out)
{
	struct service *service = context;
	const struct limits *limits = atomic_load(&service->limits);
	struct policy_request request;
	enum request_result result;

	(void)call;
	while ((result = request_next(&service->arena, rest, service->request_max, &request)) ==
		REQUEST_READ) {
		const struct limit *limit = limits_judge(
			limits, service->counters, &request.limit, clock_mono_ns(), on_watched, &request);

		if (limit != NULL)
			log_limit(limit, &request, "limit_reached");
		put_answer(limit, out);
		arena_reset(&service->arena);
	}
	arena_reset(&service->arena);
	return result == REQUEST_MALFORMED ? -1 : 0;
}
