/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/mime/binhex.h"
#include "lib/mime/charset.h"
#include "lib/mime/decode.h"
#include "lib/mime/embedded.h"
#include "lib/mime/html_text.h"
#include "lib/mime/reader_state.h"
#include "lib/mime/readings.h"
#include "lib/mime/sealed.h"
#include "lib/mime/sniff.h"

/* A run of zeros that no charset explains. */
enum { HOLE_MIN = 64 };

/* Text that was encoded by hand, in a text: whoever gets it decodes it by hand as well. */
static void
take_base64_runs(struct reader *reader, const struct leaf *leaf, struct bytes text)
{
	struct leaf inner = {.type = "text/plain", .place = leaf->place};
	struct bytes run;
	struct buf content;
	size_t at = 0;

	buf_init(&content, text.n + 64);
	while (decode_find_base64(text, &at, &run) == 0) {
		buf_reset(&content);
		decode_put(DECODE_BASE64, run, &content);
		inner.content = buf_bytes(&content);
		if (!utf8_is_valid(inner.content) || !sniff_is_text(inner.content))
			continue;
		if (reader->text->parts >= reader->limits.parts) {
			reader_flag(reader, UNSCANNABLE_PARTS);
			break;
		}
		reader->text->parts++;
		inner.part = arena_strf(reader->arena, "%s > base64", leaf->part);
		reader_take_leaf(reader, &inner);
	}
	buf_wipe_done(&content);
}

static void
take_text_format(struct reader *reader, const struct leaf *leaf, struct bytes utf8)
{
	const struct format *format = reader_find_format(utf8, READER_TEXT);

	if (format != NULL)
		reader_take_format(reader, leaf, format, utf8);
}

static void
take_html(struct reader *reader, const struct leaf *leaf, struct bytes utf8)
{
	struct html_text *html = mem_new(1, sizeof(*html));

	html_text_init(html, utf8.n * 3 + 64);
	html_text_feed(html, utf8);
	html_text_end(html);
	reader_add_segment(reader, SEGMENT_HTML, leaf->part, buf_bytes(&html->visible.buf));
	reader_add_segment(reader, SEGMENT_HIDDEN, leaf->part, buf_bytes(&html->hidden.buf));
	/* A message of HL7 that was pasted into a mail. */
	take_text_format(reader, leaf, buf_bytes(&html->visible.buf));
	take_base64_runs(reader, leaf, buf_bytes(&html->visible.buf));
	take_base64_runs(reader, leaf, buf_bytes(&html->hidden.buf));
	if (html_text_is_cut(html))
		reader_flag(reader, UNSCANNABLE_SIZE);
	html_text_done(html);
	free(html);
}

/* It packs runs of bytes: a file may be many times its size. */
enum { BINHEX_FILE_MAX = 32 << 20, BINHEX_NAME_MAX = 255 };

static void
put_binhex(struct bytes encoded, struct buf *name, struct buf *content)
{
	struct buf raw;

	buf_init(&raw, BINHEX_NAME_MAX);
	binhex_put(encoded, &raw, content);
	utf8_put_clean(name, buf_bytes(&raw));
	buf_wipe_done(&raw);
}

static void
take_embedded(struct reader *reader, const struct leaf *leaf, const struct embedded_file *file)
{
	struct leaf inner = {.part = leaf->part, .type = "application/octet-stream", .place = leaf->place};
	struct buf content, name;

	if (reader->text->parts >= reader->limits.parts) {
		reader_flag(reader, UNSCANNABLE_PARTS);
		return;
	}
	reader->text->parts++;
	buf_init(&content, file->kind == DECODE_BINHEX ? BINHEX_FILE_MAX : file->encoded.n + 64);
	buf_init(&name, file->encoded.n * 3 + 64);
	if (file->kind == DECODE_BINHEX)
		put_binhex(file->encoded, &name, &content);
	else {
		utf8_put_clean(&name, file->name);
		decode_put(file->kind, file->encoded, &content);
	}
	if (buf_full(&content))
		reader_flag(reader, UNSCANNABLE_SIZE);
	inner.content = buf_bytes(&content);
	inner.part = reader_name_attachment(reader, leaf->place, buf_bytes(&name));
	reader_take_leaf(reader, &inner);
	buf_wipe_done(&content);
	buf_wipe_done(&name);
}

