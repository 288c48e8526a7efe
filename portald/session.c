/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/session.h"

#include "lib/base/mem.h"
#include "lib/seal/digest.h"

struct session_table {
	struct session_limits limits;
	size_t n;
	struct session sessions[]; /* the first n are in use, in no order */
};

struct session_table *
session_table_new(const struct session_limits *limits)
{
	struct session_table *table = mem_new(1, sizeof(*table) + limits->max * sizeof(table->sessions[0]));

	table->limits = *limits;
	return table;
}

void
session_table_limit(struct session_table *table, const struct session_limits *limits)
{
	table->limits.lifetime = limits->lifetime;
	table->limits.idle = limits->idle;
}

static void
drop(struct session_table *table, size_t i)
{
	secret_done(&table->sessions[i].link_key);
	table->sessions[i] = table->sessions[--table->n];
	mem_wipe(&table->sessions[table->n], sizeof(table->sessions[0]));
}

void
session_table_free(struct session_table *table)
{
	if (table == NULL)
		return;
	while (table->n > 0)
		drop(table, table->n - 1);
	free(table);
}

static bool
is_over(const struct session *session, int64_t now_ms)
{
	return now_ms >= session->ends_ms || now_ms >= session->idle_ends_ms;
}

size_t
session_sweep(struct session_table *table, int64_t now_ms)
{
	for (size_t i = table->n; i-- > 0;)
		if (is_over(&table->sessions[i], now_ms))
			drop(table, i);
	return table->n;
}

static void
make_room(struct session_table *table, int64_t now_ms)
{
	size_t oldest = 0;

	if (table->n < table->limits.max || session_sweep(table, now_ms) < table->limits.max)
		return;
	for (size_t i = 1; i < table->n; i++)
		if (table->sessions[i].used_ms < table->sessions[oldest].used_ms)
			oldest = i;
	drop(table, oldest);
}

void
session_start(struct session_table *table, const uint8_t link_id[16], struct secret *link_key, int64_t now_ms,
	uint8_t token[TOKEN_SIZE])
{
	make_room(table, now_ms);
	struct session *session = &table->sessions[table->n++];

	seal_random(token, TOKEN_SIZE);
	seal_sha256(bytes_of(token, TOKEN_SIZE), session->name);
	memcpy(session->link_id, link_id, sizeof(session->link_id));
	session->link_key = *link_key;
	*link_key = (struct secret){NULL, 0};
	session->used_ms = now_ms;
	session->ends_ms = now_ms + table->limits.lifetime * 1000;
	session->idle_ends_ms = now_ms + table->limits.idle * 1000;
}

/*
 * The names are hashes of 256 random bits, so how far a comparison gets tells a guesser nothing; it is made
 * in constant time all the same.
 */
static size_t
find(const struct session_table *table, struct bytes token)
{
	uint8_t name[32];

	seal_sha256(token, name);
	for (size_t i = 0; i < table->n; i++)
		if (secret_eq(bytes_of(table->sessions[i].name, sizeof(name)), bytes_of(name, sizeof(name))))
			return i;
	return table->n;
}

const struct session *
session_find(struct session_table *table, struct bytes token, int64_t now_ms)
{
	if (token.n != TOKEN_SIZE)
		return NULL;
	size_t i = find(table, token);

	if (i == table->n)
		return NULL;
	if (is_over(&table->sessions[i], now_ms)) {
		drop(table, i);
		return NULL;
	}
	table->sessions[i].used_ms = now_ms;
	table->sessions[i].idle_ends_ms = now_ms + table->limits.idle * 1000;
	return &table->sessions[i];
}

void
session_end(struct session_table *table, struct bytes token)
{
	size_t i = token.n == TOKEN_SIZE ? find(table, token) : table->n;

	if (i < table->n)
		drop(table, i);
}
