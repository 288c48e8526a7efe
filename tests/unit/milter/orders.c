/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon itself against a mail server that does not keep to the protocol: packets in random order, of
 * random kinds and lengths, cut off anywhere. It must live on, answer the next honest session, and say
 * nothing but the few replies it has. Random numbers come from a fixed seed, so a failure comes again.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/store/store.h"
#include "tests/support/tap.h"
#include "tests/unit/milter/site.h"

enum { SESSIONS = 1500, SESSIONS_MAX = 10, PACKETS_MAX = 14, PACKET_MAX = 100 * 1024 };

static const char policy[] = "policies:\n"
			     "  - {name: inside, to: our-domains, do: pass}\n"
			     "  - {name: portal, to: portal.example, protect: [portal]}\n"
			     "  - {name: held, to: held.example, do: hold}\n"
			     "  - {name: no, to: no.example, do: reject}\n"
			     "  - {name: rest, do: pass}\n";

static uint32_t seed = 20261123;

/* 0..n-1. Not for secrets: a plain linear congruence. */
static unsigned
pick(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static int
dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = 5};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fd_close(&fd);
	return fd;
}

/* A packet: length (of command and data), command, data. `lie` is added to the length. */
static void
put_packet(struct buf *out, char command, struct bytes data, uint32_t lie)
{
	uint32_t n = (uint32_t)data.n + 1 + lie;
	uint8_t length[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	buf_put(out, length, 4);
	buf_put_byte(out, (uint8_t)command);
	buf_put_bytes(out, data);
}

/* Version 6, all actions, all steps: what Postfix 3.7 offers. */
static const struct bytes offer = {(const uint8_t *)"\0\0\0\6\0\0\1\377\0\037\377\377", 12};

#define DATA(s)                                                                                              \
	{                                                                                                    \
		(const uint8_t *)(s), sizeof(s) - 1                                                          \
	}

static const struct {
	char command;
	struct bytes data;
} packets[] = {
	{'C', DATA("localhost\0"
		   "4\0\31"
		   "127.0.0.1\0")},
	{'H', DATA("there.example\0")},
	{'D', DATA("Mi\0"
		   "4Xyz\0")},
	{'D', DATA("Ni\0"
		   "4Xyz\0")},
	{'D', DATA("E")},
	{'M', DATA("<a@here.example>\0SIZE=1\0")},
	{'M', DATA("<>\0")},
	{'R', DATA("<b@here.example>\0")},
	{'R', DATA("<b@portal.example>\0")},
	{'R', DATA("<c@held.example>\0")},
	{'R', DATA("<d@no.example>\0")},
	{'R', DATA("x\0")},
	{'T', DATA("")},
	{'L', DATA("Subject\0 a\n\tb\0")},
	{'L', DATA("X-Postseal-Handled\0 v1; t=1; m=00\0")},
	{'L', DATA("From\0\0")},
	{'L', DATA("\0\0")},
	{'L', DATA("no end")},
	{'N', DATA("")},
	{'B', DATA("a body\r\n.\r\nof lines\r\n")},
	{'B', DATA("\0\r\n\0")},
	{'E', DATA("")},
	{'E', DATA("the last chunk")},
	{'A', DATA("")},
	{'K', DATA("")},
	{'U', DATA("XCLIENT\0")},
	{'Q', DATA("")},
	{'O', DATA("\0\0\0\2\0\0\0\0\0\0\0\0")},
	{'Z', DATA("?")},
};

enum { N_PACKETS = sizeof(packets) / sizeof(packets[0]) };

/* Everything that has come so far is read away, and looked at: replies are well formed. */
static bool
replies_are_known(struct bytes in)
{
	while (in.n >= 5) {
		size_t n = (size_t)in.p[0] << 24 | (size_t)in.p[1] << 16 | (size_t)in.p[2] << 8 | in.p[3];

		if (n < 1 || n > PACKET_MAX || !strchr("acdthmbyqpri-Ol", in.p[4]))
			return false;
		if (in.p[4] == 'y' && (n < 12 || (in.p[5] != '4' && in.p[5] != '5') || in.p[8] != ' '))
			return false;
		in = bytes_sub(in, 4 + n, in.n);
	}
	return true;
}

static bool
drain(int fd)
{
	struct pollfd pfd = {fd, POLLIN, 0};
	struct buf in;
	bool good;

	buf_init(&in, 1 << 20);
	for (;;) {
		uint8_t chunk[4096];
		ssize_t n;

		if (poll(&pfd, 1, 5000) <= 0 || (n = read(fd, chunk, sizeof(chunk))) <= 0)
			break;
		buf_put(&in, chunk, (size_t)n);
	}
	good = replies_are_known(buf_bytes(&in));
	buf_done(&in);
	return good;
}

/* Half of the packets follow each other as they should; the rest is chance. */
static void
make_session(struct buf *out)
{
	static const char usual[] = {5, 7, 8, 13, 14, 18, 19, 22};
	unsigned n = pick(PACKETS_MAX);

	if (pick(20))
		put_packet(out, 'O', offer, 0);
	for (unsigned i = 0; i < n; i++) {
		unsigned which = pick(2) ? (unsigned)usual[i % sizeof(usual)] : pick(N_PACKETS);

		put_packet(out, packets[which].command, packets[which].data, pick(40) ? 0 : pick(1 << 20));
	}
	if (!pick(10))
		out->n = pick((unsigned)out->n + 1);
}

static bool
play_random(const char *path)
{
	int fd = dial(path);
	struct buf out;
	bool good;

	if (fd < 0)
		return false;
	buf_init(&out, 1 << 20);
	make_session(&out);
	if (send(fd, out.p, out.n, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET)
		perror("# send");
	shutdown(fd, SHUT_WR);
	good = drain(fd);
	buf_done(&out);
	fd_close(&fd);
	return good;
}

/*
 * An honest message to someone inside is accepted at the end of its header. There are few sessions: one that
 * is not given back would be missing here.
 */
static bool
play_honest(const char *path)
{
	static const int order[] = {5, 7, 13, 18};
	int fd = dial(path);
	uint8_t in[200];
	size_t n = 0;
	struct buf out;
	bool good = false;

	if (fd < 0)
		return false;
	buf_init(&out, 1 << 16);
	put_packet(&out, 'O', offer, 0);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		put_packet(&out, packets[order[i]].command, packets[order[i]].data, 0);
	if (fd_write_all(fd, buf_bytes(&out), NULL) == 0)
		for (ssize_t got = 1; got > 0 && n < sizeof(in) && !good; n += (size_t)got) {
			got = read(fd, in + n, sizeof(in) - n);
			good = got > 0 && in[n + (size_t)got - 1] == 'a';
			if (got < 0)
				break;
		}
	buf_done(&out);
	fd_close(&fd);
	return good;
}

/* What comes until `wanted` stands somewhere in it, or the end. */
static bool
await_bytes(int fd, struct bytes wanted)
{
	struct buf in;
	bool found = false;

	buf_init(&in, 10000);
	for (;;) {
		uint8_t chunk[500];
		ssize_t n = found ? 0 : read(fd, chunk, sizeof(chunk));

		if (n <= 0)
			break;
		buf_put(&in, chunk, (size_t)n);
		found = bytes_find(buf_bytes(&in), wanted) < in.n;
	}
	buf_done(&in);
	return found;
}

/* Negotiates; the answer to that ends with the steps that are left out. */
static int
open_session(const char *path)
{
	int fd = dial(path);
	struct buf out;

	buf_init(&out, 1000);
	put_packet(&out, 'O', offer, 0);
	if (fd >= 0 &&
		(fd_write_all(fd, buf_bytes(&out), NULL) < 0 || !await_bytes(fd, BYTES_LIT("O\0\0\0\6"))))
		fd_close(&fd);
	buf_done(&out);
	return fd;
}

static void
test_session_limit(const char *path)
{
	int fds[SESSIONS_MAX + 1];
	struct buf out;
	size_t n = 0;

	for (size_t i = 0; i <= SESSIONS_MAX; i++) {
		fds[i] = open_session(path);
		n += fds[i] >= 0;
	}
	tap_ok(n == SESSIONS_MAX + 1, "%zu sessions are negotiated", n);
	buf_init(&out, 1000);
	put_packet(&out, packets[0].command, packets[0].data, 0);
	tap_ok(fd_write_all(fds[SESSIONS_MAX], buf_bytes(&out), NULL) == 0 &&
			await_bytes(fds[SESSIONS_MAX], BYTES_LIT("y421 4.3.2 ")),
		"the one too many is told so when it says who connects");
	buf_done(&out);
	for (size_t i = 0; i <= SESSIONS_MAX; i++)
		fd_close(&fds[i]);
}

/* Sessions that were closed a moment ago may still count. */
static bool
play_honest_soon(const char *path)
{
	int64_t deadline = clock_mono_ms() + 10000;

	while (!play_honest(path)) {
		if (clock_mono_ms() > deadline)
			return false;
		poll(NULL, 0, 20);
	}
	return true;
}

static const char *
write_settings(struct site *site)
{
	const char *path = arena_strf(&site->arena, "%s/postseal.cf", site->dir);
	const char *text = arena_strf(&site->arena,
		"our_domains = here.example\nhostname = mx.here.example\nlog_to = stderr\n"
		"policy_file = %s\nindex_key = %s\nreinject_key = %s\nportal_certificate = %s\n"
		"recovery_certificate = %s\nstore_directory = %s/store\nmilter_socket = unix:%s/milter.sock\n"
		"parser_socket = %s/parser.sock\nreinject_address = 127.0.0.1:1\nmilter_user =\nstore_group "
		"=\n"
		"milter_socket_group =\nmax_sessions = 10\n",
		site->policy, site->index_key, site->reinject_key, site->portal_certificate,
		site->recovery_certificate, site->dir, site->dir, site->dir);

	fd_write_file(path, bytes_of_str(text), 0600, NULL);
	return path;
}

static pid_t
start(const char *program, const char *settings, const char *log)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (!freopen(log, "w", stderr))
			_exit(99);
		execl(program, program, "-c", settings, (char *)NULL);
		_exit(99);
	}
	return pid;
}

