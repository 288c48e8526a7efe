/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/run/run.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/run/run_parts.h"

enum { FAULTS_LOGGED_MAX = 20 };

/* One a process: reload comes from the signal thread, which has no other way to them. */
static struct {
	const struct run_spec *spec;
	struct run_options options;
	struct run_notice notice;
	const struct settings *settings;
	void *state;
	char self[4096];
	char folder[4096]; /* of the settings file */
} run;

const char *
run_self_path(void)
{
	return run.self;
}

/* Step 1. Returns 0, or -1 with every fault. */
static int
load(struct settings **ret_settings, struct faults *faults)
{
	struct settings *settings = NULL;

	if (settings_load(run.options.settings_path, &run.options.overrides, &settings, faults) != 0)
		return -1;
	if (run.spec->check != NULL && run.spec->check(settings, faults) != 0) {
		settings_free(settings);
		return -1;
	}
	*ret_settings = settings;
	return 0;
}

static void
log_faults(const struct faults *faults)
{
	char text[1024];

	for (size_t i = 0; i < faults->n && i < FAULTS_LOGGED_MAX; i++) {
		faults_format(&faults->list[i], text, sizeof(text));
		log_error("%s", text);
	}
	if (faults->n > FAULTS_LOGGED_MAX)
		log_error("and %zu more", faults->n - FAULTS_LOGGED_MAX);
}

static void
take_over(struct settings *settings)
{
	struct err err = {0};
	const char *name;
	size_t at = 0;

	while ((name = settings_fixed_change(run.settings, settings, &at)) != NULL)
		log_warning("%s has changed: that takes a restart", name);
	if (run.spec->reload(run.state, settings, &err) != 0) {
		log_error("reload refused, the running configuration stays: %s", err.text);
		settings_free(settings);
		return;
	}
	run.settings = settings; /* who uses the old one goes on with it: it is never freed */
	log_info("reloaded");
}

static void
reload(void)
{
	struct settings *settings = NULL;
	struct faults faults;

	if (run.spec->reload == NULL) {
		log_warning("this program can't reload: restart it");
		return;
	}
	run_notice_send(&run.notice, "RELOADING=1\n");
	faults_init(&faults);
	if (load(&settings, &faults) != 0) {
		log_faults(&faults);
		log_error("reload refused, the running configuration stays");
	} else {
		take_over(settings);
	}
	faults_done(&faults);
	run_notice_send(&run.notice, "READY=1\n");
}

static void
open_log(void)
{
	static const char *const levels[] = {[LOG_LEVEL_ERROR] = "error",
		[LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug"};
	enum log_level level = LOG_LEVEL_INFO;

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(run.settings->log_level, levels[i]) == 0)
			level = (enum log_level)i;
	tzset(); /* syslog(3) needs the zone, which lies in a file */
	log_open(run.spec->name, strcmp(run.settings->log_to, "syslog") == 0 ? LOG_TO_SYSLOG : LOG_TO_STDERR,
		level);
}

/* A daemon that reloads must still reach its settings; editors replace the file, so the folder is allowed. */
static void
allow_settings_folder(struct sandbox_spec *spec)
{
	if (run.spec->reload == NULL || run.options.settings_path == NULL || (spec->may & MAY_OPEN) == 0 ||
		spec->n_paths == SANDBOX_PATHS_MAX)
		return;
	snprintf(run.folder, sizeof(run.folder), "%s", run.options.settings_path);
	spec->paths[spec->n_paths++] = (struct sandbox_path){dirname(run.folder), PATH_READ};
}

/* Step 3. */
static int
confine(struct err *err)
{
	struct sandbox_spec spec = {0};
	int landlock = sandbox_landlock_abi(); /* asked before it may no longer be */

	if (run.spec->confine == NULL)
		return 0;
	run.spec->confine(run.settings, run.state, &spec);
	allow_settings_folder(&spec);
	if (run.spec->signals == RUN_SIGNALS_THREAD)
		spec.may |= MAY_THREADS;
	if (sandbox_drop_user(&spec, err) != 0 || sandbox_confine(&spec, err) != 0)
		return -1;
	if (landlock == 0)
		log_warning("this kernel has no Landlock: only system calls are filtered");
	return 0;
}

/* Steps 2 to 6. */
static int
start_and_serve(struct err *err)
{
	int ret;

	if (run_signals_open(err) != 0 || run_notice_open(run.options.pid_file, &run.notice, err) != 0)
		return -1;
	if (run.spec->acquire != NULL && run.spec->acquire(run.settings, &run.state, err) != 0)
		return -1;
	run_signals_on_reload(reload);
	if (confine(err) != 0)
		return -1;
	if (run.spec->prepare != NULL && run.spec->prepare(run.state, err) != 0)
		return -1;
	if (run.spec->signals == RUN_SIGNALS_THREAD && run_signals_start_thread(err) != 0)
		return -1;
	run_notice_pid(&run.notice);
	run_notice_send(&run.notice, "READY=1\n");
	log_info("version %s ready", POSTSEAL_VERSION);
	ret = run.spec->serve(run.state, err);
	run_notice_send(&run.notice, "STOPPING=1\n");
	return ret;
}

/* A failed start is seen by who typed it, wherever the log goes. */
static void
report(const struct err *err)
{
	log_error("%s", err->text);
	if (strcmp(run.settings->log_to, "syslog") == 0)
		fprintf(stderr, "%s: %s\n", run.spec->name, err->text);
}

static int
run_daemon(void)
{
	struct err err = {0};
	int ret;

	open_log();
	ret = start_and_serve(&err);
	if (ret != 0)
		report(&err);
	run_signals_stop_thread();
	if (run.spec->release != NULL && run.state != NULL)
		run.spec->release(run.state);
	run_notice_done(&run.notice);
	if (ret == 0)
		log_info("stopped");
	return ret == 0 ? EX_OK : err_exit_code(err.class);
}

static int
check_and_run(void)
{
	struct settings *settings = NULL;
	struct faults faults;
	int ret;

	faults_init(&faults);
	ret = load(&settings, &faults);
	faults_print(&faults, stderr);
	faults_done(&faults);
	if (ret != 0)
		return EX_CONFIG;
	run.settings = settings;
	if (run.options.action == RUN_TEST) {
		settings_free(settings);
		return EX_OK;
	}
	return run_daemon();
}

int
run_main(const struct run_spec *spec, int argc, char **argv)
{
	int status;

	run.spec = spec;
	run.notice = (struct run_notice){-1, -1};
	if (readlink("/proc/self/exe", run.self, sizeof(run.self) - 1) <= 0)
		snprintf(run.self, sizeof(run.self), "%s", argv[0]);
	if (run_options_parse(spec, argc, argv, &run.options) != 0)
		return 2;
	if (run.options.action == RUN_HELP) {
		run_options_help(spec, stdout);
		return EX_OK;
	}
	if (run.options.action == RUN_VERSION) {
		printf("%s %s\n", spec->name, POSTSEAL_VERSION);
		return EX_OK;
	}
	status = check_and_run();
	if (run.options.action == RUN_TEST)
		return status;
	/* Exit handlers of libraries may want what a confined process can't do. */
	fflush(NULL);
	_exit(status);
}
