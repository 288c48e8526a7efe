/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/conf/yaml.h"
#include "lib/count/limit_state.h"

struct reader {
	struct arena *arena;
	const char *file;
	struct faults *faults;
};

struct keyword {
	const char *word;
	int value;
};

#define FAULT(r, node, ...) faults_add((r)->faults, (r)->file, (node)->line, (node)->column, __VA_ARGS__)

static const struct keyword fields[] = {{"sender", FIELD_SENDER}, {"sender-domain", FIELD_SENDER_DOMAIN},
	{"sasl-user", FIELD_SASL_USER}, {"client", FIELD_CLIENT}, {"client-net", FIELD_CLIENT_NET},
	{"recipient", FIELD_RECIPIENT}, {"recipient-domain", FIELD_RECIPIENT_DOMAIN}, {NULL, 0}};
static const struct keyword units[] = {{"messages", UNIT_MESSAGES}, {"recipients", UNIT_RECIPIENTS},
	{"bytes", UNIT_BYTES}, {"distinct-recipients", UNIT_DISTINCT}, {"failed-recipients", UNIT_FAILED},
	{NULL, 0}};
static const struct keyword states[] = {
	{"rcpt", STATE_RCPT}, {"data", STATE_DATA}, {"end-of-message", STATE_END_OF_MESSAGE}, {NULL, 0}};
static const struct keyword answers[] = {
	{"defer", ANSWER_DEFER}, {"reject", ANSWER_REJECT}, {"hold", ANSWER_HOLD}, {NULL, 0}};
static const struct keyword withouts[] = {
	{"local", WITHOUT_LOCAL}, {"open", WITHOUT_OPEN}, {"closed", WITHOUT_CLOSED}, {NULL, 0}};
static const struct keyword kinds[] = {{"unusual", UNIT_STRANGE}, {NULL, 0}};
static const struct keyword stages[] = {{"monitor", 1}, {"enforce", 0}, {NULL, 0}};

/* Returns 0, or -1 with a fault that lists the words. */
static int
read_word(struct reader *r, const struct yaml_node *node, struct bytes text, const struct keyword *table,
	int *ret_value)
{
	struct buf known;

	for (const struct keyword *k = table; k->word != NULL; k++)
		if (bytes_eq(text, bytes_of_str(k->word))) {
			*ret_value = k->value;
			return 0;
		}
	buf_init(&known, 200);
	for (const struct keyword *k = table; k->word != NULL; k++)
		buf_putf(&known, "%s%s", k == table ? "" : k[1].word != NULL ? ", " : " or ", k->word);
	FAULT(r, node, "expected %s", buf_cstr(&known));
	buf_done(&known);
	return -1;
}

static int
read_choice(struct reader *r, const struct yaml_node *node, const struct keyword *table, int *ret_value)
{
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return -1;
	return read_word(r, node, text, table, ret_value);
}

static struct bytes
lower(struct reader *r, struct bytes text)
{
	char *copy = arena_str(r->arena, text);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)ascii_lower((uint8_t)*p);
	return bytes_of(copy, text.n);
}

/* One text, or a list of texts. */
static const struct yaml_node *
first_of(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR ? node : node->children;
}

static const struct yaml_node *
next_of(const struct yaml_node *list, const struct yaml_node *item)
{
	return list == item ? NULL : item->next;
}

static void
read_keys(struct reader *r, const struct yaml_node *node, struct limit_rule *rule)
{
	for (const struct yaml_node *n = first_of(node); n != NULL; n = next_of(node, n)) {
		int field = 0;

		if (rule->n_keys == LIMIT_KEYS_MAX) {
			FAULT(r, n, "at most %d keys", LIMIT_KEYS_MAX);
			return;
		}
		if (read_choice(r, n, fields, &field) == 0)
			rule->keys[rule->n_keys++] = (enum limit_field)field;
	}
	if (rule->n_keys == 0 && node->kind != YAML_SCALAR)
		FAULT(r, node, "expected at least one key");
}

