/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/session.h"

#include "lib/seal/digest.h"
#include "tests/support/tap.h"

enum { MAX = 4, LIFETIME = 100, IDLE = 10 };

static const uint8_t link_id[16] = {1, 2, 3};

static struct session_table *
new_table(void)
{
	const struct session_limits limits = {.max = MAX, .lifetime = LIFETIME, .idle = IDLE};

	return session_table_new(&limits);
}

static void
start(struct session_table *table, int64_t now, uint8_t token[TOKEN_SIZE])
{
	struct secret key;

	secret_of(&key, BYTES_LIT("0123456789abcdef0123456789abcdef"));
	session_start(table, link_id, &key, now, token);
	tap_ok(key.p == NULL, "the table owns the key");
}

static bool
is_there(struct session_table *table, const uint8_t token[TOKEN_SIZE], int64_t now)
{
	return session_find(table, bytes_of(token, TOKEN_SIZE), now) != NULL;
}

static void
test_find(void)
{
	struct session_table *table = new_table();
	uint8_t token[TOKEN_SIZE], other[TOKEN_SIZE];

	start(table, 0, token);
	const struct session *session = session_find(table, bytes_of(token, TOKEN_SIZE), 1);

	tap_ok(session != NULL && memcmp(session->link_id, link_id, 16) == 0, "found, with its link");
	tap_bytes(secret_bytes(&session->link_key), BYTES_LIT("0123456789abcdef0123456789abcdef"),
		"and its key");
	tap_ok(memcmp(session->name, token, TOKEN_SIZE) != 0, "the token itself is not kept");
	for (size_t i = 0; i < TOKEN_SIZE; i++) {
		memcpy(other, token, TOKEN_SIZE);
		other[i] ^= 1;
		if (is_there(table, other, 1))
			tap_ok(false, "a token with another byte %zu finds a session", i);
	}
	tap_ok(session_find(table, bytes_of(token, TOKEN_SIZE - 1), 1) == NULL,
		"a shorter token finds nothing");
	tap_ok(session_find(table, bytes_of(session->name, 32), 1) == NULL, "nor does the kept name");
	session_end(table, bytes_of(token, TOKEN_SIZE));
	tap_ok(!is_there(table, token, 1), "gone when it was ended");
	session_end(table, bytes_of(token, TOKEN_SIZE));
	session_table_free(table);
}

static void
test_time(void)
{
	struct session_table *table = new_table();
	uint8_t token[TOKEN_SIZE];

	start(table, 0, token);
	tap_ok(is_there(table, token, IDLE * 1000 - 1), "used just in time");
	tap_ok(is_there(table, token, IDLE * 1000 + 5000), "and so good for longer");
	tap_ok(!is_there(table, token, 2 * IDLE * 1000 + 5001), "idle for too long");
	start(table, 0, token);
	for (int64_t now = 0; now < LIFETIME * 1000; now += 5000)
		if (!is_there(table, token, now))
			tap_ok(false, "in use and gone after %d ms", (int)now);
	tap_ok(!is_there(table, token, LIFETIME * 1000), "over at the end of its lifetime, in use or not");
	start(table, 0, token);
	start(table, 8000, token);
	tap_ok(session_sweep(table, IDLE * 1000 + 1) == 1, "the sweep ends what is over");
	session_table_free(table);
}

static void
test_bound(void)
{
	struct session_table *table = new_table();
	uint8_t tokens[MAX + 1][TOKEN_SIZE];

	for (int i = 0; i < MAX; i++)
		start(table, i, tokens[i]);
	is_there(table, tokens[0], 50);
	start(table, 60, tokens[MAX]);
	tap_ok(session_sweep(table, 61) == MAX, "never more than the limit");
	tap_ok(is_there(table, tokens[0], 61), "the one in use stays");
	tap_ok(!is_there(table, tokens[1], 61), "the one unused for longest went");
	tap_ok(is_there(table, tokens[MAX], 61), "the new one is there");
	session_table_free(table);
}

int
main(void)
{
	seal_init();
	test_find();
	test_time();
	test_bound();
	return tap_done();
}
