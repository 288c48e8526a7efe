/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/count/limit_key.h"
#include "lib/count/limit_state.h"

enum { ASK_MAX = 2 * (LIMIT_FIELDS * (LIMIT_VALUE_MAX + 4) + LIMIT_NAME_MAX + 4) };

static bool
pattern_fits(const struct limit_pattern *pattern, struct bytes text)
{
	switch (pattern->kind) {
	case PATTERN_WHOLE:
		return bytes_eq(text, pattern->text);
	case PATTERN_DOMAIN:
	case PATTERN_SUBDOMAINS:
		return text.n > pattern->text.n && bytes_ends_nocase(text, pattern->text);
	case PATTERN_ANY:
		return text.n > 0;
	}
	return false;
}

static bool
condition_fits(const struct limit_condition *condition, const struct limit_request *request)
{
	for (size_t i = 0; i < condition->n; i++)
		if (pattern_fits(&condition->patterns[i], request->fields[condition->field]))
			return true;
	return false;
}

/* All conditions of `when` hold, none of `except`, and every key is known. */
static bool
applies(const struct limit_rule *rule, const struct limit_request *request)
{
	if (rule->state != request->state && !(rule->unit == UNIT_FAILED && request->state == STATE_DATA))
		return false;
	for (size_t i = 0; i < rule->n_keys; i++)
		if (request->fields[rule->keys[i]].n == 0)
			return false;
	for (size_t i = 0; i < rule->n_when; i++)
		if (!condition_fits(&rule->when[i], request))
			return false;
	for (size_t i = 0; i < rule->n_except; i++)
		if (condition_fits(&rule->except[i], request))
			return false;
	return true;
}

static int64_t
units_of(const struct limit_rule *rule, const struct limit_request *request)
{
	switch (rule->unit) {
	case UNIT_MESSAGES:
	case UNIT_DISTINCT:
		return 1;
	case UNIT_RECIPIENTS:
		return rule->state == STATE_RCPT ? 1 : request->recipients;
	case UNIT_BYTES:
		return request->size;
	case UNIT_FAILED:
		return request->state == STATE_RCPT ? 1 : -request->recipients;
	}
	return 0;
}

/* The limit's name, then each value. A member is the same with the recipient behind it. */
static void
ask(const struct limit_rule *rule, const struct limit_request *request, struct limit_asked *asked)
{
	struct counter_ask *to = &asked->asks[asked->n];
	struct buf *keys = &asked->keys;
	size_t start = keys->n, end;

	limit_key_put(bytes_of_str(rule->limit.name), keys);
	for (size_t i = 0; i < rule->n_keys; i++)
		limit_key_put(request->fields[rule->keys[i]], keys);
	end = keys->n;
	*to = (struct counter_ask){.key = bytes_of(keys->p + start, end - start),
		.gcra = rule->gcra,
		.ramp = rule->ramp,
		.n = units_of(rule, request),
		.watched = rule->limit.monitor};
	if (rule->unit == UNIT_DISTINCT) {
		buf_put(keys, keys->p + start, end - start);
		limit_key_put(request->fields[FIELD_RECIPIENT], keys);
		to->member = bytes_of(keys->p + end, keys->n - end);
	}
	asked->limits[asked->n++] = &rule->limit;
}

void
limit_asked_init(struct limit_asked *asked, size_t max)
{
	*asked = (struct limit_asked){.max = max,
		.asks = mem_new(max, sizeof(*asked->asks)),
		.limits = mem_new(max, sizeof(*asked->limits))};
	buf_init(&asked->keys, max * ASK_MAX);
}

void
limit_asked_done(struct limit_asked *asked)
{
	free(asked->asks);
	free(asked->limits);
	buf_done(&asked->keys);
}

/* The most that all keys can take, so that none moves once it is written. */
static size_t
keys_max(const struct limits *limits, const struct limit_request *request)
{
	size_t n = 0;

	for (size_t i = 0; i < LIMIT_FIELDS; i++)
		n += bytes_sub(request->fields[i], 0, LIMIT_VALUE_MAX).n + sizeof(uint32_t);
	return 2 * limits->n * (n + LIMIT_NAME_MAX + sizeof(uint32_t));
}

void
limits_ask(const struct limits *limits, const struct limit_request *request, struct limit_asked *asked)
{
	asked->n = 0;
	buf_reset(&asked->keys);
	if (buf_room(&asked->keys, keys_max(limits, request)) == NULL)
		mem_exhausted(keys_max(limits, request));
	for (size_t i = 0; i < limits->n && asked->n < asked->max; i++)
		if (applies(&limits->rules[i], request))
			ask(&limits->rules[i], request, asked);
}

const struct limit *
limits_verdict(const struct limit_asked *asked, limit_watch *watch, void *context)
{
	const struct limit *refusing = NULL;

	for (size_t i = asked->n; i-- > 0;) {
		if (!asked->asks[i].refused)
			continue;
		if (!asked->asks[i].watched)
			refusing = asked->limits[i];
		else if (watch != NULL)
			watch(asked->limits[i], context);
	}
	return refusing;
}

const struct limit *
limits_judge(const struct limits *limits, struct counters *counters, const struct limit_request *request,
	int64_t now, limit_watch *watch, void *context)
{
	struct limit_asked asked;
	const struct limit *refusing;

	limit_asked_init(&asked, limits->n);
	limits_ask(limits, request, &asked);
	counters_spend(counters, asked.asks, asked.n, now);
	refusing = limits_verdict(&asked, watch, context);
	limit_asked_done(&asked);
	return refusing;
}
