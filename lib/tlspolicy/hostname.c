/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tlspolicy/hostname.h"

#include "lib/base/ascii.h"

enum { LABEL_MAX = 63 };

static bool
is_label(struct bytes label)
{
	if (label.n == 0 || label.n > LABEL_MAX || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
			return false;
	return true;
}

/* The last label of a name is never all digits (RFC 3696 section 2): what looks like an address is none. */
static bool
is_number(struct bytes label)
{
	for (size_t i = 0; i < label.n; i++)
		if (!ascii_is_digit(label.p[i]))
			return false;
	return true;
}

bool
hostname_parse(struct bytes text, char ret_name[HOSTNAME_SIZE])
{
	struct bytes label = {0};

	if (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	if (text.n == 0 || text.n >= HOSTNAME_SIZE)
		return false;
	for (size_t at = 0; at <= text.n; at += label.n + 1) {
		label = bytes_sub(text, at, text.n);
		label.n = bytes_find_byte(label, '.');
		if (!is_label(label))
			return false;
	}
	if (is_number(label))
		return false;
	for (size_t i = 0; i < text.n; i++)
		ret_name[i] = (char)ascii_lower(text.p[i]);
	ret_name[text.n] = '\0';
	return true;
}
