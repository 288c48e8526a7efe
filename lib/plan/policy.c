/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/plan/policy.h"

#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/conf/yaml.h"
#include "lib/plan/address.h"
#include "lib/plan/line.h"

enum { POLICY_LINES_MAX = 1000, LIST_MAX = 10000, NAME_MAX_BYTES = 80 };

/* A line while it is read. */
struct reader {
	struct arena *arena;
	const char *file;
	struct faults *faults;
};

struct keyword {
	struct bytes word;
	int value;
};

#define FAULT(r, node, ...) faults_add((r)->faults, (r)->file, (node)->line, (node)->column, __VA_ARGS__)

static const struct keyword *
find_keyword(const struct keyword *table, size_t n, struct bytes word)
{
	for (size_t i = 0; i < n; i++)
		if (bytes_eq(table[i].word, word))
			return &table[i];
	return NULL;
}

/* A value that may be one text or a list of texts: the i-th of them. */
static size_t
list_size(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR ? 1 : node->n_children;
}

static const struct yaml_node *
list_first(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR ? node : node->children;
}

static const struct yaml_node *
list_next(const struct yaml_node *list, const struct yaml_node *item)
{
	return list == item ? NULL : item->next;
}

static bool
is_list(struct reader *r, const struct yaml_node *node, const char *what)
{
	if (node->kind == YAML_MAPPING || list_size(node) == 0 || list_size(node) > LIST_MAX) {
		FAULT(r, node, "expected %s, or a list of such", what);
		return false;
	}
	return true;
}

/* Letters, digits and what domains and rule names are made of besides. */
static bool
is_word(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_is_alnum(text.p[i]) && text.p[i] < 128 && !memchr(".-_", text.p[i], 3))
			return false;
	return text.n > 0;
}

/* Without a dot at an end, or two together: such a pattern would never fit. */
static bool
is_domain_name(struct bytes text)
{
	return is_word(text) && text.p[0] != '.' && text.p[text.n - 1] != '.' &&
	       bytes_find(text, BYTES_LIT("..")) == text.n;
}

static bool
read_name(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return false;
	if (text.n == 0 || text.n > NAME_MAX_BYTES) {
		FAULT(r, node, "expected a name of 1 to %d bytes", NAME_MAX_BYTES);
		return false;
	}
	line->name = arena_str(r->arena, text);
	return true;
}

static bool
read_address(struct reader *r, const struct yaml_node *node, struct address_pattern *ret_pattern)
{
	struct bytes text = {0}, domain;
	size_t at;

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return false;
	at = bytes_find_byte(text, '@');
	domain = at < text.n ? bytes_sub(text, at + 1, text.n) : text;
	if (at > 0 && at < text.n && address_read(r->arena, text, &text) < 0)
		domain.n = 0;
	if (bytes_eq(text, BYTES_LIT("our-domains")))
		ret_pattern->kind = ADDRESS_OUR_DOMAINS;
	else if (at > 0 && at < text.n && is_domain_name(domain))
		ret_pattern->kind = ADDRESS_WHOLE;
	else if (at == text.n && text.n > 1 && text.p[0] == '.' && is_domain_name(bytes_sub(text, 1, text.n)))
		ret_pattern->kind = ADDRESS_SUBDOMAINS;
	else if (at == text.n && is_domain_name(domain))
		ret_pattern->kind = ADDRESS_DOMAIN;
	else {
		FAULT(r, node, "expected our-domains, a domain, a .domain or a whole address");
		return false;
	}
	ret_pattern->text = arena_bytes(r->arena, text);
	return true;
}

static bool
read_addresses(struct reader *r, const struct yaml_node *node, struct address_list *ret_list)
{
	struct address_pattern *items;
	bool good = true;
	size_t i = 0;

	if (!is_list(r, node, "a domain or an address"))
		return false;
	items = arena_array(r->arena, list_size(node), sizeof(*items));
	for (const struct yaml_node *n = list_first(node); n; n = list_next(node, n))
		good &= read_address(r, n, &items[i++]);
	*ret_list = (struct address_list){items, i};
	return good;
}

static bool
read_to(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	return read_addresses(r, node, &line->to);
}

static bool
read_from(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	return read_addresses(r, node, &line->from);
}

static bool
read_label(struct reader *r, const struct yaml_node *node, struct bytes *ret_label)
{
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return false;
	if (!is_word(text)) {
		FAULT(r, node, "expected a label's name");
		return false;
	}
	*ret_label = arena_bytes(r->arena, text);
	return true;
}

static bool
read_labels(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	struct bytes *labels;
	bool good = true;
	size_t i = 0;

	if (!is_list(r, node, "a label"))
		return false;
	labels = arena_array(r->arena, list_size(node), sizeof(*labels));
	for (const struct yaml_node *n = list_first(node); n; n = list_next(node, n))
		good &= read_label(r, n, &labels[i++]);
	line->labels = labels;
	line->n_labels = i;
	return good;
}

