/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a PDF's pages, by poppler: whatever its colour, layer or way of drawing, or none. */
#ifndef POSTSEAL_PDF_PAGES_H
#define POSTSEAL_PDF_PAGES_H

#include "pdf/answer.h"

/* Returns whether the document could be opened at all. The bytes must stay until the process ends. */
bool pages_read(struct bytes pdf, struct answer *answer);

/* Once a process, before it is confined: tables that poppler fills with its first document, and keeps. */
void pages_init(void);

#endif
