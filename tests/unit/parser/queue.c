/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/queue.h"

#include <fcntl.h>

#include "lib/base/fd.h"
#include "lib/scan/protocol.h"
#include "tests/support/tap.h"

static int clients[2];

static struct client *
client(size_t i)
{
	return (struct client *)(void *)&clients[i];
}

enum fd_kind { NO_FD, SEALED, UNSEALED, PLAIN };

static int
make_fd(enum fd_kind kind)
{
	int fd = -1;

	if (kind == PLAIN)
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	if (kind == NO_FD || fd_memfd("test", &fd, NULL) != 0)
		return -1;
	if (kind == SEALED)
		(void)fd_memfd_seal(fd, NULL);
	return fd;
}

static void
test_forms(void)
{
	static uint8_t many[SCAN_RECIPIENTS_MAX + 1];
	const struct {
		const char *name;
		uint32_t type;
		enum fd_kind first, second;
		struct bytes payload;
		bool want;
	} table[] = {
		{"scan", JOB_SCAN, SEALED, NO_FD, BYTES_LIT(""), true},
		{"view", JOB_VIEW, SEALED, UNSEALED, BYTES_LIT(""), true},
		{"part", JOB_VIEW_PART, SEALED, UNSEALED, BYTES_LIT("\1\0\0\0"), true},
		{"scan without a message", JOB_SCAN, NO_FD, NO_FD, BYTES_LIT(""), false},
		{"scan of what can change", JOB_SCAN, UNSEALED, NO_FD, BYTES_LIT(""), false},
		{"scan of another file", JOB_SCAN, PLAIN, NO_FD, BYTES_LIT(""), false},
		{"scan with an output", JOB_SCAN, SEALED, UNSEALED, BYTES_LIT(""), false},
		{"scan with recipients", JOB_SCAN, SEALED, NO_FD, BYTES_LIT("\1\0\0\0\1\0\0\0a"), true},
		{"scan with too many recipients", JOB_SCAN, SEALED, NO_FD, {many, sizeof(many)}, false},
		{"view without an output", JOB_VIEW, SEALED, NO_FD, BYTES_LIT(""), false},
		{"view into another file", JOB_VIEW, SEALED, PLAIN, BYTES_LIT(""), false},
		{"part without a number", JOB_VIEW_PART, SEALED, UNSEALED, BYTES_LIT(""), false},
		{"part with half a number", JOB_VIEW_PART, SEALED, UNSEALED, BYTES_LIT("\1\0"), false},
		{"no job", 0, SEALED, NO_FD, BYTES_LIT(""), false},
		{"an answer", ANSWER_RESULT, SEALED, NO_FD, BYTES_LIT(""), false},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct channel_message message = {.type = table[i].type,
			.id = 7,
			.payload = table[i].payload,
			.fds = {make_fd(table[i].first), make_fd(table[i].second), -1}};
		struct request *request;

		message.n_fds = (table[i].first != NO_FD) + (table[i].second != NO_FD);
		request = request_new(client(0), &message);
		tap_ok((request != NULL) == table[i].want, "%s", table[i].name);
		if (request != NULL) {
			tap_ok(message.n_fds == 0 && request->message.id == 7 &&
					bytes_eq(request->message.payload, table[i].payload),
				"it owns the descriptors");
			request_free(request);
		}
		channel_close_fds(&message);
	}
}

static struct request *
new_request(size_t owner, uint32_t id)
{
	struct channel_message message = {
		.type = JOB_SCAN, .id = id, .fds = {make_fd(SEALED), -1, -1}, .n_fds = 1};

	return request_new(client(owner), &message);
}

static void
test_order(void)
{
	static const uint32_t want[] = {0, 2, 4};
	struct queue queue = {0};

	for (uint32_t i = 0; i < 6; i++)
		queue_push(&queue, new_request(i % 2, i));
	tap_ok(queue.n == 6, "six wait");
	queue_forget(&queue, client(1));
	tap_ok(queue.n == 3, "three of a client that went away are forgotten");
	for (size_t i = 0; i < 3; i++) {
		struct request *request = queue_pop(&queue);

		tap_ok(request != NULL && request->message.id == want[i], "request %u is next", want[i]);
		request_free(request);
	}
	queue_push_first(&queue, new_request(0, 7));
	queue_push(&queue, new_request(0, 8));
	queue_push_first(&queue, new_request(0, 6));
	for (uint32_t id = 6; id <= 8; id++) {
		struct request *request = queue_pop(&queue);

		tap_ok(request != NULL && request->message.id == id, "what comes back is first: %u", id);
		request_free(request);
	}
	tap_ok(queue_pop(&queue) == NULL && queue.n == 0 && queue.last == NULL, "none is left");
}

int
main(void)
{
	test_forms();
	test_order();
	return tap_done();
}
