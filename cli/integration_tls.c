/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/integration_tls.h"

#include <stdio.h>

#include "lib/base/fd.h"
#include "lib/plan/plan.h"

enum { TABLE_MAX = 64 * 1024 };

/*
 * A transport for each level that a policy may ask for. Its own level is the one that was promised, so that
 * no answer of the policy map, and none at all, takes anything off it; the map tells the names and DANE.
 */
static const struct {
	const char *name, *level, *fallback, *map;
} transports[] = {
	{"smtp-phi", "verified", "secure", "tls-phi-verified"},
	{"smtp-phi-encrypted", "encrypted", "encrypt", "tls-phi-encrypted"},
	{"smtp-phi-dane", "dane", "dane-only", "tls-phi-dane"},
};

enum { TRANSPORTS = sizeof(transports) / sizeof(transports[0]) };

/* Besides these: security level, policy map, the relay that takes it back, and the table that strips. */
static const char *const transport_parameters[] = {
	"smtp_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1",
	"smtp_dns_support_level=dnssec",
	"smtp_host_lookup=dns",
	"smtp_tls_loglevel=1",
	"smtp_tls_connection_reuse=no",
	"smtp_connection_cache_on_demand=no",
	"smtp_connection_cache_destinations=",
	"smtp_discard_ehlo_keywords=",
	"smtp_discard_ehlo_keyword_address_maps=",
	"smtp_sasl_auth_enable=no",
	NULL,
};

/*
 * The smtpd that takes copies, and what the transports give back. What stays there goes by TLS only. Nobody
 * else has its address, which is loopback; who delivers may still come from the address that this host shows
 * to the world (smtp_bind_address). Whatever is wrong there, the mail waits: none of it is returned.
 */
static const char *const door_parameters[] = {
	"milter_macro_daemon_name=postseal-tls",
	"milter_default_action=tempfail",
	"content_filter=smtp-phi-dane:",
	"smtpd_discard_ehlo_keywords=",
	"smtpd_discard_ehlo_keyword_address_maps=",
	"soft_bounce=yes",
	"smtpd_client_restrictions=permit_mynetworks,permit_inet_interfaces,defer",
	"smtpd_helo_restrictions=",
	"smtpd_sender_restrictions=",
	"smtpd_relay_restrictions=permit_mynetworks,permit_inet_interfaces,defer",
	"smtpd_recipient_restrictions=permit_mynetworks,permit_inet_interfaces,defer",
	"smtpd_data_restrictions=",
	"smtpd_end_of_data_restrictions=",
	"mynetworks=127.0.0.0/8,[::1]/128",
	"smtpd_tls_security_level=none",
	"smtpd_sasl_auth_enable=no",
	"smtpd_proxy_filter=",
	"syslog_name=postfix/postseal-tls",
	NULL,
};

static size_t
put_all(const char *const *from, struct integration_service *service, size_t n)
{
	for (; *from != NULL && n < TLS_PARAMETERS_MAX; from++)
		service->parameters[n++] = *from;
	return n;
}

/* A path below the queue directory would do for a chroot, but these are not chrooted. */
static void
fill_transport(
	size_t i, const struct settings *settings, struct arena *arena, struct integration_service *service)
{
	const char *relay = postconf_next_hop(settings->tls_address, arena),
		   *socket = settings->policyd_socketmap;
	const char *inet = strncmp(socket, "unix:", 5) == 0 ? "" : "inet:";
	size_t n = 0;

	*service = (struct integration_service){0};
	service->key = arena_strf(arena, "%s/unix", transports[i].name);
	service->entry = arena_strf(arena, "%s unix - - n - - smtp", transports[i].name);
	service->parameters[n++] = arena_strf(arena, "smtp_tls_security_level=%s", transports[i].fallback);
	service->parameters[n++] =
		arena_strf(arena, "smtp_tls_policy_maps=inline:{{%s=none}},socketmap:%s%s:%s", relay, inet,
			socket, transports[i].map);
	service->parameters[n++] = arena_strf(arena, "smtp_fallback_relay=%s", relay);
	service->parameters[n++] =
		arena_strf(arena, "smtp_header_checks=regexp:%s.out", settings->tls_header_checks);
	service->parameters[n++] = arena_strf(arena, "syslog_name=postfix/%s", transports[i].name);
	put_all(transport_parameters, service, n);
}

