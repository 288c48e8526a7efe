/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that run.c puts in order. Internal to lib/run. */
#ifndef POSTSEAL_RUN_PARTS_H
#define POSTSEAL_RUN_PARTS_H

#include "lib/run/run.h"

/* run_options.c: what the command line said. Lives as long as argv. */
enum { RUN_OVERRIDES_MAX = 128 };
enum run_action { RUN_START, RUN_TEST, RUN_HELP, RUN_VERSION };

struct run_options {
	enum run_action action;
	const char *settings_path; /* NULL: no file */
	const char *pid_file;
	const char *override_items[RUN_OVERRIDES_MAX];
	struct str_list overrides;
};

/* -1: wrong, and said so on standard error. */
int run_options_parse(const struct run_spec *spec, int argc, char **argv, struct run_options *options);
void run_options_help(const struct run_spec *spec, FILE *out);

/* run_signals.c: blocks the signals; from then on they wait for whoever takes them. */
int run_signals_open(struct err *err);
/* `reload` is called for SIGHUP, in the thread that takes signals. */
void run_signals_on_reload(void (*reload)(void));
int run_signals_start_thread(struct err *err);
void run_signals_stop_thread(void);

/* run_notice.c: opened with the privileges of the start, written once the process is confined. */
struct run_notice {
	int socket, pid_file;
};
int run_notice_open(const char *pid_file, struct run_notice *notice, struct err *err);
void run_notice_send(const struct run_notice *notice, const char *state);
void run_notice_pid(const struct run_notice *notice);
void run_notice_done(struct run_notice *notice);

#endif
