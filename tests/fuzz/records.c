/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FHIR, C-CDA, JSON, XML, tables, calendars, cards, mailboxes: any bytes as an attached file, within the
 * limits, as clean UTF-8. And what jansson reads as JSON, our reader reads alike: all its texts, in its
 * order.
 */
#include <jansson.h>
#include <stdlib.h>

#include "lib/format/json.h"
#include "lib/mime/readings.h"
#include "tests/fuzz/file.h"

/* What both found, one after the other: the keys and scalars. */
struct heard {
	struct buf buf;
};

static void
hear(struct heard *heard, const void *p, size_t n)
{
	buf_put(&heard->buf, p, n);
	buf_put_byte(&heard->buf, '\n');
}

static void
on_open(void *context, enum json_kind kind, struct bytes key)
{
	if (key.n > 0)
		hear(context, key.p, key.n);
	hear(context, kind == JSON_KIND_OBJECT ? "{" : "[", 1);
}

static void
on_close(void *context)
{
	hear(context, ")", 1);
}

static void
on_value(void *context, enum json_kind kind, struct bytes key, struct bytes value)
{
	if (key.n > 0)
		hear(context, key.p, key.n);
	if (kind == JSON_KIND_STRING)
		hear(context, value.p, value.n);
	else
		hear(context, "word", 4);
}

static void hear_json(struct heard *heard, json_t *json);

static void
hear_members(struct heard *heard, json_t *json)
{
	const char *key;
	json_t *value;
	size_t n;

	hear(heard, "{", 1);
	json_object_keylen_foreach(json, key, n, value)
	{
		if (n > 0)
			hear(heard, key, n);
		hear_json(heard, value);
	}
	hear(heard, ")", 1);
}

static void
hear_json(struct heard *heard, json_t *json)
{
	size_t i;
	json_t *value;

	if (json_is_object(json))
		hear_members(heard, json);
	else if (json_is_array(json)) {
		hear(heard, "[", 1);
		json_array_foreach(json, i, value) hear_json(heard, value);
		hear(heard, ")", 1);
	} else if (json_is_string(json))
		hear(heard, json_string_value(json), json_string_length(json));
	else
		hear(heard, "word", 4);
}

/* "\\b" and "\\f" are no text: our reader leaves them as they stand. */
static bool
is_comparable(struct bytes input)
{
	return bytes_find(input, BYTES_LIT("\\b")) == input.n &&
	       bytes_find(input, BYTES_LIT("\\f")) == input.n &&
	       bytes_find(input, BYTES_LIT("\\r")) == input.n;
}

static void
compare(struct bytes input)
{
	static const struct json_handler handler = {.open = on_open, .close = on_close, .value = on_value};
	json_t *json =
		json_loadb((const char *)input.p, input.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	struct heard ours, theirs;

	if (json == NULL)
		return;
	buf_init(&ours.buf, SIZE_MAX / 2);
	buf_init(&theirs.buf, SIZE_MAX / 2);
	json_read(input, &handler, &ours);
	hear_json(&theirs, json);
	fuzz_must(!is_comparable(input) || bytes_eq(buf_bytes(&ours.buf), buf_bytes(&theirs.buf)));
	buf_done(&ours.buf);
	buf_done(&theirs.buf);
	json_decref(json);
}

void
fuzz_one(struct bytes input)
{
	fuzz_file(formats_table, input);
	compare(input);
}
