/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that were written between the lines of a text, as before MIME: uuencode (POSIX), BinHex 4.0 (RFC 1741
 * appendix A) and yEnc. Mail programs that know them show them as attachments.
 */
#ifndef POSTSEAL_EMBEDDED_H
#define POSTSEAL_EMBEDDED_H

#include "lib/mime/decode.h"

struct embedded_file {
	enum decode_kind kind;
	struct bytes name;
	struct bytes encoded; /* with its first and last line */
	size_t at;            /* where it stands in the text */
};

/* The first file at or after `from`, but for yEnc. Returns 0, or 1 when there is none. */
int embedded_find(struct bytes text, size_t from, struct embedded_file *ret_file);

/* The same for yEnc, which is of 8-bit bytes: sought before the text's charset is looked at. */
int embedded_find_yenc(struct bytes content, size_t from, struct embedded_file *ret_file);

#endif
