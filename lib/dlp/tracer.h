/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the judges tell a trace (trace.h). Each function does nothing when there is none: `candidate` is NULL
 * then, or when no more are listed. Private to judge.c and verdict.c.
 */
#ifndef POSTSEAL_TRACER_H
#define POSTSEAL_TRACER_H

#include "lib/dlp/bearing.h"

/* A candidate is about to be judged. */
struct trace_candidate *tracer_begin(
	const struct scan_state *state, size_t rule, uint32_t segment, const struct match_span *span);

/* `refused`: the check that said no, or NULL: all passed. */
void tracer_checks(const struct scan_state *state, struct trace_candidate *candidate, const struct rule *rule,
	const struct validate_check *refused, struct bytes value);
void tracer_evidence(const struct scan_state *state, struct trace_candidate *candidate,
	const struct evidence *evidence, uint32_t source, uint32_t segment, const struct bearing *bearing);

/* Its confidence is known: it stays open until tracer_end(). */
void tracer_sum(struct trace_candidate *candidate, int sum, int confidence);
void tracer_end(
	const struct scan_state *state, struct trace_candidate *candidate, enum trace_outcome outcome);

void tracer_label(const struct scan_state *state, const struct label_rule *label, enum trace_stage stage);

#endif
