/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `postseal doctor`: is this site set up so that nothing can leave unjudged? Each check says what it saw and,
 * when that is wrong, what to do. It changes nothing.
 */
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <inttypes.h>
#include <jansson.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/reach.h"
#include "lib/dlp/roster.h"
#include "lib/plan/names.h"
#include "lib/scan/client.h"

void
doctor_say(struct doctor *doctor, enum health health, const char *check, const char *fmt, ...)
{
	static const char *const words[] = {
		[HEALTH_OK] = "ok", [HEALTH_WARNING] = "warning", [HEALTH_BAD] = "bad"};
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (health == HEALTH_BAD)
		doctor->bad++;
	if (doctor->format == CLI_TEXT)
		printf("%-8s %-26s %s\n", words[health], check, text);
	else
		json_array_append_new(doctor->report,
			json_pack("{s:s, s:s, s:s}", "check", check, "health", words[health], "text", text));
}

/* smtpd_milters, non_smtpd_milters: there, and before any other. */
static void
check_milter_order(struct doctor *doctor)
{
	for (size_t i = 0; i < 2; i++) {
		const struct integration_line *line = &doctor->integration.main_cf[i];
		int place = integration_milter_place(line->now, doctor->integration.milter);

		if (place < 0)
			doctor_say(doctor, HEALTH_BAD, line->name,
				"%s is missing: mail passes unjudged. Run `postseal setup --apply`",
				doctor->integration.milter);
		else if (place > 0)
			doctor_say(doctor, HEALTH_BAD, line->name,
				"%s must come first: what signs (DKIM) has to see what Postseal made of the "
				"message",
				doctor->integration.milter);
		else
			doctor_say(doctor, HEALTH_OK, line->name, "%s is first", doctor->integration.milter);
	}
}

static bool
contains(struct bytes text, const char *word)
{
	return bytes_find(text, bytes_of_str(word)) < text.n;
}

static void
check_default_action(struct doctor *doctor)
{
	const struct integration_line *line = &doctor->integration.main_cf[2];
	struct bytes milters = doctor->integration.main_cf[0].now;

	if (contains(milters, "default_action=accept") || contains(milters, "default_action = accept"))
		doctor_say(doctor, HEALTH_BAD, line->name,
			"smtpd_milters overrides it with accept: a dead milter would let PHI out");
	else if (!line->right && !bytes_eq(line->now, BYTES_LIT("quarantine")))
		doctor_say(doctor, HEALTH_BAD, line->name,
			"is %.*s, must be tempfail: a dead milter would let PHI out or bounce mail",
			BYTES_FMT(line->now));
	else
		doctor_say(doctor, HEALTH_OK, line->name, "%.*s", BYTES_FMT(line->now));
}

static void
check_bare_newline(struct doctor *doctor)
{
	const struct integration_line *line = &doctor->integration.main_cf[3], *exclusions = line + 1;

	if (!line->right)
		doctor_say(doctor, HEALTH_BAD, line->name,
			"is '%.*s', must be normalize: a smuggled message would go round the milter",
			BYTES_FMT(line->now));
	else if (!exclusions->right)
		doctor_say(doctor, HEALTH_WARNING, exclusions->name, "lets off %.*s: should be empty",
			BYTES_FMT(exclusions->now));
	else
		doctor_say(doctor, HEALTH_OK, line->name, "normalize, for every client");
}

/* Reads one -o of the re-injection listener. */
static int
listener_parameter(struct doctor *doctor, const char *name, struct bytes *ret_value)
{
	const char *arguments[] = {
		"-Px", arena_strf(&doctor->arena, "%s/%s", doctor->integration.listener, name), NULL};
	struct bytes output;
	struct err err;
	size_t equals;

	if (postconf_run(&doctor->postconf, &doctor->arena, arguments, &output, &err) != 0 || output.n == 0)
		return -1;
	equals = bytes_find_byte(output, '=');
	*ret_value = bytes_trim(bytes_sub(output, equals + 1, SIZE_MAX));
	return 0;
}

static void
check_reinjection(struct doctor *doctor)
{
	const char *listener = doctor->integration.listener;
	struct bytes milters;

	if (!doctor->integration.listener_there)
		doctor_say(doctor, HEALTH_BAD, "re-injection",
			"master.cf has no %s. Run `postseal setup --apply`", listener);
	else if (listener_parameter(doctor, "smtpd_milters", &milters) != 0)
		doctor_say(doctor, HEALTH_BAD, "re-injection",
			"%s has no `-o smtpd_milters=`: what Postseal made would be judged again", listener);
	else if (integration_milter_place(milters, doctor->integration.milter) >= 0)
		doctor_say(doctor, HEALTH_BAD, "re-injection",
			"%s calls Postseal again: its smtpd_milters must not name it", listener);
	else
		doctor_say(doctor, HEALTH_OK, "re-injection", "%s is there", listener);
}

