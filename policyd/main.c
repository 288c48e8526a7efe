/* SPDX-License-Identifier: Apache-2.0 */
/* postseal-policyd: answers Postfix's questions: limits by sender, user and client while mail comes in, and
 * the TLS of where it goes. */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/count/limit.h"
#include "lib/run/listener.h"
#include "lib/run/run.h"
#include "policyd/control.h"
#include "policyd/counting.h"
#include "policyd/evidence_desk.h"
#include "policyd/service.h"
#include "policyd/socketmap.h"

/* Besides a descriptor for each connection. */
enum { OTHER_FILES = 1024 };

struct program {
	struct limits *checked; /* loaded by check(), for acquire() or reload() */
	struct overrides *checked_overrides;
	struct counting *counting;
	struct service service;
	struct server *server;
	struct desk *desk;
	int listener, socketmap, control;
	char folders[2][PATH_MAX];
};

static struct program program = {.listener = -1, .socketmap = -1, .control = -1};

static int
check_overrides(const struct settings *settings, struct faults *faults)
{
	overrides_free(program.checked_overrides);
	program.checked_overrides = NULL;
	return overrides_load(settings->tls_overrides_file, &program.checked_overrides, faults);
}

static int
check(const struct settings *settings, struct faults *faults)
{
	const struct limit *limit;

	if (check_overrides(settings, faults) < 0)
		return -1;
	limits_free(program.checked);
	program.checked = NULL;
	if (limits_load(settings->limits_file, &program.checked, faults) < 0)
		return -1;
	limit = settings->redis_address[0] == '\0' ? limits_need_redis(program.checked) : NULL;
	if (limit == NULL)
		return 0;
	faults_add(faults, settings->limits_file, 0, 0,
		"the limit '%s' warms up: that needs redis_address, for memory "
		"forgets who is known",
		limit->name);
	return -1;
}

static struct limits *
take_checked(void)
{
	struct limits *limits = program.checked;

	program.checked = NULL;
	log_info("%zu limits", limits_n(limits));
	return limits;
}

/* Mail goes on without it. */
static void
open_control(const struct settings *settings)
{
	struct server_port port = {
		.name = "control", .answer = control_answer, .context = &program.service, .peers = PEERS_OWN};
	struct err err = {0};

	if (listener_open(settings->policyd_control, &program.control, &err) < 0) {
		log_warning("policyd_control: %s; `postseal limits` can't ask", err.text);
		return;
	}
	port.listener = program.control;
	if (server_add_port(program.server, &port, &err) < 0)
		log_warning("policyd_control: %s", err.text);
}

static struct overrides *
take_overrides(void)
{
	struct overrides *overrides = program.checked_overrides;

	program.checked_overrides = NULL;
	return overrides;
}

static int
open_desk(const struct settings *settings, struct err *err)
{
	struct server_port port = {.name = "socketmap", .answer = socketmap_answer};

	if (listener_open(settings->policyd_socketmap, &program.socketmap, err) < 0 ||
		desk_open(server_base(program.server), settings, take_overrides(), &program.desk, err) < 0)
		return -1;
	port.listener = program.socketmap;
	port.context = desk_maps(program.desk);
	return server_add_port(program.server, &port, err);
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
	if (counting_open(settings, &program.counting, err) < 0)
		return -1;
	service_init(&program.service, settings, take_checked(), program.counting);
	port.listener = program.listener;
	if (server_open(&limits, &program.server, err) < 0 || server_add_port(program.server, &port, err) < 0)
		return -1;
	open_control(settings);
	if (open_desk(settings, err) < 0)
		return -1;
	*ret_state = &program;
	return 0;
}

static const char *
folder_of(int i, const char *path)
{
	snprintf(program.folders[i], sizeof(program.folders[i]), "%s", path);
	return dirname(program.folders[i]);
}

static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	(void)state;
	spec->user = settings->policyd_user;
	/* Unix sockets for syslog and Redis; the internet for Redis, DNS, policy hosts and MX hosts. */
	spec->may = MAY_ACCEPT | MAY_OPEN | MAY_THREADS | MAY_CONNECT_UNIX | MAY_CONNECT_INET | MAY_ASK_DNS;
	spec->open_files = (uint64_t)settings->policyd_connections + OTHER_FILES;
	spec->paths[spec->n_paths++] = (struct sandbox_path){folder_of(0, settings->limits_file), PATH_READ};
	if (settings->tls_overrides_file[0] != '\0')
		spec->paths[spec->n_paths++] =
			(struct sandbox_path){folder_of(1, settings->tls_overrides_file), PATH_READ};
	if (settings->evidence_directory[0] != '\0' && access(settings->evidence_directory, F_OK) == 0)
		spec->paths[spec->n_paths++] =
			(struct sandbox_path){settings->evidence_directory, PATH_READ | PATH_WRITE};
}

static int
serve(void *state, struct err *err)
{
	(void)state;
	counting_begin(program.counting, server_base(program.server));
	desk_begin(program.desk);
	return server_run(program.server, run_stop_fd(), err);
}

/* The counters go on; those of a limit that is gone are forgotten as their time comes. */
static int
reload(void *state, const struct settings *settings, struct err *err)
{
	(void)state, (void)err;
	atomic_store(&program.service.limits, take_checked());
	atomic_store(&program.service.require_tls, require_tls_of(settings->require_tls));
	desk_override(program.desk, take_overrides());
	return 0;
}

static void
release(void *state)
{
	(void)state;
	counting_close(program.counting);
	desk_close(program.desk);
	server_close(program.server);
	service_done(&program.service);
	fd_close(&program.listener);
	fd_close(&program.control);
	fd_close(&program.socketmap);
}

int
main(int argc, char **argv)
{
	static const struct run_spec spec = {
		.name = "postseal-policyd",
		.help = "Answers Postfix: limits while mail comes in, and the TLS of where it goes.",
		.check = check,
		.acquire = acquire,
		.confine = confine,
		.serve = serve,
		.reload = reload,
		.release = release,
	};

	return run_main(&spec, argc, argv);
}
