/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/service.h"

#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/count/limit.h"
#include "policyd/counting.h"
#include "policyd/near.h"
#include "policyd/request.h"

enum { ANSWER_MAX = 1024 };

/* A request and what is asked about it: it outlives the bytes that it came in. */
struct question {
	struct service *service;
	struct server_call *call;
	struct policy_request request;
	struct buf texts; /* of the request */
	struct limit_asked asked;
	struct question *next, *made;
};

void
service_init(struct service *service, const struct settings *settings, const struct limits *limits,
	struct counting *counting)
{
	*service = (struct service){.counting = counting,
		.near = near_new(),
		.request_max = (size_t)settings->policyd_request_size};
	buf_init(&service->out, ANSWER_MAX);
	atomic_store(&service->limits, limits);
	atomic_store(&service->require_tls, require_tls_of(settings->require_tls));
}

void
service_done(struct service *service)
{
	near_free(service->near);
	buf_done(&service->out);
	while (service->made != NULL) {
		struct question *q = service->made;

		service->made = q->made;
		limit_asked_done(&q->asked);
		buf_wipe_done(&q->texts);
		free(q);
	}
}

/* One with room for what so many limits may ask. */
static struct question *
take_question(struct service *service, size_t limits)
{
	struct question *q = service->spare;

	if (q == NULL) {
		q = mem_new(1, sizeof(*q));
		q->service = service;
		q->made = service->made;
		service->made = q;
		buf_init(&q->texts, 2 * service->request_max);
		limit_asked_init(&q->asked, limits);
		return q;
	}
	service->spare = q->next;
	if (q->asked.max < limits) {
		limit_asked_done(&q->asked);
		limit_asked_init(&q->asked, limits);
	}
	return q;
}

static void
put_back(struct question *q)
{
	q->next = q->service->spare;
	q->service->spare = q;
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

static void
judge(struct question *q, struct buf *out)
{
	const struct limit *limit = limits_verdict(&q->asked, on_watched, &q->request);

	near_note(q->service->near, &q->asked);
	if (limit != NULL)
		log_limit(limit, &q->request, "limit_reached");
	put_answer(limit, out);
}

/* The counters answered, later than the loop could wait for. */
static void
on_counted(void *context)
{
	struct question *q = context;
	struct buf *out = &q->service->out;

	buf_reset(out);
	judge(q, out);
	put_back(q);
	server_answered(q->call, buf_bytes(out));
}

/* What is refused counts for no limit. */
static bool
refuse_without_tls(struct service *service, const struct policy_request *request, struct buf *out)
{
	const struct log_field fields[] = {
		{"queue_id", request->queue_id},
		{"sasl_user", request->limit.fields[FIELD_SASL_USER]},
		{"client", request->limit.fields[FIELD_CLIENT]},
		{"tls", request->tls_version},
	};

	if (!require_tls_refuses(atomic_load(&service->require_tls), request))
		return false;
	log_record(LOG_LEVEL_INFO, "tls_required", fields, sizeof(fields) / sizeof(fields[0]));
	buf_put_str(out, require_tls_answer);
	return true;
}

int
service_answer_policy(void *context, struct server_call *call, struct bytes *rest, struct buf *out)
{
	struct service *service = context;
	const struct limits *limits = atomic_load(&service->limits);
	struct question *q = take_question(service, limits_n(limits));
	enum request_result result;

	while ((result = request_next(&q->texts, rest, service->request_max, &q->request)) == REQUEST_READ) {
		if (refuse_without_tls(service, &q->request, out))
			continue;
		q->request.limit.hour = (int)(clock_wall() / 3600 % 24);
		limits_ask(limits, &q->request.limit, &q->asked);
		q->call = call;
		if (!counting_ask(service->counting, &q->asked, on_counted, q)) {
			server_later(call);
			return 0;
		}
		judge(q, out);
	}
	put_back(q);
	return result == REQUEST_MALFORMED ? -1 : 0;
}
