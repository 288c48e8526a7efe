/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/buf.h"
#include "lib/count/limit_state.h"

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
	if (rule->state != request->state)
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
		return 1;
	case UNIT_RECIPIENTS:
		return rule->state == STATE_RCPT ? 1 : request->recipients;
	case UNIT_BYTES:
		return request->size;
	}
	return 0;
}

/* The limit's name, then each value; lengths keep "a" "bc" and "ab" "c" apart. */
static void
put_key(const struct limit_rule *rule, const struct limit_request *request, struct buf *out)
{
	buf_put_str(out, rule->limit.name);
	for (size_t i = 0; i < rule->n_keys; i++) {
		struct bytes value = request->fields[rule->keys[i]];
		uint32_t n = (uint32_t)value.n;

		buf_put(out, &n, sizeof(n));
		buf_put_bytes(out, value);
	}
}

const struct limit *
limits_judge(const struct limits *limits, struct counters *counters, const struct limit_request *request,
	int64_t now, void (*watch)(const struct limit *limit, void *context), void *context)
{
	struct counter_ask asks[LIMITS_MAX];
	const struct limit_rule *rules[LIMITS_MAX];
	size_t starts[LIMITS_MAX + 1] = {0}, n = 0;
	const struct limit *refusing = NULL;
	struct buf keys;

	buf_init(&keys, LIMITS_MAX * (COUNTER_KEY_MAX + LIMIT_NAME_MAX));
	for (size_t i = 0; i < limits->n; i++) {
		if (!applies(&limits->rules[i], request))
			continue;
		rules[n] = &limits->rules[i];
		put_key(rules[n], request, &keys);
		starts[++n] = keys.n;
	}
	for (size_t i = 0; i < n; i++)
		asks[i] = (struct counter_ask){
			.key = bytes_sub(buf_bytes(&keys), starts[i], starts[i + 1] - starts[i]),
			.gcra = rules[i]->gcra,
			.n = units_of(rules[i], request),
			.watched = rules[i]->limit.monitor};
	if (n > 0)
		counters_spend(counters, asks, n, now);
	for (size_t i = n; i-- > 0;) {
		if (!asks[i].refused)
			continue;
		if (!asks[i].watched)
			refusing = &rules[i]->limit;
		else if (watch != NULL)
			watch(&rules[i]->limit, context);
	}
	buf_done(&keys);
	return refusing;
}
