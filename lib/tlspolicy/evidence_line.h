/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence as a line of text, for a file, for Redis and for a cache in memory: a line is small, and reading
 * it takes microseconds. Pure.
 *
 * Words with one space between them, the version first, then each `key=field,field...`. `host` begins an MX
 * host; the words behind it, up to the next one, are of that host.
 */
#ifndef POSTSEAL_EVIDENCE_LINE_H
#define POSTSEAL_EVIDENCE_LINE_H

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/tlspolicy/evidence.h"

/* Goes up when the words change. */
#define EVIDENCE_LINE_VERSION "evidence1"

enum { EVIDENCE_LINE_MAX = 8 * 1024 * 1024 };

/* ASCII without CR, LF or NUL, and without a line end. */
void evidence_line_put(const struct evidence *evidence, struct buf *out);

/*
 * Only what evidence_line_put() would write byte by byte; anything else is an error (ERR_PERM), which costs
 * no more than another lookup.
 */
int evidence_line_parse(
	struct arena *arena, struct bytes line, struct evidence **ret_evidence, struct err *err);

#endif
