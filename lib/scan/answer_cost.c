/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/scan/answer.h"

#include "lib/scan/field.h"

void
answer_put_costs(struct buf *buf, const struct costs *costs)
{
	const int64_t shares[] = {
		costs->fold_ns, costs->terms_ns, costs->prefilter_ns, costs->search_ns, costs->judge_ns};
	uint32_t n = 0;

	wire_put_u64(buf, costs->bytes);
	wire_put_u64(buf, costs->segments);
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		wire_put_u64(buf, (uint64_t)shares[i]);
	for (size_t i = 0; i < costs->n_rules && n < ANSWER_RULES_MAX; i++) {
		const struct rule_cost *rule = &costs->rules[i];

		if (rule->calls == 0 && rule->ns == 0)
			continue;
		wire_put_u32(buf, FIELD_ITEM);
		field_put_line(buf, rule->rule);
		wire_put_u64(buf, rule->calls);
		wire_put_u64(buf, rule->reached);
		wire_put_u64(buf, rule->pcre2_calls);
		wire_put_u64(buf, rule->matches);
		wire_put_u64(buf, (uint64_t)rule->ns);
		n++;
	}
	wire_put_u32(buf, FIELD_END);
}

/* Numbers that may be added up a billion times. */
static int
get_number(struct wire *wire, uint64_t *ret_number)
{
	return wire_u64(wire, ret_number) == 0 && *ret_number <= UINT32_MAX * UINT64_C(100) ? 0 : -1;
}

static int
get_ns(struct wire *wire, int64_t *ret_ns)
{
	uint64_t number;

	if (get_number(wire, &number) != 0)
		return -1;
	*ret_ns = (int64_t)number;
	return 0;
}

static int
get_rule(struct arena *arena, struct wire *wire, struct rule_cost *rule)
{
	if (field_get_line(arena, wire, ANSWER_TEXT_MAX, &rule->rule) != 0 ||
		get_number(wire, &rule->calls) != 0 || get_number(wire, &rule->reached) != 0 ||
		get_number(wire, &rule->pcre2_calls) != 0 || get_number(wire, &rule->matches) != 0)
		return -1;
	return get_ns(wire, &rule->ns);
}

int
answer_get_costs(struct arena *arena, struct bytes payload, struct costs *ret_costs, struct err *err)
{
	enum { RULE_BYTES = 48 }; /* the least that one takes */
	struct wire wire = {.rest = payload};
	struct costs costs = {0};
	int64_t *const shares[] = {
		&costs.fold_ns, &costs.terms_ns, &costs.prefilter_ns, &costs.search_ns, &costs.judge_ns};
	int more = get_number(&wire, &costs.bytes) != 0 || get_number(&wire, &costs.segments) != 0 ? -1 : 0;

	for (size_t i = 0; more == 0 && i < sizeof(shares) / sizeof(shares[0]); i++)
		more = get_ns(&wire, shares[i]);
	costs.rules = arena_array(arena, wire.rest.n / RULE_BYTES + 1, sizeof(*costs.rules));
	while (more == 0 && (more = field_more(&wire, (uint32_t)costs.n_rules, ANSWER_RULES_MAX)) == 1)
		more = get_rule(arena, &wire, &costs.rules[costs.n_rules++]);
	if (more != 0 || wire.rest.n != 0)
		return err_set(err, ERR_PEER, "the parser's answer is malformed");
	*ret_costs = costs;
	return 0;
}
