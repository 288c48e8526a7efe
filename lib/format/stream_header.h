/* SPDX-License-Identifier: Apache-2.0 */
/* What compressed files hold beside what they unpack to. */
#ifndef POSTSEAL_STREAM_HEADER_H
#define POSTSEAL_STREAM_HEADER_H

#include "lib/mime/format.h"

/*
 * Tells the comments, extra fields and further names of the members of a gzip file ([RFC 1952] 2.3), of which
 * programs show the first one's at most. Returns the name of the first member, or an empty view.
 */
struct bytes stream_tell_gzip(struct format_out *out, struct bytes content);

/* Frames of zstd that hold what the writer likes, and unpack to nothing ([RFC 8878] 3.1.2). */
void stream_tell_zstd(struct format_out *out, struct bytes content);

/* Bytes of such frames at the beginning. */
size_t stream_skip_zstd(struct bytes content);

#endif
