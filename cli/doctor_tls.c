/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A promise of TLS is kept by Postfix, in its own configuration: every line of it that keeps it is looked at,
 * and what of the site's would work against it.
 */
#include "cli/doctor.h"
#include "cli/reach.h"
#include "lib/base/clock.h"
#include "lib/plan/policy.h"
#include "lib/socketmap/client.h"

enum { ASK_MS = 3000 };

static bool
policy_wants_tls(const struct settings *settings)
{
	struct policy *policy = NULL;
	struct faults faults;
	bool wants;

	faults_init(&faults);
	wants = policy_load(settings->policy_file, &policy, &faults) == 0 && policy_asks_tls(policy);
	policy_free(policy);
	faults_done(&faults);
	return wants;
}

static void
check_main_cf(struct doctor *doctor, const struct integration_tls *tls)
{
	static const char *const names[TLS_TABLES] = {"tls_header_checks", "tls_header_checks.out"};

	for (size_t i = 0; i < TLS_MAIN_LINES; i++) {
		const struct integration_line *line = &tls->main_cf[i];

		if (line->right)
			doctor_say(doctor, HEALTH_OK, line->name, "%.*s", BYTES_FMT(line->now));
		else
			doctor_say(doctor, HEALTH_BAD, line->name, "is '%.*s', must be '%s': %s",
				BYTES_FMT(line->now), line->value, line->why);
	}
	for (size_t i = 0; i < TLS_TABLES; i++)
		if (tls->tables[i].right)
			doctor_say(doctor, HEALTH_OK, names[i], "%s", tls->tables[i].path);
		else
			doctor_say(doctor, HEALTH_BAD, names[i],
				"%s is missing or says something else. Run `postseal setup --tls --apply`",
				tls->tables[i].path);
}

static void
check_services(struct doctor *doctor, const struct integration_tls *tls)
{
	for (size_t i = 0; i < TLS_SERVICES; i++) {
		const struct integration_service *service = &tls->services[i];

		if (!service->there)
			doctor_say(doctor, HEALTH_BAD, service->key,
				"master.cf has no %s. Run `postseal setup --tls --apply`", service->key);
		else if (service->wrong != NULL)
			doctor_say(doctor, HEALTH_BAD, service->key,
				"%s must have -o %s. Run `postseal setup --tls --apply`", service->key,
				service->wrong);
		else
			doctor_say(doctor, HEALTH_OK, service->key, "%s", service->key);
	}
}

static bool
get(struct doctor *doctor, const char *name, struct bytes *ret_value)
{
	return postconf_get(&doctor->postconf, &doctor->arena, name, ret_value, NULL) == 0;
}

/* Postfix adds recipients of its own after the milter: they would be sent by TLS to our own domains. */
static void
check_added_recipients(struct doctor *doctor)
{
	static const char *const names[] = {"always_bcc", "sender_bcc_maps", "recipient_bcc_maps"};
	struct bytes value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (get(doctor, names[i], &value) && value.n > 0)
			doctor_say(doctor, HEALTH_WARNING, names[i],
				"is set: of mail that is promised TLS, this copy goes by TLS too, or to the "
				"portal");
}

/* FILTER is in place of it. */
static void
check_content_filter(struct doctor *doctor)
{
	struct bytes value;

	if (get(doctor, "content_filter", &value) && value.n > 0)
		doctor_say(doctor, HEALTH_WARNING, "content_filter",
			"is set: mail that is promised TLS does not pass through %.*s", BYTES_FMT(value));
}

static void
check_ways(struct doctor *doctor)
{
	struct bytes file = {0}, path = {0}, relay = {0};

	if (get(doctor, "smtp_tls_CAfile", &file) && get(doctor, "smtp_tls_CApath", &path) &&
		file.n + path.n == 0)
		doctor_say(doctor, HEALTH_BAD, "smtp_tls_CAfile",
			"neither it nor smtp_tls_CApath is set: Postfix trusts no certificate, and all TLS "
			"but DANE ends in the portal");
	else
		doctor_say(doctor, HEALTH_OK, "smtp_tls_CAfile", "certificates are trusted by %.*s",
			BYTES_FMT(file.n > 0 ? file : path));
	if (get(doctor, "relayhost", &relay) && relay.n > 0)
		doctor_say(doctor, HEALTH_WARNING, "relayhost",
			"is set, but mail that is promised TLS goes to its domain's own hosts: port 25 must "
			"be open");
}

