/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/run/channel.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"

enum { HEADER_SIZE = 12, BACKLOG = 128 };

static void
put_u32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t
get_u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

int
channel_pair(int ret_fds[2], struct err *err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_fds) != 0)
		return err_sys(err, ERR_TEMP, "socketpair");
	return 0;
}

static int
fill_address(const char *path, struct sockaddr_un *address, struct err *err)
{
	size_t n = strlen(path);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (n >= sizeof(address->sun_path))
		return err_set(err, ERR_CONFIG, "%s: a socket's path has at most %zu bytes", path,
			sizeof(address->sun_path) - 1);
	memcpy(address->sun_path, path, n + 1);
	return 0;
}

static int
open_socket(struct err *err)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	return fd >= 0 ? fd : err_sys(err, ERR_TEMP, "socket");
}

/* A socket file that nobody listens on is left over from a process that died: it goes. */
static int
remove_stale(const char *path, const struct sockaddr_un *address, struct err *err)
{
	struct stat st;
	int fd, ret;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : err_sys(err, ERR_CONFIG, "%s", path);
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, ERR_CONFIG, "%s: is there already, and is no socket", path);
	fd = open_socket(err);
	if (fd < 0)
		return -1;
	ret = connect(fd, (const struct sockaddr *)address, sizeof(*address));
	fd_close(&fd);
	if (ret == 0 || errno == EAGAIN)
		return err_set(err, ERR_CONFIG, "%s: another process listens there", path);
	if (unlink(path) != 0)
		return err_sys(err, ERR_CONFIG, "remove %s", path);
	return 0;
}

