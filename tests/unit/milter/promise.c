/* SPDX-License-Identifier: Apache-2.0 */
/* A promise is believed as it was made, and with no byte of it changed. */
#include "milter/promise.h"

#include "lib/seal/digest.h"
#include "tests/support/tap.h"

#define NOW INT64_C(1795417689)

static const struct bytes key = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

static void
test_made(void)
{
	static const enum tls_level levels[] = {TLS_LEVEL_ENCRYPTED, TLS_LEVEL_VERIFIED, TLS_LEVEL_DANE};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		struct promise made, got = {0};
		struct buf text;

		buf_init(&text, 1000);
		promise_make(levels[i], NOW, &made);
		promise_format(key, &made, &text);
		tap_ok(text.n <= PROMISE_TEXT_MAX, "%s: %s", tls_level_name(levels[i]), buf_cstr(&text));
		tap_ok(promise_parse(key, buf_bytes(&text), NOW + 100, &got) && got.level == levels[i] &&
				got.made == NOW && memcmp(got.id, made.id, PROMISE_ID_SIZE) == 0,
			"%s: read as it was made", tls_level_name(levels[i]));
		buf_done(&text);
	}
}

static void
test_not_believed(void)
{
	struct promise made, got;
	struct buf text;
	size_t believed = 0;

	buf_init(&text, 1000);
	promise_make(TLS_LEVEL_VERIFIED, NOW, &made);
	promise_format(key, &made, &text);
	for (size_t i = 0; i < text.n; i++) {
		text.p[i] ^= 1;
		believed += promise_parse(key, buf_bytes(&text), NOW, &got);
		text.p[i] ^= 1;
		believed += promise_parse(key, bytes_of(text.p, i), NOW, &got);
	}
	tap_ok(believed == 0, "with a byte changed, or cut: %zu believed", believed);
	tap_ok(!promise_parse(bytes_of(key.p, 31), buf_bytes(&text), NOW, &got), "with another key");
	tap_ok(!promise_parse(key, buf_bytes(&text), NOW - 3600, &got), "of the future");
	tap_ok(promise_parse(key, buf_bytes(&text), NOW - 10, &got), "of a clock that was set back a little");
	buf_put_str(&text, ".x");
	tap_ok(!promise_parse(key, buf_bytes(&text), NOW, &got), "with more behind it");
	buf_reset(&text);
	promise_make(TLS_LEVEL_OPPORTUNISTIC, NOW, &made);
	promise_format(key, &made, &text);
	tap_ok(!promise_parse(key, buf_bytes(&text), NOW, &got), "of a level that protects nothing");
	buf_done(&text);
}

int
main(void)
{
	seal_init();
	test_made();
	test_not_believed();
	return tap_done();
}
