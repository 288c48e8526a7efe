/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "portald/child.h"
#include "portald/limits.h"
#include "lib/run/listener.h"
#include "portald/page.h"

enum {
	START_WAIT_MS = 20000,
	STOP_WAIT_MS = 8000,
	DELAY_FIRST_MS = 100,
	DELAY_MAX_MS = 10000,
	STEADY_MS = 30000, /* a role that ran for so long starts again at once */
};

struct slot {
	struct child child;
	int64_t start_at_ms; /* when it may start again */
	int64_t delay_ms;
};

struct parent {
	struct child_command command;
	struct slot slots[ROLES];
	int reload_fd; /* eventfd: SIGHUP came, and brought these: */
	_Atomic(const struct settings *) settings;
};

/* Who talks to whom. */
static const enum role_name links[][2] = {
	{ROLE_FRONT, ROLE_VAULT},
	{ROLE_VAULT, ROLE_MAILER},
};
enum { LINKS = sizeof(links) / sizeof(links[0]) };

/* Set once by main(), before anything else runs. */
static char **options;
static size_t n_options;

/* The roles get the options of the parent but those that are about the parent alone. */
void
parent_set_arguments(int argc, char **argv)
{
	options = mem_new((size_t)argc, sizeof(options[0]));
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--pid-file") == 0)
			i++;
		else if (strncmp(argv[i], "--pid-file=", strlen("--pid-file=")) != 0)
			options[n_options++] = argv[i];
	}
}

static int
join(const struct child *a, const struct child *b, struct err *err)
{
	int pair[2] = {-1, -1}, ret = -1;

	if (channel_pair(pair, err) == 0 && child_send_peer(a, b->role, pair[0], err) == 0 &&
		child_send_peer(b, a->role, pair[1], err) == 0)
		ret = 0;
	fd_close(&pair[0]);
	fd_close(&pair[1]);
	return ret;
}

/* A role that just started meets the others. Where one of them can't be told, it is ending: it will be. */
static void
introduce(struct parent *parent, const struct child *child)
{
	struct err err = {0};

	for (size_t i = 0; i < LINKS; i++) {
		for (size_t side = 0; side < 2; side++) {
			const struct child *other = &parent->slots[links[i][!side]].child;

			if (links[i][side] == child->role && other->pid > 0 && join(child, other, &err) < 0)
				log_warning("join %s and %s: %s", role_text(child->role),
					role_text(other->role), err.text);
		}
	}
}

/* Why a role did not start is in its own log; its exit status says whether it is worth trying again. */
static void
take_class(int status, struct err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG)
		err->class = ERR_CONFIG;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == EX_NOPERM)
		err->class = ERR_PERM;
}

static int
start(struct parent *parent, enum role_name role, struct child *ret_child, struct err *err)
{
	struct child child;

	if (child_start(&child, role, &parent->command, err) < 0)
		return -1;
	if (child_wait_ready(&child, clock_mono_ms() + START_WAIT_MS, err) < 0) {
		take_class(child_stop(&child, clock_mono_ms()), err);
		return -1;
	}
	*ret_child = child;
	introduce(parent, ret_child);
	return 0;
}

static void
release(void *state)
{
	struct parent *parent = state;
	int64_t deadline = clock_mono_ms() + STOP_WAIT_MS;

	if (parent == NULL)
		return;
	for (int i = ROLES; i-- > 0;)
		(void)child_stop(&parent->slots[i].child, deadline);
	fd_close(&parent->command.listener);
	fd_close(&parent->reload_fd);
	free(parent);
}

static int
acquire(const struct settings *settings, void **ret_state, struct err *err)
{
	struct parent *parent = mem_new(1, sizeof(*parent));

	parent->command = (struct child_command){
		.path = run_self_path(),
		.options = options,
		.n_options = n_options,
		.listener = -1,
	};
	for (int i = 0; i < ROLES; i++)
		parent->slots[i].child.control = -1;
	parent->reload_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (listener_open(settings->portal_listen, &parent->command.listener, err) < 0)
		goto fail;
	/* Its number must not be one of those that a role's descriptors are moved to. */
	int moved = fcntl(parent->command.listener, F_DUPFD_CLOEXEC, ROLE_LISTENER_FD + 1);

	if (moved < 0) {
		err_sys(err, ERR_TEMP, "dup");
		goto fail;
	}
	fd_close(&parent->command.listener);
	parent->command.listener = moved;
	for (int i = 0; i < ROLES; i++)
		if (start(parent, (enum role_name)i, &parent->slots[i].child, err) < 0)
			goto fail;
	*ret_state = parent;
	return 0;
fail:
	release(parent);
	return -1;
}

