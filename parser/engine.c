/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/engine.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

/* From what was compiled, where that may be used. */
static int
load_rules(const struct settings *settings, const struct ruleset_limits *limits, struct ruleset **ret_rules,
	struct err *note, struct faults *faults)
{
	if (settings->rules_compiled[0] == '\0')
		return ruleset_load(settings->rules_directory, limits, ret_rules, faults);
	return ruleset_load_compiled(
		settings->rules_directory, settings->rules_compiled, limits, ret_rules, note, faults);
}

static int
load_roster(const struct settings *settings, struct roster **ret_roster, struct faults *faults)
{
	struct err err = {0};

	if (settings->roster_file[0] == '\0' ||
		roster_open(settings->roster_file, settings->roster_key_file, ret_roster, &err) == 0)
		return 0;
	faults_add(faults, settings->roster_file, 0, 0, "%s", err.text);
	return -1;
}

static int
load_known(const struct settings *settings, struct known **ret_known, struct faults *faults)
{
	return settings->known_files[0] == '\0' ? 0 : known_load(settings->known_files, ret_known, faults);
}

int
engine_load(const struct settings *settings, struct engine **ret_engine, struct faults *faults)
{
	const struct ruleset_limits limits = {.match = (uint32_t)settings->pattern_match_limit,
		.depth = (uint32_t)settings->pattern_depth_limit,
		.heap_kib = (uint32_t)(settings->pattern_heap_limit / 1024)};
	struct roster *roster = NULL;
	struct known *known = NULL;
	struct ruleset *rules = NULL;
	struct engine *engine;
	struct err note = {0};

	if (load_rules(settings, &limits, &rules, &note, faults) != 0)
		return -1;
	if (load_roster(settings, &roster, faults) != 0 || load_known(settings, &known, faults) != 0) {
		roster_close(roster);
		ruleset_free(rules);
		return -1;
	}
	engine = mem_new(1, sizeof(*engine));
	*engine = (struct engine){.rules = rules,
		.roster = roster,
		.known = known,
		.note = note,
		.limits = {.depth = (size_t)settings->mime_max_depth,
			.parts = (size_t)settings->mime_max_parts,
			.headers = (size_t)settings->mime_max_headers,
			.text = (size_t)settings->mime_max_text,
			.file_size = (size_t)settings->file_max_size,
			.unpacked_size = (size_t)settings->file_max_total,
			.ratio = (size_t)settings->file_max_ratio,
			.file_ms = settings->file_timeout * 1000,
			.message_ms = settings->files_timeout * 1000,
			.is_known = known != NULL ? known_has : NULL,
			.known = known},
		.pdf = {.memory_mib = (uint32_t)(settings->pdf_memory >> 20),
			.seconds = (uint32_t)settings->file_timeout + 1},
		.message_max = (size_t)settings->message_size_limit,
		.memory = (uint64_t)settings->parser_memory,
		.compare_every = settings->rules_compare_every,
		.quiet = strcmp(settings->log_level, "debug") != 0};
	*ret_engine = engine;
	return 0;
}

void
engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	ruleset_free(engine->rules);
	roster_close(engine->roster);
	known_free(engine->known);
	free(engine);
}
