/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results as bytes and back. The writer runs in the worker, where a hostile mail may have taken over: the
 * reader checks every number, length and text, and copies all into the arena. Pure.
 */
#ifndef POSTSEAL_ANSWER_H
#define POSTSEAL_ANSWER_H

#include "lib/base/buf.h"
#include "lib/dlp/scan.h"
#include "lib/mime/view.h"

/* How much of a result is passed on: what is above is left out, for labels and bits say it all. */
enum {
	ANSWER_FINDINGS_MAX = 1000,
	ANSWER_LABELS_MAX = 200,
	ANSWER_UNREAD_MAX = 200,
	ANSWER_PARTS_MAX = 10000,
	ANSWER_TEXT_MAX = 200, /* bytes of a rule's, label's or part's name */
};

void answer_put_result(struct buf *buf, const struct scan_result *result);
void answer_put_view(struct buf *buf, const struct message_view *view);

/* ERR_PEER when it is not of that form. */
int answer_get_result(
	struct arena *arena, struct bytes payload, struct scan_result *ret_result, struct err *err);
int answer_get_view(
	struct arena *arena, struct bytes payload, struct message_view *ret_view, struct err *err);

#endif
