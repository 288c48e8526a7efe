/* SPDX-License-Identifier: Apache-2.0 */
/* The spool holds the message byte for byte, and no more than it may. */
#include "milter/spool.h"

#include "lib/base/fd.h"
#include "tests/support/tap.h"

enum { BUDGET = 1 << 20 };

static void
check_content(struct spool *spool, struct bytes want, const char *name)
{
	struct bytes got = {0};
	struct err err = {0};

	tap_ok(spool_seal(spool, &err) == 0 && fd_is_sealed(spool->fd), "%s: sealed %s", name, err.text);
	tap_ok(fd_map(spool->fd, BUDGET, &got, &err) == 0 && spool->size == got.n, "%s: its size", name);
	tap_bytes(got, want, "%s: its bytes", name);
	fd_unmap(&got);
}

static void
test_fields(struct gate *gate)
{
	static const struct {
		struct bytes name, value, want;
	} table[] = {
		{BYTES_LIT("Subject"), BYTES_LIT(" a"), BYTES_LIT("Subject: a\r\n\r\nB")},
		{BYTES_LIT("X"), BYTES_LIT(""), BYTES_LIT("X:\r\n\r\nB")},
		{BYTES_LIT("X"), BYTES_LIT("a\n\tb\n c"), BYTES_LIT("X:a\r\n\tb\r\n c\r\n\r\nB")},
		{BYTES_LIT("X"), BYTES_LIT(" a\r\n\tb"), BYTES_LIT("X: a\r\n\tb\r\n\r\nB")},
		{BYTES_LIT("X"), BYTES_LIT(" a\rb\r"), BYTES_LIT("X: a\rb\r\r\n\r\nB")},
		{BYTES_LIT("X"), BYTES_LIT(" a\n"), BYTES_LIT("X: a\r\n\r\n\r\nB")},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct spool spool;
		char name[32];

		snprintf(name, sizeof(name), "field %zu", i);
		spool_open(&spool, gate, 1000);
		spool_field(&spool, table[i].name, table[i].value);
		spool_end_of_fields(&spool);
		spool_body(&spool, BYTES_LIT("B"));
		tap_ok(spool.body_at == spool.size - 1, "%s: where the body begins", name);
		check_content(&spool, table[i].want, name);
		spool_close(&spool);
	}
}

static void
test_large(struct gate *gate)
{
	static uint8_t body[300000];
	struct spool spool;

	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)(i * 31 >> 3);
	spool_open(&spool, gate, sizeof(body));
	for (size_t at = 0; at < sizeof(body); at += 65535)
		spool_body(&spool, bytes_sub(bytes_of(body, sizeof(body)), at, 65535));
	check_content(&spool, bytes_of(body, sizeof(body)), "300,000 bytes");
	spool_close(&spool);
	spool_open(&spool, gate, sizeof(body) - 1);
	spool_body(&spool, bytes_of(body, sizeof(body)));
	tap_ok(spool.fault == SPOOL_TOO_LARGE && spool.fd < 0 && spool.reserved == 0, "one byte too large");
	spool_body(&spool, BYTES_LIT("x"));
	tap_ok(spool.fault == SPOOL_TOO_LARGE, "a fault sticks");
	spool_close(&spool);
}

static void
test_budget(struct gate *gate)
{
	static const uint8_t body[BUDGET / 2];
	struct spool a, b;

	spool_open(&a, gate, BUDGET);
	spool_open(&b, gate, BUDGET);
	spool_body(&a, bytes_of(body, sizeof(body)));
	spool_body(&b, bytes_of(body, sizeof(body)));
	spool_body(&b, BYTES_LIT("x"));
	tap_ok(a.fault == SPOOL_GOOD && b.fault == SPOOL_OVER_BUDGET, "the second one goes over the budget");
	spool_close(&b);
	spool_close(&a);
	tap_ok(gate_reserve(gate, BUDGET), "everything came back");
	gate_release(gate, BUDGET);
}

int
main(void)
{
	struct gate_limits limits = {.sessions = 1, .messages = 1, .spool_bytes = BUDGET};
	struct gate *gate = gate_new(&limits);

	test_fields(gate);
	test_large(gate);
	test_budget(gate);
	gate_free(gate);
	return tap_done();
}
