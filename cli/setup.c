/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `postseal setup`: from nothing to a configuration that works: postseal.cf, policy.yaml, users, keys, the
 * store, and the lines for Postfix. Run again, it makes only what is missing and never replaces a file.
 */
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/accounts.h"
#include "cli/cli.h"
#include "cli/setup_tls.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/store/store.h"

enum { SETUP_DOMAINS_MAX = 64, SETUP_FILE_MAX = 1024 * 1024 };

enum setup_postfix { SETUP_SHOW_LINES, SETUP_APPLY };

struct setup {
	const struct cli *cli;
	const char *domains[SETUP_DOMAINS_MAX];
	size_t n_domains;
	const char *portal_url, *organisation, *tls_certificate, *tls_key;
	const char *policy_source;
	struct postconf postconf;
	enum setup_postfix postfix;
	bool yes;
	bool tls;           /* with what keeps promises of TLS */
	bool settings_made; /* postseal.cf is of this run */
	struct arena arena;
	const char *directory; /* of postseal.cf */
};

/* Files that stand beside postseal.cf unless the command line says otherwise. */
static const struct {
	const char *option, *file;
} beside[] = {
	{"policy_file", "policy.yaml"},
	{"portal_certificate", "portal.pem"},
	{"portal_key", "portal.key"},
	{"recovery_certificate", "recovery.pem"},
	{"index_key", "index.key"},
	{"reinject_key", "reinject.key"},
	{"tls_header_checks", "tls_header_checks"},
};

static const char *
override_of(const struct setup *setup, const char *name)
{
	const struct str_list *list = setup->cli->overrides;
	size_t n = strlen(name);

	for (size_t i = 0; i < list->n; i++)
		if (strncmp(list->items[i], name, n) == 0 && list->items[i][n] == '=')
			return list->items[i] + n + 1;
	return NULL;
}

static void
put_option(struct buf *text, const char *name, const char *value)
{
	if (value != NULL)
		buf_putf(text, "%s = %s\n", name, value);
}

static void
put_overrides(const struct setup *setup, struct buf *text)
{
	const struct str_list *list = setup->cli->overrides;

	for (size_t i = 0; i < list->n; i++) {
		struct bytes line = bytes_of_str(list->items[i]);
		size_t equals = bytes_find_byte(line, '=');

		buf_putf(text, "%.*s = %.*s\n", BYTES_FMT(bytes_trim(bytes_sub(line, 0, equals))),
			BYTES_FMT(bytes_trim(bytes_sub(line, equals + 1, SIZE_MAX))));
	}
}

static void
write_settings_text(const struct setup *setup, struct buf *text)
{
	buf_put_str(text, "# Postseal's configuration. `postseal conf` shows every option, postseal.cf(5) "
			  "explains them.\n\n"
			  "# Recipients in these domains are inside: their mail is not judged. A leading dot "
			  "takes subdomains.\n");
	buf_put_str(text, "our_domains =");
	for (size_t i = 0; i < setup->n_domains; i++)
		buf_putf(text, "%s %s", i ? "," : "", setup->domains[i]);
	buf_put_str(text, "\n\n# monitor: record what would be done, do nothing. enforce: do it.\n");
	put_option(text, "mode", override_of(setup, "mode") ? NULL : "enforce");
	buf_put_str(text, "\n# Where recipients read their messages.\n");
	put_option(text, "portal_url", setup->portal_url);
	put_option(text, "organisation", setup->organisation);
	put_option(text, "portal_tls_certificate", setup->tls_certificate);
	put_option(text, "portal_tls_key", setup->tls_key);
	buf_put_str(text, "\n# Files.\n");
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		if (override_of(setup, beside[i].option) == NULL)
			buf_putf(text, "%s = %s/%s\n", beside[i].option, setup->directory, beside[i].file);
	put_overrides(setup, text);
}

/* With its parents, which everybody may enter. */
static int
make_folder(struct setup *setup, const char *path, mode_t mode, struct err *err)
{
	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT)
		return err_sys(err, ERR_CONFIG, "make %s", path);
	if (make_folder(setup, dirname(arena_strf(&setup->arena, "%s", path)), 0755, err) != 0)
		return -1;
	if (mkdir(path, mode) == 0)
		return 0;
	return err_sys(err, ERR_CONFIG, "make %s", path);
}

