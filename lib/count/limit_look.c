/* SPDX-License-Identifier: Apache-2.0 */
/* Limits as people ask about them. */
#include "lib/count/limit_key.h"
#include "lib/count/limit_state.h"

static const char *const field_names[LIMIT_FIELDS] = {[FIELD_SENDER] = "sender",
	[FIELD_SENDER_DOMAIN] = "sender-domain",
	[FIELD_SASL_USER] = "sasl-user",
	[FIELD_CLIENT] = "client",
	[FIELD_CLIENT_NET] = "client-net",
	[FIELD_RECIPIENT] = "recipient",
	[FIELD_RECIPIENT_DOMAIN] = "recipient-domain"};

static const char *const unit_names[] = {[UNIT_MESSAGES] = "messages",
	[UNIT_RECIPIENTS] = "recipients",
	[UNIT_BYTES] = "bytes",
	[UNIT_DISTINCT] = "distinct-recipients",
	[UNIT_FAILED] = "failed-recipients",
	[UNIT_STRANGE] = "strange things"};

struct limit_view
limits_view(const struct limits *limits, size_t i, struct buf *text)
{
	const struct limit_rule *rule = &limits->rules[i];

	buf_reset(text);
	for (size_t k = 0; k < rule->n_keys; k++)
		buf_putf(text, "%s%s", k > 0 ? " " : "", field_names[rule->keys[k]]);
	return (struct limit_view){.limit = &rule->limit,
		.keys = buf_cstr(text),
		.unit = unit_names[rule->unit],
		.burst = rule->gcra.burst,
		.window_s = gcra_window(&rule->gcra) / 1000000000};
}

/* As limits_ask() does it, but for nothing: all limits of so many keys, whatever the state. */
void
limits_ask_about(const struct limits *limits, const struct bytes *values, size_t n, struct limit_asked *asked)
{
	asked->n = 0;
	buf_reset(&asked->keys);
	if (buf_room(&asked->keys, limits->n * (LIMIT_NAME_MAX + 4 + n * (LIMIT_VALUE_MAX + 4))) == NULL)
		return;
	for (size_t i = 0; i < limits->n && asked->n < asked->max; i++) {
		const struct limit_rule *rule = &limits->rules[i];
		size_t start = asked->keys.n;

		if (rule->n_keys != n)
			continue;
		limit_key_put(bytes_of_str(rule->limit.name), &asked->keys);
		for (size_t k = 0; k < n; k++)
			limit_key_put(values[k], &asked->keys);
		asked->asks[asked->n] = (struct counter_ask){
			.key = bytes_sub(buf_bytes(&asked->keys), start, asked->keys.n - start),
			.gcra = rule->gcra};
		asked->limits[asked->n++] = &rule->limit;
	}
}

void
limit_key_text(struct bytes key, struct buf *text)
{
	struct bytes value;

	buf_reset(text);
	if (!limit_key_next(&key, &value)) /* the limit's name */
		return;
	while (limit_key_next(&key, &value)) {
		if (text->n > 0)
			buf_put_byte(text, ' ');
		for (size_t i = 0; i < value.n; i++)
			buf_put_byte(text, value.p[i] > ' ' && value.p[i] < 127 ? value.p[i] : '?');
	}
}
