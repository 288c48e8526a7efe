/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/json.h"

#include "lib/base/ascii.h"
#include "lib/base/buf.h"
#include "lib/mime/readings.h"

struct json {
	struct bytes content;
	size_t at;
	const struct json_handler *handler;
	void *context;
	struct buf levels; /* an enum json_kind each */
	struct buf key, value;
	bool has_key;
};

static bool
is_between(uint8_t c)
{
	/* RFC 7464 begins a text with a record separator. */
	return ascii_is_space(c) || c == ',' || c == ':' || c == 0x1E || c == 0;
}

static bool
is_word(uint8_t c)
{
	return !is_between(c) && c != '{' && c != '}' && c != '[' && c != ']' && c != '"';
}

/* Behind the first quote; ends behind the last. */
static void
read_string(struct json *json, uint8_t quote, struct buf *out)
{
	struct bytes rest = bytes_sub(json->content, json->at, json->content.n);
	bool escaped = false;
	size_t n = 0;

	for (; n < rest.n && rest.p[n] != quote; n++) {
		if (rest.p[n] == '\\' && n + 1 < rest.n) {
			escaped = true;
			n++;
		}
	}
	json->at += n < rest.n ? n + 1 : rest.n;
	rest = bytes_sub(rest, 0, n);
	if (escaped)
		readings_put_json(rest, out);
	else
		buf_put_bytes(out, rest);
}

static void
read_word(struct json *json, struct buf *out)
{
	size_t from = json->at;

	while (json->at < json->content.n && is_word(json->content.p[json->at]))
		json->at++;
	buf_put_bytes(out, bytes_sub(json->content, from, json->at - from));
}

static bool
is_key(const struct json *json)
{
	size_t at = json->at;

	while (at < json->content.n && ascii_is_space(json->content.p[at]))
		at++;
	return at < json->content.n && json->content.p[at] == ':';
}

static struct bytes
key_of(const struct json *json)
{
	return json->has_key ? buf_bytes(&json->key) : bytes_of(NULL, 0);
}

static void
read_scalar(struct json *json)
{
	uint8_t c = json->content.p[json->at];
	enum json_kind kind = c == '"' || c == '\'' ? JSON_KIND_STRING : JSON_KIND_WORD;

	buf_reset(&json->value);
	if (kind == JSON_KIND_STRING) {
		json->at++;
		read_string(json, c, &json->value);
	} else
		read_word(json, &json->value);
	if (is_key(json)) {
		buf_reset(&json->key);
		buf_put_bytes(&json->key, buf_bytes(&json->value));
		json->has_key = true;
		return;
	}
	json->handler->value(json->context, kind, key_of(json), buf_bytes(&json->value));
	json->has_key = false;
}

static void
open_level(struct json *json, enum json_kind kind)
{
	json->handler->open(json->context, kind, key_of(json));
	json->has_key = false;
	buf_put_byte(&json->levels, (uint8_t)kind);
	json->at++;
}

static void
close_level(struct json *json)
{
	json->has_key = false;
	if (json->levels.n == 0)
		return;
	json->levels.n--;
	json->handler->close(json->context);
}

void
json_read(struct bytes content, const struct json_handler *handler, void *context)
{
	struct json json = {.content = content, .handler = handler, .context = context};
	bool more = true;

	buf_init(&json.levels, content.n);
	buf_init(&json.key, content.n * 2 + 64);
	buf_init(&json.value, content.n * 2 + 64);
	while (json.at < content.n && more) {
		uint8_t c = content.p[json.at];

		if (is_between(c)) {
			json.at++;
			continue;
		}
		if (c == '{' || c == '[') {
			open_level(&json, c == '{' ? JSON_KIND_OBJECT : JSON_KIND_LIST);
			continue;
		}
		if (c == '}' || c == ']') {
			close_level(&json);
			json.at++;
		} else
			read_scalar(&json);
		if (json.levels.n == 0 && !json.has_key && handler->next != NULL)
			more = handler->next(context);
	}
	while (json.levels.n > 0)
		close_level(&json);
	if (handler->next != NULL)
		(void)handler->next(context);
	buf_done(&json.levels);
	buf_wipe_done(&json.key);
	buf_wipe_done(&json.value);
}

/* What may stand behind the bracket of a list: not the word of "[EXTERNAL] Re:" or the number of "[1]". */
static bool
begins_list(struct bytes rest)
{
	size_t n = 0;

	if (rest.n == 0)
		return false;
	if (bytes_find_byte(BYTES_LIT("{[\""), rest.p[0]) < 3)
		return true;
	while (n < rest.n && (ascii_is_digit(rest.p[n]) || rest.p[n] == '.' || rest.p[n] == '-'))
		n++;
	return n > 0 && n < rest.n && rest.p[n] == ',';
}

bool
json_is(struct bytes content)
{
	uint8_t c;

	content = bytes_sub(content, 0, 4096);
	if (bytes_starts_nocase(content, BYTES_LIT("\xEF\xBB\xBF")))
		content = bytes_sub(content, 3, content.n);
	if (content.n > 0 && content.p[0] == 0x1E)
		content = bytes_sub(content, 1, content.n);
	content = bytes_trim(content);
	if (content.n == 0)
		return false;
	c = content.p[0];
	content = bytes_trim(bytes_sub(content, 1, content.n));
	if (c == '[')
		return begins_list(content);
	return c == '{' && content.n > 0 && (content.p[0] == '"' || content.p[0] == '}');
}
