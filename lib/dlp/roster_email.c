/* SPDX-License-Identifier: Apache-2.0 */
/* E-mail addresses. */
#include "lib/dlp/roster_finder.h"

enum { LOCAL_MAX = 64, DOMAIN_MAX = 80 };

static bool
is_local(uint8_t c)
{
	return ascii_is_alnum(c) || (c != '\0' && strchr("._%+-'", c));
}

static void
look_for_email(const struct finder *f, size_t at)
{
	struct roster_value value;
	size_t from = at, end = at + 1;

	while (from > 0 && at - from < LOCAL_MAX && is_local(f->text.p[from - 1]))
		from--;
	while (end < f->text.n && end - at < DOMAIN_MAX &&
		(ascii_is_alnum(f->text.p[end]) || f->text.p[end] == '.' || f->text.p[end] == '-'))
		end++;
	while (end > at && !ascii_is_alnum(f->text.p[end - 1]))
		end--;
	if (end > at && roster_email(&value, bytes_sub(f->text, from, end - from)))
		finder_look_up(f, from, end, ROSTER_EMAIL, &value);
}

void
finder_emails(const struct finder *f)
{
	for (size_t at = 0; (at += bytes_find_byte(bytes_sub(f->text, at, f->text.n), '@')) < f->text.n; at++)
		look_for_email(f, at);
}
