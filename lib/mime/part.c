/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/part.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/mime/words.h"

enum { NAMES_MAX = 8 };

static void
on_warning(gint64 offset, GMimeParserWarning warning, const gchar *item, gpointer lost)
{
	(void)offset;
	if (warning != GMIME_CRIT_INVALID_HEADER_NAME || item == NULL || lost == NULL)
		return;
	buf_put_str(lost, item);
	buf_put_byte(lost, '\n');
}

GMimeMessage *
part_parse(struct bytes message, struct buf *lost)
{
	GMimeParserOptions *options = g_mime_parser_options_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)message.p, message.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *parsed;

	g_object_unref(stream);
	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	g_mime_parser_set_persist_stream(parser, TRUE);
	g_mime_parser_options_set_warning_callback(options, on_warning, lost);
	parsed = g_mime_parser_construct_message(parser, options);
	g_mime_parser_options_free(options);
	g_object_unref(parser);
	return parsed;
}

static void
take_type(GMimeObject *object, struct part_facts *facts)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *media = type != NULL ? g_mime_content_type_get_media_type(type) : NULL;
	const char *sub = type != NULL ? g_mime_content_type_get_media_subtype(type) : NULL;
	const char *charset, *format, *delsp;

	snprintf(facts->type, sizeof(facts->type), "%s/%s", media != NULL ? media : "text",
		sub != NULL ? sub : "plain");
	for (char *p = facts->type; *p != '\0'; p++)
		*p = (char)ascii_lower((uint8_t)*p);
	if (type == NULL)
		return;
	charset = g_mime_content_type_get_parameter(type, "charset");
	format = g_mime_content_type_get_parameter(type, "format");
	delsp = g_mime_content_type_get_parameter(type, "delsp");
	facts->charset = bytes_of_str(charset);
	if (bytes_eq_nocase(bytes_of_str(format), BYTES_LIT("flowed")))
		facts->flowed =
			bytes_eq_nocase(bytes_of_str(delsp), BYTES_LIT("yes")) ? FLOWED_DELSP : FLOWED_ON;
}

static void
add_encoding(struct part_facts *facts, struct bytes value)
{
	enum decode_kind kinds[DECODE_KINDS_MAX];
	size_t n = decode_kinds_of(value, kinds);

	for (size_t k = 0; k < n; k++) {
		bool known = false;

		for (size_t i = 0; i < facts->n_encodings; i++)
			known = known || facts->encodings[i] == kinds[k];
		if (!known && facts->n_encodings < PART_ENCODINGS_MAX)
			facts->encodings[facts->n_encodings++] = kinds[k];
	}
}

/* "boundary=" twice with different values in one field: programs differ in which they take. */
static bool
has_two_boundaries(struct bytes value)
{
	struct bytes first = {NULL, 0};

	for (;;) {
		size_t at = 0;
		struct bytes next;

		while (at < value.n && !bytes_starts_nocase(bytes_sub(value, at, 9), BYTES_LIT("boundary=")))
			at++;
		if (at >= value.n)
			return false;
		value = bytes_sub(value, at + 9, value.n);
		next = bytes_trim(bytes_sub(value, 0, bytes_find_byte(value, ';')));
		if (first.p != NULL && !bytes_eq(first, next))
			return true;
		first = next;
	}
}

/* A parameter's value as the laxest reader would find it: up to a blank or a semicolon, without quotes. */
static struct bytes
value_at(struct bytes b)
{
	size_t n = 0;

	while (b.n > 0 && (ascii_is_space(b.p[0]) || b.p[0] == '"' || b.p[0] == '\''))
		b = bytes_sub(b, 1, b.n);
	while (n < b.n && !ascii_is_space(b.p[n]) && strchr(";,\"'()", b.p[n]) == NULL)
		n++;
	return bytes_sub(b, 0, n);
}

static bool
is_same_charset(struct bytes a, struct bytes b)
{
	const char *x = charset_name(a), *y = charset_name(b);

	return bytes_eq_nocase(a, b) || (x != NULL && y != NULL && strcmp(x, y) == 0);
}

