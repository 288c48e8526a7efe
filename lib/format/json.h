/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile JSON (RFC 8259), event by event, and what is not quite JSON: lines of it (NDJSON), comments,
 * bare and single-quoted words, commas too many, an end that is missing. Nothing is refused: whoever gets the
 * file may have a reader that reads it. No tree, no recursion: a level costs one byte, and keys that come
 * twice are told twice. (jansson, which portald and cli use, builds a tree of a hundred times the size of
 * "[[],[],...", keeps one value of each key, and tells nothing of a file with a fault.)
 */
#ifndef POSTSEAL_JSON_H
#define POSTSEAL_JSON_H

#include "lib/base/bytes.h"

enum json_kind {
	JSON_KIND_OBJECT,
	JSON_KIND_LIST,
	JSON_KIND_STRING,
	JSON_KIND_WORD /* a number, true, null, anything bare */
};

/* Views live during the call; a key is empty in a list and at the top. Strings come without their escapes. */
struct json_handler {
	void (*open)(void *context, enum json_kind kind, struct bytes key);
	void (*close)(void *context);
	void (*value)(void *context, enum json_kind kind, struct bytes key, struct bytes value);

	/* A value at the top is over; false: enough. NULL: never. */
	bool (*next)(void *context);
};

/* Valid UTF-8. All that is open at the end is closed. */
void json_read(struct bytes content, const struct json_handler *handler, void *context);

/* By its first signs. Cheap. */
bool json_is(struct bytes content);

#endif
