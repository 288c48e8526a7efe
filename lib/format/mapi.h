/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message as properties ([MS-OXPROPS]), which MSG and TNEF both have: what they mean is told from here, one
 * property after the other. Strings of no known meaning are told as hidden text.
 */
#ifndef POSTSEAL_MAPI_H
#define POSTSEAL_MAPI_H

#include "lib/format/codepage.h"
#include "lib/mime/format.h"

/* [MS-OXCDATA] 2.11.1 */
enum mapi_type {
	MAPI_INTEGER = 0x0003,
	MAPI_OBJECT = 0x000D,
	MAPI_STRING8 = 0x001E,
	MAPI_UNICODE = 0x001F,
	MAPI_TIME = 0x0040,
	MAPI_BINARY = 0x0102,
	MAPI_MULTIPLE = 0x1000,
};

struct mapi {
	struct format_out *out;
	struct codepages *pages;
	unsigned codepage;  /* of 8-bit strings; 0: not said */
	const char *prefix; /* of all places: "" or "attached message 1 > " */
	struct format_text fields, recipients, properties;
};

void mapi_init(struct mapi *mapi, struct format_out *out, struct codepages *pages, const char *prefix);
void mapi_done(struct mapi *mapi);

/* One value. Of those with several values each is taken by itself. `name` is that of a named property, or
 * NULL. */
void mapi_take(struct mapi *mapi, uint16_t id, unsigned type, const char *name, struct bytes value);

/* A property of a recipient. */
void mapi_take_recipient(struct mapi *mapi, uint16_t id, unsigned type, struct bytes value);

/* Appends a string of either type without its zeros. */
void mapi_put_string(struct mapi *mapi, struct buf *out, unsigned type, struct bytes value);

/* An attached file: its properties first, then what is in it. */
struct mapi_attachment {
	struct buf name; /* the best so far, as UTF-8 */
	unsigned rank;
	char type[96]; /* as declared; empty: not */
	struct buf content;
};

/* `max` bounds the content. */
void mapi_attachment_init(struct mapi_attachment *attachment, size_t max);
void mapi_attachment_done(struct mapi_attachment *attachment);
void mapi_attachment_take(struct mapi *mapi, struct mapi_attachment *attachment, uint16_t id, unsigned type,
	struct bytes value);

/* Tells it, if it has any content or name, and empties it. */
void mapi_attachment_tell(struct mapi *mapi, struct mapi_attachment *attachment);

#endif
