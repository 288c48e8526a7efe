/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/overrides.h"

#include <stdlib.h>
#include <time.h>

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/conf/yaml.h"
#include "lib/tlspolicy/hostname.h"
#include "policyd/named.h"

enum { DAY_S = 24 * 3600, MATCH_MAX = 16 };

struct entry {
	struct named named;
	struct evidence_override override;
};

struct overrides {
	struct arena arena;
	struct named_table table;
	struct overrides *old;
};

struct reader {
	struct overrides *overrides;
	const char *file;
	struct faults *faults;
};

#define FAULT(r, node, ...) faults_add((r)->faults, (r)->file, (node)->line, (node)->column, __VA_ARGS__)

/* Lower case; a name of a host, with a dot in front for all below it; or [host]:port and host:port. */
static int
read_name(struct reader *r, const struct yaml_node *node, struct bytes *ret_name)
{
	char host[HOSTNAME_SIZE];
	struct bytes text = {0};
	char *copy;

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return -1;
	copy = arena_str(&r->overrides->arena, text);
	for (char *p = copy; *p != '\0'; p++)
		*p = (char)ascii_lower((uint8_t)*p);
	*ret_name = bytes_of(copy, text.n);
	if (text.n > 0 && text.n < HOSTNAME_SIZE + 10 &&
		(copy[0] == '[' || bytes_find_byte(text, ':') < text.n ||
			hostname_parse(bytes_sub(*ret_name, copy[0] == '.', text.n), host)))
		return 0;
	FAULT(r, node, "expected a domain, .domain or [host]:port");
	return -1;
}

static void
read_level(struct reader *r, const struct yaml_node *node, enum tls_level *level)
{
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) == 0 && !tls_level_parse(text, level))
		FAULT(r, node, "expected none, opportunistic, encrypted, verified or dane");
}

static void
read_text(struct reader *r, const struct yaml_node *node, const char **ret_text)
{
	struct bytes text = {0};

	if (yaml_str(node, r->file, &text, r->faults) < 0)
		return;
	if (text.n == 0 || text.n > EVIDENCE_TEXT_MAX) {
		FAULT(r, node, "expected 1 to %d bytes", EVIDENCE_TEXT_MAX);
		return;
	}
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~') {
			FAULT(r, node, "expected printable ASCII");
			return;
		}
	*ret_text = arena_str(&r->overrides->arena, text);
}

/* `2026-11-28`, the beginning of that day in UTC. */
static int
parse_date(const char *text, int64_t *ret_wall)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d", &tm);
	char again[16];

	if (end == NULL || *end != '\0' || strlen(text) != 10)
		return -1;
	*ret_wall = timegm(&tm);
	/* timegm() takes February 30th for a day in March. */
	strftime(again, sizeof(again), "%Y-%m-%d", &tm);
	return strcmp(again, text) == 0 ? 0 : -1;
}

static void
read_date(struct reader *r, const struct yaml_node *node, int64_t *ret_wall)
{
	const char *text = NULL;

	read_text(r, node, &text);
	if (text != NULL && parse_date(text, ret_wall) < 0)
		FAULT(r, node, "expected a date: YEAR-MONTH-DAY");
}

static void
read_match(struct reader *r, const struct yaml_node *node, struct evidence_override *override)
{
	const char **names = arena_array(&r->overrides->arena, MATCH_MAX, sizeof(*names));

	if (node->kind != YAML_SEQUENCE || node->n_children == 0 || node->n_children > MATCH_MAX) {
		FAULT(r, node, "expected a list of 1 to %d names", MATCH_MAX);
		return;
	}
	override->match = names;
	for (const struct yaml_node *n = node->children; n != NULL; n = n->next) {
		struct bytes text = {0};
		char host[HOSTNAME_SIZE];

		if (yaml_str(n, r->file, &text, r->faults) < 0)
			continue;
		if (!hostname_parse(bytes_sub(text, text.n > 0 && text.p[0] == '.', text.n), host)) {
			FAULT(r, n, "expected a name of a certificate");
			continue;
		}
		names[override->n_match++] = arena_str(&r->overrides->arena, text);
	}
}

static const struct yaml_node *
need(struct reader *r, const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_get(node, key);

	if (value == NULL)
		FAULT(r, node, "an override needs `%s`", key);
	return value;
}

