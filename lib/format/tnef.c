/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TNEF ([MS-OXTNEF]), "winmail.dat": attributes one behind the other, some of which hold properties. Sums are
 * not asked: a program that reads the message does not either. Lengths beyond the end are cut.
 */
#include "lib/format/formats.h"
#include "lib/format/little.h"
#include "lib/format/mapi.h"
#include "lib/format/runs.h"
#include "lib/format/tnef_state.h"

enum { SIGNATURE = 0x223E9F78, HEADER = 6, ATTRIBUTE = 9, SUM = 2 };

/* [MS-OXTNEF] 2.1.3.2, without the type in the upper half. */
enum attribute {
	ATT_FROM = 0x8000,
	ATT_SUBJECT = 0x8004,
	ATT_MESSAGE_ID = 0x8009,
	ATT_BODY = 0x800C,
	ATT_DATA = 0x800F,
	ATT_TITLE = 0x8010,
	ATT_META_FILE = 0x8011,
	ATT_TRANSPORT_NAME = 0x9001,
	ATT_RENDERING = 0x9002,
	ATT_PROPERTIES = 0x9003,
	ATT_RECIPIENTS = 0x9004,
	ATT_FILE_PROPERTIES = 0x9005,
	ATT_CODE_PAGE = 0x9007,
};

static void
take_attribute(struct tnef *tnef, unsigned id, struct bytes data)
{
	struct mapi *mapi = &tnef->mapi;

	switch (id) {
	case ATT_SUBJECT:
		mapi_take(mapi, 0x0037, MAPI_STRING8, NULL, data);
		break;
	case ATT_MESSAGE_ID:
		mapi_take(mapi, 0x1035, MAPI_STRING8, NULL, data);
		break;
	case ATT_BODY:
		mapi_take(mapi, 0x1000, MAPI_STRING8, NULL, data);
		break;
	case ATT_RENDERING: /* begins the next attached file */
		mapi_attachment_tell(mapi, &tnef->attachment);
		break;
	case ATT_TITLE:
	case ATT_TRANSPORT_NAME:
		mapi_attachment_take(mapi, &tnef->attachment, 0x3704, MAPI_STRING8, data);
		break;
	case ATT_DATA:
		mapi_attachment_take(mapi, &tnef->attachment, 0x3701, MAPI_BINARY, data);
		break;
	case ATT_META_FILE:
		break;
	case ATT_PROPERTIES:
		tnef_take_properties(tnef, TNEF_OF_MESSAGE, &data);
		break;
	case ATT_FILE_PROPERTIES:
		tnef_take_properties(tnef, TNEF_OF_FILE, &data);
		break;
	case ATT_RECIPIENTS:
		tnef_take_recipients(tnef, data);
		break;
	case ATT_CODE_PAGE:
		mapi->codepage = little_32(data, 0);
		break;
	default:
		runs_put(&mapi->properties.buf, data);
	}
}

static bool
is_tnef(struct bytes content)
{
	return content.n >= HEADER && little_32(content, 0) == SIGNATURE;
}

static void
read_tnef(struct format_out *out, struct bytes content)
{
	struct tnef tnef = {.out = out};
	size_t at = HEADER;

	mapi_init(&tnef.mapi, out, &tnef.pages, "");
	mapi_attachment_init(&tnef.attachment, content.n);
	while (little_has(content, at, ATTRIBUTE)) {
		uint32_t size = little_32(content, at + 5);
		struct bytes data = little_sub(content, at + ATTRIBUTE, size);

		if (content.p[at] != 1 && content.p[at] != 2)
			break;
		if (data.n < size)
			format_flag(out, UNSCANNABLE_FORMAT);
		if (!format_spend(out, data.n))
			break;
		take_attribute(&tnef, little_16(content, at + 1), data);
		at += ATTRIBUTE + data.n + SUM;
	}
	mapi_attachment_tell(&tnef.mapi, &tnef.attachment);
	if (at < content.n) { /* neither an attribute nor the end */
		format_flag(out, UNSCANNABLE_FORMAT);
		runs_put(&tnef.mapi.properties.buf, bytes_sub(content, at, content.n));
	}
	mapi_attachment_done(&tnef.attachment);
	mapi_done(&tnef.mapi);
}

const struct format tnef_format = {
	.name = "tnef",
	.types = (const char *const[]){"application/ms-tnef", "application/vnd.ms-tnef",
		"application/x-ms-tnef", NULL},
	.extensions = (const char *const[]){"dat", "tnef", "tnf", NULL},
	.is = is_tnef,
	.read = read_tnef,
};