static bool
await_socket(const char *path, pid_t pid)
{
	int64_t deadline = clock_mono_ms() + 20000;
	int fd = -1;

	while (fd < 0 && clock_mono_ms() < deadline && waitpid(pid, NULL, WNOHANG) == 0) {
		fd = dial(path);
		if (fd < 0)
			poll(NULL, 0, 20);
	}
	fd_close(&fd);
	return fd >= -1 && kill(pid, 0) == 0;
}

static void
show_log(const char *path)
{
	struct buf log;

	buf_init(&log, 1 << 20);
	if (fd_read_file(path, &log, NULL) == 0)
		printf("# %.*s\n", BYTES_FMT(buf_bytes(&log)));
	buf_done(&log);
}

int
main(void)
{
	const char *top = getenv("top_builddir"), *program, *socket, *log;
	struct site site = {0};
	struct err err = {0};
	int status = -1, good = 0;
	pid_t pid;

	site_make(&site, policy);
	program = arena_strf(&site.arena, "%s/milter/postseal-milter", top ? top : ".");
	socket = arena_strf(&site.arena, "%s/milter.sock", site.dir);
	log = arena_strf(&site.arena, "%s/log", site.dir);
	tap_ok(store_create(arena_strf(&site.arena, "%s/store", site.dir), &err) == 0, "a store: %s",
		err.text);
	pid = start(program, write_settings(&site), log);
	tap_ok(await_socket(socket, pid), "the daemon listens");
	tap_ok(play_honest_soon(socket), "an honest session before");
	test_session_limit(socket);
	for (int i = 0; i < SESSIONS; i++)
		good += play_random(socket);
	tap_ok(good == SESSIONS, "%d of %d random sessions got nothing but known replies", good, SESSIONS);
	tap_ok(play_honest_soon(socket), "an honest session after");
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	if (!tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the daemon ended well (status %x)",
		    status))
		show_log(log);
	site_remove(&site);
	return tap_done();
}
