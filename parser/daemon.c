/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/daemon.h"

#include <pwd.h>
#include <unistd.h>

#include "lib/base/bytes.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/format/formats.h"
#include "lib/run/channel.h"
#include "parser/engine.h"
#include "parser/supervisor.h"

enum { UIDS_MAX = 8, SOCKET_MODE = 0666, FOLDERS_MAX = 12 /* leaves room for what lib/run opens */ };

/* One a process, and it has one thread. */
static struct {
	int client_fd;               /* of --client-fd, -1: none */
	struct engine *checked;      /* loaded by check(), for whoever is next: acquire() or reload() */
	const struct ruleset *first; /* what acquire() took: for confine(), which follows at once */
	unsigned uids[UIDS_MAX];
	size_t n_uids;
} program = {.client_fd = -1};

static int
take_client_fd(const char *value)
{
	int64_t fd;

	if (bytes_parse_i64(bytes_of_str(value), 3, 1000, &fd) != 0)
		return -1;
	program.client_fd = (int)fd;
	return 0;
}

static int
check(const struct settings *settings, struct faults *faults)
{
	engine_free(program.checked);
	program.checked = NULL;
	return engine_load(settings, &program.checked, faults);
}

static struct engine *
take_checked(void)
{
	struct engine *engine = program.checked;

	program.checked = NULL;
	return engine;
}

static void
allow_uid(unsigned uid)
{
	if (program.n_uids < UIDS_MAX)
		program.uids[program.n_uids++] = uid;
}

/* Whoever hands messages over: the milter and the portal's roles, root, and who started this. */
static void
allow_users(const struct settings *settings)
{
	const char *const names[] = {settings->milter_user, settings->portal_user, settings->vault_user};

	allow_uid(0);
	allow_uid(getuid());
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct passwd *user = names[i][0] != '\0' ? getpwnam(names[i]) : NULL;

		if (user != NULL)
			allow_uid(user->pw_uid);
	}
}

static void
log_rules(const struct engine *engine)
{
	log_info("%zu rules, version %s", ruleset_n_rules(engine->rules), ruleset_version(engine->rules));
	if (engine->note.text[0] != '\0')
		log_info("the packs were compiled anew (%s); `postseal rules compile` saves that",
			engine->note.text);
}

/*
 * Started from the command line by root, it need not be on a host that has the daemons' users: anybody who is
 * not root will do.
 */
static const char *
choose_user(const struct settings *settings)
{
	if (program.client_fd >= 0 && settings->parser_user[0] != '\0' &&
		getpwnam(settings->parser_user) == NULL)
		return getpwnam("nobody") != NULL ? "nobody" : "";
	return settings->parser_user;
}

static int
acquire(const struct settings *settings, void **ret_state, struct err *err)
{
	struct supervisor_start start = {
		.settings = settings, .listener = -1, .client_fd = program.client_fd, .uids = program.uids};
	struct supervisor *supervisor = NULL;

	/* The socket is open to all; who connects is asked for their user id. */
	if (program.client_fd < 0 &&
		channel_listen(settings->parser_socket, SOCKET_MODE, &start.listener, err) != 0)
		return -1;
	allow_users(settings);
	start.n_uids = program.n_uids;
	formats_init();
	mime_init(formats_table);
	if (pdf_host_start(choose_user(settings), &start.pdf, err) != 0)
		return -1;
	start.engine = take_checked();
	program.first = start.engine->rules;
	log_rules(start.engine);
	if (supervisor_open(&start, &supervisor, err) != 0) {
		supervisor_close(supervisor);
		return -1;
	}
	*ret_state = supervisor;
	return 0;
}

static void
allow_folder(struct sandbox_spec *spec, const char *path)
{
	if (spec->n_paths < FOLDERS_MAX && access(path, R_OK | X_OK) == 0)
		spec->paths[spec->n_paths++] = (struct sandbox_path){path, PATH_READ};
}

/* Where packs include others from: the folders of the start, and the shipped one, whether or not it is yet.
 */
static void
allow_included(const struct settings *settings, struct sandbox_spec *spec)
{
	for (size_t i = 0; i < ruleset_n_folders(program.first); i++)
		if (strcmp(ruleset_folder(program.first, i), settings->rules_directory) != 0)
			allow_folder(spec, ruleset_folder(program.first, i));
	allow_folder(spec, POSTSEAL_DATADIR "/rules");
}

/* The folder: a new file takes the place of the old one. */
static void
allow_compiled(const struct settings *settings, struct sandbox_spec *spec)
{
	static char folder[4096];
	const char *slash = strrchr(settings->rules_compiled, '/');

	if (slash == NULL || slash == settings->rules_compiled)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - settings->rules_compiled),
		settings->rules_compiled);
	allow_folder(spec, folder);
}

/* The folder, for a list may be replaced by a rename. */
static void
allow_known(const struct settings *settings, struct sandbox_spec *spec)
{
	static char folder[4096];
	const char *end = strrchr(settings->known_files, '/');

	snprintf(folder, sizeof(folder), "%.*s", (int)(end - settings->known_files) + 1,
		settings->known_files);
	spec->paths[spec->n_paths++] = (struct sandbox_path){folder, PATH_READ};
}

/* A roster is replaced by a rename, and then read at a reload: what may be read is its folder. */
static void
allow_roster(const struct settings *settings, struct sandbox_spec *spec)
{
	static char folder[4096];
	const char *end = strrchr(settings->roster_file, '/');

	snprintf(folder, sizeof(folder), "%.*s", (int)(end - settings->roster_file) + 1,
		settings->roster_file);
	spec->paths[spec->n_paths++] = (struct sandbox_path){folder, PATH_READ};
	spec->paths[spec->n_paths++] = (struct sandbox_path){settings->roster_key_file, PATH_READ};
}

/* The supervisor forks workers and, at a reload, reads rules again and compiles them. */
static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	(void)state;
	spec->user = choose_user(settings);
	spec->may = MAY_RECEIVE_FDS | MAY_ACCEPT | MAY_FORK | MAY_SIGNAL_CHILDREN | MAY_OPEN | MAY_MAP_EXEC |
		    MAY_CONNECT_UNIX; /* the last for syslog, when it was started anew */
	spec->paths[spec->n_paths++] = (struct sandbox_path){settings->rules_directory, PATH_READ};
	allow_included(settings, spec);
	allow_compiled(settings, spec);
	if (settings->roster_file[0] != '\0')
		allow_roster(settings, spec);
	if (settings->known_files[0] != '\0')
		allow_known(settings, spec);
}

static int
serve(void *state, struct err *err)
{
	return supervisor_serve(state, err);
}

static int
reload(void *state, const struct settings *settings, struct err *err)
{
	struct engine *engine = take_checked();

	(void)err;
	log_rules(engine);
	supervisor_reload(state, settings, engine);
	return 0;
}

static void
release(void *state)
{
	supervisor_close(state);
}

const struct run_spec parser_spec = {
	.name = "postseal-parser",
	.help = "Reads hostile mail in sandboxed workers: for scanning, and for showing it.",
	.check = check,
	.acquire = acquire,
	.confine = confine,
	.serve = serve,
	.reload = reload,
	.release = release,
	.signals = RUN_SIGNALS_POLLED,
	.own_option = "client-fd",
	.own_option_help = "serve only the connection that is this descriptor, and end with it",
	.take_own_option = take_client_fd,
};
