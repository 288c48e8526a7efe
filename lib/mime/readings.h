/* SPDX-License-Identifier: Apache-2.0 */
/* What programs make of text before a person sees it, where that is more than showing it. */
#ifndef POSTSEAL_READINGS_H
#define POSTSEAL_READINGS_H

#include "lib/base/buf.h"

/* The text of a part of this media type: JSON and XML without escapes, calendars and cards without folds. */
void readings_put(const char *type, struct bytes text, struct buf *out);

/* What stands between the quotes of JSON (RFC 8259 section 7), without its escapes. */
void readings_put_json(struct bytes text, struct buf *out);

/*
 * Character references that were written as text ("&#50;"), which some programs show as what they mean.
 * Returns 0, or 1 when there are none: then nothing was written.
 */
int readings_put_references(struct bytes text, struct buf *out);

/* "%41" as "A". */
void readings_put_url(struct bytes url, struct buf *out);

/*
 * Text between U+202E (right-to-left override) and U+202C or the line's end, turned round as it is shown.
 * Returns 0, or 1 when nothing turns: then nothing was written.
 */
int readings_put_turned(struct bytes text, struct buf *out);

#endif
