/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/integration.h"

#include <stdio.h>

#include "lib/base/ascii.h"

/*
 * The re-injection listener takes our own notices and protected copies: no milter (what we made must not come
 * round again), none of the site's rules about senders, no relay for others, no TLS (it is loopback).
 */
static const char *const listener_parameters[] = {
	"smtpd_milters=",
	"smtpd_client_restrictions=permit_mynetworks,reject",
	"smtpd_helo_restrictions=",
	"smtpd_sender_restrictions=",
	"smtpd_relay_restrictions=permit_mynetworks,reject",
	"smtpd_recipient_restrictions=permit_mynetworks,reject",
	"smtpd_data_restrictions=",
	"smtpd_end_of_data_restrictions=",
	"mynetworks=127.0.0.0/8",
	"smtpd_tls_security_level=none",
	"smtpd_sasl_auth_enable=no",
	"smtpd_proxy_filter=",
	"content_filter=",
	"syslog_name=postfix/postseal",
	NULL,
};

/* Cuts the next element of a milter list off *rest: commas and spaces part them, braces hold one together. */
static bool
next_milter(struct bytes *rest, struct bytes *ret_milter)
{
	size_t start = 0, end, depth = 0;

	while (start < rest->n && (ascii_is_space(rest->p[start]) || rest->p[start] == ','))
		start++;
	for (end = start; end < rest->n; end++) {
		uint8_t c = rest->p[end];

		if (c == '{')
			depth++;
		else if (c == '}' && depth > 0)
			depth--;
		else if (depth == 0 && (c == ',' || ascii_is_space(c)))
			break;
	}
	*ret_milter = bytes_sub(*rest, start, end - start);
	*rest = bytes_sub(*rest, end, SIZE_MAX);
	return ret_milter->n > 0;
}

/* `{ inet:host:port, name=value }` is about inet:host:port. */
static struct bytes
milter_address(struct bytes milter)
{
	if (milter.n > 0 && milter.p[0] == '{')
		milter = bytes_trim(bytes_sub(milter, 1, milter.n - 2));
	return bytes_trim(bytes_sub(milter, 0, bytes_find_byte(milter, ',')));
}

int
integration_milter_place(struct bytes list, const char *milter)
{
	struct bytes one;

	for (int place = 0; next_milter(&list, &one); place++)
		if (bytes_eq(milter_address(one), bytes_of_str(milter)))
			return place;
	return -1;
}

/*
 * Debian's smtpd runs chrooted in the queue directory, which is every Postfix process's current directory
 * too: a path below it, written relative, is right with and without the chroot.
 */
static const char *
milter_name(const struct settings *settings, struct bytes queue_directory, struct arena *arena)
{
	struct bytes address = bytes_of_str(settings->milter_socket), path;

	if (!bytes_starts_nocase(address, BYTES_LIT("unix:")))
		return arena_str(arena, address);
	path = bytes_sub(address, 5, SIZE_MAX);
	if (path.n > queue_directory.n + 1 && memcmp(path.p, queue_directory.p, queue_directory.n) == 0 &&
		path.p[queue_directory.n] == '/')
		path = bytes_sub(path, queue_directory.n + 1, SIZE_MAX);
	return arena_strf(arena, "unix:%.*s", BYTES_FMT(path));
}

/* Ours in front of the others: what signs (DKIM) must see what we made of the message. */
static const char *
with_ours_first(struct bytes list, const char *milter, struct arena *arena)
{
	int place = integration_milter_place(list, milter);

	if (list.n == 0)
		return milter;
	if (place == 0)
		return arena_str(arena, list);
	return arena_strf(arena, "%s, %.*s", milter, BYTES_FMT(list));
}

static void
expect_milter(struct integration_line *line, const char *milter, struct arena *arena)
{
	line->value = with_ours_first(line->now, milter, arena);
	line->right = bytes_eq(line->now, bytes_of_str(line->value));
}

static int
read_main_cf(const struct postconf *postconf, struct arena *arena, struct integration *integration,
	struct err *err)
{
	static const struct integration_line wanted[INTEGRATION_LINES] = {
		{"smtpd_milters", NULL, {0}, "mail that comes by SMTP is judged, before anything signs it",
			false},
		{"non_smtpd_milters", NULL, {0}, "so is mail from sendmail(1) and forwarded mail", false},
		{"milter_default_action", "tempfail", {0},
			"no Postseal, no mail: it waits, it never leaves unjudged", false},
		{"smtpd_forbid_bare_newline", "normalize", {0},
			"SMTP smuggling would hide a message in another", false},
		{"smtpd_forbid_bare_newline_exclusions", "", {0}, "no client may be let off", false},
	};

	for (size_t i = 0; i < INTEGRATION_LINES; i++) {
		struct integration_line *line = &integration->main_cf[i];

		*line = wanted[i];
		if (postconf_get(postconf, arena, line->name, &line->now, err) != 0)
			return -1;
		if (line->value == NULL)
			expect_milter(line, integration->milter, arena);
		else
			line->right = bytes_eq(line->now, bytes_of_str(line->value));
	}
	return 0;
}

/* Whether master.cf has it. (Asked for one entry, postconf warns when it is not there.) */
static int
find_listener(const struct postconf *postconf, struct arena *arena, const char *address, bool *ret_there,
	struct err *err)
{
	const char *const query[] = {"-M", NULL};
	struct bytes rest, line;

	if (postconf_run(postconf, arena, query, &rest, err) != 0)
		return -1;
	*ret_there = false;
	while (rest.n > 0) {
		size_t end = bytes_find_byte(rest, '\n'), name;

		line = bytes_sub(rest, 0, end);
		rest = bytes_sub(rest, end + 1, SIZE_MAX);
		name = bytes_find_byte(line, ' ');
		if (bytes_eq(bytes_sub(line, 0, name), bytes_of_str(address)) &&
			bytes_starts_nocase(bytes_trim(bytes_sub(line, name, SIZE_MAX)), BYTES_LIT("inet ")))
			*ret_there = true;
	}
	return 0;
}

int
integration_read(const struct postconf *postconf, const struct settings *settings, struct arena *arena,
	struct integration *ret_integration, struct err *err)
{
	struct integration integration = {.parameters = listener_parameters};
	struct bytes queue_directory;

	if (postconf_get(postconf, arena, "queue_directory", &queue_directory, err) != 0)
		return -1;
	integration.milter = milter_name(settings, queue_directory, arena);
	if (read_main_cf(postconf, arena, &integration, err) != 0)
		return -1;
	integration.listener = arena_strf(arena, "%s/inet", settings->reinject_address);
	integration.master_entry = arena_strf(arena, "%s inet n - n - - smtpd", settings->reinject_address);
	if (find_listener(postconf, arena, settings->reinject_address, &integration.listener_there, err) != 0)
		return -1;
	*ret_integration = integration;
	return 0;
}
