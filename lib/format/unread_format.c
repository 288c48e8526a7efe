/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Archives that are known when they are seen, and not read: their readers elsewhere are where mail servers
 * fell (THREATS.md B). What the rules can't see counts as what they look for.
 */
#include "lib/format/formats.h"

static bool
is_rar(struct bytes content)
{
	return bytes_eq(bytes_sub(content, 0, 6), BYTES_LIT("Rar!\x1A\x07"));
}

static bool
is_cab(struct bytes content)
{
	static const uint8_t signature[] = {'M', 'S', 'C', 'F', 0, 0, 0, 0};

	return bytes_eq(bytes_sub(content, 0, 8), bytes_of(signature, 8));
}

static void
read_nothing(struct format_out *out, struct bytes content)
{
	(void)content;
	format_is_unread(out);
}

const struct format rar_format = {
	.name = "rar",
	.types = (const char *const[]){"application/vnd.rar", "application/x-rar-compressed",
		"application/x-rar", "application/rar", NULL},
	.extensions = (const char *const[]){"rar", "cbr", NULL},
	.is = is_rar,
	.read = read_nothing,
};

const struct format cab_format = {
	.name = "cab",
	.types = (const char *const[]){"application/vnd.ms-cab-compressed", "application/x-cab", NULL},
	.extensions = (const char *const[]){"cab", NULL},
	.is = is_cab,
	.read = read_nothing,
};
