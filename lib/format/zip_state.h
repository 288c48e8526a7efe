/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the ZIP reader share. Nothing outside zip*.c includes this. */
#ifndef POSTSEAL_ZIP_STATE_H
#define POSTSEAL_ZIP_STATE_H

#include "lib/format/zip.h"

/* The fixed part of a local header ([APPNOTE] 4.3.7), a directory's record (4.3.12), an end record (4.3.16).
 */
enum { ZIP_LOCAL_SIZE = 30, ZIP_CENTRAL_SIZE = 46, ZIP_END_SIZE = 22 };

/* Where there is one of the four-byte signatures "PK\x03\x04" and so on. */
static inline bool
zip_has_signature(struct bytes content, size_t at, const char *signature)
{
	return at <= content.n && content.n - at >= 4 && memcmp(content.p + at, signature, 4) == 0;
}

/*
 * An end record and a place where its directory may begin, or the content's end where none does; and what is
 * to be added to the places that it names.
 */
struct zip_directory {
	size_t at;
	size_t shift; /* wraps around; the sums are checked */
	size_t end_record;
};

/* More of them than any honest file has: nobody knows which of several end records a program will believe. */
enum { ZIP_DIRECTORIES_MAX = 16 };

/* Returns how many there are. */
size_t zip_find_directories(struct bytes content, struct zip_directory directories[ZIP_DIRECTORIES_MAX]);

/* The record of a directory at `at`; false when there is none. *ret_end is where the next one is. */
bool zip_parse_central(struct bytes content, const struct zip_directory *directory, size_t at,
	struct zip_entry *ret_entry, size_t *ret_end);

/* The local header at `at`; false when there is none. `packed` is SIZE_MAX when it is told behind the data.
 */
bool zip_parse_local(struct bytes content, size_t at, struct zip_entry *ret_entry);

#endif
