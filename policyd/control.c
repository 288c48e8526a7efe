/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/control.h"

#include <inttypes.h>
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/count/limit.h"
#include "lib/socketmap/netstring.h"
#include "policyd/counting.h"
#include "policyd/near.h"

enum { CONTROL_REQUEST_MAX = 4096, VALUES_MAX = 4, TEXT_MAX = 4096 };

/* A question about keys that is on its way. */
struct control_question {
	struct service *service;
	struct server_call *call;
	const struct limits *limits;
	struct counting_question counting;
	struct limit_asked asked;
	char key[CONTROL_REQUEST_MAX + 1];
};

static void
put_limits(const struct service *service, const struct limits *limits, struct buf *out)
{
	struct buf text;

	buf_init(&text, TEXT_MAX);
	buf_putf(out, "where\t%s\n", counting_where(service->counting));
	for (size_t i = 0; i < limits_n(limits); i++) {
		struct limit_view view = limits_view(limits, i, &text);

		buf_putf(out, "limit\t%s\t%s\t%s\t%" PRId64 "\t%" PRId64 "\t%s\n", view.limit->name,
			view.keys, view.unit, view.burst, view.window_s,
			view.limit->monitor ? "monitor" : "enforce");
	}
	buf_done(&text);
}

/* As many as an answer can take; whom a reload left behind is named all the same. */
static void
put_near(const struct service *service, struct buf *out)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < NEAR_MAX; i++) {
		const struct near_entry *entry = near_at(service->near, i);

		if (entry->limit != NULL && out->n + entry->key.n + TEXT_MAX < SOCKETMAP_MAX)
			buf_putf(out, "near\t%s\t%.*s\t%d\t%" PRId64 "\n", entry->limit->name,
				BYTES_FMT(buf_bytes(&entry->key)), entry->tenths, (now - entry->when) / 1000);
	}
}

static void
put_answers(const struct control_question *q, struct buf *out)
{
	buf_putf(out, "where\t%s\n", counting_where(q->service->counting));
	if (q->counting.verb == COUNTING_RESET) {
		buf_putf(out, "reset\t%" PRId64 "\n", q->counting.n_known);
		return;
	}
	for (size_t i = 0; i < q->asked.n; i++)
		buf_putf(out, "left\t%s\t%" PRId64 "\t%" PRId64 "\n", q->asked.limits[i]->name,
			q->counting.left[i], q->asked.asks[i].gcra.burst);
}

static void
finish(struct control_question *q, struct buf *out)
{
	struct buf text;

	buf_init(&text, SOCKETMAP_MAX);
	put_answers(q, &text);
	if (q->counting.verb == COUNTING_RESET) {
		near_forget(q->service->near, &q->asked);
		log_info("limits reset: %" PRId64 " counters were known", q->counting.n_known);
	}
	socketmap_put_answer(out, q->asked.n > 0 ? SOCKETMAP_OK : SOCKETMAP_NOTFOUND, buf_bytes(&text));
	buf_done(&text);
	limit_asked_done(&q->asked);
	free(q);
}

static void
on_done(void *context)
{
	struct control_question *q = context;
	struct server_call *call = q->call;
	struct buf out;

	buf_init(&out, SOCKETMAP_MAX + 100);
	finish(q, &out);
	server_answered(call, buf_bytes(&out));
	buf_done(&out);
}

/* The values of a key, in lower case as those of requests are. Returns how many; 0: none, or too many. */
static size_t
split(char *key, struct bytes values[VALUES_MAX])
{
	size_t n = 0;

	for (char *p = key; *p != '\0';) {
		char *start = p;

		for (; *p != '\0' && *p != ' '; p++)
			*p = (char)ascii_lower((uint8_t)*p);
		if (p > start && n == VALUES_MAX)
			return 0;
		if (p > start)
			values[n++] = bytes_of(start, (size_t)(p - start));
		while (*p == ' ')
			p++;
	}
	return n;
}

/* Returns whether it was answered at once. */
static bool
ask_about(struct service *service, struct server_call *call, enum counting_verb verb, struct bytes key,
	struct buf *out)
{
	const struct limits *limits = atomic_load(&service->limits);
	struct control_question *q = mem_new(1, sizeof(*q));
	struct bytes values[VALUES_MAX];

	q->service = service;
	q->call = call;
	memcpy(q->key, key.p, key.n);
	limit_asked_init(&q->asked, limits_n(limits));
	limits_ask_about(limits, values, split(q->key, values), &q->asked);
	q->counting.verb = verb;
	q->counting.asked = &q->asked;
	q->counting.done = on_done;
	q->counting.context = q;
	if (!counting_look(service->counting, &q->counting))
		return false;
	finish(q, out);
	return true;
}

/* Returns whether it was answered at once. */
static bool
answer(struct service *service, struct server_call *call, struct bytes map, struct bytes key, struct buf *out)
{
	struct buf text;

	if (bytes_eq(map, BYTES_LIT("limits-show")))
		return ask_about(service, call, COUNTING_LOOK, key, out);
	if (bytes_eq(map, BYTES_LIT("limits-reset")))
		return ask_about(service, call, COUNTING_RESET, key, out);
	if (!bytes_eq(map, BYTES_LIT("limits-list"))) {
		socketmap_put_answer(out, SOCKETMAP_PERM, BYTES_LIT("no such map"));
		return true;
	}
	buf_init(&text, SOCKETMAP_MAX);
	put_limits(service, atomic_load(&service->limits), &text);
	put_near(service, &text);
	socketmap_put_answer(out, SOCKETMAP_OK, buf_bytes(&text));
	buf_done(&text);
	return true;
}

int
control_answer(void *context, struct server_call *call, struct bytes *rest, struct buf *out)
{
	enum netstring_result result;
	struct bytes content, map, key;

	while ((result = netstring_next(rest, CONTROL_REQUEST_MAX, &content)) == NETSTRING_READ) {
		if (socketmap_parse_request(content, &map, &key) < 0)
			return -1;
		if (!answer(context, call, map, key, out)) {
			server_later(call);
			return 0;
		}
	}
	return result == NETSTRING_MALFORMED ? -1 : 0;
}