static void
add_charset(struct part_facts *facts, struct bytes charset)
{
	if (charset.n == 0 || charset_name(charset) == NULL || is_same_charset(charset, facts->charset))
		return;
	for (size_t i = 0; i < facts->n_other_charsets; i++)
		if (is_same_charset(charset, facts->other_charsets[i]))
			return;
	if (facts->n_other_charsets < PART_CHARSETS_MAX)
		facts->other_charsets[facts->n_other_charsets++] = charset;
}

/* "charset=" again, where our parser's first one is not the last. */
static void
find_charsets(struct part_facts *facts, struct bytes value)
{
	static const struct bytes key = BYTES_LIT("charset");

	for (size_t at = 0; at + key.n < value.n; at++) {
		if (!bytes_starts_nocase(bytes_sub(value, at, key.n), key))
			continue;
		at += key.n;
		while (at < value.n && (ascii_is_space(value.p[at]) || value.p[at] == '*'))
			at++;
		if (at < value.n && value.p[at] == '=')
			add_charset(facts, value_at(bytes_sub(value, at + 1, value.n)));
	}
}

static void
look_at_headers(GMimeObject *object, struct part_facts *facts)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(object);
	int n = g_mime_header_list_get_count(list);
	struct bytes type = {NULL, 0};

	for (int i = 0; i < n; i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
		struct bytes name = bytes_of_str(g_mime_header_get_name(header));
		struct bytes value = bytes_trim(bytes_of_str(g_mime_header_get_raw_value(header)));

		if (!bytes_starts_nocase(name, BYTES_LIT("content-t")))
			continue;
		if (bytes_eq_nocase(name, BYTES_LIT("content-transfer-encoding")))
			add_encoding(facts, value);
		else if (bytes_eq_nocase(name, BYTES_LIT("content-type"))) {
			if ((type.p != NULL && !bytes_eq_nocase(type, value)) || has_two_boundaries(value))
				facts->is_ambiguous = true;
			find_charsets(facts, value);
			type = value;
		}
	}
	if (facts->n_encodings == 0)
		facts->encodings[facts->n_encodings++] = DECODE_NONE;
}

static void
note_name(struct bytes name, void *context)
{
	*(bool *)context = *(bool *)context || name.n > 0;
}

void
part_get_facts(GMimeObject *object, struct part_facts *ret_facts)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
	const char *how =
		disposition != NULL ? g_mime_content_disposition_get_disposition(disposition) : NULL;

	*ret_facts = (struct part_facts){.flowed = FLOWED_OFF};
	take_type(object, ret_facts);
	look_at_headers(object, ret_facts);
	part_each_name(object, note_name, &ret_facts->is_attachment);
	if (bytes_eq_nocase(bytes_of_str(how), BYTES_LIT("attachment")))
		ret_facts->is_attachment = true;
}

struct bytes
part_raw(GMimePart *part)
{
	GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
	GMimeStream *stream = wrapper != NULL ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
	GByteArray *array;
	gint64 start, end;

	if (stream == NULL || !GMIME_IS_STREAM_MEM(stream))
		return bytes_of(NULL, 0);
	array = GMIME_STREAM_MEM(stream)->buffer;
	start = stream->bound_start;
	end = stream->bound_end < 0 || stream->bound_end > (gint64)array->len ? (gint64)array->len
									      : stream->bound_end;
	if (start < 0 || start >= end)
		return bytes_of(NULL, 0);
	return bytes_of(array->data + start, (size_t)(end - start));
}

size_t
part_offset(GMimePart *part)
{
	GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
	GMimeStream *stream = wrapper != NULL ? g_mime_data_wrapper_get_stream(wrapper) : NULL;

	return stream != NULL && stream->bound_start > 0 ? (size_t)stream->bound_start : 0;
}

/* How far into a document its own word about its charset is sought. */
enum { LABEL_SOUGHT_IN = 1024 };

/* "charset=x" of a meta element, "encoding='x'" of an XML declaration: where the mail itself names none. */
static struct bytes
inner_label(struct bytes content)
{
	static const struct bytes keys[] = {BYTES_LIT("charset="), BYTES_LIT("encoding=")};
	struct bytes head = bytes_sub(content, 0, LABEL_SOUGHT_IN);

	for (size_t k = 0; k < 2; k++) {
		for (size_t at = 0; at < head.n; at++) {
			struct bytes rest = bytes_sub(head, at, head.n);
			size_t n = 0;

			if (!bytes_starts_nocase(rest, keys[k]))
				continue;
			rest = bytes_sub(rest, keys[k].n, rest.n);
			if (rest.n > 0 && (rest.p[0] == '"' || rest.p[0] == '\''))
				rest = bytes_sub(rest, 1, rest.n);
			while (n < rest.n &&
				(ascii_is_alnum(rest.p[n]) || rest.p[n] == '-' || rest.p[n] == '_'))
				n++;
			return bytes_sub(rest, 0, n);
		}
	}
	return bytes_of(NULL, 0);
}