static int
make_settings_file(struct setup *setup, struct err *err)
{
	const char *path = setup->cli->config_path;
	struct buf text;
	int ret;

	if (access(path, F_OK) == 0) {
		printf("%s: is there, kept\n", path);
		return 0;
	}
	if (setup->n_domains == 0 || setup->portal_url == NULL)
		return err_set(err, ERR_USAGE,
			"%s does not exist yet: --domain and --portal-url are needed to make it", path);
	if (make_folder(setup, setup->directory, 0755, err) != 0)
		return -1;
	buf_init(&text, SETUP_FILE_MAX);
	write_settings_text(setup, &text);
	ret = fd_write_file(path, buf_bytes(&text), 0644, err);
	buf_done(&text);
	setup->settings_made = ret == 0;
	return ret;
}

static int
make_policy_file(const struct setup *setup, const struct settings *settings, struct err *err)
{
	struct buf text;
	int ret;

	if (access(settings->policy_file, F_OK) == 0) {
		printf("%s: is there, kept\n", settings->policy_file);
		return 0;
	}
	buf_init(&text, SETUP_FILE_MAX);
	ret = fd_read_file(setup->policy_source, &text, err);
	if (ret == 0)
		ret = fd_write_file(settings->policy_file, buf_bytes(&text), 0644, err);
	buf_done(&text);
	if (ret == 0)
		printf("%s: made\n", settings->policy_file);
	return ret;
}

/* The folder has its group before anything is made in it: what milter and vault share inherits it. */
static int
make_store(struct setup *setup, const struct settings *settings, struct err *err)
{
	bool there = access(settings->store_directory, F_OK) == 0;

	if (make_folder(setup, settings->store_directory, 0770, err) != 0)
		return -1;
	if (accounts_give(settings->store_directory, settings->milter_user, settings->store_group, 02770,
		    err) != 0 ||
		store_create(settings->store_directory, err) != 0)
		return -1;
	printf("%s: %s\n", settings->store_directory, there ? "is there, kept" : "made");
	return 0;
}

/* The folder of a unix milter socket: the milter makes its socket there, Postfix reaches it through the
 * group. */
static int
make_socket_folder(struct setup *setup, const struct settings *settings, struct err *err)
{
	const char *path;

	if (strncmp(settings->milter_socket, "unix:", 5) != 0)
		return 0;
	path = dirname(arena_strf(&setup->arena, "%s", settings->milter_socket + 5));
	if (mkdir(path, 0750) != 0)
		return errno == EEXIST ? 0 : err_sys(err, ERR_CONFIG, "make %s", path);
	printf("%s: made\n", path);
	return accounts_give(path, settings->milter_user, settings->milter_socket_group, 0750, err);
}

/* `postseal key init --all` with the settings just written. */
static int
make_keys(const struct setup *setup, const struct settings *settings)
{
	struct cli cli = *setup->cli;
	char key[] = "key", init[] = "init", all[] = "--all";
	char *argv[] = {key, init, all, NULL};

	cli.settings = settings;
	cli.config_found = true;
	optind = 0;
	return cli_key.run(&cli, 3, argv);
}

static void
print_difference(const struct integration *integration, size_t *ret_changes)
{
	size_t changes = 0;

	puts("\nmain.cf:");
	for (size_t i = 0; i < INTEGRATION_LINES; i++) {
		const struct integration_line *line = &integration->main_cf[i];

		if (line->right) {
			printf("    %s = %s\n", line->name, line->value);
			continue;
		}
		printf("  - %s = %.*s\n  + %s = %s\n        (%s)\n", line->name, BYTES_FMT(line->now),
			line->name, line->value, line->why);
		changes++;
	}
	printf("\nmaster.cf:\n  %c %s\n", integration->listener_there ? ' ' : '+', integration->master_entry);
	for (const char *const *p = integration->parameters; *p != NULL; p++)
		printf("  %c     -o %s\n", integration->listener_there ? ' ' : '+', *p);
	if (!integration->listener_there)
		changes++;
	*ret_changes = changes;
}

