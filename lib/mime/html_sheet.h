/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which classes and ids the style elements of a mail hide: as much of CSS as that takes. Rules under
 * conditions
 * (@media and the like) are left out, since the first thing that everybody sees is what counts.
 */
#ifndef POSTSEAL_HTML_SHEET_H
#define POSTSEAL_HTML_SHEET_H

#include "lib/mime/html.h"

enum { HTML_SHEET_MAX = 128 };

struct html_sheet {
	uint32_t hidden[HTML_SHEET_MAX]; /* hashes of ".class" and "#id" */
	size_t n;
};

/* The content of one style element. */
void html_sheet_read(struct html_sheet *sheet, struct bytes css);

bool html_sheet_hides(const struct html_sheet *sheet, const struct html_token *token);

#endif
