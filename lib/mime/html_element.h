/* SPDX-License-Identifier: Apache-2.0 */
/* What we know about HTML elements by name: how they lay out, what ends them, whether the portal shows them.
 */
#ifndef POSTSEAL_HTML_ELEMENT_H
#define POSTSEAL_HTML_ELEMENT_H

#include "lib/base/bytes.h"

enum html_flag {
	HTML_IS_VOID = 1 << 0,     /* has no content and no end tag */
	HTML_IS_BLOCK = 1 << 1,    /* stands on lines of its own */
	HTML_IS_SPACED = 1 << 2,   /* a block with an empty line around it */
	HTML_IS_CELL = 1 << 3,     /* td, th */
	HTML_IS_SCOPE = 1 << 4,    /* an end tag inside can't end what is outside */
	HTML_IS_UNSEEN = 1 << 5,   /* its content is not shown */
	HTML_IS_CODE = 1 << 6,     /* its content is for machines, not even hidden text: style */
	HTML_IS_FOREIGN = 1 << 7,  /* svg, math */
	HTML_IS_ALLOWED = 1 << 8,  /* the portal shows it */
	HTML_IS_VERBATIM = 1 << 9, /* white space counts */
	HTML_IS_ROW = 1 << 10,
};

/* Whose end tag may be left out, and what their ends are sought in. */
enum html_group {
	HTML_GROUP_NONE,
	HTML_GROUP_PARAGRAPH,
	HTML_GROUP_LIST,
	HTML_GROUP_LINE,
	HTML_GROUP_OPTION,
	HTML_GROUP_TABLE,
	HTML_GROUP_CELL,
	HTML_GROUP_ROW,
	HTML_GROUP_BODY,
};

struct html_element {
	const char *name;
	unsigned flags; /* enum html_flag */
	enum html_group group;
};

/* NULL for a name that is not in the table. `name` is in lower case. */
const struct html_element *html_element(struct bytes name);

#endif
