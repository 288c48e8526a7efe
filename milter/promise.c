/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/promise.h"

#include <inttypes.h>

#include "lib/base/secret.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"

enum {
	MAC_SIZE = 16,
	CLOCK_SLACK = 300, /* a promise from the future: our own clock was set back */
};

void
promise_make(enum tls_level level, int64_t now, struct promise *ret_promise)
{
	*ret_promise = (struct promise){.level = level, .made = now};
	seal_random(ret_promise->id, PROMISE_ID_SIZE);
}

static void
mac_of(struct bytes key, struct bytes text, uint8_t mac[DIGEST_SIZE])
{
	const struct bytes parts[] = {BYTES_LIT("tls promise"), text};

	seal_hmac(key, parts, 2, mac);
}

void
promise_format(struct bytes key, const struct promise *promise, struct buf *out)
{
	char text[PROMISE_TEXT_MAX + 1], id[2 * PROMISE_ID_SIZE + 1], hex[2 * MAC_SIZE + 1];
	uint8_t mac[DIGEST_SIZE];

	text_hex(bytes_of(promise->id, PROMISE_ID_SIZE), id);
	snprintf(text, sizeof(text), "PS1.%s.%" PRId64 ".%s", tls_level_name(promise->level), promise->made,
		id);
	mac_of(key, bytes_of_str(text), mac);
	text_hex(bytes_of(mac, MAC_SIZE), hex);
	buf_putf(out, "%s.%s", text, hex);
}

/* Up to the next dot; the rest begins behind it. */
static struct bytes
take(struct bytes *rest)
{
	size_t end = bytes_find_byte(*rest, '.');
	struct bytes word = bytes_sub(*rest, 0, end);

	*rest = bytes_sub(*rest, end + 1, rest->n);
	return word;
}

static bool
is_authentic(struct bytes key, struct bytes signed_text, struct bytes hex)
{
	uint8_t got[MAC_SIZE], want[DIGEST_SIZE];

	if (hex.n != 2 * MAC_SIZE || text_from_hex(hex, got, MAC_SIZE) < 0)
		return false;
	mac_of(key, signed_text, want);
	return secret_eq(bytes_of(got, MAC_SIZE), bytes_of(want, MAC_SIZE));
}

bool
promise_parse(struct bytes key, struct bytes text, int64_t now, struct promise *ret_promise)
{
	struct bytes rest = text, version = take(&rest), level = take(&rest), made = take(&rest);
	struct bytes id = take(&rest);
	struct promise promise = {0};

	if (text.n > PROMISE_TEXT_MAX || !bytes_eq(version, BYTES_LIT("PS1")) || rest.n >= text.n ||
		rest.n == 0 || !is_authentic(key, bytes_sub(text, 0, text.n - rest.n - 1), rest))
		return false;
	if (!tls_level_parse(level, &promise.level) || promise.level < TLS_LEVEL_ENCRYPTED ||
		bytes_parse_i64(made, 0, INT64_MAX / 2, &promise.made) < 0 ||
		promise.made > now + CLOCK_SLACK || id.n != 2 * PROMISE_ID_SIZE ||
		text_from_hex(id, promise.id, PROMISE_ID_SIZE) < 0)
		return false;
	*ret_promise = promise;
	return true;
}
