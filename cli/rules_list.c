/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules list`: what the packs hold. */
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <sysexits.h>

#include "cli/rules.h"
#include "lib/base/mem.h"
#include "lib/dlp/written.h"

enum { KIND_ANY = -1 };

struct listing {
	const char *directory;
	enum cli_format format;
	int kind;          /* enum rule_kind, or KIND_ANY */
	const char *label; /* NULL: any */
	const struct ruleset *set;
	struct written written;
};

/* How many there are of each, as written. */
struct counts {
	size_t patterns, terms, dicts, hits, misses;
};

static void
count_examples(const struct example *examples, struct counts *counts)
{
	for (const struct example *e = examples; e != NULL; e = e->next)
		*(e->hit ? &counts->hits : &counts->misses) += 1;
}

static struct counts
count_rule(const struct listing *listing, const struct rule *rule)
{
	const struct yaml_node *node = written_rule(&listing->written, &rule->place), *item;
	struct counts counts = {0};
	size_t one = 0, many = 0, n = 0;

	count_examples(rule->examples, &counts);
	if (node == NULL)
		return counts;
	written_items(yaml_get(node, "pattern"), &one);
	written_items(yaml_get(node, "patterns"), &many);
	counts.patterns = one + many;
	item = written_items(yaml_get(node, "terms"), &n);
	for (; item != NULL && n > 0; item = item->next, n--)
		*(bytes_starts_nocase(item->text, BYTES_LIT("dict:")) ? &counts.dicts : &counts.terms) += 1;
	return counts;
}

static json_t *
scope_names(const struct rule_where *where)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {{SCOPE_SUBJECT, "subject"}, {SCOPE_HEADER, "header"}, {SCOPE_BODY, "body"},
		{SCOPE_ATTACHMENT, "attachment"}, {SCOPE_FILENAME, "filename"}, {SCOPE_HIDDEN, "hidden"},
		{SCOPE_WRITTEN, "written-header"}};
	json_t *list = json_array();

	if (where->scope == SCOPE_DEFAULT) {
		json_array_append_new(list, json_string("default"));
		return list;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((where->scope & names[i].bit) != 0)
			json_array_append_new(list, json_string(names[i].name));
	for (size_t i = 0; i < where->n_names; i++)
		json_array_append_new(list, json_sprintf("header:%.*s", BYTES_FMT(where->names[i])));
	return list;
}

static bool
expr_asks_for(const struct expr *expr, const struct ruleset *set, const struct rule *rule)
{
	bool asks = expr->op == EXPR_MATCH || expr->op == EXPR_COUNT || expr->op == EXPR_DISTINCT;

	if (asks)
		return expr->subject == EXPR_KIND ? expr->index == (unsigned)rule->kind
						  : &set->rules[expr->index] == rule;
	for (const struct expr *e = expr->first; e != NULL; e = e->next)
		if (expr_asks_for(e, set, rule))
			return true;
	return false;
}

/* Whether some condition of the label asks for the rule, or for its kind. */
static bool
serves_label(const struct listing *listing, const struct rule *rule)
{
	for (size_t i = 0; i < listing->set->n_labels; i++) {
		const struct label_rule *label = &listing->set->labels[i];

		if (strcmp(label->name, listing->label) == 0 &&
			expr_asks_for(label->when, listing->set, rule))
			return true;
	}
	return false;
}

static bool
is_wanted(const struct listing *listing, const struct rule *rule)
{
	return (listing->kind == KIND_ANY || (int)rule->kind == listing->kind) &&
	       (listing->label == NULL || serves_label(listing, rule));
}

static json_t *
json_rule(const struct listing *listing, const struct rule *rule)
{
	struct counts counts = count_rule(listing, rule);

	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:o, s:s?, s:I, s:I, s:I, s:b, s:I, s:I, s:s, s:i, s:s?}",
		"id", rule->id, "kind", rule_kind_name(rule->kind), "stage",
		rule->monitor ? "monitor" : "enforce", "confidence", rule->confidence, "threshold",
		rule->threshold, "scope", scope_names(&rule->where), "legal", rule->legal, "patterns",
		(json_int_t)counts.patterns, "terms", (json_int_t)counts.terms, "dictionaries",
		(json_int_t)counts.dicts, "roster", rule->roster.attributes > 0, "hits",
		(json_int_t)counts.hits, "misses", (json_int_t)counts.misses, "file", rule->place.file,
		"line", rule->place.line, "title", rule->title);
}

static json_t *
json_label(const struct listing *listing, const struct label_rule *label)
{
	const struct yaml_node *node = written_label(&listing->written, &label->place);
	const struct yaml_node *when = node != NULL ? yaml_get(node, "when") : NULL;
	struct counts counts = {0};

	count_examples(label->examples, &counts);
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:I, s:I, s:s, s:i}", "label", label->name, "stage",
		label->monitor ? "monitor" : "enforce", "title", label->title, "legal", label->legal, "when",
		when != NULL ? (const char *)when->text.p : "", "hits", (json_int_t)counts.hits, "misses",
		(json_int_t)counts.misses, "file", label->place.file, "line", label->place.line);
}

/* All that is listed, in either format. */
static json_t *
make_list(const struct listing *listing)
{
	const struct ruleset *set = listing->set;
	json_t *rules = json_array(), *labels = json_array();

	for (size_t i = 0; i < set->n_rules; i++)
		if (is_wanted(listing, &set->rules[i]))
			json_array_append_new(rules, json_rule(listing, &set->rules[i]));
	for (size_t i = 0; i < set->n_labels; i++)
		if (listing->label == NULL || strcmp(set->labels[i].name, listing->label) == 0)
			json_array_append_new(labels, json_label(listing, &set->labels[i]));
	return json_pack("{s:s, s:s, s:o, s:o}", "directory", listing->directory, "version", set->version,
		"rules", rules, "labels", labels);
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "-";
}

static long long
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void
print_rule(const json_t *rule)
{
	const json_t *scope = json_object_get(rule, "scope"), *item;
	size_t i;

	printf("%-28s %-10s %-7s %3lld/%-3lld %3lld pattern%s %4lld term%s %lld dict  %lld+%lld tests  scope",
		text_of(rule, "id"), text_of(rule, "kind"), text_of(rule, "stage"),
		number_of(rule, "confidence"), number_of(rule, "threshold"), number_of(rule, "patterns"),
		number_of(rule, "patterns") == 1 ? " " : "s", number_of(rule, "terms"),
		number_of(rule, "terms") == 1 ? " " : "s", number_of(rule, "dictionaries"),
		number_of(rule, "hits"), number_of(rule, "misses"));
	json_array_foreach(scope, i, item) printf("%c%s", i == 0 ? ' ' : ',', json_string_value(item));
	if (json_is_true(json_object_get(rule, "roster")))
		printf("  roster");
	printf("\n    %s  [%s]  %s:%lld\n", text_of(rule, "title"), text_of(rule, "legal"),
		text_of(rule, "file"), number_of(rule, "line"));
}

static void
print_label(const json_t *label)
{
	printf("label %-22s %-7s %lld+%lld tests  %s:%lld\n    when %s\n", text_of(label, "label"),
		text_of(label, "stage"), number_of(label, "hits"), number_of(label, "misses"),
		text_of(label, "file"), number_of(label, "line"), text_of(label, "when"));
}

static void
print_text(const json_t *list)
{
	const json_t *rules = json_object_get(list, "rules"), *labels = json_object_get(list, "labels"),
		     *item;
	long long patterns = 0, terms = 0, tests = 0;
	size_t i;

	json_array_foreach(rules, i, item)
	{
		print_rule(item);
		patterns += number_of(item, "patterns");
		terms += number_of(item, "terms");
		tests += number_of(item, "hits") + number_of(item, "misses");
	}
	json_array_foreach(labels, i, item)
	{
		print_label(item);
		tests += number_of(item, "hits") + number_of(item, "misses");
	}
	printf("rules: %zu, patterns: %lld, terms beside dictionaries: %lld, conditions of labels: %zu, "
	       "tests: "
	       "%lld, version %s\n",
		json_array_size(rules), patterns, terms, json_array_size(labels), tests,
		text_of(list, "version"));
}

static void
print_list(struct listing *listing)
{
	json_t *list = make_list(listing);

	if (listing->format == CLI_JSON) {
		json_dumpf(list, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		print_text(list);
	}
	json_decref(list);
}

static int
run_list(const struct cli *cli, struct listing *listing)
{
	const struct ruleset_limits limits = rules_limits(cli);
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	int ret = 0;

	faults_init(faults);
	if (ruleset_load(listing->directory, &limits, &set, faults) == 0) {
		listing->set = set;
		if (listing->label != NULL && !ruleset_gives_label(set, bytes_of_str(listing->label)))
			ret = cli_usage_error("rules list", "no label is called '%s'", listing->label);
		else if (written_read(set, &listing->written, faults) == 0)
			print_list(listing);
		written_done(&listing->written);
	}
	if (faults->n > 0) {
		faults_print(faults, stderr);
		ret = EX_CONFIG;
	}
	ruleset_free(set);
	faults_done(faults);
	free(faults);
	return ret;
}

static int
parse_kind(const char *text, int *ret_kind)
{
	for (int kind = 0; kind < RULE_KINDS; kind++)
		if (strcmp(text, rule_kind_name((enum rule_kind)kind)) == 0) {
			*ret_kind = kind;
			return 0;
		}
	return cli_usage_error("rules list", "unknown kind '%s'", text);
}

static int
list_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"kind", required_argument, NULL, 'k'},
		{"label", required_argument, NULL, 'l'},
		{NULL, 0, NULL, 0},
	};
	struct listing listing = {.kind = KIND_ANY};
	int c, ret;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || (c == 'f' && cli_parse_format("rules list", optarg, &listing.format) != 0) ||
			(c == 'k' && parse_kind(optarg, &listing.kind) != 0))
			return 2;
		if (c == 'l')
			listing.label = optarg;
	}
	ret = rules_folder(cli, "rules list", argc, argv, &listing.directory);
	return ret != 0 ? ret : run_list(cli, &listing);
}

const struct rules_verb rules_list = {
	.name = "list",
	.summary = "what the packs hold: rules, labels, where each is written",
	.usage = "usage: postseal rules list [--kind KIND] [--label LABEL] [--format text|json] [DIR]\n\n"
		 "  --kind KIND     only rules of this kind: identifier, health, financial, secret, marker\n"
		 "  --label LABEL   only this label, and the rules that its conditions ask for\n"
		 "  --format json   one object: rules and labels\n\n"
		 "Of each rule: id, kind, stage, confidence/threshold, patterns, terms, dictionaries, "
		 "hits+misses\n"
		 "of its tests, scope, roster when it asks for people of it; title, legal paragraph, file "
		 "and line.\n"
		 "DIR is the folder of packs (rules_directory of the configuration).\n",
	.run = list_run,
};
