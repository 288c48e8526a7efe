/* SPDX-License-Identifier: Apache-2.0 */
/* postseal-milter: judges the mail that Postfix is about to accept, and protects what needs it. */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>

#include "lib/run/run.h"
#include "milter/mfi.h"

/* Folders of the files that a reload reads again. */
enum { FOLDERS = 5 };

struct program {
	struct service *service;
	char folders[FOLDERS][PATH_MAX];
};

static int
check(const struct settings *settings, struct faults *faults)
{
	struct policy *policy = NULL;
	int ret = policy_load(settings->policy_file, &policy, faults);

	policy_free(policy);
	return ret;
}

static int
acquire(const struct settings *settings, void **ret_state, struct err *err)
{
	static struct program program;

	if (service_open(settings, &program.service, err) < 0 || mfi_listen(settings, err) < 0)
		return -1;
	*ret_state = &program;
	return 0;
}

static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	struct program *program = state;
	const char *files[FOLDERS] = {settings->policy_file, settings->portal_certificate,
		settings->recovery_certificate, settings->index_key, settings->reinject_key};

	spec->user = settings->milter_user;
	spec->extra_group = settings->store_group;
	spec->may = MAY_ACCEPT | MAY_THREADS | MAY_MEMFD | MAY_OPEN | MAY_CONNECT_UNIX | MAY_CONNECT_INET |
		    MAY_RECEIVE_FDS;
	spec->open_files = (uint64_t)settings->max_sessions * 3 + 200;
	for (size_t i = 0; i < FOLDERS; i++) {
		snprintf(program->folders[i], PATH_MAX, "%s", files[i]);
		spec->paths[spec->n_paths++] = (struct sandbox_path){dirname(program->folders[i]), PATH_READ};
	}
	spec->paths[spec->n_paths++] =
		(struct sandbox_path){settings->store_directory, PATH_READ | PATH_WRITE};
	spec->paths[spec->n_paths++] =
		(struct sandbox_path){"/proc/sys/kernel/random", PATH_READ}; /* boot id */
}

static int
prepare(void *state, struct err *err)
{
	struct program *program = state;

	return service_open_store(program->service, err);
}

static int
serve(void *state, struct err *err)
{
	struct program *program = state;

	return mfi_serve(program->service, run_stop_fd(), err);
}

static int
reload(void *state, const struct settings *settings, struct err *err)
{
	struct program *program = state;

	return service_reload(program->service, settings, err);
}

int
main(int argc, char **argv)
{
	static const struct run_spec spec = {
		.name = "postseal-milter",
		.help = "Judges the mail that Postfix is about to accept, and protects what needs it.",
		.check = check,
		.acquire = acquire,
		.confine = confine,
		.prepare = prepare,
		.serve = serve,
		.reload = reload,
	};

	return run_main(&spec, argc, argv);
}