int
channel_listen(const char *path, unsigned mode, int *ret_fd, struct err *err)
{
	struct sockaddr_un address;
	mode_t mask;
	int fd, ret;

	if (fill_address(path, &address, err) != 0 || remove_stale(path, &address, err) != 0)
		return -1;
	fd = open_socket(err);
	if (fd < 0)
		return -1;
	mask = umask(0177); /* nobody else may connect before the mode is right */
	ret = bind(fd, (const struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (ret != 0 || chmod(path, mode) != 0 || listen(fd, BACKLOG) != 0) {
		err_sys(err, ERR_CONFIG, "listen on %s", path);
		fd_close(&fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

/* How long connect(2) may wait for room in the listener's queue. */
static void
set_send_timeout(int fd, int ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

int
channel_connect(const char *path, int64_t deadline_ms, int *ret_fd, struct err *err)
{
	struct sockaddr_un address;
	int fd, left = clock_left_ms(deadline_ms);

	if (fill_address(path, &address, err) != 0)
		return -1;
	fd = open_socket(err);
	if (fd < 0)
		return -1;
	set_send_timeout(fd, left > 0 ? left : 1);
	while (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		if (errno == EINTR && clock_left_ms(deadline_ms) > 0)
			continue;
		err_sys(err, ERR_TEMP, "connect to %s", path);
		fd_close(&fd);
		return -1;
	}
	set_send_timeout(fd, 0);
	*ret_fd = fd;
	return 0;
}

/* Waits until the socket is ready. Returns 0, or -1 when the deadline passed. */
static int
wait_for(int fd, short events, int64_t deadline_ms, struct err *err)
{
	struct pollfd pfd = {.fd = fd, .events = events};

	for (;;) {
		int n = poll(&pfd, 1, clock_left_ms(deadline_ms));

		if (n > 0)
			return 0;
		if (n == 0)
			return err_set(err, ERR_TEMP, "no answer in time");
		if (errno != EINTR)
			return err_sys(err, ERR_TEMP, "poll");
	}
}

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union control {
	struct cmsghdr align;
	uint8_t room[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
};

static void
put_fds(struct msghdr *msg, union control *control, const struct channel_message *message)
{
	struct cmsghdr *cmsg;

	if (message->n_fds == 0)
		return;
	*control = (union control){0};
	msg->msg_control = control->room;
	msg->msg_controllen = CMSG_SPACE(message->n_fds * sizeof(int));
	cmsg = CMSG_FIRSTHDR(msg);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(message->n_fds * sizeof(int));
	memcpy(CMSG_DATA(cmsg), message->fds, message->n_fds * sizeof(int));
}

int
channel_send(int fd, const struct channel_message *message, int64_t deadline_ms, struct err *err)
{
	uint8_t header[HEADER_SIZE];
	union control control;
	struct iovec iov[2] = {
		{header, sizeof(header)}, {(void *)(uintptr_t)message->payload.p, message->payload.n}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 2};

	assert(message->n_fds <= CHANNEL_FDS_MAX);
	if (message->payload.n > CHANNEL_MAX)
		return err_set(err, ERR_PERM, "message of %zu bytes, at most %d are sent", message->payload.n,
			(int)CHANNEL_MAX);
	put_u32(header, message->type);
	put_u32(header + 4, message->id);
	put_u32(header + 8, (uint32_t)message->payload.n);
	put_fds(&msg, &control, message);
	for (;;) {
		/* All or nothing: SOCK_SEQPACKET keeps messages whole. */
		if (sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
			return 0;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return err_sys(err, ERR_TEMP, "send");
		if (wait_for(fd, POLLOUT, deadline_ms, err) != 0)
			return -1;
	}
}

/* Takes the descriptors over; more than there is room for are closed. Returns 0, or -1: too many. */
static int
take_fds(struct msghdr *msg, struct channel_message *message)
{
	int ret = (msg->msg_flags & MSG_CTRUNC) != 0 ? -1 : 0;

	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg); cmsg != NULL; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		size_t n;

		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(int), sizeof(int));
			if (message->n_fds < CHANNEL_FDS_MAX) {
				message->fds[message->n_fds++] = fd;
			} else {
				fd_close(&fd);
				ret = -1;
			}
		}
	}
	return ret;
}

static int
receive_once(
	int fd, struct iovec iov[2], struct msghdr *msg, int64_t deadline_ms, ssize_t *ret_n, struct err *err)
{
	for (;;) {
		*msg = (struct msghdr){.msg_iov = iov,
			.msg_iovlen = 2,
			.msg_control = msg->msg_control,
			/* Not CMSG_SPACE: its padding would let one descriptor more in. */
			.msg_controllen = CMSG_LEN(CHANNEL_FDS_MAX * sizeof(int))};
		*ret_n = recvmsg(fd, msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (*ret_n >= 0)
			return 0;
		if (errno == EINTR)
			continue;
		if (errno == ECONNRESET) {
			*ret_n = 0;
			return 0;
		}
		if (errno != EAGAIN)
			return err_sys(err, ERR_TEMP, "receive");
		if (wait_for(fd, POLLIN, deadline_ms, err) != 0)
			return -1;
	}
}

int
channel_receive(
	int fd, struct buf *buf, struct channel_message *ret_message, int64_t deadline_ms, struct err *err)
{
	struct channel_message message = {.fds = {-1, -1, -1}};
	size_t room = buf->max < CHANNEL_MAX ? buf->max : CHANNEL_MAX;
	uint8_t header[HEADER_SIZE];
	union control control;
	struct iovec iov[2] = {{header, sizeof(header)}, {NULL, room}};
	struct msghdr msg = {.msg_control = control.room};
	ssize_t n;

	static_assert(CHANNEL_FDS_MAX == 3, "the initialiser of fds");
	buf_reset(buf);
	iov[1].iov_base = buf_room(buf, room);
	if (receive_once(fd, iov, &msg, deadline_ms, &n, err) != 0)
		return -1;
	if (take_fds(&msg, &message) != 0) {
		channel_close_fds(&message);
		return err_set(err, ERR_PEER, "message with more than %d descriptors", (int)CHANNEL_FDS_MAX);
	}
	if (n == 0) {
		channel_close_fds(&message);
		return 0;
	}
	if ((msg.msg_flags & MSG_TRUNC) != 0 || (size_t)n < HEADER_SIZE ||
		get_u32(header + 8) != (size_t)n - HEADER_SIZE) {
		channel_close_fds(&message);
		return err_set(err, ERR_PEER, "message with a wrong length");
	}
	buf_grew(buf, (size_t)n - HEADER_SIZE);
	message.type = get_u32(header);
	message.id = get_u32(header + 4);
	message.payload = buf_bytes(buf);
	*ret_message = message;
	return 1;
}

void
channel_close_fds(struct channel_message *message)
{
	for (size_t i = 0; i < message->n_fds; i++)
		fd_close(&message->fds[i]);
	message->n_fds = 0;
}
