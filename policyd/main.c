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
#include "policyd/control.h"
#include "policyd/counting.h"
#include "policyd/service.h"

/* Besides a descriptor for each connection. */
enum { OTHER_FILES = 64 };

struct program {
	struct limits *checked; /* loaded by check(), for acquire() or reload() */
	struct counting *counting;
	struct service service;
	struct server *server;
	int listener, control;
	char folder[PATH_MAX];
};

static struct program program = {.listener = -1, .control = -1};

static int
check(const struct settings *settings, struct faults *faults)
{
	const struct limit *limit;

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
	*ret_state = &program;
	return 0;
}

static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	(void)state;
	snprintf(program.folder, sizeof(program.folder), "%s", settings->limits_file);
	spec->user = settings->policyd_user;
	spec->may =
		MAY_ACCEPT | MAY_OPEN | MAY_THREADS | MAY_CONNECT_UNIX; /* the last for syslog and Redis */
	if (settings->redis_address[0] != '\0')
		spec->may |= MAY_CONNECT_INET;
	spec->open_files = (uint64_t)settings->policyd_connections + OTHER_FILES;
	spec->paths[spec->n_paths++] = (struct sandbox_path){dirname(program.folder), PATH_READ};
}

static int
serve(void *state, struct err *err)
{
	(void)state;
	counting_begin(program.counting, server_base(program.server));
	return server_run(program.server, run_stop_fd(), err);
}

/* The counters go on; those of a limit that is gone are forgotten as their time comes. */
static int
reload(void *state, const struct settings *settings, struct err *err)
{
	(void)state, (void)err;
	atomic_store(&program.service.limits, take_checked());
	atomic_store(&program.service.require_tls, require_tls_of(settings->require_tls));
	return 0;
}

static void
release(void *state)
{
	(void)state;
	counting_close(program.counting);
	server_close(program.server);
	service_done(&program.service);
	fd_close(&program.listener);
	fd_close(&program.control);
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
