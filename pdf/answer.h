/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader tells of its PDF, as frames of lib/format/pdf_protocol.h. What was told once is not told
 * again: earlier revisions, and second readings, add what differs. Beyond the most that may be told it says
 * so and ends the process.
 */
#ifndef POSTSEAL_PDF_ANSWER_OUT_H
#define POSTSEAL_PDF_ANSWER_OUT_H

#include <glib.h>

#include "lib/base/buf.h"
#include "lib/format/pdf_protocol.h"

struct answer {
	int fd;
	size_t left; /* bytes that may still be told */
	struct buf frames;
	GHashTable *told;
	uint32_t revision, revision_told;
};

void answer_init(struct answer *answer, int fd, size_t most);

void answer_page(struct answer *answer, uint32_t number, struct bytes text);
void answer_text(struct answer *answer, enum pdf_kind kind, struct bytes name, struct bytes text);
void answer_file(struct answer *answer, struct bytes name, struct bytes content);
void answer_limit(struct answer *answer, enum pdf_limit limit);
void answer_say(struct answer *answer, enum pdf_frame type);

/* What follows stands in the file as it was so many changes ago. */
void answer_revision(struct answer *answer, uint32_t revision);

/* Says the end, and ends the process. */
_Noreturn void answer_end(struct answer *answer);

/*
 * For the handler of SIGABRT, which libraries raise when memory is spent: what was told up to now, the limit,
 * and the end.
 */
_Noreturn void answer_end_now(struct answer *answer, enum pdf_limit limit);

#endif
