/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

#include <stdarg.h>

#include "lib/base/ascii.h"
#include "lib/conf/nearest.h"

enum { NAME_MAX_LENGTH = 64 };

void
pack_fault(struct pack_loader *loader, const struct yaml_node *node, const char *fmt, ...)
{
	char text[400];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	faults_add(loader->faults, loader->file, node->line, node->column, "%s", text);
}

struct place
pack_place(const struct pack_loader *loader, const struct yaml_node *node)
{
	return (struct place){loader->file, node->line, node->column};
}

const char *
pack_written(struct pack_loader *loader, const struct yaml_node *node)
{
	const char *slash = strrchr(loader->file, '/');
	return arena_strf(&loader->set->arena, "%s:%d", slash != NULL ? slash + 1 : loader->file, node->line);
}

static void
fault_unknown(
	struct pack_loader *loader, const struct yaml_node *node, const char *const *names, const char *what)
{
	const char *near = nearest_name(node->text, names);
	if (near) {
		pack_fault(loader, node, "unknown %s '%.*s'; did you mean '%s'?", what, BYTES_FMT(node->text),
			near);
		return;
	}
	struct buf list;
	buf_init(&list, 1024);
	for (size_t i = 0; names[i]; i++)
		buf_putf(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
	pack_fault(
		loader, node, "unknown %s '%.*s'; one of: %s", what, BYTES_FMT(node->text), buf_cstr(&list));
	buf_done(&list);
}

int
pack_choice(struct pack_loader *loader, const struct yaml_node *node, const char *const *names,
	const char *what, int *ret_index)
{
	struct bytes text;
	if (yaml_str(node, loader->file, &text, loader->faults) < 0)
		return -1;
	for (int i = 0; names[i]; i++)
		if (bytes_eq(text, bytes_of_str(names[i]))) {
			*ret_index = i;
			return 0;
		}
	fault_unknown(loader, node, names, what);
	return -1;
}

static bool
is_name(struct bytes name)
{
	if (name.n == 0 || name.n > NAME_MAX_LENGTH || ascii_is_digit(name.p[0]) || name.p[0] == '-')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];
		if (!(ascii_is_digit(c) || c == '-' || (ascii_is_alpha(c) && !ascii_is_upper(c))))
			return false;
	}
	return true;
}

int
pack_name(struct pack_loader *loader, const struct yaml_node *node, const char *what, const char **ret_name)
{
	struct bytes text;
	if (yaml_str(node, loader->file, &text, loader->faults) < 0)
		return -1;
	if (!is_name(text)) {
		pack_fault(loader, node,
			"%s is small letters, digits and hyphens, begins with a letter, and is at most %d "
			"long",
			what, NAME_MAX_LENGTH);
		return -1;
	}
	*ret_name = (const char *)text.p;
	return 0;
}

const char *
pack_text(struct pack_loader *loader, const struct yaml_node *mapping, const char *key)
{
	const struct yaml_node *value = yaml_get(mapping, key);
	struct bytes text = {NULL, 0};
	if (value && yaml_str(value, loader->file, &text, loader->faults) == 0 && text.n == 0)
		pack_fault(loader, value, "%s is empty", key);
	return text.n > 0 ? (const char *)text.p : NULL;
}

const char *
pack_legal(struct pack_loader *loader, const struct yaml_node *mapping)
{
	const char *hipaa = pack_text(loader, mapping, "hipaa"), *legal = pack_text(loader, mapping, "legal");
	return hipaa ? hipaa : legal;
}

const struct yaml_node *
pack_items(const struct yaml_node *node)
{
	return node->kind == YAML_SEQUENCE ? node->children : node;
}

const char *const pack_scopes[] = {"subject", "header", "body", "attachment", "filename", "hidden", NULL};

static void
add_header_name(struct pack_loader *loader, struct rule_where *where, struct bytes name)
{
	struct bytes *names = arena_array(&loader->set->arena, where->n_names + 1, sizeof(*names));
	if (where->n_names > 0)
		memcpy(names, where->names, where->n_names * sizeof(*names));
	names[where->n_names++] = name;
	where->names = names;
	where->scope |= SCOPE_NAMED;
}

