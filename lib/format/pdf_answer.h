/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What postseal-pdf answers about one PDF. It may have been taken over by the file: whatever it says becomes
 * text of this one file, or nothing. Private to lib/format.
 */
#ifndef POSTSEAL_PDF_ANSWER_H
#define POSTSEAL_PDF_ANSWER_H

#include "lib/format/pdf_protocol.h"
#include "lib/mime/format.h"

struct pdf_answer {
	struct format_out *out;
	struct format_text pages;
	struct format_text texts[PDF_KINDS];
	uint32_t revision; /* 0: the file as it is */
	bool ended;        /* PDF_END came */
};

void pdf_answer_init(struct pdf_answer *answer, struct format_out *out);

/* Returns 0, or -1: no reader answers like this. */
int pdf_answer_take(struct pdf_answer *answer, uint32_t type, struct bytes payload);

/* Tells all that came. */
void pdf_answer_done(struct pdf_answer *answer);

#endif