static void
bury(struct slot *slot)
{
	int status = child_stop(&slot->child, clock_mono_ms());
	bool steady = clock_mono_ms() - slot->child.started_ms >= STEADY_MS;

	slot->delay_ms = steady || slot->delay_ms == 0 ? DELAY_FIRST_MS : slot->delay_ms * 2;
	if (slot->delay_ms > DELAY_MAX_MS)
		slot->delay_ms = DELAY_MAX_MS;
	slot->start_at_ms = clock_mono_ms() + slot->delay_ms;
	log_error("role %s ended by %s %d; next start in %d ms", role_text(slot->child.role),
		WIFSIGNALED(status) ? "signal" : "status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), (int)slot->delay_ms);
}

static void
start_due(struct parent *parent)
{
	struct err err = {0};

	for (int i = 0; i < ROLES; i++) {
		struct slot *slot = &parent->slots[i];

		if (slot->child.pid > 0 || clock_mono_ms() < slot->start_at_ms)
			continue;
		if (start(parent, (enum role_name)i, &slot->child, &err) == 0) {
			log_info("role %s started again", role_text((enum role_name)i));
			continue;
		}
		slot->delay_ms = slot->delay_ms * 2 < DELAY_MAX_MS ? slot->delay_ms * 2 : DELAY_MAX_MS;
		slot->start_at_ms = clock_mono_ms() + slot->delay_ms;
		log_error("start role %s: %s", role_text((enum role_name)i), err.text);
	}
}

/* Replaces a role by a new one with the new settings, or keeps the one that runs. */
static void
replace(struct parent *parent, enum role_name role)
{
	struct child old = parent->slots[role].child, child;
	struct err err = {0};

	if (start(parent, role, &child, &err) < 0) {
		log_error("reload: role %s stays as it is: %s", role_text(role), err.text);
		return;
	}
	parent->slots[role].child = child;
	(void)child_stop(&old, clock_mono_ms() + STOP_WAIT_MS);
}

/* The vault stays, its sessions would be lost: it is told what has changed. */
static void
send_limits(struct parent *parent)
{
	struct limits limits;
	struct err err = {0};
	struct buf payload;

	if (parent->slots[ROLE_VAULT].child.pid <= 0)
		return; /* it will read the file when it starts */
	buf_init(&payload, CHANNEL_MAX);
	limits_of(parent->settings, &limits);
	limits_put(&limits, &payload);
	if (child_send_limits(&parent->slots[ROLE_VAULT].child, buf_bytes(&payload), &err) < 0)
		log_error("reload: role vault stays as it is: %s", err.text);
	buf_done(&payload);
}

static void
reload_roles(struct parent *parent)
{
	uint64_t count;

	if (read(parent->reload_fd, &count, sizeof(count)) < 0)
		return;
	send_limits(parent);
	replace(parent, ROLE_MAILER);
	replace(parent, ROLE_FRONT);
	log_info("the roles have the new settings");
}

static int
wait_ms(const struct parent *parent)
{
	int wait = 60000;

	for (int i = 0; i < ROLES; i++) {
		if (parent->slots[i].child.pid > 0)
			continue;
		int left = clock_left_ms(parent->slots[i].start_at_ms);

		wait = left < wait ? left : wait;
	}
	return wait;
}

static int
serve(void *state, struct err *err)
{
	struct parent *parent = state;

	while (!run_stopping()) {
		struct pollfd fds[ROLES + 2];

		for (int i = 0; i < ROLES; i++)
			fds[i] = (struct pollfd){.fd = parent->slots[i].child.control, .events = POLLIN};
		fds[ROLES] = (struct pollfd){.fd = run_stop_fd(), .events = POLLIN};
		fds[ROLES + 1] = (struct pollfd){.fd = parent->reload_fd, .events = POLLIN};
		if (poll(fds, ROLES + 2, wait_ms(parent)) < 0 && errno != EINTR)
			return err_sys(err, ERR_TEMP, "poll");
		/* A role has nothing to say but that it is ready, which start() has heard: this is its end.
		 */
		for (int i = 0; i < ROLES; i++)
			if (fds[i].fd >= 0 && fds[i].revents != 0)
				bury(&parent->slots[i]);
		if (fds[ROLES + 1].revents != 0)
			reload_roles(parent);
		start_due(parent);
	}
	return 0;
}

/* In the signal thread: the loop does the work. */
static int
reload(void *state, const struct settings *settings, struct err *err)
{
	struct parent *parent = state;
	uint64_t one = 1;

	parent->settings = settings;
	if (write(parent->reload_fd, &one, sizeof(one)) < 0)
		return err_sys(err, ERR_TEMP, "reload");
	return 0;
}

static int
check(const struct settings *settings, struct faults *faults)
{
	struct pages *pages = NULL;
	struct err err = {0};

	if (pages_load(settings->web_directory, &pages, &err) < 0) {
		faults_add(faults, settings->web_directory, 0, 0, "%s", err.text);
		return -1;
	}
	pages_free(pages);
	return 0;
}

/*
 * No confine(): the parent keeps the identity it was started with, since it must be able to start a role
 * again as that role's user. It reads nothing from outside.
 */
const struct run_spec parent_spec = {
	.name = "postseal-portald",
	.help = "the web portal where recipients open their messages",
	.check = check,
	.acquire = acquire,
	.serve = serve,
	.reload = reload,
	.release = release,
};
