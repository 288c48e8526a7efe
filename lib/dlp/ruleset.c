/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/ruleset.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/dlp/example.h"
#include "lib/dlp/link.h"
#include "lib/dlp/pack.h"
#include "lib/dlp/roster_build.h"

enum { PACKS_MAX = 1000 };

const char *
rule_kind_name(enum rule_kind kind)
{
	static const char *const names[] = {"identifier", "health", "financial", "secret", "marker"};
	return (size_t)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : NULL;
}

void
ruleset_free(struct ruleset *set)
{
	if (!set)
		return;
	match_free(set->matcher);
	for (struct test_roster *roster = set->rosters; roster; roster = roster->next) {
		roster_close(roster->roster);
		roster_builder_free(roster->builder);
	}
	arena_done(&set->arena);
	free(set);
}

/* A pack, between its two readings. */
struct pack {
	char *path;
	const char *file; /* the same, in the faults' memory */
	const struct yaml_node *root;
};

static int
compare_packs(const void *a, const void *b)
{
	const struct pack *x = a, *y = b;
	return strcmp(x->path, y->path);
}

static bool
is_pack(const char *name)
{
	size_t n = strlen(name);
	return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

/* Returns how many there are. */
static size_t
list_packs(struct pack_loader *loader, struct pack packs[PACKS_MAX])
{
	size_t n = 0;
	struct dirent *entry;
	DIR *dir = opendir(loader->directory);
	if (!dir) {
		faults_add(loader->faults, loader->directory, 0, 0, "cannot open the rules folder: %s",
			strerror(errno));
		return 0;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (!is_pack(entry->d_name))
			continue;
		if (n == PACKS_MAX) {
			faults_add(loader->faults, loader->directory, 0, 0, "more than %d packs", PACKS_MAX);
			break;
		}
		packs[n++].path = arena_strf(&loader->set->arena, "%s/%s", loader->directory, entry->d_name);
	}
	closedir(dir);
	if (n == 0)
		faults_add(loader->faults, loader->directory, 0, 0, "no *.yaml in the rules folder");
	qsort(packs, n, sizeof(*packs), compare_packs);
	return n;
}

static void
read_content(struct pack_loader *loader, struct pack *pack, struct bytes content)
{
	struct arena *arena = &loader->set->arena;
	struct yaml_node *root;
	if (yaml_parse(arena, loader->file, arena_bytes(arena, content), &root, loader->faults) == 0) {
		pack->root = root;
		pack_read_rules(loader, root);
	}
	pack_digest(loader, content);
}

static void
read_file(struct pack_loader *loader, struct pack *pack)
{
	struct buf content;
	struct err err = {0};
	buf_init(&content, YAML_MAX_BYTES);
	if (fd_read_file(pack->path, &content, &err) < 0)
		faults_add(loader->faults, loader->file, 0, 0, "%s", err.text);
	else
		read_content(loader, pack, buf_bytes(&content));
	buf_done(&content);
}

static void
check_names(struct pack_loader *loader, const struct pack *packs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *name = packs[i].root ? yaml_get(packs[i].root, "pack") : NULL;
		for (size_t j = 0; name && name->kind == YAML_SCALAR && j < i; j++) {
			const struct yaml_node *other =
				packs[j].root ? yaml_get(packs[j].root, "pack") : NULL;
			if (other && other->kind == YAML_SCALAR && bytes_eq(name->text, other->text))
				faults_add(loader->faults, packs[i].file, name->line, name->column,
					"the pack name '%.*s' is taken by %s", BYTES_FMT(name->text),
					packs[j].path);
		}
	}
}

static void
loader_init(struct pack_loader *loader, const struct ruleset_limits *limits, struct faults *faults)
{
	const struct match_limits match = {limits->match, limits->depth, limits->heap_kib};
	struct ruleset *set = mem_new(1, sizeof(*set));
	arena_init(&set->arena);
	set->matcher = match_new(&match);
	*loader =
		(struct pack_loader){.set = set, .faults = faults, .digest = UINT64_C(14695981039346656037)};
	fold_scratch_init(&loader->fold);
	arena_init(&loader->term);
}

/* All rules were read: what needs them all. The set may be used when no fault was added. */
static struct ruleset *
loader_end(struct pack_loader *loader, const struct pack *packs, size_t n)
{
	struct ruleset *set = loader->set;
	link_rules(set, loader->faults);
	for (size_t i = 0; i < n; i++) {
		loader->file = packs[i].file;
		if (packs[i].root)
			pack_read_labels(loader, packs[i].root);
	}
	match_end(set->matcher);
	snprintf(set->version, sizeof(set->version), "%016" PRIx64, loader->digest);
	fold_scratch_done(&loader->fold);
	arena_done(&loader->term);
	return set;
}

