/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of OpenDocument files (OASIS OpenDocument 1.3 part 3): documents, sheets, slides, from packages
 * and from flat XML. Styles that hide are read before what they hide: they stand before it in each file.
 */
#ifndef POSTSEAL_ODF_TEXT_H
#define POSTSEAL_ODF_TEXT_H

#include "lib/format/flow.h"
#include "lib/format/xml.h"

struct odf_text;

/* Keeps what it needs until it is freed; the flow is the caller's. */
struct odf_text *odf_text_new(struct flow *flow);
void odf_text_free(struct odf_text *text);

/* For xml_read() of a part, with the odf_text as its context. */
extern const struct xml_handler odf_text_handler;

/* Between two parts: what one left open ends, and its automatic styles are forgotten. */
void odf_text_end_part(struct odf_text *text);

#endif
