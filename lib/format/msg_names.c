/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/msg_names.h"

#include "lib/format/little.h"
#include "lib/format/utf16.h"

enum { FIRST = 0x8000, ENTRY = 8 };

void
msg_names_load(struct msg_names *names, struct ole *ole)
{
	uint32_t storage = cfb_find(&ole->cfb, 0, CFB_STORAGE, "__nameid_version1.0");
	uint32_t entries = CFB_NONE, strings = CFB_NONE;

	if (storage != CFB_NONE) {
		entries = cfb_find(&ole->cfb, storage, CFB_STREAM, "__substg1.0_00030102");
		strings = cfb_find(&ole->cfb, storage, CFB_STREAM, "__substg1.0_00040102");
	}
	(void)ole_load(ole, entries, &names->entries);
	(void)ole_load(ole, strings, &names->strings);
	/* Names of properties that nobody has are told as what nobody reads. */
	if (strings != CFB_NONE)
		ole->cfb.entries[strings].used = false;
}

void
msg_names_done(struct msg_names *names)
{
	buf_done(&names->entries);
	buf_done(&names->strings);
}

const char *
msg_names_find(struct msg_names *names, uint16_t id)
{
	struct bytes entry, strings = buf_bytes(&names->strings), text;
	struct buf name;

	if (id < FIRST)
		return NULL;
	entry = bytes_sub(buf_bytes(&names->entries), (size_t)(id - FIRST) * ENTRY, ENTRY);
	if (entry.n < ENTRY || (little_16(entry, 4) & 1) == 0) /* a number */
		return NULL;
	text = little_sub(strings, little_32(entry, 0), strings.n);
	text = little_sub(text, 4, little_32(text, 0));
	buf_init(&name, sizeof(names->name) - 1);
	utf16_put(&name, bytes_sub(text, 0, 160));
	memcpy(names->name, buf_cstr(&name), name.n + 1);
	buf_done(&name);
	return names->name[0] != '\0' ? names->name : NULL;
}