/* Reads, links and compiles; runs no tests. */
static struct ruleset *
load_untested(const char *directory, const struct ruleset_limits *limits, struct faults *faults)
{
	struct pack_loader loader;
	struct pack *packs = mem_new(PACKS_MAX, sizeof(*packs));
	loader_init(&loader, limits, faults);
	loader.directory = directory;
	size_t n = list_packs(&loader, packs);
	for (size_t i = 0; i < n; i++) {
		loader.file = packs[i].file = arena_strf(&faults->arena, "%s", packs[i].path);
		read_file(&loader, &packs[i]);
	}
	check_names(&loader, packs, n);
	struct ruleset *set = loader_end(&loader, packs, n);
	free(packs);
	return set;
}

static void
fault_failed(void *context, const struct example_outcome *outcome)
{
	struct faults *faults = context;
	const struct place *place = &outcome->example->place;
	if (!outcome->passed)
		faults_add(faults, place->file, place->line, place->column, "%s %s: this %s fails: %s",
			outcome->what, outcome->name, outcome->example->hit ? "hit" : "miss", outcome->why);
}

/* Runs the tests of a set that has no faults yet; takes the set. */
static int
finish_load(struct ruleset *set, size_t faults_before, struct ruleset **ret_set, struct faults *faults)
{
	if (faults->n == faults_before)
		example_run_all(set, fault_failed, faults);
	if (faults->n != faults_before) {
		ruleset_free(set);
		return -1;
	}
	*ret_set = set;
	return 0;
}

int
ruleset_load(const char *directory, const struct ruleset_limits *limits, struct ruleset **ret_set,
	struct faults *faults)
{
	size_t before = faults->n;
	return finish_load(load_untested(directory, limits, faults), before, ret_set, faults);
}

int
ruleset_parse(const char *file, struct bytes content, const struct ruleset_limits *limits,
	struct ruleset **ret_set, struct faults *faults)
{
	size_t before = faults->n;
	struct pack pack = {.file = file};
	struct pack_loader loader;
	loader_init(&loader, limits, faults);
	loader.file = file;
	read_content(&loader, &pack, content);
	return finish_load(loader_end(&loader, &pack, 1), before, ret_set, faults);
}

struct printer {
	FILE *out;
	enum ruleset_print print;
	struct ruleset_test_counts counts;
};

static void
print_outcome(void *context, const struct example_outcome *outcome)
{
	struct printer *printer = context;
	const struct place *place = &outcome->example->place;
	const char *wanted = outcome->example->hit ? "hit" : "miss";
	if (outcome->passed) {
		printer->counts.passed++;
		if (printer->print == RULESET_PRINT_ALL)
			fprintf(printer->out, "%s:%d: %s %s: %s: ok\n", place->file, place->line,
				outcome->what, outcome->name, wanted);
		return;
	}
	printer->counts.failed++;
	fprintf(printer->out, "%s:%d: %s %s: this %s fails: %s\n", place->file, place->line, outcome->what,
		outcome->name, wanted, outcome->why);
}

int
ruleset_test(const char *directory, const struct ruleset_limits *limits, FILE *out, enum ruleset_print print,
	struct ruleset_test_counts *ret_counts, struct faults *faults)
{
	size_t before = faults->n;
	struct printer printer = {.out = out, .print = print};
	struct ruleset *set = load_untested(directory, limits, faults);
	if (faults->n == before)
		example_run_all(set, print_outcome, &printer);
	ruleset_free(set);
	if (faults->n != before)
		return -1;
	*ret_counts = printer.counts;
	return 0;
}

bool
ruleset_gives_label(const struct ruleset *set, struct bytes name)
{
	for (size_t i = 0; i < set->n_label_names; i++)
		if (bytes_eq(bytes_of_str(set->label_names[i]), name))
			return true;
	return false;
}

bool
ruleset_has_rule(const struct ruleset *set, struct bytes id)
{
	return rule_find(set, id) >= 0;
}

size_t
ruleset_n_rules(const struct ruleset *set)
{
	return set->n_rules;
}

const char *
ruleset_version(const struct ruleset *set)
{
	return set->version;
}
