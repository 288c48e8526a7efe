/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/view.h"

#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/mime/caps.h"
#include "lib/mime/html_text.h"
#include "lib/mime/part.h"
#include "lib/mime/readings.h"
#include "lib/mime/sanitize.h"
#include "lib/mime/sniff.h"
#include "lib/mime/words.h"

enum { PICTURES_MAX = 8 * 1024 * 1024, FIELD_MAX = 64 * 1024, DEPTH_MAX = 200 };

enum piece_role { PIECE_TEXT, PIECE_HTML, PIECE_ATTACHMENT };

/* One leaf of the message's tree, or an enclosed message. */
struct piece {
	GMimeObject *object;
	struct part_facts facts;
	GMimeObject *alternative; /* the multipart/alternative that it stands in, or NULL */
	const char *content_id;
	enum piece_role role;
	bool is_shown; /* as a picture in the HTML: no attachment then, but it keeps its number */
	struct piece *next;
};

/* A message taken apart for showing. */
struct viewer {
	struct arena *arena;
	const struct mime_limits *limits;
	struct caps caps;
	GMimeMessage *message;
	struct piece *pieces, **next;
	size_t parts, pictures; /* counted against the limits */
	bool incomplete;
};

static void
add_piece(struct viewer *viewer, GMimeObject *object, GMimeObject *alternative)
{
	struct piece *piece = arena_alloc(viewer->arena, sizeof(*piece));

	piece->object = object;
	piece->alternative = alternative;
	piece->content_id = g_mime_object_get_content_id(object);
	piece->role = PIECE_ATTACHMENT;
	part_get_facts(object, &piece->facts);
	*viewer->next = piece;
	viewer->next = &piece->next;
}

static void
collect(struct viewer *viewer, GMimeObject *object, GMimeObject *alternative, size_t depth)
{
	GMimeMultipart *multipart;
	struct part_facts facts;

	if (++viewer->parts > viewer->limits->parts || depth > viewer->limits->depth || depth > DEPTH_MAX) {
		viewer->incomplete = true;
		return;
	}
	if (!GMIME_IS_MULTIPART(object)) {
		add_piece(viewer, object, alternative);
		return;
	}
	part_get_facts(object, &facts);
	if (strcmp(facts.type, "multipart/alternative") == 0)
		alternative = object;
	multipart = GMIME_MULTIPART(object);
	for (int i = 0; i < g_mime_multipart_get_count(multipart) && !viewer->incomplete; i++)
		collect(viewer, g_mime_multipart_get_part(multipart, i), alternative, depth + 1);
}

static bool
is_type(const struct piece *piece, const char *type)
{
	return GMIME_IS_PART(piece->object) && !piece->facts.is_attachment &&
	       strcmp(piece->facts.type, type) == 0;
}

/*
 * What is the body, and what hangs on it: the first text, its other reading in the same
 * multipart/alternative, and plain text that follows plain text (a list's footer). Nothing is lost: every
 * other leaf is an attachment.
 */
static void
assign_roles(struct viewer *viewer)
{
	const struct piece *text = NULL, *html = NULL, *first = NULL;

	for (struct piece *p = viewer->pieces; p != NULL; p = p->next) {
		bool is_text = is_type(p, "text/plain"), is_html = is_type(p, "text/html");

		if ((!is_text && !is_html) || (is_html && html != NULL))
			continue;
		if (first != NULL && (p->alternative == NULL || p->alternative != first->alternative) &&
			!(is_text && html == NULL))
			continue;
		if (is_text && text != NULL && html != NULL)
			continue;
		p->role = is_text ? PIECE_TEXT : PIECE_HTML;
		*(is_text ? &text : &html) = p;
		first = first != NULL ? first : p;
	}
}

static void
viewer_init(
	struct viewer *viewer, struct arena *arena, struct bytes message, const struct mime_limits *limits)
{
	GMimeObject *body;

	*viewer = (struct viewer){.arena = arena, .limits = limits};
	viewer->next = &viewer->pieces;
	caps_apply(message, limits, &viewer->caps);
	viewer->incomplete = viewer->caps.unscannable != 0;
	viewer->message = part_parse(viewer->caps.message, NULL);
	body = viewer->message != NULL ? g_mime_message_get_mime_part(viewer->message) : NULL;
	if (body != NULL)
		collect(viewer, body, NULL, 1);
	assign_roles(viewer);
}

static void
viewer_done(struct viewer *viewer)
{
	if (viewer->message != NULL)
		g_object_unref(viewer->message);
	caps_done(&viewer->caps);
}

