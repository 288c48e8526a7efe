/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/ruleset.h"

#include "lib/base/mem.h"
#include "lib/dlp/example.h"
#include "lib/dlp/link.h"
#include "lib/dlp/pack.h"
#include "lib/dlp/roster_build.h"
#include "lib/seal/digest.h"

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
	explicit_bzero(&set->except_key, sizeof(set->except_key));
	arena_done(&set->arena);
	free(set);
}

/* The pack's name, or NULL when it has none that could be read. */
static const struct yaml_node *
name_of(const struct pack_file *file)
{
	const struct yaml_node *name =
		file->root && file->root->kind == YAML_MAPPING ? yaml_get(file->root, "pack") : NULL;
	return name && name->kind == YAML_SCALAR ? name : NULL;
}

static void
check_names(struct pack_loader *loader)
{
	for (size_t i = 0; i < loader->n_files; i++) {
		const struct yaml_node *name = name_of(&loader->files[i]);
		for (size_t j = 0; name && j < i; j++) {
			const struct yaml_node *other = name_of(&loader->files[j]);
			if (other && bytes_eq(name->text, other->text))
				faults_add(loader->faults, loader->files[i].path, name->line, name->column,
					"the pack name '%.*s' is taken by %s", BYTES_FMT(name->text),
					loader->files[j].path);
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
	seal_init(); /* now: a reload within the sandbox may bring the first exceptions */
	*loader = (struct pack_loader){.set = set,
		.faults = faults,
		.files = mem_new(PACKS_MAX, sizeof(*loader->files)),
		.digest = seal_hash_new()};
	fold_scratch_init(&loader->fold);
	arena_init(&loader->term);
}

static void
for_each_pack(struct pack_loader *loader, void (*read)(struct pack_loader *, const struct yaml_node *))
{
	for (size_t i = 0; i < loader->n_files; i++) {
		loader->file = loader->files[i].path;
		loader->folder = loader->files[i].folder;
		if (loader->files[i].root)
			read(loader, loader->files[i].root);
	}
}

static void
read_contents(struct pack_loader *loader)
{
	check_names(loader);
	for_each_pack(loader, pack_read_rules);
	for_each_pack(loader, pack_override_rules);
	link_rules(loader->set, loader->faults);
	for_each_pack(loader, pack_read_labels);
	for_each_pack(loader, pack_override_labels);
	match_end(loader->set->matcher);
}

/* The packs themselves were read: their digest begins that of all. */
static void
end_packs(struct pack_loader *loader)
{
	struct image_digests *digests = &loader->set->digests;
	seal_hash_end(loader->digest, digests->packs);
	loader->digest = seal_hash_new();
	pack_digest(loader, bytes_of(digests->packs, sizeof(digests->packs)));
}

/* All files were read: what is in them. The set may be used when no fault was added. */
static struct ruleset *
loader_end(struct pack_loader *loader)
{
	struct ruleset *set = loader->set;
	read_contents(loader);
	seal_hash_end(loader->digest, set->digests.all);
	for (size_t i = 0; i < sizeof(set->version) / 2; i++)
		snprintf(set->version + 2 * i, 3, "%02x", set->digests.all[i]);
	fold_scratch_done(&loader->fold);
	arena_done(&loader->term);
	free(loader->files);
	return set;
}

/* Puts the tables of a file in place of the empty ones. */
static void
use_image(struct pack_loader *loader, const char *compiled, const struct ruleset_limits *limits,
	struct err *note)
{
	const struct match_limits match = {limits->match, limits->depth, limits->heap_kib};
	struct image image;
	if (image_open(compiled, loader->set->digests.packs, &image, note) != 1)
		return;
	loader->set->image_all = image.digests;
	struct matcher *matcher = match_map(&match, &image);
	if (!matcher) {
		err_set(note, ERR_CONFIG, "%s: it is not whole", compiled);
		return;
	}
	match_free(loader->set->matcher);
	loader->set->matcher = matcher;
}

/* Reads, links and compiles; runs no tests. `compiled`: NULL, or the file with the tables. */
static struct ruleset *
load_untested(const char *directory, const char *compiled, const struct ruleset_limits *limits,
	struct err *note, struct faults *faults)
{
	struct pack_loader loader;
	loader_init(&loader, limits, faults);
	loader.directory = directory;
	pack_read_files(&loader);
	end_packs(&loader);
	if (compiled)
		use_image(&loader, compiled, limits, note);
	return loader_end(&loader);
}

/* The tables came from a file, and are of what was read; or a dictionary has changed since. */
static bool
is_compiled(const struct ruleset *set)
{
	return match_is_mapped(set->matcher) && match_fits_image(set->matcher) &&
	       memcmp(set->digests.all, set->image_all.all, DIGEST_SIZE) == 0;
}

struct test_faults {
	const struct ruleset *set;
	struct faults *faults;
};

static void
fault_failed(void *context, const struct example_outcome *outcome)
{
	const struct test_faults *failed = context;
	const struct place *place = &outcome->example->place;
	if (!outcome->passed)
		faults_add(failed->faults, place->file, place->line, place->column,
			"%s %s: this %s fails: %s%s", outcome->what, outcome->name,
			outcome->example->hit ? "hit" : "miss", outcome->why,
			failed->set->is_overridden ? "; an override may bring other tests" : "");
}

/* Runs the tests of a set that has no faults yet; takes the set. */
static int
finish_load(struct ruleset *set, size_t faults_before, struct ruleset **ret_set, struct faults *faults)
{
	struct test_faults failed = {set, faults};
	if (faults->n == faults_before)
		example_run_all(set, fault_failed, &failed);
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
	return finish_load(load_untested(directory, NULL, limits, NULL, faults), before, ret_set, faults);
}

int
ruleset_load_compiled(const char *directory, const char *compiled, const struct ruleset_limits *limits,
	struct ruleset **ret_set, struct err *note, struct faults *faults)
{
	struct faults *own = mem_new(1, sizeof(*own));
	faults_init(own);
	*note = (struct err){0};
	struct ruleset *set = load_untested(directory, compiled, limits, note, own);
	bool used = own->n == 0 && is_compiled(set);
	if (match_is_mapped(set->matcher) && !used)
		err_set(note, ERR_CONFIG, "%s: what the packs refer to has changed since", compiled);
	faults_done(own);
	free(own);
	if (used) {
		*ret_set = set;
		return 0;
	}
	ruleset_free(set);
	return ruleset_load(directory, limits, ret_set, faults);
}

int
ruleset_compile(const char *directory, const char *compiled, const struct ruleset_limits *limits,
	struct faults *faults)
{
	struct ruleset *set;
	struct err err = {0};
	struct buf out;
	if (ruleset_load(directory, limits, &set, faults) < 0)
		return -1;
	image_begin(&out, &set->digests);
	match_save(set->matcher, &out);
	int ret = image_write(&out, compiled, &err);
	if (ret < 0)
		faults_add(faults, compiled, 0, 0, "%s", err.text);
	buf_done(&out);
	ruleset_free(set);
	return ret;
}

int
ruleset_parse(const char *file, struct bytes content, const struct ruleset_limits *limits,
	struct ruleset **ret_set, struct faults *faults)
{
	size_t before = faults->n;
	struct pack_loader loader;
	struct yaml_node *root;
	loader_init(&loader, limits, faults);
	struct bytes own = arena_bytes(&loader.set->arena, content);
	if (yaml_parse(&loader.set->arena, file, own, &root, faults) == 0)
		loader.files[loader.n_files++] = (struct pack_file){.path = file, .root = root};
	pack_digest(&loader, content);
	end_packs(&loader);
	return finish_load(loader_end(&loader), before, ret_set, faults);
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
	struct ruleset *set = load_untested(directory, NULL, limits, NULL, faults);
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
	for (size_t i = 0; i < set->n_labels; i++)
		if (!set->labels[i].disabled && bytes_eq(bytes_of_str(set->labels[i].name), name))
			return true;
	return false;
}

size_t
ruleset_n_folders(const struct ruleset *set)
{
	return set->n_folders;
}

const char *
ruleset_folder(const struct ruleset *set, size_t i)
{
	return set->folders[i];
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