/* "300", "10K", "2G". */
static int
parse_count(struct bytes text, int64_t *ret_count)
{
	static const char suffixes[] = "KMG";
	const char *suffix = text.n > 0 ? memchr(suffixes, text.p[text.n - 1], 3) : NULL;
	int shift = suffix != NULL ? 10 * (int)(suffix - suffixes + 1) : 0;
	int64_t n;

	if (bytes_parse_i64(bytes_sub(text, 0, text.n - (suffix != NULL)), 1, 1000000000, &n) < 0)
		return -1;
	*ret_count = n << shift;
	return 0;
}

/* "90s", "15m", "1h", "1d", "1w": in nanoseconds. */
static int
parse_period(struct bytes text, int64_t *ret_period)
{
	static const struct {
		char unit;
		int64_t seconds;
	} periods[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	int64_t n;

	for (size_t i = 0; text.n > 1 && i < sizeof(periods) / sizeof(periods[0]); i++) {
		if (text.p[text.n - 1] != (uint8_t)periods[i].unit)
			continue;
		if (bytes_parse_i64(bytes_sub(text, 0, text.n - 1), 1, 100000, &n) < 0)
			return -1;
		*ret_period = n * periods[i].seconds * 1000000000;
		return 0;
	}
	return -1;
}

/* "300 per 1h", with the burst beside it. */
static void
read_allow(struct reader *r, const struct yaml_node *node, const struct yaml_node *burst_node,
	struct limit_rule *rule)
{
	struct bytes text = {0}, burst_text = {0};
	int64_t count = 0, period = 0, burst;
	size_t at;

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return;
	at = bytes_find(text, BYTES_LIT(" per "));
	if (at == text.n || parse_count(bytes_sub(text, 0, at), &count) < 0 ||
		parse_period(bytes_sub(text, at + 5, text.n), &period) < 0) {
		FAULT(r, node, "expected a number and a time, like 300 per 1h or 2G per 1d");
		return;
	}
	burst = count;
	if (burst_node != NULL && (yaml_str(burst_node, r->file, &burst_text, r->faults) < 0 ||
					  parse_count(burst_text, &burst) < 0)) {
		FAULT(r, burst_node, "expected a number, like 50 or 10M");
		return;
	}
	if (!gcra_make(count, period, burst, &rule->gcra))
		FAULT(r, node, "so many in so short a time can't be told apart: take a longer time");
}

static void
read_pattern(struct reader *r, const struct yaml_node *node, struct limit_pattern *ret_pattern)
{
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return;
	ret_pattern->text = lower(r, text);
	if (bytes_eq(text, BYTES_LIT("*")))
		ret_pattern->kind = PATTERN_ANY;
	else if (text.n > 1 && text.p[0] == '@')
		ret_pattern->kind = PATTERN_DOMAIN;
	else if (text.n > 1 && text.p[0] == '.')
		ret_pattern->kind = PATTERN_SUBDOMAINS;
	else if (text.n > 0)
		ret_pattern->kind = PATTERN_WHOLE;
	else
		FAULT(r, node, "expected a text, @domain, .domain or '*'");
}

/* {sasl-user: [a@here.example, '@lab.example'], client: '*'} */
static void
read_conditions(struct reader *r, const struct yaml_node *node, const struct limit_condition **ret_conditions,
	size_t *ret_n)
{
	struct limit_condition *conditions;
	size_t i = 0;

	if (node->kind != YAML_MAPPING || node->n_children == 0) {
		FAULT(r, node, "expected fields and what they must be, like {sasl-user: '@lab.example'}");
		return;
	}
	conditions = arena_array(r->arena, node->n_children, sizeof(*conditions));
	for (const struct yaml_node *n = node->children; n != NULL; n = n->next) {
		size_t k = 0, n_patterns = n->kind == YAML_SCALAR ? 1 : n->n_children;
		struct limit_pattern *patterns = arena_array(r->arena, n_patterns, sizeof(*patterns));
		int field = 0;

		if (n->kind == YAML_MAPPING || n_patterns == 0 || n_patterns > PATTERNS_MAX) {
			FAULT(r, n, "expected a text or a list of texts");
			continue;
		}
		if (read_word(r, n, n->key, fields, &field) < 0)
			continue;
		for (const struct yaml_node *item = first_of(n); item != NULL; item = next_of(n, item))
			read_pattern(r, item, &patterns[k++]);
		conditions[i++] = (struct limit_condition){(enum limit_field)field, patterns, k};
	}
	*ret_conditions = conditions;
	*ret_n = i;
}

/* What can't be counted there, since Postfix does not tell it in that state (SMTPD_POLICY_README). */
static void
check_state(struct reader *r, const struct yaml_node *node, const struct limit_rule *rule)
{
	if (rule->unit == UNIT_BYTES && rule->state != STATE_END_OF_MESSAGE)
		FAULT(r, node, "bytes are known at end-of-message only");
	if (rule->unit == UNIT_MESSAGES && rule->state == STATE_RCPT)
		FAULT(r, node, "rcpt comes once a recipient: count messages at data or end-of-message");
	if ((rule->unit == UNIT_DISTINCT || rule->unit == UNIT_STRANGE) && rule->state != STATE_RCPT)
		FAULT(r, node, "which recipients there are is known at rcpt only");
	if (rule->unit == UNIT_FAILED && rule->state != STATE_RCPT)
		FAULT(r, node, "failed-recipients count at rcpt, and those that were taken not, at data");
	for (size_t i = 0; i < rule->n_keys; i++)
		if ((rule->state != STATE_RCPT || rule->unit == UNIT_FAILED) &&
			(rule->keys[i] == FIELD_RECIPIENT || rule->keys[i] == FIELD_RECIPIENT_DOMAIN))
			FAULT(r, node,
				rule->unit == UNIT_FAILED ? "what was taken is not told by recipient"
							  : "a recipient is known at rcpt only");
}

/* {first: 20, days: 14} */
static void
read_ramp(struct reader *r, const struct yaml_node *node, struct limit_rule *rule)
{
	static const char *const known[] = {"first", "days", NULL};
	const struct yaml_node *first = NULL, *days = NULL;
	struct bytes text = {0};

	if (node->kind == YAML_MAPPING) {
		yaml_known_keys(node, r->file, known, r->faults);
		first = yaml_get(node, "first");
		days = yaml_get(node, "days");
	}
	if (first == NULL || days == NULL) {
		FAULT(r, node,
			"expected what a new one may send and in how many days all, like {first: 20, days: "
			"14}");
		return;
	}
	rule->start.new = NEW_RAMP;
	if (yaml_str(first, r->file, &text, r->faults) < 0 || parse_count(text, &rule->start.first) < 0 ||
		rule->start.first > rule->gcra.burst)
		FAULT(r, first, "expected a number that is not above the burst");
	if (yaml_str(days, r->file, &text, r->faults) < 0 ||
		bytes_parse_i64(text, 1, RAMP_DAYS_MAX, &rule->start.days) < 0)
		FAULT(r, days, "expected days, 1 to %d", RAMP_DAYS_MAX);
	if (rule->unit != UNIT_MESSAGES && rule->unit != UNIT_RECIPIENTS && rule->unit != UNIT_BYTES)
		FAULT(r, node, "warm-up is for messages, recipients and bytes");
}

static void
read_name(struct reader *r, const struct yaml_node *node, struct limit_rule *rule)
{
	struct bytes text = {0};

	rule->limit.name = "";
	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return;
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_is_alnum(text.p[i]) && memchr(" -_.", text.p[i], 4) == NULL)
			text.n = 0;
	if (text.n == 0 || text.n > LIMIT_NAME_MAX)
		FAULT(r, node, "expected a name of 1 to %d letters, digits, spaces, -, _ and .",
			LIMIT_NAME_MAX);
	rule->limit.name = arena_str(r->arena, text);
}