/* The files between the lines are read as attachments; what is around them is the text. */
static void
put_outside_files(struct reader *reader, const struct leaf *leaf, struct bytes utf8, struct buf *text)
{
	struct embedded_file file;
	size_t at = 0;

	while (embedded_find(utf8, at, &file) == 0) {
		flowed_put(bytes_sub(utf8, at, file.at - at), leaf->flowed, text);
		take_embedded(reader, leaf, &file);
		at = file.at + file.encoded.n;
	}
	flowed_put(bytes_sub(utf8, at, utf8.n), leaf->flowed, text);
}

/* Each step lets go of the one before: a text may be as large as a message may have in all. */
static void
take_text(struct reader *reader, const struct leaf *leaf, struct buf *utf8)
{
	struct buf text, reading;

	buf_init(&text, utf8->n * 2 + 64);
	put_outside_files(reader, leaf, buf_bytes(utf8), &text);
	buf_wipe_done(utf8);
	buf_init(&reading, text.n * 3 + 64);
	readings_put(leaf->type, buf_bytes(&text), &reading);
	buf_wipe_done(&text);
	reader_add_segment(reader, SEGMENT_TEXT, leaf->part, buf_bytes(&reading));
	if (!decode_looks_base64(leaf->content))
		take_base64_runs(reader, leaf, buf_bytes(&reading));
	buf_wipe_done(&reading);
}

static bool
is_type(const struct leaf *leaf, const char *type)
{
	return strcmp(leaf->type, type) == 0;
}

/* text/enriched (RFC 1896) and its ancestor have tags enough like HTML's. */
static bool
is_markup(const struct leaf *leaf)
{
	return is_type(leaf, "text/html") || is_type(leaf, "application/xhtml+xml") ||
	       is_type(leaf, "text/enriched") || is_type(leaf, "text/richtext");
}

/* Nobody declared it, but it can be nothing else. */
static void
take_undeclared_base64(struct reader *reader, const struct leaf *leaf)
{
	struct leaf inner = *leaf;
	struct buf content;

	buf_init(&content, leaf->content.n + 64);
	decode_put(DECODE_BASE64, leaf->content, &content);
	inner.content = buf_bytes(&content);
	if (sniff_type(inner.content) != NULL || sniff_is_text(inner.content))
		reader_take_leaf(reader, &inner);
	buf_wipe_done(&content);
}

/* More than the text that may still be told would be converted for nothing. */
static struct bytes
cut_to_budget(struct reader *reader, struct bytes content)
{
	size_t left = reader->limits.text - reader->text_size;

	if (content.n > left)
		reader_flag(reader, UNSCANNABLE_SIZE);
	return bytes_sub(content, 0, left);
}

static void
take_readable(struct reader *reader, const struct leaf *leaf)
{
	bool html = is_markup(leaf);
	struct bytes content = cut_to_budget(reader, leaf->content);
	struct buf utf8;

	buf_init(&utf8, content.n * 4 + 64);
	if (part_to_utf8(leaf->charset, content, &utf8) == CHARSET_UNREADABLE)
		reader_flag(reader, UNSCANNABLE_CHARSET);
	take_text_format(reader, leaf, buf_bytes(&utf8));
	if (html || sniff_is_html(buf_bytes(&utf8)))
		take_html(reader, leaf, buf_bytes(&utf8));
	/* Markup in what claims to be plain text is shown as it stands. */
	if (!html)
		take_text(reader, leaf, &utf8);
	buf_wipe_done(&utf8);
	if (decode_looks_base64(leaf->content))
		take_undeclared_base64(reader, leaf);
}

