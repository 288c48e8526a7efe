/* SPDX-License-Identifier: Apache-2.0 */
/* Text with markup inside a record: HTML as a string, or as elements of the tree (HL7 CDA, FHIR XML). */
#ifndef POSTSEAL_NARRATIVE_H
#define POSTSEAL_NARRATIVE_H

#include "lib/format/tree.h"
#include "lib/mime/format.h"

/* What is shown goes to one, what is not to the other. */
void narrative_put_html(struct format_text *shown, struct format_text *hidden, struct bytes html);

/* XML that is drawn, or that is not well-formed, as a browser shows it: in segments of its own. */
void narrative_tell_shown(struct format_out *out, struct bytes xml);

/* Blocks as lines, cells parted by tabs; attributes in which one could write are hidden. */
void narrative_put_tree(struct format_text *shown, struct format_text *hidden, const struct tree_node *top);

#endif
