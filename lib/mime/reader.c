/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/reader.h"

#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/mime/caps.h"
#include "lib/mime/charset.h"
#include "lib/mime/lenient.h"
#include "lib/mime/reader_state.h"
#include "lib/mime/readings.h"
#include "lib/mime/sealed.h"
#include "lib/mime/sniff.h"

/* Deeper than this GMime itself stops; our walk recurses and must stop earlier, whatever the setting says. */
enum { DEPTH_MAX = 200 };

static void walk(struct reader *reader, GMimeObject *object, struct place *place);

void
mime_init(format_table formats)
{
	static const char warm_up[] =
		"Subject: =?utf-8?q?x?=\r\nFrom: =?koi8-r?q?x?= <a@b.example>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8; name*=iso-8859-1''x\r\n\r\nx\r\n";
	struct arena arena;
	struct message_text text;

	/*
	 * GMime asks the environment for the charset of bytes that name none: what is found must not hang on
	 * who started us.
	 */
	(void)setenv("LC_ALL", "C.UTF-8", 1);
	g_mime_init();
	charset_init();
	reader_use_formats(formats);
	/* What a library loads at its first use, it loads now. */
	arena_init(&arena);
	mime_read(&arena, bytes_of_str(warm_up),
		&(struct mime_limits){.depth = 10, .parts = 10, .headers = 10, .text = 1000}, &text);
	arena_done(&arena);
}

void
reader_flag(struct reader *reader, enum unscannable why)
{
	reader->text->unscannable |= why;
}

struct marks
reader_marks(const struct reader *reader)
{
	return (struct marks){reader->text->unscannable, reader->text->traits};
}

void
reader_restore(struct reader *reader, struct marks marks)
{
	reader->text->unscannable = marks.unscannable;
	reader->text->traits = marks.traits;
}

/* At most `max` bytes of b, not cutting a character. */
static struct bytes
cut_utf8(struct bytes b, size_t max)
{
	if (b.n <= max)
		return b;
	while (max > 0 && (b.p[max] & 0xC0) == 0x80)
		max--;
	return bytes_sub(b, 0, max);
}

static void add_turned(struct reader *reader, enum segment_view view, const char *part, struct bytes text);

static bool
is_told(const struct reader *reader, enum segment_view view, struct bytes text)
{
	for (const struct segment *s = reader->text->segments; s != NULL; s = s->next)
		if (s->view == view && bytes_eq(s->text, text))
			return true;
	return false;
}

void
reader_add_marked(struct reader *reader, enum segment_view view, const char *part, struct bytes text,
	const struct segment_mark *marks, size_t n_marks)
{
	size_t left = reader->limits.text - reader->text_size;
	struct segment *segment;
	struct buf clean;

	if (bytes_trim(text).n == 0 || (reader->is_second && is_told(reader, view, text)))
		return;
	if (text.n > left) {
		reader_flag(reader, UNSCANNABLE_SIZE);
		text = cut_utf8(text, left);
		if (text.n == 0)
			return;
	}
	segment = arena_alloc(reader->arena, sizeof(*segment));
	segment->view = view;
	segment->part = part;
	segment->marks = marks;
	segment->n_marks = n_marks;
	if (utf8_is_valid(text))
		segment->text = arena_bytes(reader->arena, text);
	else {
		buf_init(&clean, text.n * 3);
		utf8_put_clean(&clean, text);
		segment->text = arena_bytes(reader->arena, buf_bytes(&clean));
		buf_wipe_done(&clean);
	}
	reader->text_size += text.n;
	*reader->next_segment = segment;
	reader->next_segment = &segment->next;
	if (view != SEGMENT_HIDDEN)
		add_turned(reader, view, part, segment->text);
}

static void
add_text(struct reader *reader, enum segment_view view, const char *part, struct bytes text)
{
	reader_add_marked(reader, view, part, text, NULL, 0);
}

static void
add_turned(struct reader *reader, enum segment_view view, const char *part, struct bytes text)
{
	struct buf turned;

	buf_init(&turned, text.n);
	if (readings_put_turned(text, &turned) == 0)
		add_text(reader, view, part, buf_bytes(&turned));
	buf_wipe_done(&turned);
}

void
reader_add_segment(struct reader *reader, enum segment_view view, const char *part, struct bytes text)
{
	struct buf plain;

	buf_init(&plain, text.n);
	if (view != SEGMENT_HIDDEN && readings_put_references(text, &plain) == 0)
		text = buf_bytes(&plain);
	add_text(reader, view, part, text);
	buf_wipe_done(&plain);
}