static bool
read_distinct(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	struct distinct_limit *limits;
	bool good = true;
	size_t i = 0;

	if (node->kind != YAML_MAPPING || node->n_children == 0) {
		FAULT(r, node, "expected rules and numbers: {us-ssn: 50}");
		return false;
	}
	limits = arena_array(r->arena, node->n_children, sizeof(*limits));
	for (const struct yaml_node *n = node->children; n; n = n->next, i++) {
		limits[i].rule = arena_str(r->arena, n->key);
		good &= yaml_int(n, r->file, 1, 1000000, &limits[i].least, r->faults) == 0;
	}
	line->distinct = limits;
	line->n_distinct = i;
	return good;
}

/* Bytes, with K, M or G behind. */
static int
parse_size(struct bytes text, int64_t *ret_size)
{
	static const struct keyword units[] = {
		{BYTES_LIT("K"), 10}, {BYTES_LIT("M"), 20}, {BYTES_LIT("G"), 30}};
	const struct keyword *unit = NULL;
	int64_t n = 0;

	if (text.n > 0)
		unit = find_keyword(units, 3, bytes_sub(text, text.n - 1, 1));
	if (bytes_parse_i64(bytes_sub(text, 0, text.n - (unit ? 1 : 0)), 0, 1000000000, &n) < 0)
		return -1;
	*ret_size = n << (unit ? unit->value : 0);
	return 0;
}

static bool
read_size(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	static const char *const known[] = {"larger", NULL};
	const struct yaml_node *larger = node->kind == YAML_MAPPING ? yaml_get(node, "larger") : NULL;
	struct bytes text = {0};

	if (node->kind == YAML_MAPPING && yaml_known_keys(node, r->file, known, r->faults) < 0)
		return false;
	if (!larger) {
		FAULT(r, node, "expected {larger: BYTES}");
		return false;
	}
	if (yaml_str(larger, r->file, &text, r->faults) < 0)
		return false;
	if (parse_size(text, &line->larger) < 0) {
		FAULT(r, larger, "expected a number of bytes, like 500000, 500K or 10M");
		return false;
	}
	return true;
}

static bool
read_stage(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	static const struct keyword stages[] = {{BYTES_LIT("monitor"), 1}, {BYTES_LIT("enforce"), 0}};
	const struct keyword *stage;
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return false;
	stage = find_keyword(stages, 2, text);
	if (!stage) {
		FAULT(r, node, "expected monitor or enforce");
		return false;
	}
	line->monitor = stage->value != 0;
	return true;
}

static bool
read_do(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	static const struct keyword actions[] = {
		{BYTES_LIT("pass"), PLAN_PASS},
		{BYTES_LIT("hold"), PLAN_HOLD},
		{BYTES_LIT("reject"), PLAN_REJECT},
	};
	const struct keyword *action;
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return false;
	action = find_keyword(actions, 3, text);
	if (!action) {
		FAULT(r, node, "expected pass, hold or reject (or protect: [portal] in place of do)");
		return false;
	}
	line->action = (enum plan_action)action->value;
	return true;
}

enum method { METHOD_LATER, METHOD_TLS, METHOD_PORTAL };

static bool
read_method(struct reader *r, const struct yaml_node *node, enum method *ret_method)
{
	static const struct keyword methods[] = {
		{BYTES_LIT("portal"), METHOD_PORTAL},
		{BYTES_LIT("tls"), METHOD_TLS},
		{BYTES_LIT("smime"), METHOD_LATER},
		{BYTES_LIT("pgp"), METHOD_LATER},
	};
	const struct keyword *method;
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return false;
	method = find_keyword(methods, 4, text);
	if (!method)
		FAULT(r, node, "expected a method of protection: tls or portal");
	else if (method->value == METHOD_LATER)
		FAULT(r, node, "%.*s is not in this version: tls and portal are", BYTES_FMT(text));
	else
		*ret_method = (enum method)method->value;
	return method && method->value != METHOD_LATER;
}

static bool
read_protect(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	enum method method = METHOD_LATER;
	bool good = true;

	if (!is_list(r, node, "a method of protection"))
		return false;
	for (const struct yaml_node *n = list_first(node); n && good; n = list_next(node, n)) {
		if (method == METHOD_PORTAL) {
			FAULT(r, n, "portal always works: no method behind it is ever taken");
			return false;
		}
		good = read_method(r, n, &method);
		line->tls |= good && method == METHOD_TLS;
	}
	if (good && method != METHOD_PORTAL) {
		FAULT(r, node, "the last method must be portal, which always works");
		return false;
	}
	line->action = PLAN_PORTAL;
	return good;
}

static bool
read_tls(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	static const char *const known[] = {"level", NULL};
	const struct yaml_node *level = node->kind == YAML_MAPPING ? yaml_get(node, "level") : NULL;
	struct bytes text = {0};

	if (node->kind == YAML_MAPPING && yaml_known_keys(node, r->file, known, r->faults) < 0)
		return false;
	if (!level) {
		FAULT(r, node, "expected {level: verified}");
		return false;
	}
	if (yaml_str(level, r->file, &text, r->faults) < 0)
		return false;
	if (!tls_level_parse(text, &line->tls_level) || line->tls_level < TLS_LEVEL_ENCRYPTED) {
		FAULT(r, level, "expected encrypted, verified or dane");
		return false;
	}
	return true;
}

