/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vault: holds the portal's opening key, the index key and the sessions; reads the store; talks to the
 * front and the mailer over the two sockets that its parent gave it, and to nothing else.
 */
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/seal/digest.h"
#include "lib/seal/handled.h"
#include "portald/desk.h"
#include "portald/limits.h"
#include "portald/role.h"

struct vault {
	struct desk desk;
	char *store_directory;
};

static void
release(void *state)
{
	struct vault *vault = state;

	if (vault == NULL)
		return;
	session_table_free(vault->desk.sessions);
	seal_key_free(vault->desk.portal_key);
	secret_done(&vault->desk.index_key);
	if (vault->desk.store != NULL)
		store_close(vault->desk.store);
	fd_close(&vault->desk.mailer_fd);
	free(vault->store_directory);
	free(vault);
}

/*
 * The keys are read here, with the rights of the start. The store is opened by serve(), as the vault's own
 * user: what SQLite makes beside its database must belong to the users who share it.
 */
static int
acquire(const struct settings *settings, void **ret_state, struct err *err)
{
	struct vault *vault = mem_new(1, sizeof(*vault));
	struct desk *desk = &vault->desk;
	struct limits limits;

	seal_init();
	vault->store_directory = mem_strdup(settings->store_directory);
	desk->mailer_fd = -1;
	limits_of(settings, &limits);
	desk->message_max = (size_t)limits.message_max;
	desk->limits = limits.code;
	desk->sessions = session_table_new(&limits.session);
	if (seal_key_load(settings->portal_key, settings->portal_certificate, &desk->portal_key, err) < 0 ||
		handled_key_read(settings->index_key, &desk->index_key, err) < 0) {
		release(vault);
		return -1;
	}
	*ret_state = vault;
	return 0;
}

static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	(void)state;
	spec->user = settings->vault_user;
	spec->extra_group = settings->store_group;
	spec->may = MAY_RECEIVE_FDS | MAY_MEMFD | MAY_OPEN;
	spec->paths[0] = (struct sandbox_path){settings->store_directory, PATH_READ | PATH_WRITE};
	spec->paths[1] = (struct sandbox_path){"/proc/sys/kernel/random/boot_id", PATH_READ};
	spec->n_paths = 2;
}

static int
on_message(void *context, int peer_fd, struct channel_message *message, struct err *err)
{
	struct vault *vault = context;

	return desk_serve(&vault->desk, peer_fd, message, err);
}

static void
on_other_peer(void *context, enum role_name role, int fd)
{
	struct vault *vault = context;

	if (role != ROLE_MAILER) {
		fd_close(&fd);
		return;
	}
	fd_close(&vault->desk.mailer_fd);
	vault->desk.mailer_fd = fd;
}

static int
on_limits(void *context, struct bytes payload)
{
	struct vault *vault = context;
	struct limits limits;

	if (limits_read(payload, &limits) < 0)
		return -1;
	vault->desk.message_max = (size_t)limits.message_max;
	vault->desk.limits = limits.code;
	session_table_limit(vault->desk.sessions, &limits.session);
	return 0;
}

static void
on_idle(void *context)
{
	struct vault *vault = context;

	session_sweep(vault->desk.sessions, clock_mono_ms());
}

static int
serve(void *state, struct err *err)
{
	struct vault *vault = state;
	const struct store_options options = {.directory = vault->store_directory};
	const struct role_loop loop = {
		.context = vault,
		.peer = ROLE_FRONT,
		.on_message = on_message,
		.on_other_peer = on_other_peer,
		.on_limits = on_limits,
		.on_idle = on_idle,
	};

	if (store_open(&options, &vault->desk.store, err) < 0)
		return -1;
	return role_serve(&loop, err);
}

const struct run_spec vault_spec = {
	.name = "postseal-portald/vault",
	.help = "opens messages for the portal",
	.acquire = acquire,
	.confine = confine,
	.serve = serve,
	.release = release,
};