static void
fill_door(const struct settings *settings, const char *milter, struct arena *arena,
	struct integration_service *service)
{
	*service = (struct integration_service){0};
	service->key = arena_strf(arena, "%s/inet", settings->tls_address);
	service->entry = arena_strf(arena, "%s inet n - n - - smtpd", settings->tls_address);
	service->parameters[0] = arena_strf(arena, "smtpd_milters=%s", milter);
	put_all(door_parameters, service, 1);
}

static int
entry_of(const struct postconf *postconf, struct arena *arena, const char *key, struct bytes *ret_entry,
	struct err *err)
{
	const char *const arguments[] = {"-M", key, NULL};

	if (postconf_run(postconf, arena, arguments, ret_entry, err) != 0)
		return -1;
	return ret_entry->n > 0 ? 0 : err_set(err, ERR_CONFIG, "master.cf has no %s", key);
}

/* Without the spaces that a parameter of master.cf has no place for. */
static const char *
squeezed(struct bytes list, struct arena *arena)
{
	char *text = arena_str(arena, list), *to = text;

	for (const char *from = text; *from != '\0'; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	return text;
}

/*
 * Mail that is queued anew (postsuper -r) passes no milter, but it passes cleanup, which must send it its way
 * again by the mark that it carries. Only what pickup brings is looked at so: a mark in mail from outside is
 * none. The service is the site's own cleanup with one table more.
 */
static int
fill_requeue(const struct postconf *postconf, const struct settings *settings, struct arena *arena,
	struct integration_service *cleanup, struct integration_service *pickup, struct err *err)
{
	struct bytes cleanup_entry, pickup_entry, checks;

	*cleanup = (struct integration_service){.key = "postseal-cleanup/unix"};
	*pickup = (struct integration_service){.key = "pickup/unix", .kept = true};
	if (entry_of(postconf, arena, "cleanup/unix", &cleanup_entry, err) != 0 ||
		entry_of(postconf, arena, pickup->key, &pickup_entry, err) != 0 ||
		postconf_get(postconf, arena, "header_checks", &checks, err) != 0)
		return -1;
	cleanup->entry = arena_strf(arena, "postseal-%.*s", BYTES_FMT(cleanup_entry));
	cleanup->parameters[0] = arena_strf(arena, "header_checks=regexp:%s%s%s", settings->tls_header_checks,
		checks.n > 0 ? "," : "", squeezed(checks, arena));
	pickup->entry = arena_str(arena, pickup_entry);
	pickup->parameters[0] = "cleanup_service_name=postseal-cleanup";
	return 0;
}

static void
fill_tables(const struct settings *settings, struct arena *arena, struct integration_table tables[TLS_TABLES])
{
	struct buf text;

	buf_init(&text, TABLE_MAX);
	buf_put_str(&text, "# Made by `postseal setup --tls`: sends mail that is promised TLS its way.\n");
	for (size_t i = 0; i < TRANSPORTS; i++)
		buf_putf(&text, "/^X-Postseal-TLS: %s;/ FILTER %s:\n", transports[i].level,
			transports[i].name);
	tables[0] = (struct integration_table){.path = settings->tls_header_checks};
	tables[0].text = arena_str(arena, buf_bytes(&text));
	tables[1] = (struct integration_table){
		.path = arena_strf(arena, "%s.out", settings->tls_header_checks),
		.text = "# Made by `postseal setup --tls`: nobody outside sees the mark.\n"
			"/^X-Postseal-/ IGNORE\n",
	};
	buf_done(&text);
}

static void
look_at_table(struct integration_table *table)
{
	struct buf text;

	buf_init(&text, TABLE_MAX);
	table->right = fd_read_file(table->path, &text, NULL) == 0 &&
		       bytes_eq(buf_bytes(&text), bytes_of_str(table->text));
	buf_done(&text);
}

static int
get_raw(const struct postconf *postconf, struct arena *arena, const char *name, struct bytes *ret_value,
	struct err *err)
{
	const char *const arguments[] = {"-h", name, NULL};

	return postconf_run(postconf, arena, arguments, ret_value, err);
}

static const char *
in_front(const char *first, struct bytes rest, struct arena *arena)
{
	return rest.n == 0 ? first : arena_strf(arena, "%s, %.*s", first, BYTES_FMT(rest));
}

/* The macro tells the milter what is in force, so it never promises what Postfix would not keep. */
static int
read_main_cf(const struct postconf *postconf, const struct settings *settings, struct arena *arena,
	struct integration_tls *integration, struct err *err)
{
	struct integration_line *checks = &integration->main_cf[0], *macro = &integration->main_cf[1];
	const char *table = arena_strf(arena, "regexp:%s", settings->tls_header_checks);
	static const char told[] = "{ {postseal_tls} = $milter_header_checks }";

	*checks = (struct integration_line){.name = "milter_header_checks",
		.why = "mail that is promised TLS goes by transports that insist on it"};
	*macro = (struct integration_line){.name = "milter_macro_defaults",
		.why = "the milter sees whether that is so, before it promises"};
	if (postconf_get(postconf, arena, checks->name, &checks->now, err) != 0 ||
		get_raw(postconf, arena, macro->name, &macro->now, err) != 0)
		return -1;
	integration->begun = plan_tls_route(checks->now, settings->tls_header_checks);
	checks->right = bytes_starts_nocase(checks->now, bytes_of_str(table));
	checks->value =
		integration->begun ? arena_str(arena, checks->now) : in_front(table, checks->now, arena);
	macro->right = bytes_find(macro->now, bytes_of_str(told)) < macro->now.n;
	macro->value = macro->right ? arena_str(arena, macro->now) : in_front(told, macro->now, arena);
	return 0;
}

/* Whether a line of `list` is `key` and then `=` and the parameter's value. */
static bool
has_parameter(struct bytes list, const char *key, const char *parameter)
{
	struct bytes wanted = bytes_of_str(parameter), line;
	size_t equals = bytes_find_byte(wanted, '='), n = strlen(key);

	while (bytes_next_line(&list, &line)) {
		struct bytes name = bytes_trim(bytes_sub(line, 0, bytes_find_byte(line, '=')));

		if (name.n != n + 1 + equals || memcmp(name.p, key, n) != 0 || name.p[n] != '/' ||
			!bytes_eq(bytes_sub(name, n + 1, name.n), bytes_sub(wanted, 0, equals)))
			continue;
		return bytes_eq(bytes_trim(bytes_sub(line, bytes_find_byte(line, '=') + 1, line.n)),
			bytes_sub(wanted, equals + 1, wanted.n));
	}
	return false;
}

static bool
has_entry(struct bytes list, const char *key)
{
	struct bytes line, start = bytes_of_str(key);

	while (bytes_next_line(&list, &line))
		if (line.n > start.n && memcmp(line.p, start.p, start.n) == 0 && line.p[start.n] == '/')
			return true;
	return false;
}

static void
look_at_service(struct bytes list, struct integration_service *service)
{
	service->there = has_entry(list, service->key);
	service->wrong = NULL;
	for (size_t i = 0; service->parameters[i] != NULL && service->wrong == NULL; i++)
		if (!has_parameter(list, service->key, service->parameters[i]))
			service->wrong = service->parameters[i];
}

int
integration_tls_read(const struct postconf *postconf, const struct settings *settings, const char *milter,
	struct arena *arena, struct integration_tls *ret_integration, struct err *err)
{
	static const char *const all_parameters[] = {"-P", NULL};
	struct integration_tls integration = {0};
	struct bytes list;

	if (read_main_cf(postconf, settings, arena, &integration, err) != 0 ||
		postconf_run(postconf, arena, all_parameters, &list, err) != 0)
		return -1;
	for (size_t i = 0; i < TRANSPORTS; i++)
		fill_transport(i, settings, arena, &integration.services[i]);
	fill_door(settings, milter, arena, &integration.services[TRANSPORTS]);
	if (fill_requeue(postconf, settings, arena, &integration.services[TRANSPORTS + 1],
		    &integration.services[TRANSPORTS + 2], err) != 0)
		return -1;
	for (size_t i = 0; i < TLS_SERVICES; i++)
		look_at_service(list, &integration.services[i]);
	fill_tables(settings, arena, integration.tables);
	for (size_t i = 0; i < TLS_TABLES; i++)
		look_at_table(&integration.tables[i]);
	*ret_integration = integration;
	return 0;
}
