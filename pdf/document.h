/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All readings of one PDF: as it is, as it was before each change that was appended to it (ISO 32000-1 7.5.6
 * keeps what was overwritten), and, when it had to be repaired, as poppler repairs it, too.
 */
#ifndef POSTSEAL_PDF_DOCUMENT_H
#define POSTSEAL_PDF_DOCUMENT_H

#include "pdf/answer.h"

void document_read(struct bytes pdf, struct answer *answer);

#endif
