/* SPDX-License-Identifier: Apache-2.0 */
/* postseal-policyd: answers Postfix's questions while mail is on its way in: limits by sender, user and
 * client. */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>

#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/count/limit.h"
#include "lib/run/listener.h"
#include "lib/run/run.h"
#include "policyd/service.h"

/* Besides a descriptor for each connection. */
enum { OTHER_FILES = 64 };

struct program {
	struct limits *checked; /* loaded by check(), for acquire() or reload() */
	struct service service;
	struct server *server;
	int listener;
	char folder[PATH_MAX];
};

static struct program program = {.listener = -1};

static int
check(const struct settings *settings, struct faults *faults)
{
	limits_free(program.checked);
	program.checked = NULL;
	return limits_load(settings->limits_file, &program.checked, faults);
}

static struct limits *
take_checked(void)
{
	struct limits *limits = program.checked;

	program.checked = NULL;
	log_info("%zu limits", limits_n(limits));
	return limits;
}

static int
acquire(const struct settings *settings, void **ret_state, struct err *err)
{
	const struct server_limits limits = {.connections = (size_t)settings->policyd_connections,
		.request = (size_t)settings->policyd_request_size,
		.idle_ms = settings->policyd_idle * 1000,
		.stall_ms = settings->policyd_stall * 1000};
	struct server_port port = {
		.name = "policy", .answer = service_answer_policy, .context = &program.service};

	if (listener_open(settings->policyd_listen, &program.listener, err) < 0)
		return -1;
	service_init(&program.service, settings, take_checked());
	port.listener = program.listener;
	if (server_open(&limits, &program.server, err) < 0 || server_add_port(program.server, &port, err) < 0)
		return -1;
	*ret_state = &program;
	return 0;
}

static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	(void)state;
	snprintf(program.folder, sizeof(program.folder), "%s", settings->limits_file);
	spec->user = settings->policyd_user;
	spec->may = MAY_ACCEPT | MAY_OPEN | MAY_THREADS | MAY_CONNECT_UNIX; /* the last for syslog */
	spec->open_files = (uint64_t)settings->policyd_connections + OTHER_FILES;
	spec->paths[spec->n_paths++] = (struct sandbox_path){dirname(program.folder), PATH_READ};
}

static int
serve(void *state, struct err *err)
{
	(void)state;
	return server_run(program.server, run_stop_fd(), err);
}

/* The counters go on; those of a limit that is gone are forgotten as their time comes. */
static int
reload(void *state, const struct settings *settings, struct err *err)
{
	(void)state, (void)settings, (void)err;
	atomic_store(&program.service.limits, take_checked());
	return 0;
}

static void
release(void *state)
{
	(void)state;
	server_close(program.server);
	service_done(&program.service);
	fd_close(&program.listener);
}

int
main(int argc, char **argv)
{
	static const struct run_spec spec = {
		.name = "postseal-policyd",
		.help = "Answers Postfix while mail comes in: limits by user, sender, client and recipient.",
		.check = check,
		.acquire = acquire,
		.confine = confine,
		.serve = serve,
		.reload = reload,
		.release = release,
	};

	return run_main(&spec, argc, argv);
}