void
reader_add_unread(struct reader *reader, const char *part, const char *type, struct bytes content)
{
	struct unread_part *unread;

	if (reader->limits.is_known != NULL && reader->limits.is_known(reader->limits.known, content))
		return;
	for (unread = reader->text->unread; reader->is_second && unread != NULL; unread = unread->next)
		if (unread->size == content.n && strcmp(unread->type, type) == 0)
			return;
	unread = arena_alloc(reader->arena, sizeof(*unread));
	unread->part = part;
	unread->type = arena_str(reader->arena, bytes_of_str(type));
	unread->size = content.n;
	*reader->next_unread = unread;
	reader->next_unread = &unread->next;
}

const char *
reader_name_attachment(struct reader *reader, struct place *place, struct bytes name)
{
	size_t number = ++place->attachments;
	const char *safe, *part;

	if (name.n == 0)
		return arena_strf(reader->arena, "%sattachment %zu", place->prefix, number);
	safe = part_safe_name(reader->arena, name);
	part = arena_strf(reader->arena, "%sattachment %zu (%s)", place->prefix, number, safe);
	reader_add_segment(reader, SEGMENT_FILENAME, part, name);
	return part;
}

/* All names that a part gives itself; the first one is the name it goes by. */
struct naming {
	struct reader *reader;
	struct place *place;
	const char *part;
};

static void
take_name(struct bytes name, void *context)
{
	struct naming *naming = context;

	if (naming->part == NULL)
		naming->part = reader_name_attachment(naming->reader, naming->place, name);
	else
		reader_add_segment(naming->reader, SEGMENT_FILENAME, naming->part, name);
}

static const char *
name_part(struct reader *reader, GMimeObject *object, const struct part_facts *facts, struct place *place)
{
	struct naming naming = {.reader = reader, .place = place};

	if (!facts->is_attachment && strncmp(facts->type, "text/", 5) == 0) {
		const char *kind = strcmp(facts->type, "text/html") == 0 ? "html" : "text";

		return arena_strf(reader->arena, "%sbody/%s", place->prefix, kind);
	}
	part_each_name(object, take_name, &naming);
	return naming.part != NULL ? naming.part : reader_name_attachment(reader, place, bytes_of(NULL, 0));
}

static void
take_part(struct reader *reader, GMimePart *part, const struct part_facts *facts, struct place *place)
{
	struct bytes raw = part_raw(part);
	struct leaf leaf = {
		.part = name_part(reader, GMIME_OBJECT(part), facts, place),
		.type = facts->type,
		.charset = facts->charset,
		.flowed = facts->flowed,
		.place = place,
	};

	for (size_t i = 0; i < facts->n_encodings; i++) {
		reader_take_encoded(reader, &leaf, facts->encodings[i], raw);
		/* A name that nobody knows: what stands there, and what the likeliest encoding makes of it.
		 */
		if (facts->encodings[i] == DECODE_UNKNOWN)
			reader_take_encoded(reader, &leaf, DECODE_QUOTED_PRINTABLE, raw);
	}
	for (size_t i = 0; i < facts->n_other_charsets; i++) {
		leaf.charset = facts->other_charsets[i];
		reader_take_encoded(reader, &leaf, facts->encodings[0], raw);
	}
	leaf.charset = facts->charset;
	if (facts->n_encodings > 1 || (facts->n_other_charsets > 0 && charset_name(facts->charset) != NULL))
		reader_flag(reader, UNSCANNABLE_MALFORMED);
	if (facts->is_ambiguous) {
		/* Some programs will take the other type: it is markup, or it is not. */
		leaf.type = strcmp(facts->type, "text/html") == 0 ? "text/plain" : "text/html";
		reader_take_encoded(reader, &leaf, facts->encodings[0], raw);
		reader_flag(reader, UNSCANNABLE_MALFORMED);
	}
}

/* The bytes that belong to no part: shown by programs that know no MIME, a hiding place for others. */
static void
take_margin(struct reader *reader, struct place *place, const char *what, const char *text)
{
	struct bytes b = bytes_trim(bytes_of_str(text)), rest, line;
	enum decode_kind kinds[DECODE_KINDS_MAX];
	struct buf lines;

	if (b.n == 0)
		return;
	buf_init(&lines, b.n * 2);
	flowed_put(b, FLOWED_OFF, &lines);
	b = rest = buf_bytes(&lines);
	reader_take_plain(reader, arena_strf(reader->arena, "%sbody/%s", place->prefix, what), b);
	while (bytes_next_line(&rest, &line)) {
		if (!bytes_starts_nocase(line, BYTES_LIT("content-transfer-encoding:")) ||
			(decode_kinds_of(bytes_sub(line, 26, line.n), kinds) == 1 && kinds[0] == DECODE_NONE))
			continue;
		reader_flag(reader, UNSCANNABLE_MALFORMED);
		break;
	}
	buf_wipe_done(&lines);
}

