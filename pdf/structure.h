/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that a PDF holds besides its pages' text, by qpdf: every string of every object, reachable or not, with
 * what it is there for; attached files, scripts, metadata. Nothing of it is drawn or run.
 */
#ifndef POSTSEAL_PDF_STRUCTURE_H
#define POSTSEAL_PDF_STRUCTURE_H

#include "pdf/answer.h"

enum structure_state {
	STRUCTURE_READ,
	STRUCTURE_DOUBTFUL, /* it was repaired: others may read it differently */
	STRUCTURE_LOCKED,
	STRUCTURE_BROKEN,
};

/*
 * Tells what is there. `ret_open` becomes the same document for a reader of pages: decrypted, and with pages
 * so large that nothing is off them. Empty when that can't be made. It is never freed.
 */
enum structure_state structure_read(struct bytes pdf, struct answer *answer, struct bytes *ret_open);

#endif
