/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the matcher: shared by match.c (making one) and match_scan.c (using it) only. */
#ifndef POSTSEAL_MATCH_STATE_H
#define POSTSEAL_MATCH_STATE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "lib/dlp/literal.h"
#include "lib/dlp/match.h"
#include "lib/dlp/shape.h"
#include "lib/dlp/term.h"

/* A literal of which one of a source's must be there, so many bytes behind the start of the match. */
struct needed {
	uint32_t literal;
	uint32_t low, high;
};

/* A source: a pattern when `code` is set, else a set of terms. */
struct source {
	pcre2_code *code;
	char *text; /* of the pattern */
	enum match_case letter_case;
	bool jit;
	uint32_t max, digits, before_digit; /* of struct shape */
	struct needed *needed;
	size_t n_needed;
	uint32_t set; /* of terms: its number in the index */
};

struct matcher {
	struct match_limits limits;
	struct source *sources;
	size_t n, n_sets;
	struct literals *literals;
	struct term_index *terms;
	pcre2_compile_context *compile;
};

#endif
