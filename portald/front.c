/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front: speaks HTTP with the world. It holds the web certificate's key and no other, no store, and makes
 * no connection but to the renderer's socket. What it shows it gets from the vault, message by message, for a
 * cookie.
 */
#include <errno.h>
#include <poll.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/scan/client.h"
#include "lib/seal/digest.h"
#include "portald/ask.h"
#include "portald/http.h"
#include "lib/run/listener.h"
#include "portald/page.h"
#include "portald/role.h"
#include "portald/routes.h"

enum { PEM_MAX = 256 * 1024, SWEEP_MS = 500, CONNECTIONS_PER_SOURCE = 64 };

struct front {
	const struct settings *settings; /* lives as long as the program */
	struct pages *pages;
	struct ask *ask;
	struct buf certificate;
	struct secret key; /* with a NUL behind it */
	struct portal portal;
};

/* An answer that could not be had is logged here, where its outcome is decided. */
static enum ask_answer
told(enum ask_answer answer, const struct err *err)
{
	if (answer == ASK_UNAVAILABLE)
		log_error("vault: %s", err->text);
	return answer;
}

static enum ask_answer
begin(void *context, const struct ask_claim *claim, int64_t deadline_ms)
{
	struct front *front = context;
	struct err err = {0};

	return told(ask_begin(front->ask, claim, deadline_ms, &err), &err);
}

static enum ask_answer
open_link(void *context, const struct ask_claim *claim, struct bytes code, struct bytes link_key,
	int64_t deadline_ms, uint8_t token[TOKEN_SIZE])
{
	struct front *front = context;
	struct err err = {0};

	return told(ask_open(front->ask, claim, code, link_key, deadline_ms, token, &err), &err);
}

static enum ask_answer
read_message(void *context, struct bytes token, int64_t deadline_ms, int *ret_fd)
{
	struct front *front = context;
	struct err err = {0};

	return told(ask_read(front->ask, token, deadline_ms, ret_fd, &err), &err);
}

static enum ask_answer
end(void *context, struct bytes token, int64_t deadline_ms)
{
	struct front *front = context;
	struct err err = {0};

	return told(ask_end(front->ask, token, deadline_ms, &err), &err);
}

/* A connection for each job: the renderer gives it to one worker, and may end it when that one dies. */
static int
view(void *context, int message_fd, int64_t deadline_ms, struct arena *arena, struct message_view *ret_view)
{
	struct front *front = context;
	struct scan_client *client = NULL;
	struct err err = {0};
	int ret = scan_client_connect(front->settings->parser_socket, &client, &err);

	if (ret == 0)
		ret = scan_client_view(client, message_fd, deadline_ms, arena, ret_view, &err);
	if (ret < 0)
		log_error("renderer: %s", err.text);
	scan_client_close(client);
	return ret;
}

static int
view_part(void *context, int message_fd, unsigned number, int64_t deadline_ms, int *ret_part_fd)
{
	struct front *front = context;
	struct scan_client *client = NULL;
	struct err err = {0};
	int ret = scan_client_connect(front->settings->parser_socket, &client, &err);

	if (ret == 0)
		ret = scan_client_view_part(client, message_fd, number, deadline_ms, ret_part_fd, &err);
	if (ret < 0)
		log_error("renderer: %s", err.text);
	scan_client_close(client);
	return ret;
}

static void
release(void *state)
{
	struct front *front = state;

	if (front == NULL)
		return;
	pages_free(front->pages);
	ask_free(front->ask);
	buf_done(&front->certificate);
	secret_done(&front->key);
	free(front);
}

static int
read_certificate(struct front *front, const struct settings *settings, struct err *err)
{
	struct secret key = {0};

	if (fd_read_file(settings->portal_tls_certificate, &front->certificate, err) < 0 ||
		secret_read_file(settings->portal_tls_key, PEM_MAX, &key, err) < 0)
		return -1;
	secret_init(&front->key, key.n + 1);
	memcpy(front->key.p, key.p, key.n);
	secret_done(&key);
	return 0;
}

