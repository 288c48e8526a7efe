/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

#include <errno.h>

#include "lib/base/fd.h"

enum { DICT_MAX_BYTES = 64 * 1024 * 1024, DICT_MAX_FAULTS = 5 };

static void
add_source(struct pack_loader *loader, struct source_list *sources, uint32_t source)
{
	uint32_t *p = arena_array(&loader->set->arena, sources->n + 1, sizeof(*p));
	if (sources->n > 0)
		memcpy(p, sources->p, sources->n * sizeof(*p));
	p[sources->n++] = source;
	sources->p = p;
}

/* Where in the file a place of a scalar stands: exact when it is written on one line, without escapes. */
static int
column_in(const struct yaml_node *node, size_t offset)
{
	return node->column + (node->plain ? 0 : 1) + (int)offset;
}

void
pack_pattern(struct pack_loader *loader, const struct yaml_node *node, enum match_case letter_case,
	struct source_list *sources)
{
	struct bytes text;
	struct match_fault fault;
	uint32_t source;
	if (yaml_str(node, loader->file, &text, loader->faults) < 0)
		return;
	if (text.n == 0) {
		pack_fault(loader, node, "the pattern is empty");
		return;
	}
	if (letter_case == MATCH_CAPITAL) {
		pack_fault(loader, node,
			"case 'capital' is for terms; a pattern says [A-Z] and case: sensitive");
		return;
	}
	if (match_add_pattern(loader->set->matcher, text, letter_case, &source, &fault) < 0) {
		faults_add(loader->faults, loader->file, node->line, column_in(node, fault.offset),
			"pattern, at its character %zu: %s", fault.offset + 1, fault.text);
		return;
	}
	add_source(loader, sources, source);
}

/* Returns 0, or -1 when the term is none. */
static int
add_term(struct pack_loader *loader, uint32_t source, struct bytes term, enum match_case letter_case)
{
	struct folded folded;
	if (match_is_mapped(loader->set->matcher))
		return 0;
	arena_reset(&loader->term);
	fold_text(&loader->fold, &loader->term, bytes_trim(term), FOLD_TERM, &folded);
	return match_add_term(loader->set->matcher, source, folded.text, letter_case);
}

/* A term a line; the fault's place is in the dictionary itself. */
static void
add_lines(struct pack_loader *loader, const char *path, struct bytes content, uint32_t source,
	enum match_case letter_case)
{
	struct bytes line;
	int number = 0, bad = 0;
	size_t terms = 0;
	while (bytes_next_line(&content, &line)) {
		number++;
		line = bytes_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (add_term(loader, source, line, letter_case) == 0)
			terms++;
		else if (bad++ < DICT_MAX_FAULTS)
			faults_add(loader->faults, path, number, 1, "not a term: no words, or more than 24");
	}
	if (terms == 0 && bad == 0)
		faults_add(loader->faults, path, 0, 0, "the dictionary is empty");
}

static void
read_dict(struct pack_loader *loader, const struct yaml_node *node, struct pack_dict *dict)
{
	struct buf content;
	struct err err = {0};
	const char *path =
		arena_strf(&loader->faults->arena, "%s/dict/%.*s.txt", loader->folder, BYTES_FMT(dict->name));
	buf_init(&content, DICT_MAX_BYTES);
	if (fd_read_file(path, &content, &err) < 0)
		pack_fault(loader, node, "no dictionary '%.*s': %s", BYTES_FMT(dict->name), err.text);
	else
		add_lines(loader, path, buf_bytes(&content), dict->source, dict->letter_case);
	pack_digest(loader, buf_bytes(&content));
	buf_done(&content);
}

static void
use_dict(struct pack_loader *loader, const struct yaml_node *node, struct bytes name,
	enum match_case letter_case, struct source_list *sources)
{
	if (!loader->folder) {
		pack_fault(loader, node, "a pack that stands alone has no dictionaries");
		return;
	}
	if (!pack_is_file_name(name)) {
		pack_fault(loader, node, "'%.*s' is no name of a dictionary", BYTES_FMT(name));
		return;
	}
	struct pack_dict *dict = loader->dicts;
	while (dict && !(dict->folder == loader->folder && bytes_eq(dict->name, name) &&
			       dict->letter_case == letter_case))
		dict = dict->next;
	if (!dict) {
		dict = arena_alloc(&loader->set->arena, sizeof(*dict));
		*dict = (struct pack_dict){loader->folder, name, letter_case,
			match_add_set(loader->set->matcher), loader->dicts};
		loader->dicts = dict;
		read_dict(loader, node, dict);
	}
	add_source(loader, sources, dict->source);
}

void
pack_terms(struct pack_loader *loader, const struct yaml_node *node, enum match_case letter_case,
	struct source_list *sources)
{
	static const struct bytes prefix = BYTES_LIT("dict:");
	uint32_t own = UINT32_MAX;
	size_t n = node->kind == YAML_SEQUENCE ? node->n_children : 1;
	const struct yaml_node *item = pack_items(node);
	if (n == 0)
		pack_fault(loader, node, "the list of terms is empty");
	for (size_t i = 0; i < n; i++, item = item->next) {
		struct bytes text;
		if (yaml_str(item, loader->file, &text, loader->faults) < 0)
			continue;
		if (bytes_starts_nocase(text, prefix)) {
			use_dict(loader, item, bytes_sub(text, prefix.n, text.n), letter_case, sources);
			continue;
		}
		if (own == UINT32_MAX) {
			own = match_add_set(loader->set->matcher);
			add_source(loader, sources, own);
		}
		if (add_term(loader, own, text, letter_case) < 0)
			pack_fault(loader, item, "not a term: no words, or more than 24");
	}
}
