/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is reading what: the vault's table of sessions, in memory only. A session is named by SHA-256 of its
 * token, so a picture of this memory gives nobody a cookie; it holds the link key, without which the message
 * can't be opened. It ends after `idle` seconds without use, after `lifetime` seconds in all, when the person
 * signs out, when the table is full and it is the one unused for longest, or with the process. Times are of
 * the monotonic clock. One thread.
 */
#ifndef PORTALD_SESSION_H
#define PORTALD_SESSION_H

#include "lib/base/secret.h"
#include "portald/protocol.h"

struct session {
	uint8_t name[32]; /* SHA-256 of the token */
	uint8_t link_id[16];
	struct secret link_key;
	int64_t ends_ms, idle_ends_ms, used_ms;
};

struct session_limits {
	size_t max;
	int64_t lifetime, idle; /* seconds */
};

struct session_table;

struct session_table *session_table_new(const struct session_limits *limits);
/* For sessions that begin from now on; `max` stays. */
void session_table_limit(struct session_table *table, const struct session_limits *limits);
void session_table_free(struct session_table *table);

/* Takes the key over and makes the token. */
void session_start(struct session_table *table, const uint8_t link_id[16], struct secret *link_key,
	int64_t now_ms, uint8_t token[TOKEN_SIZE]);

/* The session of a token, its idle time started anew; NULL when there is none. Valid until the next call. */
const struct session *session_find(struct session_table *table, struct bytes token, int64_t now_ms);
void session_end(struct session_table *table, struct bytes token);

/* Ends what is over. Returns how many sessions remain. */
size_t session_sweep(struct session_table *table, int64_t now_ms);

#endif