/* The decoded content; the caller wipes the buffer. */
static void
decode_piece(const struct piece *piece, struct buf *ret_content)
{
	struct bytes raw;
	char *text;

	if (GMIME_IS_PART(piece->object)) {
		raw = part_raw(GMIME_PART(piece->object));
		buf_init(ret_content, raw.n + raw.n / 2 + 256);
		decode_put(piece->facts.encodings[0], raw, ret_content);
		return;
	}
	/* An enclosed message: as the parser has it, which may differ from the original in line ends. */
	text = g_mime_object_to_string(
		GMIME_IS_MESSAGE_PART(piece->object)
			? GMIME_OBJECT(g_mime_message_part_get_message(GMIME_MESSAGE_PART(piece->object)))
			: piece->object,
		NULL);
	raw = bytes_of_str(text);
	buf_init(ret_content, raw.n + 1);
	buf_put_bytes(ret_content, raw);
	mem_wipe(text, raw.n);
	g_free(text);
}

/* The content as clean UTF-8. */
static void
read_piece(const struct piece *piece, struct buf *ret_text)
{
	struct buf content;

	decode_piece(piece, &content);
	buf_init(ret_text, content.n * 4 + 64);
	part_to_utf8(piece->facts.charset, buf_bytes(&content), ret_text);
	buf_wipe_done(&content);
}

static bool
is_content_id(const char *have, struct bytes wanted)
{
	struct bytes id = bytes_of_str(have);

	if (id.n > 1 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		id = bytes_sub(id, 1, id.n - 2);
	return id.n > 0 && bytes_eq(id, wanted);
}

/* Only pictures whose bytes say so, of kinds that can hold no script, within a budget for the message. */
static bool
put_picture(struct viewer *viewer, const struct piece *piece, struct buf *out)
{
	static const char *const kinds[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};
	const char *type;
	struct buf content;
	bool good = false;

	decode_piece(piece, &content);
	type = sniff_type(buf_bytes(&content));
	for (size_t i = 0; type != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		good = good || strcmp(type, kinds[i]) == 0;
	if (good && content.n <= PICTURES_MAX - viewer->pictures) {
		viewer->pictures += content.n;
		buf_putf(out, "data:%s;base64,", type);
		text_put_base64(out, buf_bytes(&content));
	} else {
		good = false;
	}
	buf_wipe_done(&content);
	return good;
}

static bool
picture_of(void *context, struct bytes content_id, struct buf *out)
{
	struct viewer *viewer = context;
	struct piece *piece = viewer->pieces;
	struct buf id;

	/* RFC 2392: in a URL it may be written with percent signs. */
	buf_init(&id, content_id.n);
	readings_put_url(content_id, &id);
	while (piece != NULL &&
		!(GMIME_IS_PART(piece->object) && is_content_id(piece->content_id, buf_bytes(&id))))
		piece = piece->next;
	if (piece != NULL)
		piece->is_shown = put_picture(viewer, piece, out);
	buf_done(&id);
	return piece != NULL && piece->is_shown;
}

static void
take_html(struct viewer *viewer, const struct piece *piece, struct message_view *view)
{
	struct sanitize options = {.picture = picture_of, .context = viewer};
	struct buf text, out;

	read_piece(piece, &text);
	buf_init(&out, text.n * 8 + 2 * PICTURES_MAX);
	if (sanitize_html(buf_bytes(&text), &options, &out) == 0)
		view->html = arena_bytes(viewer->arena, buf_bytes(&out));
	else
		viewer->incomplete = true;
	buf_wipe_done(&out);
	buf_wipe_done(&text);
}

static void
take_text(const struct piece *piece, struct buf *out)
{
	struct buf text;

	read_piece(piece, &text);
	if (out->n > 0)
		buf_put_str(out, "\n\n");
	flowed_put(buf_bytes(&text), piece->facts.flowed, out);
	buf_wipe_done(&text);
}

static void
take_text_of_html(const struct piece *piece, struct buf *out)
{
	struct html_text reader;
	struct buf text;

	read_piece(piece, &text);
	html_text_init(&reader, text.n * 3 + 64);
	html_text_feed(&reader, buf_bytes(&text));
	html_text_end(&reader);
	buf_put_bytes(out, buf_bytes(&reader.visible.buf));
	html_text_done(&reader);
	buf_wipe_done(&text);
}

static void
take_bodies(struct viewer *viewer, struct message_view *view)
{
	const struct piece *html = NULL;
	struct buf text;

	buf_init(&text, viewer->limits->text);
	for (const struct piece *p = viewer->pieces; p != NULL; p = p->next) {
		if (p->role == PIECE_TEXT)
			take_text(p, &text);
		if (p->role == PIECE_HTML)
			html = p;
	}
	if (html != NULL)
		take_html(viewer, html, view);
	if (html != NULL && text.n == 0)
		take_text_of_html(html, &text);
	if (buf_full(&text))
		viewer->incomplete = true;
	view->text = arena_bytes(viewer->arena, buf_bytes(&text));
	buf_wipe_done(&text);
}

struct naming {
	struct arena *arena;
	const char *name;
};

static void
take_first_name(struct bytes name, void *context)
{
	struct naming *naming = context;

	if (naming->name == NULL)
		naming->name = part_safe_name(naming->arena, name);
}

static const char *
extension_of(const char *type)
{
	static const struct {
		const char *type, *extension;
	} rows[] = {
		{"text/plain", ".txt"},
		{"text/html", ".html"},
		{"text/csv", ".csv"},
		{"text/calendar", ".ics"},
		{"message/rfc822", ".eml"},
		{"application/pdf", ".pdf"},
		{"image/png", ".png"},
		{"image/jpeg", ".jpg"},
		{"image/gif", ".gif"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].type, type) == 0)
			return rows[i].extension;
	return ".bin";
}

static const char *
piece_name(struct arena *arena, const struct piece *piece, unsigned number)
{
	struct naming naming = {.arena = arena};

	part_each_name(piece->object, take_first_name, &naming);
	if (naming.name != NULL && naming.name[0] != '\0')
		return naming.name;
	return arena_strf(arena, "attachment-%u%s", number, extension_of(piece->facts.type));
}

/* token/token (RFC 2045 section 5.1), else what is always true. */
static const char *
piece_type(const struct piece *piece)
{
	size_t slashes = 0;

	for (const char *p = piece->facts.type; *p != '\0'; p++) {
		slashes += *p == '/';
		if (!ascii_is_alnum((uint8_t)*p) && strchr("/.+-_", *p) == NULL)
			return "application/octet-stream";
	}
	return slashes == 1 ? piece->facts.type : "application/octet-stream";
}

static void
list_attachments(struct viewer *viewer, struct message_view *view)
{
	struct view_part **next = &view->parts;
	unsigned number = 0;

	for (const struct piece *p = viewer->pieces; p != NULL; p = p->next) {
		struct view_part *part;
		struct buf content;

		if (p->role != PIECE_ATTACHMENT)
			continue;
		number++;
		if (p->is_shown)
			continue;
		decode_piece(p, &content);
		part = arena_alloc(viewer->arena, sizeof(*part));
		part->number = number;
		part->name = piece_name(viewer->arena, p, number);
		part->type = piece_type(p);
		part->size = content.n;
		buf_wipe_done(&content);
		*next = part;
		next = &part->next;
	}
}

/* Without the characters that would break lines, or turn the text around them. */
static struct bytes
safe_text(struct arena *arena, struct bytes text)
{
	struct buf safe;
	struct bytes result;

	buf_init(&safe, FIELD_MAX);
	for (size_t at = 0; at < text.n;) {
		uint32_t c = utf8_next(text, &at);
		bool turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
			     c == 0x200F || c == 0x061C;

		if (c >= 0x20 && !(c >= 0x7F && c < 0xA0) && c != 0x2028 && c != 0x2029 && !turns)
			utf8_put(&safe, c);
	}
	result = arena_bytes(arena, bytes_trim(buf_bytes(&safe)));
	buf_wipe_done(&safe);
	return result;
}

/* All fields of the name, in one text. */
static struct bytes
read_field(struct viewer *viewer, const char *name)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(viewer->message));
	struct bytes result;
	struct buf text;

	buf_init(&text, FIELD_MAX);
	for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);

		if (!bytes_eq_nocase(bytes_of_str(g_mime_header_get_name(header)), bytes_of_str(name)))
			continue;
		if (text.n > 0)
			buf_put_str(&text, ", ");
		words_decode(bytes_trim(bytes_of_str(g_mime_header_get_raw_value(header))), &text);
	}
	if (buf_full(&text))
		viewer->incomplete = true;
	result = safe_text(viewer->arena, buf_bytes(&text));
	buf_wipe_done(&text);
	return result;
}

