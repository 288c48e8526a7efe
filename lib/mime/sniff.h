/* SPDX-License-Identifier: Apache-2.0 */
/* What content is by its own bytes. What its sender or its name calls it is never believed. */
#ifndef POSTSEAL_SNIFF_H
#define POSTSEAL_SNIFF_H

#include "lib/base/bytes.h"

/* The media type of content with a known signature, or NULL. RTF has one though it is text. */
const char *sniff_type(struct bytes content);

/* Bytes that a person could read in some charset. */
bool sniff_is_text(struct bytes content);

bool sniff_is_html(struct bytes content);

/* Starts as a mail does: header fields, known ones among the first. */
bool sniff_is_message(struct bytes content);

#endif
