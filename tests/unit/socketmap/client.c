/* SPDX-License-Identifier: Apache-2.0 */
/* The client against a thread that plays a server: each connection gets the answers of a script, then ends.
 */
#include "lib/socketmap/client.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "tests/support/tap.h"

enum { STEPS_MAX = 8, WAIT_MS = 10000, SHORT_MS = 100 };

#define ASK "8:map some,"
#define CLOSE "close" /* after reading a request, without an answer */
#define MUTE "mute"   /* reads and says nothing until the peer is gone */

/* What is said to each request; a NULL ends the connection, and the next one goes on behind it. */
struct script {
	const char *steps[STEPS_MAX];
	int n_connections;
	size_t piece; /* bytes that are written at once; 0: all */
};

struct server {
	int listener;
	const struct script *script;
	char path[64];
	pthread_t thread;
};

static bool
read_request(int fd)
{
	char text[sizeof(ASK)] = "";

	return fd_read_exact(fd, text, sizeof(ASK) - 1, NULL) == 0 && strcmp(text, ASK) == 0;
}

static void
say(int fd, struct bytes text, size_t piece)
{
	if (piece == 0)
		piece = text.n;
	for (size_t at = 0; at < text.n; at += piece)
		fd_write_all(fd, bytes_sub(text, at, piece), NULL);
}

static void *
play(void *context)
{
	struct server *server = context;
	const char *const *step = server->script->steps;
	char rest;

	for (int i = 0; i < server->script->n_connections; i++, step++) {
		int fd = accept(server->listener, NULL, NULL);

		for (; *step != NULL && read_request(fd); step++) {
			if (strcmp(*step, MUTE) == 0)
				(void)!read(fd, &rest, 1);
			else if (strcmp(*step, CLOSE) != 0)
				say(fd, bytes_of_str(*step), server->script->piece);
		}
		fd_close(&fd);
	}
	return NULL;
}

static void
start(struct server *server, const struct script *script)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	server->script = script;
	snprintf(server->path, sizeof(server->path), "unix:/tmp/postseal-map.%ld", (long)getpid());
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", server->path + 5);
	unlink(address.sun_path);
	server->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(server->listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(server->listener, 5) < 0 || pthread_create(&server->thread, NULL, play, server) != 0)
		abort();
}

static void
stop(struct server *server)
{
	pthread_join(server->thread, NULL);
	fd_close(&server->listener);
	unlink(server->path + 5);
}

static int
ask(struct socketmap_client *client, int wait_ms, struct socketmap_answer *answer, struct err *err)
{
	*err = (struct err){0};
	return socketmap_client_ask(client, "map", BYTES_LIT("some"), clock_mono_ms() + wait_ms, answer, err);
}

static void
test_answers(void)
{
	static const struct script script = {{"5:OK hi,", "9:NOTFOUND ,", "8:TEMP why,", NULL}, 1, 1};
	struct socketmap_client *client;
	struct socketmap_answer answer;
	struct server server;
	struct err err;

	start(&server, &script);
	client = socketmap_client_new(server.path);
	tap_ok(ask(client, WAIT_MS, &answer, &err) == 0 && answer.status == SOCKETMAP_OK, "OK");
	tap_bytes(answer.text, BYTES_LIT("hi"), "its text");
	tap_ok(ask(client, WAIT_MS, &answer, &err) == 0 && answer.status == SOCKETMAP_NOTFOUND,
		"NOTFOUND on the same connection");
	tap_ok(ask(client, WAIT_MS, &answer, &err) == 0 && answer.status == SOCKETMAP_TEMP, "TEMP");
	stop(&server);
	socketmap_client_free(client);
}

/* The server ended the kept connection: one more try, on a new one. */
static void
test_again(void)
{
	static const struct script script = {{"5:OK hi,", NULL, "5:OK ho,", CLOSE, NULL, CLOSE}, 3, 0};
	struct socketmap_client *client;
	struct socketmap_answer answer;
	struct server server;
	struct err err;

	start(&server, &script);
	client = socketmap_client_new(server.path);
	tap_ok(ask(client, WAIT_MS, &answer, &err) == 0, "the first connection");
	tap_ok(ask(client, WAIT_MS, &answer, &err) == 0, "it was closed: %s", err.text);
	tap_bytes(answer.text, BYTES_LIT("ho"), "the second one answers");
	tap_ok(ask(client, WAIT_MS, &answer, &err) < 0 && err.class == ERR_TEMP, "no third try: %s",
		err.text);
	stop(&server);
	tap_ok(ask(client, WAIT_MS, &answer, &err) < 0 && err.class == ERR_TEMP, "nobody there: %s",
		err.text);
	socketmap_client_free(client);
}

static const struct {
	const char *name, *says;
	enum err_class class;
} faults[] = {
	{"no netstring", "HTTP/1.1 200 OK\r\n", ERR_PEER},
	{"another word", "2:HI,", ERR_PEER},
	{"more than an answer", "5:OK hi,5:OK ho,", ERR_PEER},
	{"too long", "100001:", ERR_PEER},
	{"silence", MUTE, ERR_TEMP},
};

static void
test_faults(void)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct script script = {{faults[i].says, NULL}, 1, 0};
		struct socketmap_client *client;
		struct socketmap_answer answer;
		struct server server;
		struct err err;
		int got;

		start(&server, &script);
		client = socketmap_client_new(server.path);
		got = ask(client, faults[i].class == ERR_TEMP ? SHORT_MS : WAIT_MS, &answer, &err);
		tap_ok(got < 0 && err.class == faults[i].class, "%s: %s", faults[i].name, err.text);
		stop(&server);
		socketmap_client_free(client);
	}
}

static void
test_addresses(void)
{
	static const char *const wrong[] = {"nowhere", "localhost:25", "127.0.0.1:x", ":25", "[::1"};
	struct socketmap_answer answer;
	struct err err;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct socketmap_client *client = socketmap_client_new(wrong[i]);

		tap_ok(ask(client, WAIT_MS, &answer, &err) < 0 && err.class == ERR_CONFIG, "%s: %s", wrong[i],
			err.text);
		socketmap_client_free(client);
	}
}

int
main(void)
{
	test_answers();
	test_again();
	test_faults();
	test_addresses();
	return tap_done();
}
