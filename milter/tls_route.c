/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/tls_route.h"

#include "lib/base/clock.h"

/* How old a copy's promise may be when it arrives: it comes from us, at once. */
enum { COPY_AGE_MAX = 3600 };

static struct bytes
key_of(const struct message *message)
{
	return secret_bytes(&message->snapshot->reinject_key);
}

void
tls_route_mark(struct message *message, const struct promise *promise, struct answer *answer)
{
	struct arena *arena = &message->arena;
	struct buf text;

	buf_init(&text, PROMISE_TEXT_MAX + 1);
	promise_format(key_of(message), promise, &text);
	answer_add(answer, arena,
		&(struct action){.kind = ACTION_ADD_FIELD,
			.name = PROMISE_HEADER,
			.text = bytes_of_str(arena_strf(
				arena, " %s; %s", tls_level_name(promise->level), buf_cstr(&text)))});
	answer_add(answer, arena,
		&(struct action){.kind = ACTION_CHANGE_SENDER,
			.name = arena_strf(arena, "RET=HDRS ENVID=%s", buf_cstr(&text)),
			.text = message->raw_sender});
	buf_done(&text);
}

/* One line, ended by CR LF, LF or a CR alone: what is sent on has CR LF behind each, so each is a line. */
static struct bytes
next_line(struct bytes *rest)
{
	size_t end = 0;
	struct bytes line;

	while (end < rest->n && rest->p[end] != '\r' && rest->p[end] != '\n')
		end++;
	line = bytes_sub(*rest, 0, end);
	if (end + 1 < rest->n && rest->p[end] == '\r' && rest->p[end + 1] == '\n')
		end++;
	*rest = bytes_sub(*rest, end + 1, rest->n);
	return line;
}

static bool
is_dropped(struct bytes line)
{
	enum field_kind kind = fields_kind(bytes_trim(bytes_sub(line, 0, bytes_find_byte(line, ':'))));

	return kind == FIELD_OWN || kind == FIELD_TLS_REQUIRED;
}

void
tls_route_copy_header(
	const struct message *message, struct bytes header, const struct promise *promise, struct buf *out)
{
	bool dropped = false;

	buf_putf(out, "%s: ", PROMISE_HEADER);
	promise_format(key_of(message), promise, out);
	buf_put_str(out, "\r\n");
	while (header.n > 0) {
		struct bytes line = next_line(&header);

		if (line.n == 0)
			break; /* the empty line; or one that a sender hid, behind which he has his body */
		if (line.p[0] != ' ' && line.p[0] != '\t')
			dropped = is_dropped(line);
		if (!dropped) {
			buf_put_bytes(out, line);
			buf_put_str(out, "\r\n");
		}
	}
	buf_put_str(out, "\r\n");
	if (header.n > 0)
		buf_put_bytes(out, header);
}

bool
tls_route_is_copy(const struct message *message, struct promise *ret_promise)
{
	const struct field *field = fields_first(&message->fields, FIELD_OWN);
	int64_t now = clock_wall();

	return field && bytes_eq_nocase(bytes_of_str(field->name), BYTES_LIT(PROMISE_HEADER)) &&
	       promise_parse(key_of(message), bytes_trim(field->value), now, ret_promise) &&
	       ret_promise->made >= now - COPY_AGE_MAX;
}