static void
read_fields(struct reader *r, const struct yaml_node *node, struct evidence_override *override)
{
	const struct yaml_node *level = need(r, node, "level"), *owner = need(r, node, "owner");
	const struct yaml_node *reason = need(r, node, "reason"), *date = need(r, node, "date");
	const struct yaml_node *until = yaml_get(node, "until"), *match = yaml_get(node, "match");

	if (level != NULL)
		read_level(r, level, &override->level);
	if (owner != NULL)
		read_text(r, owner, &override->owner);
	if (reason != NULL)
		read_text(r, reason, &override->reason);
	if (date != NULL)
		read_date(r, date, &override->date);
	if (until != NULL) {
		read_date(r, until, &override->until);
		override->until += DAY_S - 1;
		if (override->until < override->date)
			FAULT(r, until, "expected a day that is not before `date`");
	}
	if (match != NULL)
		read_match(r, match, override);
	if (match != NULL && override->level != TLS_LEVEL_VERIFIED)
		FAULT(r, match, "names of certificates go with level verified only");
}

static void
read_entry(struct reader *r, const struct yaml_node *node)
{
	static const char *const known[] = {
		"domain", "level", "match", "owner", "reason", "date", "until", NULL};
	struct entry *entry = arena_alloc(&r->overrides->arena, sizeof(*entry));
	const struct yaml_node *domain;

	if (node->kind != YAML_MAPPING) {
		FAULT(r, node, "expected domain, level, owner, reason and date");
		return;
	}
	yaml_known_keys(node, r->file, known, r->faults);
	domain = need(r, node, "domain");
	read_fields(r, node, &entry->override);
	if (domain == NULL || read_name(r, domain, &entry->named.name) < 0)
		return;
	if (named_get(&r->overrides->table, entry->named.name) != NULL)
		FAULT(r, domain, "there is an override of it already");
	else
		named_put(&r->overrides->table, &entry->named);
}

static int
read_file(struct reader *r)
{
	static const char *const known[] = {"overrides", NULL};
	const struct yaml_node *list;
	struct yaml_node *root = NULL;
	size_t before = r->faults->n;

	if (yaml_load(&r->overrides->arena, r->file, &root, r->faults) < 0)
		return -1;
	if (root->kind != YAML_MAPPING || (list = yaml_get(root, "overrides")) == NULL ||
		list->kind != YAML_SEQUENCE) {
		FAULT(r, root, "expected a list `overrides`");
		return -1;
	}
	yaml_known_keys(root, r->file, known, r->faults);
	for (const struct yaml_node *n = list->children; n != NULL; n = n->next)
		read_entry(r, n);
	return r->faults->n == before ? 0 : -1;
}

int
overrides_load(const char *path, struct overrides **ret_overrides, struct faults *faults)
{
	struct reader reader = {
		.overrides = mem_new(1, sizeof(struct overrides)), .file = path, .faults = faults};

	arena_init(&reader.overrides->arena);
	named_init(&reader.overrides->table);
	if (path[0] != '\0' && read_file(&reader) < 0) {
		overrides_free(reader.overrides);
		return -1;
	}
	*ret_overrides = reader.overrides;
	return 0;
}

void
overrides_free(struct overrides *overrides)
{
	struct overrides *old;

	for (; overrides != NULL; overrides = old) {
		old = overrides->old;
		named_done(&overrides->table);
		arena_done(&overrides->arena);
		free(overrides);
	}
}

void
overrides_keep(struct overrides *overrides, struct overrides *old)
{
	overrides->old = old;
}

size_t
overrides_n(const struct overrides *overrides)
{
	return overrides->table.n;
}

const struct evidence_override *
overrides_find(const struct overrides *overrides, struct bytes name)
{
	struct entry *entry = (struct entry *)named_get(&overrides->table, name);

	if (overrides->table.n == 0)
		return NULL;
	if (entry != NULL || name.n == 0 || name.p[0] == '[')
		return entry != NULL ? &entry->override : NULL;
	for (size_t at = 1; at < name.n; at++) {
		if (name.p[at] != '.')
			continue;
		entry = (struct entry *)named_get(&overrides->table, bytes_sub(name, at, name.n));
		if (entry != NULL)
			return &entry->override;
	}
	return NULL;
}
