/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a header field: unfolded, encoded words (RFC 2047) decoded as mail programs do, that is more
 * leniently than the RFC has it: inside words and quotes, with spaces, with letters cut in two between
 * neighbours, without an end. GMime's own decoder would load charsets that the sandbox can't.
 */
#ifndef POSTSEAL_WORDS_H
#define POSTSEAL_WORDS_H

#include "lib/base/buf.h"

/* Appends clean UTF-8 without line breaks. */
void words_decode(struct bytes raw, struct buf *out);

#endif
