/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of a TAR archive as blocks of bytes (POSIX.1-2017, pax, "ustar Interchange Format"). */
#ifndef POSTSEAL_TAR_HEADER_H
#define POSTSEAL_TAR_HEADER_H

#include "lib/mime/format.h"

/* Whether there is one at `at`: its checksum says so, that even the oldest have. */
bool tar_is_header(struct bytes content, size_t at);

/*
 * Tells what the headers of the entry at `at` hold beside what libarchive tells: records of pax, which may be
 * of any name, a volume's label, and text in the unused bytes.
 */
void tar_tell_headers(struct format_out *out, struct bytes content, size_t at);

/* Tells what stands behind the last entry, whose headers begin at `at`. */
void tar_tell_end(struct format_out *out, struct bytes content, size_t at);

#endif
