/* SPDX-License-Identifier: Apache-2.0 */
/* Attached files ([MS-OXCMSG] 2.2.2), whose names stand in several properties. */
#include "lib/base/ascii.h"
#include "lib/format/mapi.h"
#include "lib/format/utf16.h"

enum id { DATA = 0x3701, DISPLAY_NAME = 0x3001, NAME = 0x3704, LONG_NAME = 0x3707, TYPE = 0x370E };

enum { NAME_BYTES = 1024 };

void
mapi_attachment_init(struct mapi_attachment *attachment, size_t max)
{
	*attachment = (struct mapi_attachment){.rank = 0};
	buf_init(&attachment->name, NAME_BYTES);
	buf_init(&attachment->content, max);
}

void
mapi_attachment_done(struct mapi_attachment *attachment)
{
	buf_wipe_done(&attachment->name);
	buf_wipe_done(&attachment->content);
}

/* A short name is a cut one; each that is not the best is told as well, since it may say something else. */
static void
take_name(struct mapi *mapi, struct mapi_attachment *attachment, unsigned rank, unsigned type,
	struct bytes value)
{
	struct buf name;

	buf_init(&name, NAME_BYTES);
	mapi_put_string(mapi, &name, type, bytes_sub(value, 0, NAME_BYTES / 3));
	if (name.n > 0) {
		buf_putf(&mapi->properties.buf, "Attachment: %.*s\n", BYTES_FMT(buf_bytes(&name)));
		if (rank > attachment->rank) {
			attachment->rank = rank;
			buf_reset(&attachment->name);
			buf_put_bytes(&attachment->name, buf_bytes(&name));
		}
	}
	buf_wipe_done(&name);
}

static void
take_type(struct mapi *mapi, struct mapi_attachment *attachment, unsigned type, struct bytes value)
{
	struct buf text;

	buf_init(&text, sizeof(attachment->type) - 1);
	mapi_put_string(mapi, &text, type, bytes_sub(value, 0, 2 * sizeof(attachment->type)));
	for (size_t i = 0; i < text.n; i++)
		attachment->type[i] = (char)ascii_lower(text.p[i]);
	attachment->type[text.n] = '\0';
	buf_done(&text);
}

void
mapi_attachment_take(
	struct mapi *mapi, struct mapi_attachment *attachment, uint16_t id, unsigned type, struct bytes value)
{
	bool is_string = type == MAPI_STRING8 || type == MAPI_UNICODE;

	if (id == DATA && type == MAPI_BINARY) {
		buf_reset(&attachment->content);
		buf_put_bytes(&attachment->content, value);
	} else if (id == LONG_NAME && is_string)
		take_name(mapi, attachment, 3, type, value);
	else if (id == NAME && is_string)
		take_name(mapi, attachment, 2, type, value);
	else if (id == DISPLAY_NAME && is_string)
		take_name(mapi, attachment, 1, type, value);
	else if (id == TYPE && is_string)
		take_type(mapi, attachment, type, value);
	else
		mapi_take(mapi, id, type, NULL, value);
}

void
mapi_attachment_tell(struct mapi *mapi, struct mapi_attachment *attachment)
{
	if (attachment->content.n > 0 || attachment->name.n > 0)
		format_tell_file(mapi->out, buf_bytes(&attachment->name),
			attachment->type[0] != '\0' ? attachment->type : NULL,
			buf_bytes(&attachment->content));
	buf_reset(&attachment->name);
	buf_reset(&attachment->content);
	attachment->rank = 0;
	attachment->type[0] = '\0';
}