/* What is missing is a fault; the other readers are called with what is there. */
static const struct yaml_node *
need(struct reader *r, const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_get(node, key);

	if (value == NULL)
		FAULT(r, node, "the limit has no '%s'", key);
	return value;
}

/* `kind: unusual`: what it counts is given; how long a key is learnt can be said. */
static void
read_unusual(struct reader *r, const struct yaml_node *node, struct limit_rule *rule)
{
	const struct yaml_node *learn = yaml_get(node, "learn");
	struct bytes text = {0};
	int64_t period = LEARN_DAYS * COUNTER_DAY;

	rule->unit = UNIT_STRANGE;
	if (yaml_get(node, "unit") != NULL)
		FAULT(r, yaml_get(node, "unit"), "what is unusual has no unit: it counts what is strange");
	if (yaml_get(node, "warm-up") != NULL)
		FAULT(r, yaml_get(node, "warm-up"), "what is unusual has 'learn' in place of a warm-up");
	if (learn != NULL &&
		(yaml_str(learn, r->file, &text, r->faults) < 0 || parse_period(text, &period) < 0 ||
			period % COUNTER_DAY != 0 || period > RAMP_DAYS_MAX * COUNTER_DAY))
		FAULT(r, learn, "expected 1d to %dd", RAMP_DAYS_MAX);
	rule->start = (struct counter_start){.new = NEW_LEARN, .days = period / COUNTER_DAY};
}