static void
check_message_size(struct doctor *doctor)
{
	struct bytes value;
	int64_t limit;
	struct err err;

	if (postconf_get(&doctor->postconf, &doctor->arena, "message_size_limit", &value, &err) != 0 ||
		bytes_parse_i64(value, 0, INT64_MAX, &limit) != 0)
		return;
	if (limit == 0 || limit > doctor->cli->settings->message_size_limit)
		doctor_say(doctor, HEALTH_WARNING, "message_size_limit",
			"Postfix takes messages of %lld bytes, Postseal refuses those above %lld",
			(long long)limit, (long long)doctor->cli->settings->message_size_limit);
	else
		doctor_say(doctor, HEALTH_OK, "message_size_limit", "%lld bytes, within Postseal's",
			(long long)limit);
}

static void
say_reached(struct doctor *doctor, const char *check, const char *where, const struct err *failed,
	const char *advice)
{
	if (failed == NULL)
		doctor_say(doctor, HEALTH_OK, check, "%s answers", where);
	else
		doctor_say(doctor, HEALTH_BAD, check, "%s: %s. %s", where, failed->text, advice);
}

static void
check_daemons(struct doctor *doctor)
{
	const struct settings *settings = doctor->cli->settings;
	struct scan_client *parser = NULL;
	struct err err;

	say_reached(doctor, "parser", settings->parser_socket,
		scan_client_connect(settings->parser_socket, &parser, &err) == 0 ? NULL : &err,
		"Is postseal-parser running? Outgoing mail waits");
	scan_client_close(parser);
	if (strncmp(settings->milter_socket, "unix:", 5) == 0)
		say_reached(doctor, "milter", settings->milter_socket,
			reach(settings->milter_socket, &err) == 0 ? NULL : &err,
			"Is postseal-milter running? All mail waits");
	else
		doctor_say(doctor, HEALTH_OK, "milter", "%s: not a unix socket, not asked",
			settings->milter_socket);
	say_reached(doctor, "portal", settings->portal_listen,
		reach(settings->portal_listen, &err) == 0 ? NULL : &err,
		"Is postseal-portald running? Recipients can't read their messages");
	if (doctor->postfix_read && doctor->integration.listener_there)
		say_reached(doctor, "re-injection listener", settings->reinject_address,
			reach(settings->reinject_address, &err) == 0 ? NULL : &err,
			"Is Postfix running? Try `postfix reload`");
}

/* Who may do what with a file of ours: modes that must not be there. */
static const struct file_check {
	const char *name;
	size_t offset; /* of the path in struct settings */
	mode_t forbidden;
	const char *must;
} file_checks[] = {
	{"portal_key", offsetof(struct settings, portal_key), 0077, "only its owner, the vault, may read it"},
	{"index_key", offsetof(struct settings, index_key), 0027, "only milter and vault may read it"},
	{"reinject_key", offsetof(struct settings, reinject_key), 0027, "only milter and mailer may read it"},
	{"portal_certificate", offsetof(struct settings, portal_certificate), 0022,
		"only its owner may change it"},
	{"recovery_certificate", offsetof(struct settings, recovery_certificate), 0022,
		"only its owner may change it"},
	{"policy_file", offsetof(struct settings, policy_file), 0022, "only its owner may change it"},
	{"rules_directory", offsetof(struct settings, rules_directory), 0022, "only its owner may change it"},
	{"store_directory", offsetof(struct settings, store_directory), 0007,
		"only milter and vault may enter it"},
};

static void
check_file(struct doctor *doctor, const struct file_check *check, const char *remedy)
{
	const char *path = *(const char *const *)((const char *)doctor->cli->settings + check->offset);
	struct stat st;

	if (path == NULL || *path == '\0')
		doctor_say(doctor, HEALTH_BAD, check->name, "not set");
	else if (stat(path, &st) != 0)
		doctor_say(
			doctor, HEALTH_BAD, check->name, "%s: %s. %s", path, strerrordesc_np(errno), remedy);
	else if ((st.st_mode & check->forbidden) != 0)
		doctor_say(doctor, HEALTH_BAD, check->name, "%s has mode %04o: %s", path,
			(unsigned)(st.st_mode & 07777), check->must);
	else
		doctor_say(doctor, HEALTH_OK, check->name, "%s, mode %04o", path,
			(unsigned)(st.st_mode & 07777));
}