enum charset_result
part_to_utf8(struct bytes label, struct bytes content, struct buf *out)
{
	return charset_to_utf8(label.n > 0 ? label : inner_label(content), content, out);
}

struct names {
	void (*visit)(struct bytes name, void *context);
	void *context;
	const char *seen[NAMES_MAX];
	size_t n;
};

static void
take_name(struct names *names, const char *value)
{
	struct bytes raw = bytes_of_str(value);
	struct buf name;

	for (size_t i = 0; i < names->n; i++) {
		if (strcmp(names->seen[i], value) == 0)
			return;
	}
	if (raw.n == 0 || names->n == NAMES_MAX)
		return;
	names->seen[names->n++] = value;
	buf_init(&name, raw.n * 4 + 64);
	words_decode(raw, &name);
	names->visit(buf_bytes(&name), names->context);
	buf_wipe_done(&name);
}

static void
take_names(struct names *names, GMimeParamList *list)
{
	int n = list != NULL ? g_mime_param_list_length(list) : 0;

	for (int i = 0; i < n; i++) {
		GMimeParam *param = g_mime_param_list_get_parameter_at(list, i);
		struct bytes name = bytes_of_str(g_mime_param_get_name(param));
		const char *value = g_mime_param_get_value(param);

		if (value != NULL && (bytes_starts_nocase(name, BYTES_LIT("filename")) ||
					     bytes_eq_nocase(name, BYTES_LIT("name"))))
			take_name(names, value);
	}
}

void
part_each_name(GMimeObject *object, void (*visit)(struct bytes name, void *context), void *context)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
	GMimeContentType *type = g_mime_object_get_content_type(object);
	struct names names = {.visit = visit, .context = context};

	if (disposition != NULL)
		take_names(&names, g_mime_content_disposition_get_parameters(disposition));
	if (type != NULL)
		take_names(&names, g_mime_content_type_get_parameters(type));
}

/* Characters that are not shown, or that change how the rest is. */
static bool
is_control(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == UTF8_REPLACEMENT || c == 0xFEFF || c == 0x061C)
		return true;
	return (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F);
}

/* Those, and what file systems and shells give a meaning. */
static bool
is_unsafe(uint32_t c)
{
	return is_control(c) || (c < 0x80 && strchr("\"*:<>?|", (int)c) != NULL);
}

enum { UTF8_LONGEST = 4 };

char *
part_safe_name(struct arena *arena, struct bytes name)
{
	struct buf safe;
	char *copy;
	size_t at = 0;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '/' || name.p[i] == '\\')
			at = i + 1;
	}
	buf_init(&safe, PART_NAME_MAX);
	while (at < name.n) {
		uint32_t c = utf8_next(name, &at);

		if (!is_unsafe(c))
			utf8_put(&safe, c);
	}
	name = bytes_trim(buf_bytes(&safe));
	while (name.n > 0 && name.p[0] == '.')
		name = bytes_sub(name, 1, name.n);
	copy = arena_str(arena, name);
	buf_done(&safe);
	return copy;
}

char *
part_safe_text(struct arena *arena, struct bytes text, size_t max)
{
	struct buf safe;
	char *copy;
	size_t at = 0;

	/* A place in a file, of which there are many, is mostly this. */
	while (at < text.n && text.p[at] >= ' ' && text.p[at] <= '~')
		at++;
	if (at == text.n && text.n + UTF8_LONGEST <= max)
		return arena_str(arena, text);
	at = 0;
	buf_init(&safe, max);
	while (at < text.n && safe.n + UTF8_LONGEST <= max) {
		uint32_t c = utf8_next(text, &at);

		if (!is_control(c))
			utf8_put(&safe, c);
	}
	copy = arena_str(arena, buf_bytes(&safe));
	buf_done(&safe);
	return copy;
}
