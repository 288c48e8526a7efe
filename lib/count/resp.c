/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/count/resp.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>

#include "lib/base/mem.h"

enum { HEADER_MAX = 24 };

/* Where the measuring is: in a line, or in a string of known length. */
struct measure {
	char header[HEADER_MAX]; /* the type and what is behind it, as far as it fits */
	size_t n;                /* of the line so far */
	size_t skip;             /* of the string, with its CR LF */
	size_t elements;         /* that this reply has announced in all */
	size_t open;             /* of them, not here yet; 0: the next byte begins a reply */
};

struct resp_reader {
	struct measure measure;
	redisReader *redis;
};

/* "*3\r\n", "$27\r\n". hiredis prints each by sprintf, which costs more than all else of a command of 200
 * keys. */
static void
put_length(struct buf *out, char type, size_t n)
{
	char text[HEADER_MAX], *p = text + sizeof(text);

	*--p = '\n';
	*--p = '\r';
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	*--p = type;
	buf_put(out, p, (size_t)(text + sizeof(text) - p));
}

void
resp_put_command(struct buf *out, const struct bytes *args, size_t n)
{
	put_length(out, '*', n);
	for (size_t i = 0; i < n; i++) {
		put_length(out, '$', args[i].n);
		buf_put_bytes(out, args[i]);
		buf_put(out, "\r\n", 2);
	}
}

struct resp_reader *
resp_reader_new(void)
{
	struct resp_reader *reader = mem_new(1, sizeof(*reader));

	reader->redis = redisReaderCreate();
	if (reader->redis == NULL)
		mem_exhausted(sizeof(*reader->redis));
	return reader;
}

void
resp_reader_free(struct resp_reader *reader)
{
	if (reader == NULL)
		return;
	redisReaderFree(reader->redis);
	free(reader);
}

/* An element is there; an array has announced more of them. */
static int
count_element(struct measure *m, int64_t announced)
{
	if (m->open == 0)
		m->elements = m->open = 1;
	m->open--;
	if (announced > RESP_ELEMENTS_MAX - (int64_t)m->elements)
		return -1;
	m->elements += (size_t)announced;
	m->open += (size_t)announced;
	return 0;
}

/* A whole line is in the header. -1 stands for "none" in both lengths. */
static int
end_line(struct measure *m)
{
	struct bytes text = bytes_of(m->header, m->n < HEADER_MAX ? m->n : HEADER_MAX);
	int64_t n = 0;

	if (text.n < 2 || text.p[text.n - 1] != '\r')
		return -1;
	switch (m->header[0]) {
	case '+':
	case '-':
	case ':':
		break;
	case '$':
	case '*':
		if (bytes_parse_i64(bytes_sub(text, 1, text.n - 2), -1,
			    m->header[0] == '$' ? RESP_STRING_MAX : RESP_ELEMENTS_MAX, &n) < 0)
			return -1;
		break;
	default:
		return -1;
	}
	m->n = 0;
	if (m->header[0] == '$' && n >= 0)
		m->skip = (size_t)n + 2;
	return count_element(m, m->header[0] == '*' && n > 0 ? n : 0);
}

/* Long lines are told apart by their type alone; their last byte stands for the CR. */
static int
take_byte(struct measure *m, char c)
{
	if (c == '\n')
		return end_line(m);
	if (m->n >= RESP_LINE_MAX)
		return -1;
	m->header[m->n < HEADER_MAX ? m->n : HEADER_MAX - 1] = c;
	m->n++;
	return 0;
}

static int
measure(struct measure *m, struct bytes b)
{
	for (size_t i = 0; i < b.n;) {
		size_t skip = m->skip < b.n - i ? m->skip : b.n - i;

		m->skip -= skip;
		i += skip;
		if (i < b.n && take_byte(m, (char)b.p[i++]) < 0)
			return -1;
	}
	return 0;
}

int
resp_feed(struct resp_reader *reader, struct bytes b, struct err *err)
{
	if (measure(&reader->measure, b) < 0)
		return err_set(err, ERR_PEER, "no reply of Redis, or one too large");
	if (b.n > 0 && redisReaderFeed(reader->redis, (const char *)b.p, b.n) != REDIS_OK)
		return err_set(err, ERR_PEER, "%s", reader->redis->errstr);
	return 0;
}

int
resp_next(struct resp_reader *reader, struct resp **ret_reply, struct err *err)
{
	void *reply = NULL;

	if (redisReaderGetReply(reader->redis, &reply) != REDIS_OK)
		return err_set(err, ERR_PEER, "%s", reader->redis->errstr);
	if (reply == NULL)
		return 0;
	*ret_reply = reply;
	return 1;
}

static const redisReply *
of(const struct resp *reply)
{
	return (const void *)reply;
}

void
resp_free(struct resp *reply)
{
	if (reply != NULL)
		freeReplyObject(reply);
}

enum resp_kind
resp_kind_of(const struct resp *reply)
{
	switch (of(reply)->type) {
	case REDIS_REPLY_STATUS:
		return RESP_STATUS;
	case REDIS_REPLY_ERROR:
		return RESP_ERROR;
	case REDIS_REPLY_INTEGER:
		return RESP_INTEGER;
	case REDIS_REPLY_STRING:
		return RESP_STRING;
	case REDIS_REPLY_ARRAY:
		return RESP_ARRAY;
	default:
		return RESP_NIL;
	}
}

struct bytes
resp_text(const struct resp *reply)
{
	enum resp_kind kind = resp_kind_of(reply);

	if (kind != RESP_STATUS && kind != RESP_ERROR && kind != RESP_STRING)
		return bytes_of(NULL, 0);
	return bytes_of(of(reply)->str, (size_t)of(reply)->len);
}

int64_t
resp_integer(const struct resp *reply)
{
	return resp_kind_of(reply) == RESP_INTEGER ? of(reply)->integer : 0;
}

size_t
resp_n(const struct resp *reply)
{
	return resp_kind_of(reply) == RESP_ARRAY ? of(reply)->elements : 0;
}

const struct resp *
resp_item(const struct resp *reply, size_t i)
{
	return (const void *)of(reply)->element[i];
}