/* Of a site that has a roster. */
static const struct file_check roster_checks[] = {
	{"roster_file", offsetof(struct settings, roster_file), 0027, "only the parser may read it"},
	{"roster_key_file", offsetof(struct settings, roster_key_file), 0027, "only the parser may read it"},
};

static void
check_known(struct doctor *doctor)
{
	static const struct file_check check = {
		"known_files", offsetof(struct settings, known_files), 0022, "only its owner may change it"};

	if (doctor->cli->settings->known_files[0] != '\0')
		check_file(doctor, &check, "Make it with sha256sum, or set known_files to nothing");
}

static void
check_roster(struct doctor *doctor)
{
	const struct settings *settings = doctor->cli->settings;
	struct roster *roster = NULL;
	struct err err = {0};

	if (settings->roster_file[0] == '\0') {
		doctor_say(doctor, HEALTH_OK, "roster", "none: rules that ask it find nothing");
		return;
	}
	for (size_t i = 0; i < sizeof(roster_checks) / sizeof(roster_checks[0]); i++)
		check_file(doctor, &roster_checks[i], "Run `postseal roster build`");
	if (roster_open(settings->roster_file, settings->roster_key_file, &roster, &err) != 0)
		doctor_say(doctor, HEALTH_BAD, "roster", "%s. The parser takes no configuration with it",
			err.text);
	else
		doctor_say(doctor, HEALTH_OK, "roster", "%" PRIu64 " people", roster_header(roster)->persons);
	roster_close(roster);
}

/* Without room in the store, mail that needs protection waits. */
static void
check_store_room(struct doctor *doctor)
{
	struct statvfs fs;
	uint64_t free_mb;

	if (statvfs(doctor->cli->settings->store_directory, &fs) != 0)
		return;
	free_mb = (uint64_t)fs.f_bavail * fs.f_frsize / 1024 / 1024;
	if ((fs.f_flag & ST_RDONLY) != 0)
		doctor_say(doctor, HEALTH_BAD, "store room",
			"the file system is read-only: mail that needs protection waits");
	else if (free_mb < (uint64_t)doctor->cli->settings->message_size_limit / 1024 / 1024 * 2)
		doctor_say(doctor, HEALTH_BAD, "store room",
			"%llu MiB: there is no room for two large messages. Mail that needs protection may "
			"wait",
			(unsigned long long)free_mb);
	else
		doctor_say(doctor, HEALTH_OK, "store room", "%llu MiB", (unsigned long long)free_mb);
}

/* The web certificate: none behind a proxy on a unix socket. */
static void
check_web_certificate(struct doctor *doctor)
{
	const struct settings *settings = doctor->cli->settings;
	const struct {
		const char *name, *path;
	} files[] = {{"portal_tls_certificate", settings->portal_tls_certificate},
		{"portal_tls_key", settings->portal_tls_key}};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i].path == NULL || *files[i].path == '\0')
			continue;
		if (access(files[i].path, R_OK) == 0)
			doctor_say(doctor, HEALTH_OK, files[i].name, "%s", files[i].path);
		else
			doctor_say(doctor, HEALTH_BAD, files[i].name, "%s: %s", files[i].path,
				strerrordesc_np(errno));
	}
}

/* The milter can seal, never open: its user must not be able to read the portal's key. */
static void
check_key_owner(struct doctor *doctor)
{
	const struct settings *settings = doctor->cli->settings;
	const struct passwd *milter = getpwnam(settings->milter_user);
	struct stat st;

	if (milter == NULL || stat(settings->portal_key, &st) != 0)
		return;
	if (st.st_uid == milter->pw_uid)
		doctor_say(doctor, HEALTH_BAD, "portal_key owner",
			"%s owns it: the milter could open what it seals", settings->milter_user);
	else
		doctor_say(doctor, HEALTH_OK, "portal_key owner", "not the milter's user");
}

/* The recovery key opens everything: it belongs off this machine. */
static void
check_recovery_key(struct doctor *doctor)
{
	const char *certificate = doctor->cli->settings->recovery_certificate;
	size_t n = strlen(certificate);
	char *key;

	if (n < 5 || strcmp(certificate + n - 4, ".pem") != 0)
		return;
	key = arena_strf(&doctor->arena, "%.*s.key", (int)(n - 4), certificate);
	if (access(key, F_OK) == 0)
		doctor_say(doctor, HEALTH_WARNING, "recovery key",
			"%s is still here: it opens everything. Move it off this machine", key);
	else
		doctor_say(doctor, HEALTH_OK, "recovery key", "not on this machine");
}

