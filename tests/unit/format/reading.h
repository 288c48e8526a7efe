/* SPDX-License-Identifier: Apache-2.0 */
/* What the reader tells of a file that a message has attached, for tests of formats. */
#ifndef POSTSEAL_TESTS_READING_H
#define POSTSEAL_TESTS_READING_H

#include "lib/mime/reader.h"

struct reading {
	struct arena arena;
	struct mime_limits limits; /* generous; change them before reading_of() */
	struct message_text text;
};

/* Makes the library ready with the whole table of formats. */
void reading_init(struct reading *reading);
void reading_done(struct reading *reading);

/* The file as the only attachment of a message, in base64. `type` NULL: application/octet-stream. */
void reading_of(struct reading *reading, const char *name, const char *type, struct bytes content);

/*
 * Whether the needle was told in a segment of this view whose part, with the place of the needle in it, ends
 * in `place`: "comments", "sheet Patients > B7".
 */
bool reading_has(
	const struct reading *reading, enum segment_view view, const char *place, const char *needle);

/* As reading_has() for any view and any place. */
bool reading_has_anywhere(const struct reading *reading, const char *needle);

/* Prints all that was told as comments of TAP, for a test that failed. */
void reading_show(const struct reading *reading);

#endif
