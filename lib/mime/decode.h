/* SPDX-License-Identifier: Apache-2.0 */
/* Content-transfer-encodings, by GMime's decoders: they skip what does not belong, as mail programs do. */
#ifndef POSTSEAL_DECODE_H
#define POSTSEAL_DECODE_H

#include "lib/base/buf.h"

enum decode_kind { DECODE_NONE, DECODE_BASE64, DECODE_QUOTED_PRINTABLE, DECODE_UUENCODE, DECODE_UNKNOWN };

/* What a Content-Transfer-Encoding says, its usual misspellings included. */
enum decode_kind decode_kind_of(struct bytes name);

/* Appends. Base64 goes on behind padding in its middle, as if a new block began there. */
void decode_put(enum decode_kind kind, struct bytes encoded, struct buf *out);

/* Nothing but long lines of base64: an encoding that nobody declared. */
bool decode_looks_base64(struct bytes b);

/*
 * The next stretch of base64 in a text, from *at on: a run of 40 signs and more, and the lines of nothing
 * else behind it. Moves *at behind it. Returns 0, or 1 when there is none.
 */
int decode_find_base64(struct bytes text, size_t *at, struct bytes *ret_run);

#endif
