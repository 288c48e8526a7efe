/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of properties in attributes ([MS-OXTNEF] 2.1.3.4, 2.1.3.5.1). */
#include "lib/format/little.h"
#include "lib/format/tnef_state.h"
#include "lib/format/utf16.h"

enum { GUID = 16, FIRST_NAMED = 0x8000, NAME_IS_STRING = 1, NAME_BYTES = 256 };

/* Bytes of a value of fixed size with its padding; 0: it has a length of its own. */
static size_t
size_of(unsigned type)
{
	switch (type) {
	case 0x0002:
	case 0x0003:
	case 0x0004:
	case 0x000A:
	case 0x000B:
		return 4;
	case 0x0005:
	case 0x0006:
	case 0x0007:
	case 0x0014:
	case 0x0040:
		return 8;
	case 0x0048:
		return GUID;
	default:
		return 0;
	}
}

static void
skip(struct bytes *rest, uint64_t n)
{
	*rest = little_sub(*rest, n, rest->n);
}

/* The set's identity, then a number or a string. */
static void
take_name(struct bytes *rest, struct buf *name)
{
	uint32_t kind = little_32(*rest, GUID);
	uint64_t size = little_32(*rest, GUID + 4);

	skip(rest, GUID + 8);
	if (kind != NAME_IS_STRING)
		return;
	utf16_put(name, bytes_sub(little_sub(*rest, 0, size), 0, NAME_BYTES));
	skip(rest, (size + 3) / 4 * 4);
}

static void
take_value(struct tnef *tnef, enum tnef_owner owner, uint16_t id, unsigned type, const char *name,
	struct bytes value)
{
	/* An object begins with its interface; a message in it is TNEF once more. */
	if (type == MAPI_OBJECT) {
		type = MAPI_BINARY;
		value = bytes_sub(value, GUID, value.n);
	}
	if (owner == TNEF_OF_RECIPIENT)
		mapi_take_recipient(&tnef->mapi, id, type, value);
	else if (owner == TNEF_OF_FILE)
		mapi_attachment_take(&tnef->mapi, &tnef->attachment, id, type, value);
	else
		mapi_take(&tnef->mapi, id, type, name, value);
}

static void
take_property(struct tnef *tnef, enum tnef_owner owner, struct bytes *rest)
{
	unsigned type = little_16(*rest, 0), base = type & ~(unsigned)MAPI_MULTIPLE;
	uint16_t id = little_16(*rest, 2);
	size_t fixed = size_of(base);
	uint32_t n = 1;
	struct buf name;

	buf_init(&name, 1024);
	skip(rest, 4);
	if (id >= FIRST_NAMED)
		take_name(rest, &name);
	if (fixed == 0 || (type & MAPI_MULTIPLE) != 0) {
		n = little_32(*rest, 0);
		skip(rest, 4);
	}
	if (n > rest->n)
		format_flag(tnef->out, UNSCANNABLE_FORMAT);
	for (uint32_t i = 0; i < n && rest->n > 0; i++) {
		uint64_t size = fixed;

		if (fixed == 0) {
			size = little_32(*rest, 0);
			skip(rest, 4);
		}
		if (size > rest->n)
			format_flag(tnef->out, UNSCANNABLE_FORMAT);
		take_value(tnef, owner, id, base, name.n > 0 ? buf_cstr(&name) : NULL,
			little_sub(*rest, 0, size));
		skip(rest, (size + 3) / 4 * 4);
	}
	buf_done(&name);
}

void
tnef_take_properties(struct tnef *tnef, enum tnef_owner owner, struct bytes *rest)
{
	uint32_t n = little_32(*rest, 0);

	skip(rest, 4);
	if (n > rest->n / 4)
		format_flag(tnef->out, UNSCANNABLE_FORMAT);
	for (uint32_t i = 0; i < n && rest->n >= 4; i++)
		take_property(tnef, owner, rest);
}

void
tnef_take_recipients(struct tnef *tnef, struct bytes data)
{
	uint32_t n = little_32(data, 0);

	skip(&data, 4);
	for (uint32_t i = 0; i < n && data.n > 0; i++)
		tnef_take_properties(tnef, TNEF_OF_RECIPIENT, &data);
}