/* The milter does not know the rules, nor the parser the policy: a name misspelt in one is seen here. */
/* What packs include: who may write there decides what is found. */
static void
check_included(struct doctor *doctor, const struct ruleset *rules)
{
	for (size_t i = 1; i < ruleset_n_folders(rules); i++) {
		const char *path = ruleset_folder(rules, i);
		struct stat st;

		if (stat(path, &st) != 0 || (st.st_mode & 0022) != 0)
			doctor_say(doctor, HEALTH_BAD, "included rules", "%s: only its owner may change it",
				path);
		else
			doctor_say(doctor, HEALTH_OK, "included rules", "%s, mode %04o", path,
				(unsigned)(st.st_mode & 07777));
	}
}

static void
check_policy_names(struct doctor *doctor)
{
	const struct settings *settings = doctor->cli->settings;
	const struct ruleset_limits limits = {.match = (uint32_t)settings->pattern_match_limit,
		.depth = (uint32_t)settings->pattern_depth_limit,
		.heap_kib = (uint32_t)(settings->pattern_heap_limit / 1024)};
	struct faults *faults = arena_alloc(&doctor->arena, sizeof(*faults));
	struct policy *policy = NULL;
	struct ruleset *rules = NULL;
	char text[1024];

	faults_init(faults);
	if (policy_load(settings->policy_file, &policy, faults) == 0 &&
		ruleset_load(settings->rules_directory, &limits, &rules, faults) == 0 &&
		policy_check_names(policy, settings->policy_file, rules, faults) == 0)
		doctor_say(doctor, HEALTH_OK, "policy", "the rules know every label and rule that it names");
	for (size_t i = 0; i < faults->n && i < FAULTS_MAX; i++) {
		faults_format(&faults->list[i], text, sizeof(text));
		doctor_say(doctor, HEALTH_BAD, "policy", "%s", text);
	}
	if (rules != NULL)
		check_included(doctor, rules);
	ruleset_free(rules);
	policy_free(policy);
	faults_done(faults);
}

static void
check_mode(struct doctor *doctor)
{
	if (strcmp(doctor->cli->settings->mode, "enforce") == 0)
		doctor_say(doctor, HEALTH_OK, "mode", "enforce");
	else
		doctor_say(doctor, HEALTH_WARNING, "mode", "%s: PHI is recorded, but leaves as it came",
			doctor->cli->settings->mode);
}

static void
check_postfix(struct doctor *doctor)
{
	if (!doctor->postfix_read) {
		doctor_say(doctor, HEALTH_BAD, "Postfix", "%s", doctor->postfix_error.text);
		return;
	}
	check_milter_order(doctor);
	check_default_action(doctor);
	check_bare_newline(doctor);
	check_reinjection(doctor);
	check_message_size(doctor);
}

static int
examine(struct doctor *doctor)
{
	doctor->postfix_read = integration_read(&doctor->postconf, doctor->cli->settings, &doctor->arena,
				       &doctor->integration, &doctor->postfix_error) == 0;
	check_postfix(doctor);
	check_daemons(doctor);
	for (size_t i = 0; i < sizeof(file_checks) / sizeof(file_checks[0]); i++)
		check_file(doctor, &file_checks[i], "Run `postseal setup`");
	check_roster(doctor);
	check_known(doctor);
	check_store_room(doctor);
	check_web_certificate(doctor);
	check_key_owner(doctor);
	check_recovery_key(doctor);
	check_policy_names(doctor);
	doctor_check_tls(doctor);
	doctor_check_limits(doctor);
	check_mode(doctor);
	return doctor->bad > 0 ? 1 : 0;
}

static int
doctor_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"postfix", required_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	struct doctor doctor = {.cli = cli};
	int c, ret;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || (c == 'f' && cli_parse_format("doctor", optarg, &doctor.format) != 0))
			return 2;
		if (c == 'p')
			doctor.postconf.directory = optarg;
	}
	if (optind != argc)
		return cli_usage_error("doctor", "unexpected argument '%s'", argv[optind]);
	arena_init(&doctor.arena);
	doctor.report = json_array();
	ret = examine(&doctor);
	if (doctor.format == CLI_JSON) {
		json_dumpf(doctor.report, stdout, JSON_COMPACT);
		putchar('\n');
	}
	json_decref(doctor.report);
	arena_done(&doctor.arena);
	return ret;
}

const struct cli_command cli_doctor = {
	.name = "doctor",
	.config = CLI_CONFIG_REQUIRED,
	.summary = "check that nothing can leave unjudged",
	.usage = "usage: postseal doctor [--format text|json] [--postfix DIR]\n\n"
		 "Checks Postfix's configuration (milter order, default action, re-injection, bare "
		 "newlines), the files'\n"
		 "permissions and the daemons. Exit 1 when something is bad; each line says what to do.\n",
	.run = doctor_run,
};
