/* SPDX-License-Identifier: Apache-2.0 */
/* Random patterns of the kinds that rules hold, each with texts that match it or nearly do. From a seed. */
#ifndef POSTSEAL_GRAMMAR_H
#define POSTSEAL_GRAMMAR_H

#include "lib/base/buf.h"

enum { PIECE_PATTERN = 1000, PIECE_SAMPLE = 200, PIECE_SAMPLES = 3 };

/* What does not fit is cut: a pattern that is cut does not compile, or is another one. */
struct piece {
	char pattern[PIECE_PATTERN];
	char samples[PIECE_SAMPLES][PIECE_SAMPLE];
};

uint32_t grammar_random(uint64_t *seed);
void grammar_pattern(uint64_t *seed, struct piece *ret_piece);

/* Appends a sample, a near miss, a part of a sample, or words between. */
void grammar_scrap(uint64_t *seed, const struct piece *piece, struct buf *text);

#endif