static bool
holds_type(GMimeMultipart *multipart, int index, const char *type)
{
	struct part_facts facts;

	if (g_mime_multipart_get_count(multipart) <= index)
		return false;
	part_get_facts(g_mime_multipart_get_part(multipart, index), &facts);
	return strcmp(facts.type, type) == 0;
}

static void
note_signature(struct reader *reader, GMimeMultipart *multipart)
{
	if (holds_type(multipart, 1, "application/pgp-signature") ||
		holds_type(multipart, 1, "application/pkcs7-signature") ||
		holds_type(multipart, 1, "application/x-pkcs7-signature"))
		reader->text->traits |= TRAIT_SIGNED;
}

/*
 * A multipart with a transfer encoding is forbidden (RFC 2045 section 6.4), so that most parsers see no parts
 * in it; some decode it all the same.
 */
static void
take_encoded_multipart(
	struct reader *reader, GMimeMultipart *multipart, const struct part_facts *facts, struct place *place)
{
	GMimeHeader *type = g_mime_header_list_get_header(
		g_mime_object_get_header_list(GMIME_OBJECT(multipart)), "Content-Type");
	struct bytes prologue = bytes_of_str(g_mime_multipart_get_prologue(multipart));
	struct buf message;

	if (type == NULL || prologue.n == 0)
		return;
	buf_init(&message, SIZE_MAX / 4);
	buf_putf(&message, "Content-Type: %s\n\n", g_mime_header_get_raw_value(type));
	decode_put(facts->encodings[0], prologue, &message);
	reader_take_message(reader, place, ++place->attachments, buf_bytes(&message));
	buf_wipe_done(&message);
}

/* What has no part for us may be a part for others, and of whatever type. */
static void
take_partless(
	struct reader *reader, GMimeMultipart *multipart, const struct part_facts *facts, struct place *place)
{
	struct bytes content = bytes_of_str(g_mime_multipart_get_prologue(multipart));
	struct leaf leaf = {.type = "text/html", .charset = facts->charset, .place = place};
	struct marks before = reader_marks(reader);

	leaf.part = arena_strf(reader->arena, "%sbody/html", place->prefix);
	for (size_t i = 0; i < facts->n_encodings && content.n > 0; i++)
		if (facts->encodings[i] != DECODE_NONE || bytes_find_byte(content, '<') < content.n)
			reader_take_encoded(reader, &leaf, facts->encodings[i], content);
	reader_restore(reader, before);
}

static void
walk_multipart(struct reader *reader, GMimeMultipart *multipart, struct place *place)
{
	int n = g_mime_multipart_get_count(multipart);
	struct part_facts facts;

	part_get_facts(GMIME_OBJECT(multipart), &facts);
	if (facts.is_ambiguous)
		reader_flag(reader, UNSCANNABLE_MALFORMED);
	if (strcmp(facts.type, "multipart/signed") == 0)
		note_signature(reader, multipart);
	if (n == 0 && facts.encodings[0] != DECODE_NONE)
		take_encoded_multipart(reader, multipart, &facts, place);
	if (n == 0)
		take_partless(reader, multipart, &facts, place);
	take_margin(reader, place, "preamble", g_mime_multipart_get_prologue(multipart));
	for (int i = 0; i < n && !(reader->text->unscannable & UNSCANNABLE_PARTS); i++)
		walk(reader, g_mime_multipart_get_part(multipart, i), place);
	take_margin(reader, place, "epilogue", g_mime_multipart_get_epilogue(multipart));
}

/* For the sweep: what this object's header says of how to read it was seen. */
static void
note_seen(struct reader *reader, GMimeObject *object)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(object);
	int n = g_mime_header_list_get_count(list);

	for (int i = 0; i < n; i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
		struct bytes name = bytes_of_str(g_mime_header_get_name(header));
		size_t at = (size_t)g_mime_header_get_offset(header);

		if (bytes_starts_nocase(name, BYTES_LIT("content-t")))
			buf_put(&reader->seen->fields, &at, sizeof(at));
	}
	if (GMIME_IS_PART(object)) {
		size_t at = part_offset(GMIME_PART(object));

		buf_put(&reader->seen->bodies, &at, sizeof(at));
	}
}

