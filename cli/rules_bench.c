/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules bench`: what each rule costs on given mail. */
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <sysexits.h>

#include "cli/messages.h"
#include "cli/rules.h"
#include "lib/base/mem.h"

/* Rules in the order in which they were met first; most have the same place in every answer. */
struct bench {
	struct scan_client *client;
	struct costs sum;
	size_t cap;
};

static struct rule_cost *
find_rule(struct bench *bench, const char *name, size_t guess)
{
	struct costs *sum = &bench->sum;

	if (guess < sum->n_rules && strcmp(sum->rules[guess].rule, name) == 0)
		return &sum->rules[guess];
	for (size_t i = 0; i < sum->n_rules; i++)
		if (strcmp(sum->rules[i].rule, name) == 0)
			return &sum->rules[i];
	if (sum->n_rules == bench->cap) {
		size_t cap = bench->cap * 2 + 256, size = sizeof(*sum->rules);

		sum->rules = mem_grow(sum->rules, bench->cap * size, cap * size);
		bench->cap = cap;
	}
	sum->rules[sum->n_rules] = (struct rule_cost){.rule = mem_strdup(name)};
	return &sum->rules[sum->n_rules++];
}

static void
add_rule(struct bench *bench, const struct rule_cost *rule, size_t guess)
{
	struct rule_cost *sum = find_rule(bench, rule->rule, guess);

	sum->calls += rule->calls;
	sum->reached += rule->reached;
	sum->pcre2_calls += rule->pcre2_calls;
	sum->matches += rule->matches;
	sum->ns += rule->ns;
}

static int
measure_one(void *context, struct scan_question *question, const char *name, struct err *err)
{
	struct bench *bench = context;
	struct costs *sum = &bench->sum, one;
	struct arena arena;
	int ret;

	(void)name;
	arena_init(&arena);
	ret = scan_client_cost(bench->client, question, &arena, &one, err);
	if (ret == 0) {
		sum->bytes += one.bytes;
		sum->segments += one.segments;
		sum->fold_ns += one.fold_ns;
		sum->terms_ns += one.terms_ns;
		sum->prefilter_ns += one.prefilter_ns;
		sum->search_ns += one.search_ns;
		sum->judge_ns += one.judge_ns;
		for (size_t i = 0; i < one.n_rules; i++)
			add_rule(bench, &one.rules[i], i);
	}
	arena_done(&arena);
	return ret;
}

static int
dearer_first(const void *a, const void *b)
{
	const struct rule_cost *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? 1 : -1;
	return strcmp(x->rule, y->rule);
}

/* What a line of the report needs besides the sums. */
struct scale {
	double ns; /* of all */
	double kilobytes;
};

static struct scale
scale_of(const struct costs *sum)
{
	int64_t ns = sum->fold_ns + sum->terms_ns + sum->prefilter_ns + sum->search_ns + sum->judge_ns;

	return (struct scale){ns > 0 ? (double)ns : 1, sum->bytes > 0 ? (double)sum->bytes / 1000 : 1};
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

struct stage {
	const char *name;
	int64_t ns;
};

enum { STAGES = 5 };

static void
list_stages(const struct costs *sum, struct stage ret[STAGES])
{
	const struct stage stages[STAGES] = {{"fold", sum->fold_ns}, {"terms", sum->terms_ns},
		{"prefilter", sum->prefilter_ns}, {"search", sum->search_ns}, {"judge", sum->judge_ns}};

	memcpy(ret, stages, sizeof(stages));
}

static void
print_text(const struct costs *sum, size_t n_messages)
{
	struct scale scale = scale_of(sum);
	struct stage stages[STAGES];

	list_stages(sum, stages);
	printf("%zu messages, %.1f KB of text in %llu segments: %.1f MB/s\n", n_messages, scale.kilobytes,
		(unsigned long long)sum->segments, scale.kilobytes * 1e6 / scale.ns);
	for (size_t i = 0; i < STAGES; i++)
		printf("  %-10s %8.1f ns/KB %5.1f%%\n", stages[i].name,
			(double)stages[i].ns / scale.kilobytes, 100.0 * (double)stages[i].ns / scale.ns);
	printf("%10s %6s %8s %8s %10s %8s  %s\n", "ns/KB", "share", "calls", "reached", "PCRE2", "matches",
		"rule");
	for (size_t i = 0; i < sum->n_rules; i++) {
		const struct rule_cost *rule = &sum->rules[i];

		printf("%10.1f %5.1f%% %8llu %7.1f%% %10llu %8llu  %s\n", (double)rule->ns / scale.kilobytes,
			100.0 * (double)rule->ns / scale.ns, (unsigned long long)rule->calls,
			percent(rule->reached, rule->calls), (unsigned long long)rule->pcre2_calls,
			(unsigned long long)rule->matches, rule->rule);
	}
}

static json_t *
json_rule(const struct rule_cost *rule, const struct scale *scale)
{
	return json_pack("{s:s, s:f, s:f, s:I, s:f, s:I, s:I}", "rule", rule->rule, "ns_per_kb",
		(double)rule->ns / scale->kilobytes, "share", (double)rule->ns / scale->ns, "calls",
		(json_int_t)rule->calls, "reached", percent(rule->reached, rule->calls) / 100, "pcre2_calls",
		(json_int_t)rule->pcre2_calls, "matches", (json_int_t)rule->matches);
}

static void
print_json(const struct costs *sum, size_t n_messages)
{
	struct scale scale = scale_of(sum);
	json_t *stages = json_object(), *rules = json_array(), *object;
	struct stage list[STAGES];

	list_stages(sum, list);
	for (size_t i = 0; i < STAGES; i++)
		json_object_set_new(stages, list[i].name,
			json_pack("{s:f, s:f}", "ns_per_kb", (double)list[i].ns / scale.kilobytes, "share",
				(double)list[i].ns / scale.ns));
	for (size_t i = 0; i < sum->n_rules; i++)
		json_array_append_new(rules, json_rule(&sum->rules[i], &scale));
	object = json_pack("{s:I, s:I, s:I, s:f, s:o, s:o}", "messages", (json_int_t)n_messages, "bytes",
		(json_int_t)sum->bytes, "segments", (json_int_t)sum->segments, "mb_per_s",
		scale.kilobytes * 1e6 / scale.ns, "stages", stages, "rules", rules);
	json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(object);
}

static void
bench_done(struct bench *bench)
{
	scan_client_close(bench->client);
	for (size_t i = 0; i < bench->sum.n_rules; i++)
		free((char *)(uintptr_t)bench->sum.rules[i].rule);
	free(bench->sum.rules);
}

static int
measure_all(const struct cli *cli, const char *rules, enum cli_format format, char **paths)
{
	struct bench bench = {0};
	struct messages messages = {
		.cli = cli, .command = "rules", .take = measure_one, .context = &bench, .bar = MESSAGES_BAR};
	struct err err;
	int ret = parser_start(cli, rules, &bench.client, &err);

	if (ret == 0)
		ret = messages_each(&messages, paths, &err);
	if (ret != 0) {
		bench_done(&bench);
		return cli_fail("rules", &err);
	}
	if (bench.sum.n_rules > 1)
		qsort(bench.sum.rules, bench.sum.n_rules, sizeof(*bench.sum.rules), dearer_first);
	if (format == CLI_JSON)
		print_json(&bench.sum, messages.n);
	else
		print_text(&bench.sum, messages.n);
	bench_done(&bench);
	return messages.failures > 0 ? EX_NOINPUT : 0;
}

static int
bench_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"rules", required_argument, NULL, 'r'},
		{NULL, 0, NULL, 0},
	};
	enum cli_format format = CLI_TEXT;
	const char *rules = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || (c == 'f' && cli_parse_format("rules bench", optarg, &format) != 0))
			return 2;
		if (c == 'r')
			rules = optarg;
	}
	if (optind == argc)
		return cli_usage_error("rules bench", "needs messages: files, folders, mbox files");
	return measure_all(cli, rules, format, argv + optind);
}

const struct rules_verb rules_bench = {
	.name = "bench",
	.summary = "what each rule costs on given mail",
	.usage = "usage: postseal rules bench [--rules DIR] [--format text|json] FILE|DIR|MBOX|-...\n\n"
		 "  --rules DIR     the folder of packs (rules_directory of the configuration)\n"
		 "  --format json   one object: stages and rules\n\n"
		 "Nanoseconds for 1,000 bytes of text, the dearest rule first.\n",
	.run = bench_run,
};