static bool
said_yes(const struct setup *setup)
{
	int c;

	if (setup->yes)
		return true;
	printf("\nSet these in Postfix now? [y/N] ");
	fflush(stdout);
	c = getchar();
	return c == 'y' || c == 'Y';
}

static int
apply_listener(const struct setup *setup, struct arena *arena, const struct integration *integration,
	struct err *err)
{
	const char *arguments[POSTCONF_ARGUMENTS_MAX] = {
		"-M", arena_strf(arena, "%s=%s", integration->listener, integration->master_entry), NULL};
	struct bytes output;
	size_t n = 0;

	if (postconf_run(&setup->postconf, arena, arguments, &output, err) != 0)
		return -1;
	arguments[n++] = "-P";
	for (const char *const *p = integration->parameters; *p != NULL; p++)
		arguments[n++] = arena_strf(arena, "%s/%s", integration->listener, *p);
	arguments[n] = NULL;
	return postconf_run(&setup->postconf, arena, arguments, &output, err);
}

static int
apply_main(const struct setup *setup, struct arena *arena, const struct integration *integration,
	struct err *err)
{
	const char *arguments[] = {"-e", NULL, NULL};
	struct bytes output;

	for (size_t i = 0; i < INTEGRATION_LINES; i++) {
		const struct integration_line *line = &integration->main_cf[i];

		if (line->right)
			continue;
		arguments[1] = arena_strf(arena, "%s = %s", line->name, line->value);
		if (postconf_run(&setup->postconf, arena, arguments, &output, err) != 0)
			return -1;
	}
	return integration->listener_there ? 0 : apply_listener(setup, arena, integration, err);
}

static int
apply(const struct setup *setup, struct arena *arena, const struct integration *integration,
	const struct integration_tls *tls, struct err *err)
{
	if (apply_main(setup, arena, integration, err) != 0 ||
		(setup->tls && setup_tls_apply(&setup->postconf, arena, tls, err) != 0))
		return -1;
	puts("Done. Start the daemons, then: postfix reload; postseal doctor");
	return 0;
}

static int
show_or_apply(struct setup *setup, const struct settings *settings, struct err *err)
{
	struct integration integration;
	struct integration_tls tls;
	size_t changes;

	if (integration_read(&setup->postconf, settings, &setup->arena, &integration, err) != 0 ||
		integration_tls_read(
			&setup->postconf, settings, integration.milter, &setup->arena, &tls, err) != 0)
		return -1;
	setup->tls |= tls.begun;
	print_difference(&integration, &changes);
	if (setup->tls)
		changes += setup_tls_print(&tls);
	if (changes == 0) {
		puts("\nPostfix has all of this already.");
		return 0;
	}
	if (setup->postfix == SETUP_SHOW_LINES) {
		puts("\nNothing was changed in Postfix. `postseal setup --apply` sets these lines.");
		return 0;
	}
	if (!said_yes(setup))
		return 0;
	return apply(setup, &setup->arena, &integration, &tls, err);
}

static int
make_everything(struct setup *setup, const struct settings *settings, struct err *err)
{
	int status;

	if (accounts_make(settings, err) != 0 || make_policy_file(setup, settings, err) != 0 ||
		make_store(setup, settings, err) != 0 || make_socket_folder(setup, settings, err) != 0)
		return -1;
	status = make_keys(setup, settings);
	if (status != 0)
		return err_set(err, ERR_CONFIG, "`postseal key init --all` failed with status %d", status);
	return show_or_apply(setup, settings, err);
}

/* What the command line asked for has a fault: it must not stay, or the next run would keep it. */
static void
forget_settings_file(const struct setup *setup)
{
	if (setup->settings_made && unlink(setup->cli->config_path) == 0)
		fprintf(stderr, "postseal setup: %s was not made\n", setup->cli->config_path);
}

