/* SPDX-License-Identifier: Apache-2.0 */
/* What documents, sheets and slides have in common. */
#ifndef POSTSEAL_OOXML_H
#define POSTSEAL_OOXML_H

#include "lib/format/ooxml_text.h"

/* The content types that an Office program's file is sent with; NULL ends it. */

/* Whether it is a package with a folder of this name: "word/". */
bool ooxml_is(struct bytes content, struct bytes folder);

/*
 * All parts that were not told yet: drawings and charts, properties, data of the user, and what no relation
 * names. The flow begins a section for each.
 */
void ooxml_tell_others(struct package *package, struct flow *flow);

/* "1" of "word/header1.xml", for places. */
struct bytes ooxml_number(struct bytes name);

#endif