/* The types of signatures, which say nothing to a reader, and of the control part of PGP/MIME. */
static bool
is_wrapping_type(const struct leaf *leaf)
{
	static const char *const types[] = {"application/pgp-signature", "application/pkcs7-signature",
		"application/x-pkcs7-signature", "application/pgp-encrypted"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (is_type(leaf, types[i]))
			return true;
	}
	return false;
}

/*
 * Where a signature should be: a person who opens the file sees what it is. Of armor nothing is told but what
 * is not base64, or what it hides.
 */
static void
take_wrapping(struct reader *reader, const struct leaf *leaf)
{
	struct bytes rest = leaf->content, line;
	struct buf words;

	buf_init(&words, leaf->content.n + 1);
	while (bytes_next_line(&rest, &line)) {
		if (decode_looks_base64(line) || bytes_starts_nocase(line, BYTES_LIT("-----")))
			continue;
		buf_put_bytes(&words, line);
		buf_put_byte(&words, '\n');
	}
	reader_take_plain(reader, leaf->part, buf_bytes(&words));
	take_base64_runs(reader, leaf, leaf->content);
	buf_wipe_done(&words);
}

/* "message/..." that GMime left as it is (an encoding stood in the way), or a saved mail. */
static bool
is_message(const struct leaf *leaf)
{
	struct bytes part = bytes_of_str(leaf->part);

	if (strncmp(leaf->type, "message/", 8) == 0)
		return !is_type(leaf, "message/delivery-status") &&
		       !is_type(leaf, "message/disposition-notification");
	return is_type(leaf, "application/x-mimearchive") || bytes_ends_nocase(part, BYTES_LIT(".eml)")) ||
	       bytes_ends_nocase(part, BYTES_LIT(".mht)")) || bytes_ends_nocase(part, BYTES_LIT(".mhtml)"));
}

/* A message signed by S/MIME with its text inside the signature. */
static bool
take_signed(struct reader *reader, const struct leaf *leaf)
{
	struct buf inner;
	bool is_signed;

	buf_init(&inner, leaf->content.n);
	is_signed = sealed_put_signed(leaf->content, &inner) == 0;
	if (is_signed)
		reader_take_message(reader, leaf->place, leaf->place->attachments, buf_bytes(&inner));
	buf_wipe_done(&inner);
	return is_signed;
}

/*
 * Long runs of NUL, as files with holes have, are nothing in any charset, but would make one or the other of
 * what is around them. What was not sent as text may be the image of a disk, or a database: what is text in
 * it is read, and it is unread all the same. Returns false when there are none, or no text without them
 * either.
 */
static bool
take_without_holes(struct reader *reader, const struct leaf *leaf)
{
	static const uint8_t zeros[HOLE_MIN];
	struct bytes hole = bytes_of(zeros, HOLE_MIN), rest = leaf->content;
	struct leaf inner = *leaf;
	struct buf content;
	size_t n = bytes_find(rest, hole);
	bool is_text;

	if (n == rest.n)
		return false;
	buf_init(&content, rest.n);
	for (; rest.n > 0; n = bytes_find(rest, hole)) {
		buf_put_bytes(&content, bytes_sub(rest, 0, n));
		rest = bytes_sub(rest, n, rest.n);
		while (rest.n > 0 && rest.p[0] == 0)
			rest = bytes_sub(rest, 1, rest.n);
		buf_put_byte(&content, '\n');
	}
	inner.content = buf_bytes(&content);
	is_text = sniff_is_text(inner.content);
	if (is_text)
		reader_take_leaf(reader, &inner);
	if (is_text && strncmp(leaf->type, "text/", 5) != 0)
		reader_add_unread(reader, leaf->part, leaf->type, leaf->content);
	buf_wipe_done(&content);
	return is_text;
}