static int
load_and_make(struct setup *setup)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct settings *settings = NULL;
	struct err err;
	int ret;

	faults_init(faults);
	if (make_settings_file(setup, &err) != 0) {
		ret = cli_fail("setup", &err);
	} else if (settings_load(setup->cli->config_path, NULL, &settings, faults) != 0) {
		faults_print(faults, stderr);
		forget_settings_file(setup);
		ret = err_exit_code(ERR_CONFIG);
	} else {
		if (setup->settings_made)
			printf("%s: made\n", setup->cli->config_path);
		ret = make_everything(setup, settings, &err) == 0 ? 0 : cli_fail("setup", &err);
	}
	settings_free(settings);
	faults_done(faults);
	free(faults);
	return ret;
}

static int
parse_arguments(int argc, char **argv, struct setup *setup)
{
	enum { DOMAIN = 1, URL, ORGANISATION, CERTIFICATE, KEY, POSTFIX, POLICY, APPLY, YES, TLS };
	static const struct option options[] = {
		{"domain", required_argument, NULL, DOMAIN},
		{"portal-url", required_argument, NULL, URL},
		{"organisation", required_argument, NULL, ORGANISATION},
		{"tls-certificate", required_argument, NULL, CERTIFICATE},
		{"tls-key", required_argument, NULL, KEY},
		{"postfix", required_argument, NULL, POSTFIX},
		{"policy", required_argument, NULL, POLICY},
		{"apply", no_argument, NULL, APPLY},
		{"yes", no_argument, NULL, YES},
		{"tls", no_argument, NULL, TLS},
		{NULL, 0, NULL, 0},
	};
	const char **values[] = {[URL] = &setup->portal_url,
		[ORGANISATION] = &setup->organisation,
		[CERTIFICATE] = &setup->tls_certificate,
		[KEY] = &setup->tls_key,
		[POSTFIX] = &setup->postconf.directory,
		[POLICY] = &setup->policy_source};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		if (c == APPLY)
			setup->postfix = SETUP_APPLY;
		else if (c == YES)
			setup->yes = true;
		else if (c == TLS)
			setup->tls = true;
		else if (c != DOMAIN)
			*values[c] = optarg;
		else if (setup->n_domains < SETUP_DOMAINS_MAX)
			setup->domains[setup->n_domains++] = optarg;
	}
	return optind == argc ? 0 : cli_usage_error("setup", "unexpected argument '%s'", argv[optind]);
}

static int
setup_run(const struct cli *cli, int argc, char **argv)
{
	struct setup setup = {.cli = cli, .policy_source = POSTSEAL_DATADIR "/policy.yaml"};
	int ret = parse_arguments(argc, argv, &setup);

	if (ret != 0)
		return ret;
	umask(022); /* the daemons' users must be able to read what is made here */
	arena_init(&setup.arena);
	setup.directory = dirname(arena_strf(&setup.arena, "%s", cli->config_path));
	ret = load_and_make(&setup);
	arena_done(&setup.arena);
	return ret;
}

const struct cli_command cli_setup = {
	.name = "setup",
	.config = CLI_CONFIG_NONE,
	.summary = "make a working configuration, keys and the lines for Postfix",
	.usage = "usage: postseal [-c FILE] [-o name=value]... setup --domain DOMAIN... --portal-url URL "
		 "[OPTION]...\n\n"
		 "  --domain D            a domain of ours (may be repeated)\n"
		 "  --portal-url URL      https://HOST[:PORT] that recipients will open\n"
		 "  --organisation NAME   shown to recipients\n"
		 "  --tls-certificate F, --tls-key F   the portal's web certificate\n"
		 "  --policy FILE         take the policy from here\n"
		 "  --postfix DIR         Postfix's configuration directory\n"
		 "  --tls                 also what sends mail by TLS that is insisted on (needs "
		 "postseal-policyd)\n"
		 "  --apply               show the changes for Postfix, ask, and set them through postconf\n"
		 "  --yes                 do not ask\n\n"
		 "Every -o is written into the new postseal.cf. What exists is kept; run it as often as you "
		 "like.\n"
		 "Move the recovery key that it makes off this machine: it opens everything.\n",
	.run = setup_run,
};
