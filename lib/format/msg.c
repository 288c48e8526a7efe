/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saved messages ([MS-OXMSG]): a stream for each property of no fixed size, the others in one stream;
 * storages for recipients and attached files. An attached message is such a storage within that of the
 * attached file, and has a reader's stream of its own.
 */
#include "lib/base/ascii.h"
#include "lib/format/little.h"
#include "lib/format/mapi.h"
#include "lib/format/msg_names.h"
#include "lib/format/ole.h"

enum { PROPERTY = 16, TOP_HEADER = 32, INNER_HEADER = 24, OTHER_HEADER = 8, CODE_PAGE = 0x3FFD };

enum owner { OF_MESSAGE, OF_RECIPIENT, OF_FILE };

struct msg {
	struct ole *ole;
	struct mapi mapi;
	struct msg_names names;
	struct mapi_attachment attachment;
};

static void
take(struct msg *msg, enum owner owner, uint16_t id, unsigned type, struct bytes value)
{
	if (owner == OF_RECIPIENT)
		mapi_take_recipient(&msg->mapi, id, type, value);
	else if (owner == OF_FILE)
		mapi_attachment_take(&msg->mapi, &msg->attachment, id, type, value);
	else
		mapi_take(&msg->mapi, id, type, msg_names_find(&msg->names, id), value);
}

/* "__substg1.0_0037001F", with "-00000002" behind it when it has several values. */
static bool
parse_name(const struct cfb_entry *entry, uint32_t *ret_tag)
{
	static const char start[] = "__substg1.0_";
	char name[CFB_NAME_MAX];
	uint32_t tag = 0;

	cfb_name(entry, name);
	if (strncmp(name, start, sizeof(start) - 1) != 0)
		return false;
	for (size_t i = 0; i < 8; i++) {
		int digit = ascii_hex_value((uint8_t)name[sizeof(start) - 1 + i]);

		if (digit < 0)
			return false;
		tag = tag << 4 | (uint32_t)digit;
	}
	*ret_tag = tag;
	return true;
}

/* Those of fixed size: of use are dates and the code page. */
static void
take_fixed(struct msg *msg, enum owner owner, uint32_t storage, size_t header)
{
	uint32_t stream = cfb_find(&msg->ole->cfb, storage, CFB_STREAM, "__properties_version1.0");
	struct buf content;

	if (ole_load(msg->ole, stream, &content)) {
		struct bytes all = buf_bytes(&content);

		for (size_t at = header; little_has(all, at, PROPERTY); at += PROPERTY) {
			unsigned type = little_16(all, at);
			uint16_t id = little_16(all, at + 2);

			if (id == CODE_PAGE && owner == OF_MESSAGE)
				msg->mapi.codepage = little_32(all, at + 8);
			if (type == MAPI_TIME)
				take(msg, owner, id, type, bytes_sub(all, at + 8, 8));
		}
	}
	buf_wipe_done(&content);
}

static void
take_streams(struct msg *msg, enum owner owner, uint32_t storage)
{
	struct cfb *cfb = &msg->ole->cfb;

	for (uint32_t i = 0; i < cfb->entries[storage].n; i++) {
		uint32_t child = cfb->children[cfb->entries[storage].first + i], tag;
		struct buf content;

		if (cfb->entries[child].kind != CFB_STREAM || cfb->entries[child].used ||
			!parse_name(&cfb->entries[child], &tag))
			continue;
		/* Lists of lengths for the streams with several values hold no text. */
		if (ole_load(msg->ole, child, &content) &&
			((tag & MAPI_MULTIPLE) == 0 || cfb->entries[child].name.n > 40))
			take(msg, owner, (uint16_t)(tag >> 16), tag & 0xFFFF & ~(unsigned)MAPI_MULTIPLE,
				buf_bytes(&content));
		buf_wipe_done(&content);
	}
}

static void
take_storages(struct msg *msg, uint32_t storage)
{
	struct cfb *cfb = &msg->ole->cfb;

	for (uint32_t i = 0; i < cfb->entries[storage].n; i++) {
		uint32_t child = cfb->children[cfb->entries[storage].first + i];
		char name[CFB_NAME_MAX];
		enum owner owner;

		if (cfb->entries[child].kind != CFB_STORAGE)
			continue;
		cfb_name(&cfb->entries[child], name);
		if (strncmp(name, "__recip_version1.0_", 19) == 0)
			owner = OF_RECIPIENT;
		else if (strncmp(name, "__attach_version1.0_", 20) == 0)
			owner = OF_FILE;
		else
			continue;
		take_fixed(msg, owner, child, OTHER_HEADER);
		take_streams(msg, owner, child);
		mapi_attachment_tell(&msg->mapi, &msg->attachment);
	}
}

void
msg_read(struct ole *ole, uint32_t storage, uint32_t stream)
{
	struct msg msg = {.ole = ole};
	const char *prefix = "";

	/* Recipients and files have such a stream too, and belong to the message around them. */
	if (storage != 0 && !cfb_name_is(&ole->cfb.entries[storage], "__substg1.0_3701000D"))
		return;
	if (storage != 0)
		prefix = arena_strf(format_arena(ole->out), "attached message %u > ", ++ole->n_messages);
	(void)stream;
	mapi_init(&msg.mapi, ole->out, &ole->pages, prefix);
	mapi_attachment_init(&msg.attachment, ole->cfb.file.n);
	msg_names_load(&msg.names, ole);
	take_fixed(&msg, OF_MESSAGE, storage, storage == 0 ? TOP_HEADER : INNER_HEADER);
	take_streams(&msg, OF_MESSAGE, storage);
	take_storages(&msg, storage);
	msg_names_done(&msg.names);
	mapi_attachment_done(&msg.attachment);
	mapi_done(&msg.mapi);
}