static void
describe(struct front *front, const struct settings *settings)
{
	front->portal = (struct portal){
		.pages = front->pages,
		.organisation = settings->organisation,
		.origin = settings->portal_url,
		.code_lifetime = settings->code_lifetime,
		.code_tries = settings->code_tries,
		.code_lock_time = settings->code_lock_time,
		.context = front,
		.begin = begin,
		.open = open_link,
		.read = read_message,
		.end = end,
		.view = view,
		.view_part = view_part,
	};
}

static int
acquire(const struct settings *settings, void **ret_state, struct err *err)
{
	struct front *front = mem_new(1, sizeof(*front));

	seal_init();
	front->settings = settings;
	front->ask = ask_new();
	buf_init(&front->certificate, PEM_MAX);
	if (pages_load(settings->web_directory, &front->pages, err) < 0 ||
		(!listener_is_unix(settings->portal_listen) && read_certificate(front, settings, err) < 0)) {
		release(front);
		return -1;
	}
	describe(front, settings);
	*ret_state = front;
	return 0;
}

static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	(void)state;
	spec->user = settings->portal_user;
	spec->may = MAY_RECEIVE_FDS | MAY_ACCEPT | MAY_CONNECT_UNIX | MAY_THREADS | MAY_MEMFD;
}

static bool
padded(const struct request *request)
{
	unsigned number;
	bool path_known;
	const struct route *route = route_find(request->method, request->path, &number, &path_known);

	return route != NULL && route->padded;
}

static void
answer_request(void *context, const struct request *request, struct answer *answer)
{
	struct front *front = context;

	routes_answer(&front->portal, request, answer);
}

static int
take_order(struct front *front, struct buf *buf, struct err *err)
{
	struct role_order order;
	int ret = role_next_order(buf, &order, err);

	if (ret == 0)
		return err_set(err, ERR_TEMP, "the parent closed the channel: this process ends");
	if (ret > 0 && order.type == CONTROL_PEER)
		ask_set_vault(front->ask, order.fd);
	return ret < 0 ? -1 : 0;
}

static int
watch_parent(struct front *front, struct http *http, struct err *err)
{
	struct buf buf;
	int ret = 0;

	buf_init(&buf, CHANNEL_MAX);
	while (ret == 0 && !run_stopping()) {
		struct pollfd fds[] = {
			{.fd = run_stop_fd(), .events = POLLIN},
			{.fd = ROLE_CONTROL_FD, .events = POLLIN},
		};
		if (poll(fds, 2, SWEEP_MS) < 0 && errno != EINTR)
			ret = err_sys(err, ERR_TEMP, "poll");
		else if (fds[1].revents != 0)
			ret = take_order(front, &buf, err);
		http_sweep(http);
	}
	buf_done(&buf);
	return ret;
}

/* The web server's threads are made here, inside the sandbox. */
static int
serve(void *state, struct err *err)
{
	struct front *front = state;
	const struct settings *settings = front->settings;
	bool behind_proxy = listener_is_unix(settings->portal_listen);
	const struct http_options options = {
		.listener = ROLE_LISTENER_FD,
		.tls = !behind_proxy,
		.certificate = behind_proxy ? NULL : buf_cstr(&front->certificate),
		.key = (const char *)front->key.p,
		.max_connections = (size_t)settings->portal_max_connections,
		.max_per_source = behind_proxy ? 0 : CONNECTIONS_PER_SOURCE,
		.request_timeout_ms = settings->portal_request_timeout * 1000,
		.cookie = SESSION_COOKIE,
		.padded = padded,
		.answer = answer_request,
		.context = front,
	};
	struct http *http = NULL;
	int ret;

	if (http_start(&options, &http, err) < 0)
		return -1;
	ret = role_ready(err);
	if (ret == 0)
		ret = watch_parent(front, http, err);
	http_stop(http);
	return ret;
}

const struct run_spec front_spec = {
	.name = "postseal-portald/front",
	.help = "the portal's web server",
	.acquire = acquire,
	.confine = confine,
	.serve = serve,
	.release = release,
};