static void
read_scope(struct pack_loader *loader, const struct yaml_node *item, struct rule_where *where)
{
	static const struct bytes named = BYTES_LIT("header:");
	struct bytes text;
	int index;
	if (yaml_str(item, loader->file, &text, loader->faults) < 0)
		return;
	if (bytes_starts_nocase(text, named) && text.n > named.n)
		add_header_name(loader, where, bytes_trim(bytes_sub(text, named.n, text.n)));
	else if (pack_choice(loader, item, pack_scopes, "scope", &index) == 0)
		where->scope |= 1U << index;
}

int
pack_where(struct pack_loader *loader, const struct yaml_node *node, struct rule_where *ret_where)
{
	struct rule_where where = {0};
	size_t n = node->kind == YAML_SEQUENCE ? node->n_children : 1;
	const struct yaml_node *item = pack_items(node);
	for (size_t i = 0; i < n; i++, item = item->next)
		read_scope(loader, item, &where);
	if (n == 0)
		pack_fault(loader, node, "an empty scope finds nothing");
	if (where.scope == 0)
		return -1;
	*ret_where = where;
	return 0;
}

const char *const pack_stages[] = {"enforce", "monitor", NULL};

int
pack_stage(struct pack_loader *loader, const struct yaml_node *mapping, bool *ret_monitor)
{
	const struct yaml_node *node = yaml_get(mapping, "stage");
	int stage = 0;
	if (node && pack_choice(loader, node, pack_stages, "stage", &stage) < 0)
		return -1;
	*ret_monitor = stage == 1;
	return 0;
}

const char *const pack_cases[] = {"insensitive", "sensitive", "capital", NULL};

int
pack_case(struct pack_loader *loader, const struct yaml_node *mapping, enum match_case *ret_letter_case)
{
	const struct yaml_node *node = yaml_get(mapping, "case");
	int index = 0;
	if (node && pack_choice(loader, node, pack_cases, "case", &index) < 0)
		return -1;
	static const enum match_case cases[] = {MATCH_ANY_CASE, MATCH_EXACT_CASE, MATCH_CAPITAL};
	*ret_letter_case = cases[index];
	return 0;
}

const char *const pack_traits[] = {"list", "signed", "encrypted", "dkim", NULL};

int
pack_trait(struct pack_loader *loader, const struct yaml_node *node, unsigned *ret_trait)
{
	static const unsigned bits[] = {TRAIT_LIST, TRAIT_SIGNED, TRAIT_ENCRYPTED, TRAIT_DKIM};
	int index;
	if (pack_choice(loader, node, pack_traits, "trait", &index) < 0)
		return -1;
	*ret_trait = bits[index];
	return 0;
}

void
pack_percent(struct pack_loader *loader, const struct yaml_node *mapping, const char *key, int *ret_value)
{
	const struct yaml_node *value = yaml_get(mapping, key);
	int64_t number;
	if (value && yaml_int(value, loader->file, 0, 100, &number, loader->faults) == 0)
		*ret_value = (int)number;
}

void
pack_truth(struct pack_loader *loader, const struct yaml_node *mapping, const char *key, bool *ret_value)
{
	static const char *const truths[] = {"false", "true", NULL};
	const struct yaml_node *value = yaml_get(mapping, key);
	int index;
	if (value && pack_choice(loader, value, truths, "value", &index) == 0)
		*ret_value = index == 1;
}

const char *
pack_hint(struct pack_loader *loader, struct bytes name, const char *const *names)
{
	const char *near = nearest_name(name, names);
	return near ? arena_strf(&loader->set->arena, "; did you mean '%s'?", near) : "";
}

bool
pack_is_file_name(struct bytes name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] == '/' || name.p[i] >= 0x7F)
			return false;
	return name.n > 0 && name.p[0] != '.';
}