/* Seconds, or with s, m, h, d or w behind. */
static int64_t
seconds_of(struct bytes text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};
	int64_t n = 0, unit = 1;

	for (size_t i = 0; text.n > 0 && i < sizeof(units) / sizeof(units[0]); i++)
		if (text.p[text.n - 1] == (uint8_t)units[i].unit) {
			unit = units[i].seconds;
			text.n--;
		}
	return bytes_parse_i64(text, 0, INT32_MAX, &n) == 0 ? n * unit : -1;
}

/* What Postfix gives up before the patience is over comes back to its sender. */
static void
check_patience(struct doctor *doctor)
{
	int64_t patience = doctor->cli->settings->tls_patience, lifetime;
	struct bytes value;

	if (!get(doctor, "maximal_queue_lifetime", &value))
		return;
	lifetime = seconds_of(value);
	if (lifetime >= 0 && lifetime <= patience)
		doctor_say(doctor, HEALTH_BAD, "tls_patience",
			"Postfix gives mail up after %.*s, before the portal would take it (%lld s)",
			BYTES_FMT(value), (long long)patience);
	else
		doctor_say(doctor, HEALTH_OK, "tls_patience", "%lld s", (long long)patience);
}

/* Who reaches the door can have mail put into escrow: this host alone. */
static void
check_door(struct doctor *doctor)
{
	const char *door = doctor->cli->settings->tls_address;

	if (strncmp(door, "127.", 4) != 0 && strncmp(door, "[::1]:", 6) != 0)
		doctor_say(doctor, HEALTH_BAD, "tls_address place", "%s is not on the loopback", door);
	else
		doctor_say(doctor, HEALTH_OK, "tls_address place", "%s is on the loopback", door);
}

static void
check_policyd(struct doctor *doctor)
{
	const char *where = doctor->cli->settings->policyd_socketmap;
	struct socketmap_client *client = socketmap_client_new(where);
	struct socketmap_answer answer;
	struct err err = {0};

	if (socketmap_client_ask(client, "capability", BYTES_LIT("postseal.invalid"),
		    clock_mono_ms() + ASK_MS, &answer, &err) != 0)
		doctor_say(doctor, HEALTH_BAD, "policyd",
			"%s. Is postseal-policyd running? No TLS is promised, the portal takes all",
			err.text);
	else
		doctor_say(doctor, HEALTH_OK, "policyd", "%s answers", where);
	socketmap_client_free(client);
	if (reach(doctor->cli->settings->tls_address, &err) == 0)
		doctor_say(
			doctor, HEALTH_OK, "tls_address", "%s answers", doctor->cli->settings->tls_address);
	else
		doctor_say(doctor, HEALTH_BAD, "tls_address",
			"%s: %s. Is Postfix running? Try `postfix reload`",
			doctor->cli->settings->tls_address, err.text);
}

void
doctor_check_tls(struct doctor *doctor)
{
	const struct settings *settings = doctor->cli->settings;
	bool wanted = policy_wants_tls(settings);
	struct integration_tls tls;
	struct err err;

	if (!doctor->postfix_read)
		return;
	if (integration_tls_read(&doctor->postconf, settings, doctor->integration.milter, &doctor->arena,
		    &tls, &err) != 0) {
		doctor_say(doctor, HEALTH_BAD, "TLS", "%s", err.text);
	} else if (!tls.begun) {
		doctor_say(doctor, wanted ? HEALTH_WARNING : HEALTH_OK, "TLS",
			"not promised: Postfix is not set up for it%s",
			wanted ? ", so the portal takes what the policy would send by TLS. Run `postseal "
				 "setup "
				 "--tls --apply`"
			       : "");
	} else {
		check_main_cf(doctor, &tls);
		check_services(doctor, &tls);
		check_added_recipients(doctor);
		check_content_filter(doctor);
		check_ways(doctor);
		check_patience(doctor);
		check_door(doctor);
		check_policyd(doctor);
	}
}
