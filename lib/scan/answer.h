/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results as bytes and back. The writer runs in the worker, where a hostile mail may have taken over: the
 * reader checks every number, length and text, and copies all into the arena. Pure.
 */
#ifndef POSTSEAL_ANSWER_H
#define POSTSEAL_ANSWER_H

#include "lib/base/buf.h"
#include "lib/dlp/cost.h"
#include "lib/dlp/scan.h"
#include "lib/dlp/seen.h"
#include "lib/dlp/trace.h"
#include "lib/mime/view.h"

/* How much of a result is passed on: what is above is left out, for labels and bits say it all. */
enum {
	ANSWER_FINDINGS_MAX = 1000,
	ANSWER_LABELS_MAX = 200,
	ANSWER_UNREAD_MAX = 200,
	ANSWER_TROUBLES_MAX = 32,
	ANSWER_PARTS_MAX = 10000,
	ANSWER_SEGMENTS_MAX = 200000,
	ANSWER_RULES_MAX = 20000,
	ANSWER_TEXT_MAX = 200, /* bytes of a rule's, label's or part's name */
};

void answer_put_result(struct buf *buf, const struct scan_result *result);
void answer_put_view(struct buf *buf, const struct message_view *view);

/* answer_trace.c, answer_seen.c, answer_cost.c: for the team's tools. */
void answer_put_trace(struct buf *buf, const struct scan_result *result, const struct trace *trace);
void answer_put_seen(struct buf *buf, const struct seen_segment *segments);
void answer_put_costs(struct buf *buf, const struct costs *costs);

/* ERR_PEER when it is not of that form. */
int answer_get_result(
	struct arena *arena, struct bytes payload, struct scan_result *ret_result, struct err *err);
int answer_get_view(
	struct arena *arena, struct bytes payload, struct message_view *ret_view, struct err *err);
int answer_get_trace(struct arena *arena, struct bytes payload, struct scan_result *ret_result,
	struct trace *ret_trace, struct err *err);
int answer_get_seen(
	struct arena *arena, struct bytes payload, struct seen_segment **ret_segments, struct err *err);

/* The rules that were looked for; they are the arena's. */
int answer_get_costs(struct arena *arena, struct bytes payload, struct costs *ret_costs, struct err *err);

#endif
