/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/count/limit_key.h"
#include "lib/count/limit_state.h"

enum { ASK_MAX = (1 + COUNTER_MEMBERS_MAX) * (LIMIT_FIELDS * (LIMIT_VALUE_MAX + 4) + LIMIT_NAME_MAX + 5) };

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

static bool
counts_in(const struct limit_rule *rule, enum limit_state state)
{
	return rule->state == state || (rule->unit == UNIT_FAILED && state == STATE_DATA);
}

bool
limits_count_in(const struct limits *limits, enum limit_state state)
{
	for (size_t i = 0; i < limits->n; i++)
		if (counts_in(&limits->rules[i], state))
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
	case UNIT_STRANGE:
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

/* A member's key is the key with what is remembered of it behind. */
static void
add_member(struct counter_ask *to, char kind, struct bytes value, int64_t keep, struct buf *keys)
{
	size_t start = keys->n;

	buf_put(keys, to->key.p, to->key.n);
	buf_put_byte(keys, (uint8_t)kind);
	limit_key_put(value, keys);
	to->members[to->n_members++] =
		(struct counter_member){bytes_sub(buf_bytes(keys), start, keys->n - start), keep};
}

/* A limit on strange things remembers recipients and domains for 90 days, hours for four weeks. */
static void
add_members(const struct limit_rule *rule, const struct limit_request *request, struct counter_ask *to,
	struct buf *keys)
{
	uint8_t hour = (uint8_t)request->hour;

	if (rule->unit == UNIT_DISTINCT)
		add_member(to, 'r', request->fields[FIELD_RECIPIENT], gcra_window(&rule->gcra), keys);
	if (rule->unit != UNIT_STRANGE)
		return;
	add_member(to, 'r', request->fields[FIELD_RECIPIENT], 90 * COUNTER_DAY, keys);
	add_member(to, 'd', request->fields[FIELD_RECIPIENT_DOMAIN], 90 * COUNTER_DAY, keys);
	add_member(to, 'h', bytes_of(&hour, 1), 28 * COUNTER_DAY, keys);
}

/* The limit's name, then each value. */
static void
ask(const struct limit_rule *rule, const struct limit_request *request, struct limit_asked *asked)
{
	struct counter_ask *to = &asked->asks[asked->n];
	struct buf *keys = &asked->keys;
	size_t start = keys->n;

	limit_key_put(bytes_of_str(rule->limit.name), keys);
	for (size_t i = 0; i < rule->n_keys; i++)
		limit_key_put(request->fields[rule->keys[i]], keys);
	*to = (struct counter_ask){.key = bytes_sub(buf_bytes(keys), start, keys->n - start),
		.gcra = rule->gcra,
		.start = rule->start,
		.n = units_of(rule, request),
		.watched = rule->limit.monitor};
	add_members(rule, request, to, keys);
	asked->limits[asked->n++] = &rule->limit;
}

void
limit_asked_init(struct limit_asked *asked, size_t max)
{
	*asked = (struct limit_asked){.max = max,
		.asks = mem_new(max, sizeof(*asked->asks)),
		.limits = mem_new(max, sizeof(*asked->limits)),
		.local = mem_new(max, sizeof(*asked->local)),
		.places = mem_new(max, sizeof(*asked->places))};
	buf_init(&asked->keys, max * ASK_MAX);
}

void
limit_asked_done(struct limit_asked *asked)
{
	free(asked->asks);
	free(asked->limits);
	free(asked->local);
	free(asked->places);
	buf_done(&asked->keys);
}

/* The most that all keys can take, so that none moves once it is written. */
static size_t
keys_max(const struct limits *limits, const struct limit_request *request)
{
	size_t n = 0;

	for (size_t i = 0; i < LIMIT_FIELDS; i++)
		n += bytes_sub(request->fields[i], 0, LIMIT_VALUE_MAX).n + sizeof(uint32_t);
	return (1 + COUNTER_MEMBERS_MAX) * limits->n * (n + LIMIT_NAME_MAX + sizeof(uint32_t) + 2);
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
