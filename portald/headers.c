/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/headers.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

enum { NAME_MAX_BYTES = 180 };

static const struct header common[] = {
	{"Cache-Control", "no-store"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy",
		"accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
		"gyroscope=(), microphone=(), midi=(), payment=(), usb=()"},
	{"Strict-Transport-Security", "max-age=31536000"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Robots-Tag", "noindex, nofollow"},
};

/*
 * Referrer-Policy of our pages is same-origin, not no-referrer: under the latter browsers send `Origin: null`
 * with our own forms, and the check of Origin would have nothing to go by. No other site sees a referrer.
 */
static const struct header page[] = {
	{"Content-Security-Policy",
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; "
		"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
		"require-trusted-types-for 'script'; trusted-types 'none'"},
	{"Referrer-Policy", "same-origin"},
	{"X-Frame-Options", "DENY"},
};

static const struct header asset[] = {
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"},
	{"Referrer-Policy", "no-referrer"},
};

/*
 * The sandbox stands here and on the frame: each holds alone. No script, no form, no origin; a link opens a
 * new window, which is then an ordinary page of its own site.
 */
static const struct header body[] = {
	{"Content-Security-Policy",
		"default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri "
		"'none'; "
		"frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"},
	{"Referrer-Policy", "no-referrer"},
};

static const struct header download[] = {
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"},
	{"Referrer-Policy", "no-referrer"},
	{"X-Download-Options", "noopen"},
};

#define SET(list)                                                                                            \
	{                                                                                                    \
		list, sizeof(list) / sizeof((list)[0])                                                       \
	}

static const struct {
	const struct header *list;
	size_t n;
} sets[] = {
	[KIND_PAGE] = SET(page),
	[KIND_ASSET] = SET(asset),
	[KIND_BODY] = SET(body),
	[KIND_DOWNLOAD] = SET(download),
};

const struct header *
header_of(enum answer_kind kind, size_t i)
{
	const size_t n_common = sizeof(common) / sizeof(common[0]);

	if (i < n_common)
		return &common[i];
	i -= n_common;
	return i < sets[kind].n ? &sets[kind].list[i] : NULL;
}

/* What a file name may not hold on some system, and what could end the quoted string. */
static bool
is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c < 0x80 && strchr("\"\\/:*?<>|%;", (int)c) != NULL) ||
	       (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
	       c == 0xFEFF || c == UTF8_REPLACEMENT;
}

/* The name with everything unsafe as `_`, no dot or space at its ends, cut between characters. */
static void
clean_name(struct buf *out, struct bytes name)
{
	name = bytes_trim(name);
	while (name.n > 0 && (name.p[0] == '.' || name.p[0] == ' '))
		name = bytes_sub(name, 1, name.n);
	while (name.n > 0 && (name.p[name.n - 1] == '.' || name.p[name.n - 1] == ' '))
		name.n--;
	for (size_t at = 0; at < name.n && out->n < NAME_MAX_BYTES;) {
		uint32_t c = utf8_next(name, &at);

		utf8_put(out, is_unsafe(c) ? '_' : c);
	}
	if (out->n == 0)
		buf_put_str(out, "attachment");
}

const char *
header_disposition(struct arena *arena, struct bytes name)
{
	struct buf clean, value;
	const char *ret;

	buf_init(&clean, 4 * NAME_MAX_BYTES);
	buf_init(&value, 16 * NAME_MAX_BYTES);
	clean_name(&clean, name);
	buf_put_str(&value, "attachment; filename=\"");
	for (size_t at = 0; at < clean.n;) {
		uint32_t c = utf8_next(buf_bytes(&clean), &at);

		buf_put_byte(&value, c < 0x80 ? (uint8_t)c : '_');
	}
	buf_put_str(&value, "\"; filename*=UTF-8''");
	for (size_t i = 0; i < clean.n; i++) {
		uint8_t c = clean.p[i];

		if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_')
			buf_put_byte(&value, c);
		else
			buf_putf(&value, "%%%02X", c);
	}
	ret = arena_str(arena, buf_bytes(&value));
	buf_done(&clean);
	buf_done(&value);
	return ret;
}

/*
 * Browsers say where a form came from by Sec-Fetch-Site, older ones by Origin alone. Who sends neither is no
 * browser that could have been tricked into it: it sends no cookie of ours by itself.
 */
bool
header_same_origin(struct bytes fetch_site, struct bytes origin, const char *own_origin)
{
	if (fetch_site.n > 0 && !bytes_eq(fetch_site, BYTES_LIT("same-origin")))
		return false;
	return origin.n == 0 || bytes_eq_nocase(origin, bytes_of_str(own_origin));
}