/* What a limit has to say. */
static void
read_needed(struct reader *r, const struct yaml_node *node, struct limit_rule *rule)
{
	const struct yaml_node *value;
	int unit = UNIT_RECIPIENTS;

	if ((value = need(r, node, "name")) != NULL)
		read_name(r, value, rule);
	if ((value = need(r, node, "key")) != NULL)
		read_keys(r, value, rule);
	if ((value = need(r, node, "allow")) != NULL)
		read_allow(r, value, yaml_get(node, "burst"), rule);
	if ((value = yaml_get(node, "kind")) != NULL && read_choice(r, value, kinds, &unit) == 0) {
		read_unusual(r, node, rule);
		return;
	}
	if (yaml_get(node, "learn") != NULL)
		FAULT(r, yaml_get(node, "learn"), "only 'kind: unusual' learns");
	if ((value = need(r, node, "unit")) != NULL)
		read_choice(r, value, units, &unit);
	rule->unit = (enum limit_unit)unit;
}

/* One of a table's words, or what holds without. */
static int
choice_or(struct reader *r, const struct yaml_node *node, const char *key, const struct keyword *table,
	int fallback)
{
	const struct yaml_node *value = yaml_get(node, key);

	if (value != NULL)
		read_choice(r, value, table, &fallback);
	return fallback;
}

static void
read_limit(struct reader *r, const struct yaml_node *node, struct limit_rule *rule)
{
	static const char *const known[] = {"name", "key", "unit", "state", "allow", "burst", "when",
		"except", "answer", "stage", "warm-up", "without-redis", "kind", "learn", NULL};
	const struct yaml_node *value;
	bool at_end;

	rule->limit.name = "";
	if (node->kind != YAML_MAPPING) {
		FAULT(r, node,
			"expected a limit like {name: ..., key: sasl-user, unit: recipients, allow: 300 per "
			"1h}");
		return;
	}
	yaml_known_keys(node, r->file, known, r->faults);
	read_needed(r, node, rule);
	at_end = rule->unit == UNIT_MESSAGES || rule->unit == UNIT_BYTES;
	rule->state = (enum limit_state)choice_or(
		r, node, "state", states, at_end ? STATE_END_OF_MESSAGE : STATE_RCPT);
	rule->limit.answer = (enum limit_answer)choice_or(r, node, "answer", answers, ANSWER_DEFER);
	rule->limit.without =
		(enum limit_without)choice_or(r, node, "without-redis", withouts, WITHOUT_LOCAL);
	rule->limit.monitor = choice_or(r, node, "stage", stages, 0) != 0;
	if ((value = yaml_get(node, "when")) != NULL)
		read_conditions(r, value, &rule->when, &rule->n_when);
	if ((value = yaml_get(node, "except")) != NULL)
		read_conditions(r, value, &rule->except, &rule->n_except);
	if ((value = yaml_get(node, "warm-up")) != NULL)
		read_ramp(r, value, rule);
	check_state(r, node, rule);
}

