/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/socketmap/netstring.h"

#include "lib/base/ascii.h"

static const struct bytes words[] = {
	[SOCKETMAP_OK] = BYTES_LIT("OK"),
	[SOCKETMAP_NOTFOUND] = BYTES_LIT("NOTFOUND"),
	[SOCKETMAP_TEMP] = BYTES_LIT("TEMP"),
	[SOCKETMAP_TIMEOUT] = BYTES_LIT("TIMEOUT"),
	[SOCKETMAP_PERM] = BYTES_LIT("PERM"),
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

/* No sign, no space and no zero in front, so that each length has one way to be written. */
enum netstring_result
netstring_next(struct bytes *rest, size_t max, struct bytes *ret_content)
{
	size_t at = 0, n = 0;

	for (; at < rest->n && ascii_is_digit(rest->p[at]); at++) {
		if (at > 0 && n == 0)
			return NETSTRING_MALFORMED;
		n = n * 10 + (size_t)(rest->p[at] - '0');
		if (n > max)
			return NETSTRING_MALFORMED;
	}
	if (at == rest->n)
		return NETSTRING_PARTIAL;
	if (at == 0 || rest->p[at] != ':')
		return NETSTRING_MALFORMED;
	at++;
	if (rest->n - at <= n)
		return NETSTRING_PARTIAL;
	if (rest->p[at + n] != ',')
		return NETSTRING_MALFORMED;
	*ret_content = bytes_sub(*rest, at, n);
	*rest = bytes_sub(*rest, at + n + 1, rest->n);
	return NETSTRING_READ;
}

void
netstring_put(struct buf *out, struct bytes content)
{
	buf_putf(out, "%zu:", content.n);
	buf_put_bytes(out, content);
	buf_put_byte(out, ',');
}

int
socketmap_parse_request(struct bytes content, struct bytes *ret_map, struct bytes *ret_key)
{
	size_t at = bytes_find_byte(content, ' ');

	if (at == 0 || at == content.n)
		return -1;
	*ret_map = bytes_sub(content, 0, at);
	*ret_key = bytes_sub(content, at + 1, content.n);
	return 0;
}

/* The word, a space even when nothing follows: Postfix splits there. */
void
socketmap_put_answer(struct buf *out, enum socketmap_status status, struct bytes text)
{
	struct bytes word = words[status];

	buf_putf(out, "%zu:%.*s ", word.n + 1 + text.n, BYTES_FMT(word));
	buf_put_bytes(out, text);
	buf_put_byte(out, ',');
}

int
socketmap_parse_answer(struct bytes content, enum socketmap_status *ret_status, struct bytes *ret_text)
{
	size_t at = bytes_find_byte(content, ' ');
	struct bytes word = bytes_sub(content, 0, at);

	for (int i = 0; i < WORDS; i++)
		if (bytes_eq(word, words[i])) {
			*ret_status = (enum socketmap_status)i;
			*ret_text = at < content.n ? bytes_sub(content, at + 1, content.n)
						   : bytes_sub(content, content.n, 0);
			return 0;
		}
	return -1;
}

struct bytes
socketmap_attribute(struct bytes text, const char *name)
{
	size_t n = strlen(name);

	while (text.n > 0) {
		size_t end = bytes_find_byte(text, ' ');
		struct bytes word = bytes_sub(text, 0, end);

		if (word.n > n && word.p[n] == '=' && memcmp(word.p, name, n) == 0)
			return bytes_sub(word, n + 1, word.n);
		text = bytes_sub(text, end < text.n ? end + 1 : end, text.n);
	}
	return bytes_of(NULL, 0);
}
