/* SPDX-License-Identifier: Apache-2.0 */
/* Content-transfer-encodings, most by GMime's decoders: they skip what does not belong, as mail programs do.
 */
#ifndef POSTSEAL_DECODE_H
#define POSTSEAL_DECODE_H

#include "lib/base/buf.h"

enum decode_kind {
	DECODE_NONE,
	DECODE_BASE64,
	DECODE_QUOTED_PRINTABLE,
	DECODE_UUENCODE,
	DECODE_YENC,
	DECODE_BINHEX,
	DECODE_UNKNOWN,
};

enum { DECODE_KINDS_MAX = 5 };

/*
 * What a Content-Transfer-Encoding may be taken to say, each kind once, the likeliest first: one kind, unless
 * it is no single name. Usual misspellings are names. Returns how many.
 */
size_t decode_kinds_of(struct bytes value, enum decode_kind ret_kinds[DECODE_KINDS_MAX]);

/* Appends. Base64 goes on behind padding in its middle, as if a new block began there. */
void decode_put(enum decode_kind kind, struct bytes encoded, struct buf *out);

/* Where programs differ in how they decode base64 that is not well formed. */
enum decode_way {
	DECODE_WAY_URL,     /* "-" and "_" for "+" and "/" */
	DECODE_WAY_NO_PADS, /* padding in its middle is skipped, and the bits go on */
	DECODE_WAY_LINES,   /* each line by itself */
	DECODE_WAYS,
};

/* Those that may make a difference here: a bit each, 1 << way. */
unsigned decode_ways_of(struct bytes encoded);
void decode_put_way(enum decode_way way, struct bytes encoded, struct buf *out);

/* Nothing but long lines of base64: an encoding that nobody declared. */
bool decode_looks_base64(struct bytes b);

/*
 * The next stretch of base64 in a text, from *at on: a run of 40 signs and more, and the lines of nothing
 * else behind it. Moves *at behind it. Returns 0, or 1 when there is none.
 */
int decode_find_base64(struct bytes text, size_t *at, struct bytes *ret_run);

#endif
