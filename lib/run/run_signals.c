/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/run/run_parts.h"

/* A drain that takes longer is given up: what is not done is temporary for the mail. */
enum { DRAIN_MS = 60 * 1000 };

/* One a process. All but `stopping` is set before any thread runs. */
static struct {
	int signals, stop, quit;
	atomic_bool stopping;
	void (*reload)(void);
	pthread_t thread;
	bool has_thread;
} state = {.signals = -1, .stop = -1, .quit = -1};

static void
fill_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
}

int
run_signals_open(struct err *err)
{
	sigset_t set;

	fill_set(&set);
	signal(SIGPIPE, SIG_IGN);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return err_sys(err, ERR_PERM, "block signals");
	state.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	state.stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	state.quit = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (state.signals < 0 || state.stop < 0 || state.quit < 0)
		return err_sys(err, ERR_PERM, "signalfd");
	return 0;
}

void
run_signals_on_reload(void (*reload)(void))
{
	state.reload = reload;
}

static void
raise_event(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) < 0)
		assert(errno == EAGAIN); /* it is raised already */
}

static void
stop(void)
{
	if (!atomic_exchange(&state.stopping, true))
		raise_event(state.stop);
}

int
run_stop_fd(void)
{
	return state.stop;
}

bool
run_stopping(void)
{
	return atomic_load(&state.stopping);
}

int
run_signal_fd(void)
{
	return state.signals;
}

void
run_take_signals(void)
{
	struct signalfd_siginfo info;
	bool hangup = false;

	while (read(state.signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			hangup = true; /* several at once are one reload */
		else
			stop();
	}
	if (hangup && !run_stopping() && state.reload != NULL)
		state.reload();
}

static void *
signal_thread(void *unused)
{
	struct pollfd fds[2] = {
		{.fd = state.signals, .events = POLLIN}, {.fd = state.quit, .events = POLLIN}};
	int64_t deadline = 0;

	(void)unused;
	for (;;) {
		int n = poll(fds, 2, deadline != 0 ? clock_left_ms(deadline) : -1);

		if (n < 0 && errno == EINTR)
			continue;
		if (fds[1].revents != 0)
			return NULL;
		if (fds[0].revents != 0)
			run_take_signals();
		if (deadline == 0 && run_stopping())
			deadline = clock_mono_ms() + DRAIN_MS;
		if (deadline != 0 && clock_left_ms(deadline) == 0) {
			log_warning("not drained after %d s: giving up", DRAIN_MS / 1000);
			_exit(EX_TEMPFAIL);
		}
	}
}

int
run_signals_start_thread(struct err *err)
{
	int error = pthread_create(&state.thread, NULL, signal_thread, NULL);

	if (error != 0) {
		errno = error;
		return err_sys(err, ERR_PERM, "start the signal thread");
	}
	state.has_thread = true;
	return 0;
}

void
run_signals_stop_thread(void)
{
	if (!state.has_thread)
		return;
	raise_event(state.quit);
	pthread_join(state.thread, NULL);
	state.has_thread = false;
}