static void
take_file(struct reader *reader, const struct leaf *leaf, const struct format *format)
{
	const struct format *also = reader_find_also(leaf->content, format);

	reader_take_format(reader, leaf, format, leaf->content);
	if (also != NULL)
		reader_take_format(reader, leaf, also, leaf->content);
}

static void
take_leaf(struct reader *reader, const struct leaf *leaf)
{
	const struct format *format = reader_find_format(leaf->content, READER_BINARY);
	const char *sniffed = sniff_type(leaf->content);
	bool is_declared_text = strncmp(leaf->type, "text/", 5) == 0;

	if (leaf->content.n == 0)
		return;
	if (format == NULL && sniffed == NULL && is_wrapping_type(leaf)) {
		if (sniff_is_text(leaf->content))
			take_wrapping(reader, leaf);
		return;
	}
	if (format != NULL)
		take_file(reader, leaf, format);
	else if (sniffed != NULL) {
		if (reader_is_called_otherwise(leaf, sniffed))
			reader->text->traits |= TRAIT_DISGUISED;
		reader_add_unread(reader, leaf->part, sniffed, leaf->content);
		/* Letters that look like a signature may be the first words of a text. */
		if (is_declared_text && sniff_is_text(leaf->content))
			take_readable(reader, leaf);
	} else if (is_message(leaf) && sniff_is_message(leaf->content))
		reader_take_message(reader, leaf->place, leaf->place->attachments, leaf->content);
	else if (take_without_holes(reader, leaf))
		return;
	else if (is_declared_text || sniff_is_text(leaf->content)) {
		if (reader_is_called_otherwise(leaf, NULL))
			reader->text->traits |= TRAIT_DISGUISED;
		take_readable(reader, leaf);
	} else if (take_signed(reader, leaf))
		return;
	else
		reader_add_unread(reader, leaf->part, leaf->type, leaf->content);
}

/* Files in yEnc are of bytes, not of characters: they are taken out of a text before its charset is asked. */
void
reader_take_leaf(struct reader *reader, const struct leaf *leaf)
{
	struct embedded_file file;
	struct leaf rest = *leaf;
	struct buf around;
	size_t at = 0;

	if (is_type(leaf, "message/partial") || is_type(leaf, "message/external-body"))
		reader_flag(reader, UNSCANNABLE_PARTIAL);
	if (embedded_find_yenc(leaf->content, 0, &file) != 0 ||
		reader_find_format(leaf->content, READER_BINARY) != NULL) {
		take_leaf(reader, leaf);
		return;
	}
	buf_init(&around, leaf->content.n);
	while (embedded_find_yenc(leaf->content, at, &file) == 0) {
		buf_put_bytes(&around, bytes_sub(leaf->content, at, file.at - at));
		take_embedded(reader, leaf, &file);
		at = file.at + file.encoded.n;
	}
	buf_put_bytes(&around, bytes_sub(leaf->content, at, leaf->content.n));
	rest.content = buf_bytes(&around);
	take_leaf(reader, &rest);
	buf_wipe_done(&around);
}

void
reader_take_plain(struct reader *reader, const char *part, struct bytes text)
{
	size_t left = reader->limits.text - reader->text_size;
	struct buf utf8;

	if (bytes_trim(text).n == 0)
		return;
	/* No charset takes more than four bytes for what UTF-8 says in one: what lies behind would be cut off
	 * anyway. */
	if (text.n / 4 > left) {
		reader_flag(reader, UNSCANNABLE_SIZE);
		text = bytes_sub(text, 0, left * 4);
	}
	buf_init(&utf8, text.n * 4 + 64);
	charset_to_utf8(bytes_of(NULL, 0), text, &utf8);
	reader_add_segment(reader, SEGMENT_TEXT, part, buf_bytes(&utf8));
	buf_wipe_done(&utf8);
}