static void
walk_message(struct reader *reader, GMimeMessage *message, struct place *place)
{
	GMimeObject *body = g_mime_message_get_mime_part(message);

	note_seen(reader, GMIME_OBJECT(message));
	reader_take_headers(reader, GMIME_OBJECT(message), place);
	if (body != NULL)
		walk(reader, body, place);
}

enum parse_for { PARSE_ALL, PARSE_BLOCK };

typedef void (*take_parsed)(struct reader *reader, GMimeMessage *message, struct place *place);

/* Walks through what the parser made of it, then looks for what it made nothing of. */
static void
take_message(struct reader *reader, GMimeMessage *message, struct place *place, take_parsed take,
	const struct bytes *swept)
{
	struct seen seen, *outer = reader->seen;

	buf_init(&seen.fields, SIZE_MAX / 2);
	buf_init(&seen.bodies, SIZE_MAX / 2);
	reader->seen = &seen;
	take(reader, message, place);
	reader->seen = outer;
	if (swept != NULL && !(reader->text->traits & TRAIT_ENCRYPTED))
		reader_sweep(reader, place, &seen, *swept);
	buf_done(&seen.fields);
	buf_done(&seen.bodies);
}

/* Within the caps; what they cut off, and what the parser throws away, is read as plain text. */
static void
parse(struct reader *reader, struct bytes bytes, struct place *place, take_parsed take, enum parse_for what)
{
	const char *part = arena_strf(reader->arena, "%sbody/unparsed", place->prefix);
	GMimeMessage *message = NULL;
	struct caps caps;
	struct buf lost;

	caps_apply(bytes, &reader->limits, &caps);
	reader->text->unscannable |= caps.unscannable;
	buf_init(&lost, caps.message.n * 2 + 64);
	if (caps.message.n > 0)
		message = part_parse(caps.message, &lost);
	if (message != NULL) {
		take_message(reader, message, place, take, what == PARSE_ALL ? &caps.message : NULL);
		g_object_unref(message);
	} else if (bytes_trim(caps.message).n > 0) {
		reader_flag(reader, UNSCANNABLE_MALFORMED);
		reader_take_plain(reader, part, caps.message);
	}
	reader_take_plain(reader, part, buf_bytes(&lost));
	reader_take_plain(reader, part, caps.rest);
	buf_wipe_done(&lost);
	caps_done(&caps);
}

static void
take_enclosed(struct reader *reader, const struct place *place, size_t number, struct bytes content,
	enum parse_for what)
{
	struct place inner = {.prefix = arena_strf(reader->arena, "%spart %zu > ", place->prefix, number)};

	if (reader->depth >= reader->limits.depth) {
		reader_flag(reader, UNSCANNABLE_DEPTH);
		reader_take_plain(reader, inner.prefix, content);
		return;
	}
	if (clock_mono_ms() > reader->deadline) {
		reader_flag(reader, UNSCANNABLE_TIMEOUT);
		return;
	}
	reader->depth++;
	parse(reader, content, &inner, walk_message, what);
	reader->depth--;
}

void
reader_take_message(struct reader *reader, const struct place *place, size_t number, struct bytes content)
{
	take_enclosed(reader, place, number, content, PARSE_ALL);
}

void
reader_take_block(struct reader *reader, struct place *place, struct bytes block)
{
	take_enclosed(reader, place, ++place->attachments, block, PARSE_BLOCK);
}

static void
walk_enclosed(struct reader *reader, GMimeMessagePart *part, struct place *place)
{
	GMimeMessage *message = g_mime_message_part_get_message(part);
	const char *name = reader_name_attachment(reader, place, bytes_of(NULL, 0));
	struct naming naming = {.reader = reader, .place = place, .part = name};
	struct place inner = {
		.prefix = arena_strf(reader->arena, "%spart %zu > ", place->prefix, place->attachments)};

	part_each_name(GMIME_OBJECT(part), take_name, &naming);
	if (message != NULL)
		walk_message(reader, message, &inner);
}

static void
walk(struct reader *reader, GMimeObject *object, struct place *place)
{
	struct part_facts facts;

	if (reader->text->parts >= reader->limits.parts) {
		reader_flag(reader, UNSCANNABLE_PARTS);
		return;
	}
	if (reader->depth >= reader->limits.depth) {
		reader_flag(reader, UNSCANNABLE_DEPTH);
		return;
	}
	reader->text->parts++;
	reader->depth++;
	note_seen(reader, object);
	reader_take_headers(reader, object, place);
	if (GMIME_IS_MULTIPART(object))
		walk_multipart(reader, GMIME_MULTIPART(object), place);
	else if (GMIME_IS_MESSAGE_PART(object))
		walk_enclosed(reader, GMIME_MESSAGE_PART(object), place);
	else if (GMIME_IS_PART(object)) {
		part_get_facts(object, &facts);
		take_part(reader, GMIME_PART(object), &facts, place);
	}
	reader->depth--;
}

