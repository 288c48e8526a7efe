/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/mapi.h"

#include "lib/format/filetime.h"
#include "lib/format/little.h"
#include "lib/format/lzfu.h"
#include "lib/format/runs.h"
#include "lib/format/utf16.h"

enum { REPEATS_WITHIN = 4096 };

enum role { FIELD, BODY, HTML, RTF, HEADERS, NOISE };

static const struct property {
	uint16_t id;
	enum role role;
	const char *label;
} properties[] = {
	{0x0037, FIELD, "Subject"},
	{0x0070, FIELD, "Topic"},
	{0x0E1D, FIELD, "Subject"},
	{0x0060, FIELD, "Start"},
	{0x0061, FIELD, "End"},
	{0x0C1A, FIELD, "From"},
	{0x0C1F, FIELD, "From"},
	{0x5D01, FIELD, "From"},
	{0x0042, FIELD, "From"},
	{0x0065, FIELD, "From"},
	{0x0E04, FIELD, "To"},
	{0x0E03, FIELD, "Cc"},
	{0x0E02, FIELD, "Bcc"},
	{0x1035, FIELD, "Message-ID"},
	{0x3001, FIELD, "Name"},
	{0x3A06, FIELD, "Given name"},
	{0x3A11, FIELD, "Surname"},
	{0x3A44, FIELD, "Middle name"},
	{0x3A42, FIELD, "Date of birth"},
	{0x3A08, FIELD, "Phone"},
	{0x3A09, FIELD, "Phone"},
	{0x3A1C, FIELD, "Phone"},
	{0x3A15, FIELD, "Address"},
	{0x3A16, FIELD, "Company"},
	{0x3A17, FIELD, "Title"},
	{0x1000, BODY, "body"},
	{0x1013, HTML, "body.html"},
	{0x1009, RTF, "body.rtf"},
	{0x007D, HEADERS, "transport headers"},
	/* Made by programs, of no use to anybody but them. */
	{0x0FF9, NOISE, NULL},
	{0x300B, NOISE, NULL},
	{0x0071, NOISE, NULL},
	{0x3002, NOISE, NULL},
	{0x0C1E, NOISE, NULL},
	{0x0064, NOISE, NULL},
	{0x4022, NOISE, NULL},
};

static const char *
place(struct mapi *mapi, const char *what)
{
	return arena_strf(format_arena(mapi->out), "%s%s", mapi->prefix, what);
}

void
mapi_init(struct mapi *mapi, struct format_out *out, struct codepages *pages, const char *prefix)
{
	*mapi = (struct mapi){.out = out, .pages = pages, .prefix = prefix};
	format_text_init(&mapi->fields, out, SEGMENT_TEXT, place(mapi, "fields"));
	format_text_init(&mapi->recipients, out, SEGMENT_TEXT, place(mapi, "recipients"));
	format_text_init(&mapi->properties, out, SEGMENT_HIDDEN, place(mapi, "properties"));
}

void
mapi_done(struct mapi *mapi)
{
	format_text_done(&mapi->fields);
	format_text_done(&mapi->recipients);
	format_text_done(&mapi->properties);
}

void
mapi_put_string(struct mapi *mapi, struct buf *out, unsigned type, struct bytes value)
{
	if (type == MAPI_UNICODE)
		utf16_put(out, value);
	else
		codepage_put(mapi->pages, out, mapi->codepage, value);
}

static bool
is_string(unsigned type)
{
	return type == MAPI_STRING8 || type == MAPI_UNICODE;
}

/* Programs write the same subject and names into several properties. */
static bool
is_repeated(const struct format_text *text, size_t start, size_t begun)
{
	struct bytes all = buf_bytes(&text->buf), before = bytes_sub(all, 0, start);

	return start < REPEATS_WITHIN && text->buf.n > begun &&
	       bytes_find(before, bytes_sub(all, begun - 2, all.n)) < before.n;
}

static void
put_line(struct mapi *mapi, struct format_text *text, const char *label, unsigned type, struct bytes value)
{
	size_t start = text->buf.n, begun;

	buf_putf(&text->buf, "%s: ", label);
	begun = text->buf.n;
	if (is_string(type))
		mapi_put_string(mapi, &text->buf, type, value);
	else if (type == MAPI_TIME)
		filetime_put(&text->buf, little_64(value, 0));
	else if (type == MAPI_BINARY)
		runs_put(&text->buf, value);
	buf_put_byte(&text->buf, '\n');
	if (text->buf.n == begun + 1 || is_repeated(text, start, begun))
		text->buf.n = start;
}

static void
tell_string(struct mapi *mapi, enum segment_view view, const char *where, unsigned type, struct bytes value)
{
	struct format_text text;

	format_text_init(&text, mapi->out, view, place(mapi, where));
	mapi_put_string(mapi, &text.buf, type, value);
	format_text_done(&text);
}

/* As a string it is read in the code page of strings; as bytes it says itself what it is in. */
static void
tell_html(struct mapi *mapi, unsigned type, struct bytes value)
{
	struct buf text;

	if (!is_string(type)) {
		format_tell_file(mapi->out, BYTES_LIT("body.html"), "text/html", value);
		return;
	}
	buf_init(&text, format_bytes_left(mapi->out));
	mapi_put_string(mapi, &text, type, value);
	format_tell_file(mapi->out, BYTES_LIT("body.html"), "text/html", buf_bytes(&text));
	buf_wipe_done(&text);
}

static void
tell_rtf(struct mapi *mapi, struct bytes value)
{
	struct buf rtf;

	buf_init(&rtf, format_bytes_left(mapi->out));
	if (lzfu_put(&rtf, value) != 0)
		format_flag(mapi->out, UNSCANNABLE_FORMAT);
	if (rtf.full)
		format_flag(mapi->out, UNSCANNABLE_SIZE);
	if (format_spend(mapi->out, rtf.n))
		format_tell_file(mapi->out, BYTES_LIT("body.rtf"), "application/rtf", buf_bytes(&rtf));
	buf_wipe_done(&rtf);
}

static const struct property *
find(uint16_t id)
{
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (properties[i].id == id)
			return &properties[i];
	return NULL;
}

static void
take_unknown(struct mapi *mapi, uint16_t id, unsigned type, const char *name, struct bytes value)
{
	char label[16];

	snprintf(label, sizeof(label), "%04X", id);
	if (type != MAPI_TIME || name != NULL)
		put_line(mapi, &mapi->properties, name != NULL ? name : label, type, value);
}

void
mapi_take(struct mapi *mapi, uint16_t id, unsigned type, const char *name, struct bytes value)
{
	const struct property *property = find(id);

	if (property == NULL)
		take_unknown(mapi, id, type, name, value);
	else if (property->role == FIELD)
		put_line(mapi, &mapi->fields, property->label, type, value);
	else if (property->role == HTML && type != MAPI_TIME)
		tell_html(mapi, type, value);
	else if (property->role == RTF && type == MAPI_BINARY)
		tell_rtf(mapi, value);
	else if (property->role != NOISE && is_string(type))
		tell_string(mapi, SEGMENT_TEXT, property->label, type, value);
	else
		take_unknown(mapi, id, type, name, value);
}

void
mapi_take_recipient(struct mapi *mapi, uint16_t id, unsigned type, struct bytes value)
{
	const struct property *property = find(id);

	if (is_string(type) && (property == NULL || property->role != NOISE))
		put_line(mapi, &mapi->recipients, "To", type, value);
}
