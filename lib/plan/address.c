/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/plan/address.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

enum { ADDRESS_MAX = 320 };

/* RFC 5321 section 4.1.2 atext, RFC 6531 section 3.3 for what is beyond ASCII, and dots. */
static bool
is_local_byte(uint8_t c)
{
	return ascii_is_alnum(c) || c > 127 || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool
is_domain_byte(uint8_t c)
{
	return ascii_is_alnum(c) || c > 127 || c == '-' || c == '_' || c == '.';
}

static bool
all(struct bytes text, bool (*is_good)(uint8_t))
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_good(text.p[i]))
			return false;
	return text.n > 0;
}

/* Where the quoted string that begins the text ends, behind its quote; 0 when it does not. */
static size_t
quoted_end(struct bytes text)
{
	for (size_t i = 1; i < text.n; i++) {
		if (text.p[i] == '"')
			return i + 1;
		if (text.p[i] == '\\')
			i++;
		if (i < text.n && (text.p[i] < ' ' || text.p[i] == 127))
			return 0;
	}
	return 0;
}

/* [192.0.2.1], [IPv6:2001:db8::1] or a name. */
static bool
is_domain(struct bytes text)
{
	if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']') {
		for (size_t i = 1; i + 1 < text.n; i++)
			if (!is_domain_byte(text.p[i]) && text.p[i] != ':')
				return false;
		return text.n > 2;
	}
	return all(text, is_domain_byte);
}

/* Without its quotes where it can be without. */
static struct bytes
plain_local(struct arena *arena, struct bytes local)
{
	struct bytes inner;
	uint8_t *text;
	size_t n = 0;

	if (local.p[0] != '"')
		return local;
	inner = bytes_sub(local, 1, local.n - 2);
	text = arena_alloc(arena, local.n);
	for (size_t i = 0; i < inner.n; i++) {
		if (inner.p[i] == '\\')
			i++;
		text[n++] = inner.p[i];
	}
	return all(bytes_of(text, n), is_local_byte) ? bytes_of(text, n) : local;
}

int
address_read(struct arena *arena, struct bytes raw, struct bytes *ret_address)
{
	struct bytes text = raw, local, domain = {0};
	size_t end;

	if (text.n >= 2 && text.p[0] == '<' && text.p[text.n - 1] == '>')
		text = bytes_sub(text, 1, text.n - 2);
	if (text.n == 0 || text.n > ADDRESS_MAX || !utf8_is_valid(text))
		return -1;
	end = text.p[0] == '"' ? quoted_end(text) : bytes_find_byte(text, '@');
	local = bytes_sub(text, 0, end);
	if (local.n == 0 || (local.p[0] != '"' && !all(local, is_local_byte)))
		return -1;
	if (end < text.n) {
		domain = bytes_sub(text, end + 1, text.n);
		if (text.p[end] != '@' || !is_domain(domain))
			return -1;
		if (domain.n > 1 && domain.p[domain.n - 1] == '.')
			domain.n--;
	}
	local = plain_local(arena, local);
	*ret_address = bytes_of_str(arena_strf(
		arena, "%.*s%s%.*s", BYTES_FMT(local), domain.n > 0 ? "@" : "", BYTES_FMT(domain)));
	return 0;
}
