/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/promise_book.h"

#include <jansson.h>
#include <stdlib.h>

#include "lib/base/mem.h"

/* Names in the log are short; one that is not is no name of ours. */
enum { KEY_MAX = 200, OPEN_MAX = 200 * 1000 };

struct promise_book {
	char *door;
	struct promise_counts counts;
	json_t *marked;    /* queue id: level */
	json_t *processes; /* process: {relay, level, queue_id} of its last connection with TLS */
};

struct promise_book *
promise_book_new(const char *door)
{
	struct promise_book *book = mem_new(1, sizeof(*book));

	book->door = strdup(door);
	book->marked = json_object();
	book->processes = json_object();
	return book;
}

void
promise_book_free(struct promise_book *book)
{
	if (!book)
		return;
	json_decref(book->marked);
	json_decref(book->processes);
	free(book->door);
	free(book);
}

struct promise_counts
promise_book_counts(const struct promise_book *book)
{
	return book->counts;
}

static bool
make_key(struct bytes text, char key[static KEY_MAX])
{
	if (text.n == 0 || text.n >= KEY_MAX)
		return false;
	memcpy(key, text.p, text.n);
	key[text.n] = '\0';
	return true;
}

/* A log that was cut leaves what never ends: begin anew rather than grow for ever. */
static void
set(json_t *object, const char *key, json_t *value)
{
	if (json_object_size(object) >= OPEN_MAX)
		json_object_clear(object);
	json_object_set_new(object, key, value);
}

static void
note_tls(struct promise_book *book, const struct maillog_line *line)
{
	char process[KEY_MAX];

	if (make_key(line->process, process))
		set(book->processes, process,
			json_pack("{s:s%, s:i, s:s}", "relay", line->relay.p, line->relay.n, "level",
				(int)line->level, "queue_id", ""));
}

static bool
is_text(const json_t *object, const char *name, struct bytes text)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value != NULL && bytes_eq(bytes_of_str(value), text);
}

/*
 * What the process that delivers proved of this connection: good for the recipients of one message, and then
 * no more, since the next one logs its own.
 */
static enum tls_level
proved(struct promise_book *book, const struct maillog_line *line)
{
	char process[KEY_MAX];
	json_t *last;

	if (!make_key(line->process, process))
		return TLS_LEVEL_NONE;
	last = json_object_get(book->processes, process);
	if (last == NULL || !is_text(last, "relay", line->relay) ||
		(!is_text(last, "queue_id", BYTES_LIT("")) && !is_text(last, "queue_id", line->queue_id))) {
		json_object_del(book->processes, process);
		return TLS_LEVEL_NONE;
	}
	json_object_set_new(last, "queue_id", json_stringn((const char *)line->queue_id.p, line->queue_id.n));
	return (enum tls_level)json_integer_value(json_object_get(last, "level"));
}

/* By the transport, or by the mark: the stronger of the two. */
static enum tls_level
promised(const struct promise_book *book, const struct maillog_line *line)
{
	enum tls_level transport = maillog_transport_level(line->process), marked = TLS_LEVEL_NONE;
	char queue_id[KEY_MAX];

	if (make_key(line->queue_id, queue_id))
		marked = (enum tls_level)json_integer_value(json_object_get(book->marked, queue_id));
	return transport > marked ? transport : marked;
}

static bool
is_door(const struct promise_book *book, struct bytes relay)
{
	struct bytes door = bytes_of_str(book->door);

	return relay.n > door.n && bytes_eq(bytes_sub(relay, relay.n - door.n, relay.n), door);
}

static bool
note_delivery(struct promise_book *book, const struct maillog_line *line, struct promise_breach *ret_breach)
{
	enum tls_level level = promised(book, line), proof;

	if (level == TLS_LEVEL_NONE)
		return false;
	if (bytes_eq(line->status, BYTES_LIT("deferred"))) {
		book->counts.waiting++;
		return false;
	}
	if (!bytes_eq(line->status, BYTES_LIT("sent"))) {
		book->counts.returned++;
		return false;
	}
	if (is_door(book, line->relay)) {
		book->counts.portal++;
		return false;
	}
	proof = proved(book, line);
	if (proof >= level && maillog_transport_level(line->process) >= TLS_LEVEL_ENCRYPTED) {
		book->counts.kept++;
		return false;
	}
	book->counts.broken++;
	*ret_breach = (struct promise_breach){
		line->time, line->queue_id, line->recipient, line->relay, level, proof};
	return true;
}

bool
promise_book_read(struct promise_book *book, struct bytes text, struct promise_breach *ret_breach)
{
	struct maillog_line line;
	char queue_id[KEY_MAX];

	maillog_read(text, &line);
	switch (line.kind) {
	case MAILLOG_TLS:
		note_tls(book, &line);
		break;
	case MAILLOG_PROMISED:
		book->counts.promised++;
		if (make_key(line.queue_id, queue_id))
			set(book->marked, queue_id, json_integer(line.level));
		break;
	case MAILLOG_DELIVERY:
		return note_delivery(book, &line, ret_breach);
	case MAILLOG_REMOVED:
		if (make_key(line.queue_id, queue_id))
			json_object_del(book->marked, queue_id);
		break;
	case MAILLOG_OTHER:
		break;
	}
	return false;
}
