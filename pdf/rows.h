/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page's text in rows. Poppler gives it in reading order, where a table comes cell by cell: here what
 * stands beside each other is a line, with tabs between, as rules know rows and columns. Running text in two
 * columns stays as it was.
 */
#ifndef POSTSEAL_PDF_ROWS_H
#define POSTSEAL_PDF_ROWS_H

#include <poppler.h>

/* `places` has one rectangle for each of the text's n characters. NULL: the text is right as it is. */
char *rows_of(const char *text, const PopplerRectangle *places, guint n);

#endif
