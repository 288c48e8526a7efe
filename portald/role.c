/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/role.h"

#include <errno.h>
#include <poll.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { CONTROL_WAIT_MS = 5000, IDLE_MS = 2000 };

static const char *const texts[ROLES] = {
	[ROLE_FRONT] = "front",
	[ROLE_VAULT] = "vault",
	[ROLE_MAILER] = "mailer",
};

const char *
role_text(enum role_name role)
{
	return texts[role];
}

int
role_parse(const char *text)
{
	for (int i = 0; i < ROLES; i++)
		if (strcmp(texts[i], text) == 0)
			return i;
	return -1;
}

int
role_ready(struct err *err)
{
	struct channel_message message = {.type = CONTROL_READY};

	return channel_send(ROLE_CONTROL_FD, &message, clock_mono_ms() + CONTROL_WAIT_MS, err);
}

int
role_next_order(struct buf *buf, struct role_order *ret_order, struct err *err)
{
	struct channel_message message;
	uint32_t role;
	int ret = channel_receive(ROLE_CONTROL_FD, buf, &message, clock_mono_ms() + CONTROL_WAIT_MS, err);

	if (ret <= 0)
		return ret;
	struct wire wire = {.rest = message.payload};

	if (message.type == CONTROL_LIMITS && message.n_fds == 0) {
		*ret_order = (struct role_order){.type = CONTROL_LIMITS, .fd = -1, .limits = message.payload};
		return 1;
	}
	if (message.type != CONTROL_PEER || wire_u32(&wire, &role) < 0 || role >= ROLES ||
		message.n_fds != 1) {
		channel_close_fds(&message);
		return err_set(err, ERR_PEER, "control channel: unexpected message");
	}
	*ret_order =
		(struct role_order){.type = CONTROL_PEER, .role = (enum role_name)role, .fd = message.fds[0]};
	return 1;
}

static int
serve_control(const struct role_loop *loop, int *peer_fd, struct buf *buf, struct err *err)
{
	struct role_order order;
	int ret = role_next_order(buf, &order, err);

	if (ret == 0)
		return err_set(err, ERR_TEMP, "the parent closed the channel: this process ends");
	if (ret < 0)
		return -1;
	if (order.type == CONTROL_LIMITS) {
		if (loop->on_limits != NULL && loop->on_limits(loop->context, order.limits) < 0)
			return err_set(err, ERR_PEER, "control channel: limits of the wrong form");
	} else if (order.role == loop->peer) {
		fd_close(peer_fd);
		*peer_fd = order.fd;
	} else if (loop->on_other_peer != NULL) {
		loop->on_other_peer(loop->context, order.role, order.fd);
	} else {
		fd_close(&order.fd);
	}
	return 0;
}

static void
serve_peer(const struct role_loop *loop, int *peer_fd, struct buf *buf)
{
	struct channel_message message = {0};
	struct err err = {0};
	int ret = channel_receive(*peer_fd, buf, &message, clock_mono_ms() + CONTROL_WAIT_MS, &err);

	if (ret > 0) {
		ret = loop->on_message(loop->context, *peer_fd, &message, &err) < 0 ? -1 : 1;
		channel_close_fds(&message);
	}
	mem_wipe(buf->p, buf->cap); /* codes and link keys pass through here */
	if (ret > 0)
		return;
	if (ret < 0)
		log_error("%s: %s", role_text(loop->peer), err.text);
	fd_close(peer_fd);
}

int
role_serve(const struct role_loop *loop, struct err *err)
{
	struct buf buf;
	int peer_fd = -1, ret = role_ready(err);

	buf_init(&buf, CHANNEL_MAX);
	while (ret == 0 && !run_stopping()) {
		struct pollfd fds[] = {
			{.fd = run_stop_fd(), .events = POLLIN},
			{.fd = ROLE_CONTROL_FD, .events = POLLIN},
			{.fd = peer_fd, .events = POLLIN},
		};
		if (poll(fds, 3, IDLE_MS) < 0 && errno != EINTR) {
			ret = err_sys(err, ERR_TEMP, "poll");
			break;
		}
		if (fds[1].revents != 0)
			ret = serve_control(loop, &peer_fd, &buf, err);
		else if (fds[2].revents != 0 && peer_fd >= 0)
			serve_peer(loop, &peer_fd, &buf);
		if (loop->on_idle != NULL)
			loop->on_idle(loop->context);
	}
	fd_close(&peer_fd);
	buf_wipe_done(&buf);
	return ret;
}