static void
read_limits(struct reader *r, const struct yaml_node *root, struct limits *limits)
{
	static const char *const known[] = {"limits", NULL};
	const struct yaml_node *list = root->kind == YAML_MAPPING ? yaml_get(root, "limits") : NULL;
	struct limit_rule *rules;
	size_t n = 0;

	if (root->kind == YAML_MAPPING)
		yaml_known_keys(root, r->file, known, r->faults);
	if (list == NULL || list->kind != YAML_SEQUENCE || list->n_children > LIMITS_MAX) {
		FAULT(r, list != NULL ? list : root, "expected limits: and a list of at most %d", LIMITS_MAX);
		return;
	}
	rules = arena_array(r->arena, list->n_children, sizeof(*rules));
	for (const struct yaml_node *node = list->children; node != NULL; node = node->next, n++) {
		read_limit(r, node, &rules[n]);
		for (size_t i = 0; i < n; i++)
			if (rules[n].limit.name[0] != '\0' &&
				strcmp(rules[i].limit.name, rules[n].limit.name) == 0)
				FAULT(r, node, "the name '%s' is there already", rules[n].limit.name);
	}
	limits->rules = rules;
	limits->n = n;
}

static int
finish(struct reader *r, struct limits *limits, const struct yaml_node *root, size_t before,
	struct limits **ret_limits)
{
	if (root != NULL)
		read_limits(r, root, limits);
	if (r->faults->n > before) {
		limits_free(limits);
		return -1;
	}
	*ret_limits = limits;
	return 0;
}

static struct limits *
new_limits(void)
{
	struct limits *limits = mem_new(1, sizeof(*limits));

	arena_init(&limits->arena);
	return limits;
}

int
limits_load(const char *path, struct limits **ret_limits, struct faults *faults)
{
	struct limits *limits = new_limits();
	struct reader r = {.arena = &limits->arena, .file = path, .faults = faults};
	struct yaml_node *root = NULL;
	struct arena tree;
	size_t before = faults->n;
	int ret;

	arena_init(&tree);
	if (yaml_load(&tree, path, &root, faults) < 0)
		root = NULL;
	ret = finish(&r, limits, root, before, ret_limits);
	arena_done(&tree);
	return ret;
}

int
limits_parse(const char *file, struct bytes content, struct limits **ret_limits, struct faults *faults)
{
	struct limits *limits = new_limits();
	struct reader r = {.arena = &limits->arena, .file = file, .faults = faults};
	struct yaml_node *root = NULL;
	struct arena tree;
	size_t before = faults->n;
	int ret;

	arena_init(&tree);
	if (yaml_parse(&tree, file, content, &root, faults) < 0)
		root = NULL;
	ret = finish(&r, limits, root, before, ret_limits);
	arena_done(&tree);
	return ret;
}

void
limits_free(struct limits *limits)
{
	if (limits == NULL)
		return;
	arena_done(&limits->arena);
	free(limits);
}

size_t
limits_n(const struct limits *limits)
{
	return limits->n;
}

const struct limit *
limits_need_redis(const struct limits *limits)
{
	for (size_t i = 0; i < limits->n; i++)
		if (limits->rules[i].start.new == NEW_RAMP)
			return &limits->rules[i].limit;
	return NULL;
}
