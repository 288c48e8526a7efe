/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/run/channel.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "tests/support/tap.h"

static int64_t
soon(void)
{
	return clock_mono_ms() + 5000;
}

static void
test_messages(void)
{
	static const size_t sizes[] = {0, 1, 12, 4096, CHANNEL_MAX};
	struct channel_message got;
	struct err err = {0};
	struct buf sent, buf;
	int pair[2];

	buf_init(&sent, CHANNEL_MAX + 1);
	buf_init(&buf, CHANNEL_MAX);
	tap_ok(channel_pair(pair, &err) == 0, "pair");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct channel_message message = {.type = 7, .id = (uint32_t)i};

		buf_reset(&sent);
		while (sent.n < sizes[i])
			buf_put_byte(&sent, (uint8_t)sent.n);
		message.payload = buf_bytes(&sent);
		tap_ok(channel_send(pair[0], &message, soon(), &err) == 0, "send %zu bytes", sizes[i]);
		tap_ok(channel_receive(pair[1], &buf, &got, soon(), &err) == 1, "receive %zu bytes",
			sizes[i]);
		tap_ok(got.type == 7 && got.id == i && got.n_fds == 0, "its header");
		tap_ok(bytes_eq(got.payload, buf_bytes(&sent)), "its payload");
	}
	buf_put_byte(&sent, 0);
	tap_ok(channel_send(pair[0], &(struct channel_message){.payload = buf_bytes(&sent)}, soon(), &err) ==
				-1 &&
			err.class == ERR_PERM,
		"one byte too many is not sent");
	tap_ok(channel_receive(pair[1], &buf, &got, clock_mono_ms(), &err) == -1 && err.class == ERR_TEMP,
		"nothing there by the deadline");
	fd_close(&pair[0]);
	tap_ok(channel_receive(pair[1], &buf, &got, soon(), &err) == 0, "end of file");
	fd_close(&pair[1]);
	buf_done(&buf);
	buf_done(&sent);
}

static void
test_fds(void)
{
	struct channel_message message = {.type = 1, .n_fds = 2}, got;
	struct err err = {0};
	struct buf buf;
	int pair[2], pipes[2];
	char c = 0;

	buf_init(&buf, CHANNEL_MAX);
	tap_ok(channel_pair(pair, &err) == 0 && pipe(pipes) == 0, "pairs");
	message.fds[0] = pipes[0];
	message.fds[1] = pipes[1];
	tap_ok(channel_send(pair[0], &message, soon(), &err) == 0, "send two descriptors");
	tap_ok(channel_receive(pair[1], &buf, &got, soon(), &err) == 1 && got.n_fds == 2, "receive them");
	tap_ok(got.fds[0] != pipes[0] && got.fds[2] == -1, "they are new ones");
	tap_ok(write(pipes[1], "x", 1) == 1 && read(got.fds[0], &c, 1) == 1 && c == 'x', "of the same pipe");
	channel_close_fds(&got);
	tap_ok(got.fds[0] == -1 && got.n_fds == 0, "closed");
	fd_close(&pipes[0]);
	fd_close(&pipes[1]);
	fd_close(&pair[0]);
	fd_close(&pair[1]);
	buf_done(&buf);
}

/* How many descriptors this process has open, to see that none of a refused message stays. */
static int
count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		if (dup2(fd, fd) == fd)
			n++;
	return n;
}

static void
send_raw(int fd, struct bytes b, int n_fds)
{
	uint8_t control[CMSG_SPACE(16 * sizeof(int))] = {0};
	struct iovec iov = {(void *)(uintptr_t)b.p, b.n};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (n_fds > 0) {
		struct cmsghdr *cmsg = (struct cmsghdr *)(void *)control;

		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN((size_t)n_fds * sizeof(int));
		msg.msg_control = control;
		msg.msg_controllen = cmsg->cmsg_len;
	}
	tap_ok(sendmsg(fd, &msg, 0) == (ssize_t)b.n, "raw message sent");
}

