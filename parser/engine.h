/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker works with: loaded once by the supervisor, inherited by fork, immutable. A reload makes a new
 * one; workers that have the old one are replaced.
 */
#ifndef POSTSEAL_ENGINE_H
#define POSTSEAL_ENGINE_H

#include "lib/base/err.h"
#include "lib/conf/settings.h"
#include "lib/dlp/roster.h"
#include "lib/dlp/ruleset.h"
#include "lib/format/pdf_protocol.h"
#include "lib/mime/reader.h"
#include "parser/known.h"

struct engine {
	struct ruleset *rules;
	struct err note; /* why they were not taken from rules_compiled; empty: they were, or it is not set */
	struct roster *roster; /* NULL: none */
	struct known *known;   /* likewise */
	struct mime_limits limits;
	struct pdf_bounds pdf; /* of a reader of PDF */
	size_t message_max;    /* bytes */
	uint64_t memory;       /* address space of a worker */
	int64_t compare_every; /* one scan in so many is compared with PCRE2 alone; 0: none */
	bool quiet;            /* a worker's standard error goes nowhere */
};

int engine_load(const struct settings *settings, struct engine **ret_engine, struct faults *faults);
void engine_free(struct engine *engine);

#endif
