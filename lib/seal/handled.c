/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/handled.h"

#include <inttypes.h>

#include "lib/base/ascii.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"

enum {
	ADDRESS_MAX = 512,
	KEY_FILE_MAX = 1024,
	CLOCK_SLACK = 3600, /* a mark from the future: our own clock was set back */
};

static void
mac_of(struct bytes key, const struct handled_mail *mail, struct bytes t, uint8_t mac[DIGEST_SIZE])
{
	struct bytes recipient = mail->recipient;
	uint8_t lower[ADDRESS_MAX];
	size_t n = recipient.n < ADDRESS_MAX ? recipient.n : ADDRESS_MAX;

	for (size_t i = 0; i < n; i++)
		lower[i] = ascii_lower(recipient.p[i]);
	const struct bytes parts[] = {BYTES_LIT("handled"), t, bytes_of(lower, n),
		bytes_trim(mail->message_id), bytes_trim(mail->from), bytes_trim(mail->to),
		bytes_trim(mail->subject), bytes_trim(mail->body)};

	seal_hmac(key, parts, sizeof(parts) / sizeof(parts[0]), mac);
}

void
handled_format(struct bytes key, const struct handled_mail *mail, int64_t now, struct buf *out)
{
	char t[24], hex[2 * DIGEST_SIZE + 1];
	uint8_t mac[DIGEST_SIZE];

	snprintf(t, sizeof(t), "%" PRId64, now);
	mac_of(key, mail, bytes_of_str(t), mac);
	text_hex(bytes_of(mac, sizeof(mac)), hex);
	buf_putf(out, "v1; t=%s; m=%s", t, hex);
}

/* `name=value` up to the next semicolon; the rest begins behind it. */
static bool
take(struct bytes *rest, struct bytes name, struct bytes *ret_value)
{
	size_t end = bytes_find_byte(*rest, ';');
	struct bytes word = bytes_trim(bytes_sub(*rest, 0, end));

	*rest = bytes_sub(*rest, end + 1, rest->n);
	if (word.n < name.n || !bytes_eq(bytes_sub(word, 0, name.n), name))
		return false;
	*ret_value = bytes_sub(word, name.n, word.n);
	return true;
}

bool
handled_check(struct bytes key, struct bytes value, const struct handled_mail *mail, int64_t now)
{
	struct bytes rest = value, version, t, m;
	uint8_t got[DIGEST_SIZE], want[DIGEST_SIZE];
	int64_t when;

	if (!take(&rest, BYTES_LIT("v1"), &version) || version.n != 0 || !take(&rest, BYTES_LIT("t="), &t) ||
		!take(&rest, BYTES_LIT("m="), &m) || rest.n != 0 || mail->recipient.n > ADDRESS_MAX)
		return false;
	if (bytes_parse_i64(t, 0, INT64_MAX / 2, &when) < 0 || when > now + CLOCK_SLACK ||
		when < now - HANDLED_LIFETIME || m.n != 2 * DIGEST_SIZE ||
		text_from_hex(m, got, DIGEST_SIZE) < 0)
		return false;
	mac_of(key, mail, t, want);
	return secret_eq(bytes_of(got, sizeof(got)), bytes_of(want, sizeof(want)));
}

int
handled_key_read(const char *path, struct secret *ret_key, struct err *err)
{
	struct secret text = {0};
	int ret = 0;

	if (secret_read_file(path, KEY_FILE_MAX, &text, err) < 0)
		return -1;
	struct bytes digits = bytes_trim(secret_bytes(&text));

	secret_init(ret_key, HANDLED_KEY_SIZE);
	if (digits.n != 2 * HANDLED_KEY_SIZE || text_from_hex(digits, ret_key->p, HANDLED_KEY_SIZE) < 0) {
		secret_done(ret_key);
		ret = err_set(
			err, ERR_CONFIG, "%s: expected %d hexadecimal digits", path, 2 * HANDLED_KEY_SIZE);
	}
	secret_done(&text);
	return ret;
}