static void
test_hostile(void)
{
	static const struct {
		const char *name;
		struct bytes input;
		int n_fds;
	} table[] = {
		{"no whole header", BYTES_LIT("\1\0\0\0\0\0\0\0\0\0\0"), 0},
		{"length too large", BYTES_LIT("\1\0\0\0\0\0\0\0\5\0\0\0abcd"), 0},
		{"length too small", BYTES_LIT("\1\0\0\0\0\0\0\0\3\0\0\0abcd"), 0},
		{"too many descriptors", BYTES_LIT("\1\0\0\0\0\0\0\0\0\0\0\0"), 4},
		{"far too many descriptors", BYTES_LIT("\1\0\0\0\0\0\0\0\0\0\0\0"), 16},
		{"wrong length with descriptors", BYTES_LIT("\1\0\0\0\0\0\0\0\1\0\0\0"), 2},
	};
	struct err err = {0};
	struct buf buf;
	int pair[2], before;

	buf_init(&buf, CHANNEL_MAX);
	tap_ok(channel_pair(pair, &err) == 0, "pair");
	before = count_fds();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct channel_message got;

		send_raw(pair[0], table[i].input, table[i].n_fds);
		err = (struct err){0};
		tap_ok(channel_receive(pair[1], &buf, &got, soon(), &err) == -1 && err.class == ERR_PEER,
			"refused: %s", table[i].name);
	}
	tap_ok(count_fds() == before, "no descriptor stays");
	fd_close(&pair[0]);
	fd_close(&pair[1]);
	buf_done(&buf);
}

static void
test_listen(void)
{
	char folder[] = "/tmp/postseal-channel-XXXXXX", path[64];
	struct err err = {0};
	struct stat st;
	int listener = -1, fd = -1;

	if (mkdtemp(folder) == NULL)
		return;
	snprintf(path, sizeof(path), "%s/socket", folder);
	tap_ok(channel_connect(path, soon(), &fd, &err) == -1 && err.class == ERR_TEMP, "nobody there");
	tap_ok(channel_listen(path, 0660, &listener, &err) == 0, "listen");
	tap_ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0660, "its mode");
	tap_ok(channel_connect(path, soon(), &fd, &err) == 0, "connect");
	tap_ok(channel_listen(path, 0660, &(int){-1}, &err) == -1 && err.class == ERR_CONFIG,
		"a second listener is refused");
	fd_close(&fd);
	fd_close(&listener);
	tap_ok(channel_listen(path, 0660, &listener, &err) == 0, "a stale socket is taken over");
	fd_close(&listener);
	(void)unlink(path);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	fd_close(&fd);
	tap_ok(channel_listen(path, 0660, &listener, &err) == -1, "no other file is");
	(void)unlink(path);
	(void)rmdir(folder);
}

static void
test_wire(void)
{
	struct wire wire;
	struct buf buf;
	struct bytes b;
	uint64_t v64;
	uint32_t v32;

	buf_init(&buf, 64);
	wire_put_u32(&buf, 0x01020304);
	wire_put_u64(&buf, UINT64_MAX - 1);
	wire_put_bytes(&buf, BYTES_LIT("abc"));
	wire_put_bytes(&buf, BYTES_LIT(""));
	tap_bytes(bytes_sub(buf_bytes(&buf), 0, 4), BYTES_LIT("\4\3\2\1"), "little endian");
	wire = (struct wire){.rest = buf_bytes(&buf)};
	tap_ok(wire_u32(&wire, &v32) == 0 && v32 == 0x01020304, "u32");
	tap_ok(wire_u64(&wire, &v64) == 0 && v64 == UINT64_MAX - 1, "u64");
	tap_ok(wire_bytes(&wire, &b) == 0 && bytes_eq(b, BYTES_LIT("abc")), "bytes");
	tap_ok(wire_bytes(&wire, &b) == 0 && b.n == 0, "no bytes");
	tap_ok(wire_u32(&wire, &v32) == -1 && wire.broken, "nothing left");

	buf_reset(&buf);
	wire_put_u32(&buf, UINT32_MAX);
	wire_put_u32(&buf, 1);
	wire = (struct wire){.rest = buf_bytes(&buf)};
	tap_ok(wire_bytes(&wire, &b) == -1, "a length beyond the end");
	tap_ok(wire_u32(&wire, &v32) == -1, "and nothing is read after it");
	buf_done(&buf);
}

int
main(void)
{
	test_messages();
	test_fds();
	test_hostile();
	test_listen();
	test_wire();
	return tap_done();
}