static void
read_fields(struct viewer *viewer, struct message_view *view)
{
	view->from = read_field(viewer, "From");
	view->to = read_field(viewer, "To");
	view->cc = read_field(viewer, "Cc");
	view->subject = read_field(viewer, "Subject");
	view->date = read_field(viewer, "Date");
	view->reply_to = read_field(viewer, "Reply-To");
}

void
view_read(struct arena *arena, struct bytes message, const struct mime_limits *limits,
	struct message_view *ret_view)
{
	struct viewer viewer;

	*ret_view = (struct message_view){0};
	viewer_init(&viewer, arena, message, limits);
	if (viewer.message != NULL)
		read_fields(&viewer, ret_view);
	take_bodies(&viewer, ret_view);
	list_attachments(&viewer, ret_view);
	ret_view->incomplete = viewer.incomplete;
	viewer_done(&viewer);
}

int
view_read_part(struct bytes message, const struct mime_limits *limits, unsigned number, struct buf *out)
{
	struct viewer viewer;
	struct arena arena;
	unsigned n = 0;
	int ret = 1;

	arena_init(&arena);
	viewer_init(&viewer, &arena, message, limits);
	for (const struct piece *p = viewer.pieces; p != NULL && ret != 0; p = p->next) {
		struct buf content;

		if (p->role != PIECE_ATTACHMENT || ++n != number)
			continue;
		decode_piece(p, &content);
		buf_put_bytes(out, buf_bytes(&content));
		buf_wipe_done(&content);
		ret = 0;
	}
	viewer_done(&viewer);
	arena_done(&arena);
	return ret;
}