static const struct {
	const char *key;
	bool (*read)(struct reader *r, const struct yaml_node *node, struct policy_line *line);
} line_keys[] = {
	{"name", read_name},
	{"to", read_to},
	{"from", read_from},
	{"label", read_labels},
	{"marker", read_labels},
	{"distinct", read_distinct},
	{"size", read_size},
	{"stage", read_stage},
	{"do", read_do},
	{"protect", read_protect},
	{"tls", read_tls},
};

enum { N_LINE_KEYS = sizeof(line_keys) / sizeof(line_keys[0]) };

static void
read_line(struct reader *r, const struct yaml_node *node, struct policy_line *line)
{
	const char *known[N_LINE_KEYS + 1] = {0};

	*line = (struct policy_line){.line = node->line, .larger = -1, .tls_level = TLS_LEVEL_VERIFIED};
	if (node->kind != YAML_MAPPING) {
		line->broken = true;
		FAULT(r, node, "expected a line like {name: inside, to: our-domains, do: pass}");
		return;
	}
	for (size_t i = 0; i < N_LINE_KEYS; i++) {
		const struct yaml_node *value = yaml_get(node, line_keys[i].key);

		known[i] = line_keys[i].key;
		if (value && !line_keys[i].read(r, value, line))
			line->broken = true;
	}
	yaml_known_keys(node, r->file, known, r->faults);
	if (!yaml_get(node, "name"))
		FAULT(r, node, "the line has no name");
	if (!yaml_get(node, "do") == !yaml_get(node, "protect"))
		FAULT(r, node, "the line needs either do or protect");
	if (yaml_get(node, "tls") && !line->tls && !line->broken)
		FAULT(r, yaml_get(node, "tls"), "tls is not among the methods of protect");
	if (yaml_get(node, "label") && yaml_get(node, "marker"))
		FAULT(r, node, "label and marker mean the same: put all of them into one list");
}

/* What can only be seen with all lines read. */
static void
check_lines(struct reader *r, const struct yaml_node *list, const struct policy_line *lines, size_t n)
{
	const struct yaml_node *node = list->children;

	for (size_t i = 0; i < n; i++, node = node->next) {
		for (size_t k = 0; k < i && lines[i].name; k++)
			if (lines[k].name && strcmp(lines[k].name, lines[i].name) == 0)
				FAULT(r, node, "the name '%s' is also that of line %d", lines[i].name,
					lines[k].line);
		if (lines[i].broken)
			continue; /* what it would fit is not known */
		if (i + 1 < n && line_is_catch_all(&lines[i]))
			FAULT(r, node, "this line fits everything: no line behind it is ever reached");
		if (i + 1 == n && !line_is_catch_all(&lines[i]))
			FAULT(r, node, "the last line must fit everything: no condition and no stage");
	}
}

static void
read_policy(struct reader *r, const struct yaml_node *root, struct policy *policy)
{
	static const char *const known[] = {"policies", NULL};
	const struct yaml_node *list = root->kind == YAML_MAPPING ? yaml_get(root, "policies") : NULL;
	struct policy_line *lines;
	size_t i = 0;

	if (root->kind == YAML_MAPPING)
		yaml_known_keys(root, r->file, known, r->faults);
	if (!list || list->kind != YAML_SEQUENCE || list->n_children == 0 ||
		list->n_children > POLICY_LINES_MAX) {
		FAULT(r, list ? list : root, "expected policies: and a list of 1 to %d lines",
			POLICY_LINES_MAX);
		return;
	}
	lines = arena_array(r->arena, list->n_children, sizeof(*lines));
	for (const struct yaml_node *node = list->children; node; node = node->next)
		read_line(r, node, &lines[i++]);
	check_lines(r, list, lines, i);
	policy->lines = lines;
	policy->n = i;
}

int
policy_load(const char *path, struct policy **ret_policy, struct faults *faults)
{
	struct policy *policy = mem_new(1, sizeof(*policy));
	struct reader r = {.arena = &policy->arena, .file = path, .faults = faults};
	struct yaml_node *root = NULL;
	struct arena tree;
	size_t before = faults->n;

	arena_init(&policy->arena);
	arena_init(&tree);
	if (yaml_load(&tree, path, &root, faults) == 0)
		read_policy(&r, root, policy);
	arena_done(&tree);
	if (faults->n > before) {
		policy_free(policy);
		return -1;
	}
	*ret_policy = policy;
	return 0;
}

void
policy_free(struct policy *policy)
{
	if (!policy)
		return;
	arena_done(&policy->arena);
	free(policy);
}

bool
policy_asks_tls(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n; i++)
		if (policy->lines[i].tls)
			return true;
	return false;
}