/* The content of a part, decoded by its first encoding. */
static void
decode_part(GMimePart *part, struct buf *content)
{
	struct part_facts facts;
	struct bytes raw = part_raw(part);

	part_get_facts(GMIME_OBJECT(part), &facts);
	buf_init(content, raw.n + raw.n / 2 + 256);
	decode_put(facts.encodings[0], raw, content);
}

/* RFC 3156 section 4: the control part, then the armored message. */
static bool
is_pgp_mime(GMimeMultipart *multipart)
{
	GMimeObject *second;
	struct buf content;
	bool is_message;

	if (g_mime_multipart_get_count(multipart) != 2 ||
		!holds_type(multipart, 0, "application/pgp-encrypted"))
		return false;
	second = g_mime_multipart_get_part(multipart, 1);
	if (!GMIME_IS_PART(second))
		return false;
	decode_part(GMIME_PART(second), &content);
	is_message = sealed_is_pgp_message(buf_bytes(&content));
	buf_wipe_done(&content);
	return is_message;
}

/* Looks at the whole body only: one encrypted part among others makes no encrypted message. */
static void
note_sealing(struct reader *reader, GMimeObject *body)
{
	struct buf content;

	if (GMIME_IS_MULTIPART(body)) {
		if (is_pgp_mime(GMIME_MULTIPART(body)))
			reader->text->traits |= TRAIT_ENCRYPTED;
		return;
	}
	if (!GMIME_IS_PART(body))
		return;
	decode_part(GMIME_PART(body), &content);
	switch (sealed_cms(buf_bytes(&content))) {
	case SEALED_ENCRYPTED:
		reader->text->traits |= TRAIT_ENCRYPTED;
		break;
	case SEALED_SIGNED:
		reader->text->traits |= TRAIT_SIGNED;
		break;
	case SEALED_NOT:
		if (sealed_is_pgp_message(buf_bytes(&content)))
			reader->text->traits |= TRAIT_ENCRYPTED;
		else if (sealed_is_pgp_signed(buf_bytes(&content)))
			reader->text->traits |= TRAIT_SIGNED;
		break;
	}
	buf_wipe_done(&content);
}

static void
walk_outermost(struct reader *reader, GMimeMessage *message, struct place *place)
{
	GMimeObject *body = g_mime_message_get_mime_part(message);

	note_seen(reader, GMIME_OBJECT(message));
	if (body != NULL)
		note_sealing(reader, body);
	reader_take_headers(reader, GMIME_OBJECT(message), place);
	if (body != NULL && !(reader->text->traits & TRAIT_ENCRYPTED))
		walk(reader, body, place);
}

/* As programs read it that take other bytes for the ends of lines. */
static void
read_again(struct reader *reader, struct bytes message)
{
	struct place place = {.prefix = ""};
	struct marks before = reader_marks(reader);
	enum lenient_change change;
	struct buf other;

	buf_init(&other, message.n);
	change = lenient_put(message, &other);
	if (change != LENIENT_NOTHING) {
		reader->is_second = true;
		parse(reader, buf_bytes(&other), &place, walk_outermost, PARSE_ALL);
		/* The first reading was whole, or said itself that it was not. */
		reader_restore(reader, before);
		if (change == LENIENT_STRUCTURE)
			reader_flag(reader, UNSCANNABLE_MALFORMED);
	}
	buf_wipe_done(&other);
}

void
mime_read(struct arena *arena, struct bytes message, const struct mime_limits *limits,
	struct message_text *ret_text)
{
	struct reader reader = {.arena = arena, .limits = *limits, .text = ret_text};
	struct place place = {.prefix = ""};

	*ret_text = (struct message_text){0};
	reader.deadline = limits->message_ms > 0 ? clock_mono_ms() + limits->message_ms : INT64_MAX;
	reader.next_segment = &ret_text->segments;
	reader.next_unread = &ret_text->unread;
	if (reader.limits.depth > DEPTH_MAX)
		reader.limits.depth = DEPTH_MAX;
	parse(&reader, message, &place, walk_outermost, PARSE_ALL);
	read_again(&reader, message);
}
