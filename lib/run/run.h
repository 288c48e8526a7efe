/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon skeleton. run_main() owns the order, the same in every daemon:
 * - options and configuration, every fault reported; `-t` stops here (exit 0 or 78);
 * - acquire: sockets, logs, keys, children's pipes, with the privileges of the start;
 * - confine: groups, gid, uid, no-new-privs, rlimits, no core dumps, Landlock, seccomp; then proves that root
 *   is gone;
 * - prepare: what can fail and needs no privileges, before anybody is told that all is well;
 * - ready: sd_notify's datagram to $NOTIFY_SOCKET, and the pid to --pid-file;
 * - serve, until SIGTERM or SIGINT; SIGHUP reloads: a broken new configuration is logged, the running one
 *   stays;
 * - drain with a deadline; exit 0, 70, 75, 77 or 78.
 *
 * Daemons stay in the foreground; putting them elsewhere is the supervisor's work (systemd, contrib/stack).
 * Options of all: -c FILE, -o name=value, -t, --pid-file FILE, --help, --version.
 */
#ifndef POSTSEAL_RUN_H
#define POSTSEAL_RUN_H

#include "lib/conf/settings.h"
#include "lib/run/sandbox.h"

/*
 * Who takes signals: a thread of run's own, so that no serve() has to; or serve() itself, in a program that
 * forks and therefore stays single-threaded: it polls run_signal_fd() and calls run_take_signals().
 */
enum run_signals { RUN_SIGNALS_THREAD, RUN_SIGNALS_POLLED };

struct run_spec {
	const char *name; /* postseal-milter */
	const char *help; /* what it does, a line */

	/* Each returns 0, or -1 with err. `state` is whatever acquire made. Any of them but serve may be
	 * NULL. */
	int (*check)(const struct settings *settings, struct faults *faults); /* -t and every start */
	int (*acquire)(const struct settings *settings, void **ret_state, struct err *err);
	/* What it may still do from here on, and as which user. */
	void (*confine)(const struct settings *settings, void *state, struct sandbox_spec *spec);
	int (*prepare)(void *state, struct err *err);
	/* Runs until run_stop_fd() is readable, then drains; a true daemon loop. */
	int (*serve)(void *state, struct err *err);
	/*
	 * Called from run's own signal handling (its thread): take over new settings, or refuse. Every
	 * snapshot lives until the process ends, so whoever still uses the old one may.
	 */
	int (*reload)(void *state, const struct settings *settings, struct err *err);
	void (*release)(void *state);

	enum run_signals signals;
	/* An option of the program's own, `--NAME VALUE`, or NULL; taken before the settings are read. */
	const char *own_option, *own_option_help;
	int (*take_own_option)(const char *value);
};

int run_main(const struct run_spec *spec, int argc, char **argv);

/*
 * Readable (and it stays so) once SIGTERM or SIGINT came: poll it. Signals are blocked in all threads and
 * taken by a thread of run's own through signalfd, so no handler runs anywhere.
 */
int run_stop_fd(void);
bool run_stopping(void);

/* RUN_SIGNALS_POLLED only: readable when a signal waits; then run_take_signals() stops or reloads. */
int run_signal_fd(void);
void run_take_signals(void);

/* argv[0]'s own path, for programs that run themselves again in another role. */
const char *run_self_path(void);

#endif
