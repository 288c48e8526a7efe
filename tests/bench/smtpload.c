/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smtpload PORT SESSIONS MESSAGES FILE...: sends MESSAGES messages to 127.0.0.1:PORT over SESSIONS threads,
 * one message a connection, the files in turn, each with a Message-ID of its own. Prints accepted-per-second
 * seconds failed median-ms 99th-percentile-ms
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"

enum { FILE_MAX = 64 << 20, REPLY_MAX = 4096 };

static struct {
	uint16_t port;
	int64_t messages;
	struct buf *files; /* as they go over the wire, with the final dot */
	size_t n_files;
	atomic_int_fast64_t next, failed;
	double *ms;
} load;

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
dial(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons(load.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fd_close(&fd);
	return fd;
}

/* A whole reply; whether it has the class `want`. Nothing is sent ahead, so nothing follows it. */
static bool
expect(int fd, char want)
{
	char text[REPLY_MAX];
	size_t n = 0;

	while (n < sizeof(text)) {
		ssize_t got = read(fd, text + n, sizeof(text) - n);
		struct bytes rest, line = {0};

		if (got <= 0)
			return false;
		n += (size_t)got;
		if (text[n - 1] != '\n')
			continue;
		rest = bytes_of(text, n);
		while (bytes_next_line(&rest, &line))
			;
		if (line.n >= 4 && line.p[3] == ' ')
			return line.p[0] == (uint8_t)want;
	}
	return false;
}

static bool
say(int fd, const char *line, char want)
{
	return fd_write_all(fd, bytes_of_str(line), NULL) == 0 && expect(fd, want);
}

static bool
transact(int fd, int64_t number)
{
	const struct buf *file = &load.files[(size_t)number % load.n_files];
	char sender[64], recipient[64], id[96];
	struct buf content;
	bool good;

	snprintf(sender, sizeof(sender), "MAIL FROM:<sender%d@bench.example>\r\n", (int)(number % 64));
	snprintf(recipient, sizeof(recipient), "RCPT TO:<user@far%d.example>\r\n", (int)(number % 8));
	snprintf(id, sizeof(id), "Message-ID: <%d.%d.%.3f@bench.example>\r\n", (int)number, (int)getpid(),
		now_ms());
	if (!expect(fd, '2') || !say(fd, "EHLO bench.example\r\n", '2') || !say(fd, sender, '2') ||
		!say(fd, recipient, '2') || !say(fd, "DATA\r\n", '3'))
		return false;
	buf_init(&content, FILE_MAX + 200);
	buf_put_str(&content, id);
	buf_put_bytes(&content, buf_bytes(file));
	good = fd_write_all(fd, buf_bytes(&content), NULL) == 0 && expect(fd, '2');
	buf_done(&content);
	return good;
}

static void *
session(void *unused)
{
	int64_t number;

	(void)unused;
	while ((number = atomic_fetch_add(&load.next, 1)) < load.messages) {
		double began = now_ms();
		int fd = dial();

		if (fd < 0 || !transact(fd, number))
			atomic_fetch_add(&load.failed, 1);
		load.ms[number] = now_ms() - began;
		if (fd >= 0)
			say(fd, "QUIT\r\n", '2');
		fd_close(&fd);
	}
	return NULL;
}

/* CR LF line ends, dots doubled, the final dot. */
static int
read_message(const char *path, struct buf *wire)
{
	struct bytes rest, line = {0};
	struct err err = {0};
	struct buf text;

	buf_init(&text, FILE_MAX);
	buf_init(wire, FILE_MAX);
	if (fd_read_file(path, &text, &err) < 0) {
		fprintf(stderr, "smtpload: %s\n", err.text);
		return -1;
	}
	rest = buf_bytes(&text);
	while (bytes_next_line(&rest, &line)) {
		if (line.n > 0 && line.p[0] == '.')
			buf_put_byte(wire, '.');
		buf_put_bytes(wire, line);
		buf_put_str(wire, "\r\n");
	}
	buf_put_str(wire, ".\r\n");
	buf_done(&text);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
run(size_t sessions)
{
	pthread_t *threads = mem_new(sessions, sizeof(*threads));
	double began = now_ms(), seconds;

	for (size_t i = 0; i < sessions; i++)
		pthread_create(&threads[i], NULL, session, NULL);
	for (size_t i = 0; i < sessions; i++)
		pthread_join(threads[i], NULL);
	seconds = (now_ms() - began) / 1e3;
	qsort(load.ms, (size_t)load.messages, sizeof(*load.ms), compare);
	printf("%.1f %.3f %d %.2f %.2f\n", (double)load.messages / seconds, seconds, (int)load.failed,
		load.ms[load.messages / 2], load.ms[load.messages * 99 / 100]);
	free(threads);
}

int
main(int argc, char **argv)
{
	int64_t port = 0, sessions = 0;

	if (argc < 5 || bytes_parse_i64(bytes_of_str(argv[1]), 1, 65535, &port) < 0 ||
		bytes_parse_i64(bytes_of_str(argv[2]), 1, 1000, &sessions) < 0 ||
		bytes_parse_i64(bytes_of_str(argv[3]), 1, 10000000, &load.messages) < 0) {
		fprintf(stderr, "usage: smtpload PORT SESSIONS MESSAGES FILE...\n");
		return 2;
	}
	load.port = (uint16_t)port;
	load.n_files = (size_t)argc - 4;
	load.files = mem_new(load.n_files, sizeof(*load.files));
	load.ms = mem_new((size_t)load.messages, sizeof(*load.ms));
	for (size_t i = 0; i < load.n_files; i++)
		if (read_message(argv[4 + i], &load.files[i]) < 0)
			return 1;
	run((size_t)sessions);
	for (size_t i = 0; i < load.n_files; i++)
		buf_done(&load.files[i]);
	free(load.files);
	free(load.ms);
	return load.failed ? 1 : 0;
}
