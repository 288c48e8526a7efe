/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/xml_root.h"

#include "lib/base/ascii.h"

enum { HEAD_MAX = 8192 };

static struct bytes
skip_space(struct bytes b)
{
	size_t n = 0;

	while (n < b.n && ascii_is_space(b.p[n]))
		n++;
	return bytes_sub(b, n, b.n);
}

/* Behind this end, or nothing. */
static struct bytes
skip_to(struct bytes b, struct bytes end)
{
	size_t n = bytes_find(b, end);

	return bytes_sub(b, n < b.n ? n + end.n : b.n, b.n);
}

/* With its declarations, that may hold brackets in brackets. */
static struct bytes
skip_doctype(struct bytes b)
{
	size_t end = bytes_find_byte(b, '>'), open = bytes_find_byte(b, '[');

	if (open < end)
		return skip_to(skip_to(b, BYTES_LIT("]")), BYTES_LIT(">"));
	return bytes_sub(b, end < b.n ? end + 1 : b.n, b.n);
}

static bool
is_name(uint8_t c)
{
	return ascii_is_alnum(c) || c == '_' || c == '-' || c == '.' || c == ':' || c >= 0x80;
}

bool
xml_root_find(struct bytes content, struct xml_root *ret_root)
{
	struct bytes rest = bytes_sub(content, 0, HEAD_MAX);
	struct xml_root root = {.is_declared = false};
	size_t n = 0, colon;

	if (bytes_starts_nocase(rest, BYTES_LIT("\xEF\xBB\xBF")))
		rest = bytes_sub(rest, 3, rest.n);
	rest = skip_space(rest);
	root.is_declared = bytes_starts_nocase(rest, BYTES_LIT("<?xml "));
	for (;;) {
		rest = skip_space(rest);
		if (bytes_starts_nocase(rest, BYTES_LIT("<?")))
			rest = skip_to(rest, BYTES_LIT("?>"));
		else if (bytes_starts_nocase(rest, BYTES_LIT("<!--")))
			rest = skip_to(rest, BYTES_LIT("-->"));
		else if (bytes_starts_nocase(rest, BYTES_LIT("<!doctype")))
			rest = skip_doctype(rest);
		else
			break;
	}
	if (rest.n > 1 && rest.p[0] == '<') {
		rest = bytes_sub(rest, 1, rest.n);
		while (n < rest.n && is_name(rest.p[n]))
			n++;
		root.name = bytes_sub(rest, 0, n);
		colon = bytes_find_byte(root.name, ':');
		if (colon < root.name.n)
			root.name = bytes_sub(root.name, colon + 1, root.name.n);
		root.tag = bytes_sub(rest, 0, bytes_find_byte(rest, '>'));
	}
	*ret_root = root;
	return root.is_declared || root.name.n > 0;
}
