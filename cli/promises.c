/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `postseal promises`: whether mail that was promised TLS really went so, by Postfix's own log. With --follow
 * it stays, and each broken promise is an alarm in the log.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/postconf.h"
#include "cli/promise_book.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"

enum { LOGS_MAX = 32, LINE_MAX_BYTES = 64 * 1024, READ_SIZE = 64 * 1024, LOOK_EVERY_MS = 1000 };

struct promises {
	const struct cli *cli;
	struct promise_book *book;
	const char *logs[LOGS_MAX];
	size_t n_logs;
	enum cli_format format;
	bool follow;
	struct postconf postconf;
	struct arena arena;
	json_t *broken;
	struct buf line;
	bool too_long; /* the line: what is left of it is skipped */
};

static void
report_breach(struct promises *promises, const struct promise_breach *b)
{
	const char *proved = b->proved == TLS_LEVEL_NONE ? "no TLS" : tls_level_name(b->proved);
	const struct log_field fields[] = {
		{"queue_id", b->queue_id},
		{"to", b->recipient},
		{"relay", b->relay},
		{"promised", bytes_of_str(tls_level_name(b->promised))},
		{"proved", bytes_of_str(proved)},
	};

	if (promises->follow)
		log_record(LOG_LEVEL_ERROR, "broken-promise", fields, sizeof(fields) / sizeof(fields[0]));
	if (promises->format == CLI_TEXT)
		printf("BROKEN %.*s %.*s: to=<%.*s> was promised %s, went to %.*s with %s\n",
			BYTES_FMT(b->time), BYTES_FMT(b->queue_id), BYTES_FMT(b->recipient),
			tls_level_name(b->promised), BYTES_FMT(b->relay), proved);
	else
		json_array_append_new(promises->broken,
			json_pack("{s:s%, s:s%, s:s%, s:s%, s:s, s:s}", "time", b->time.p, b->time.n,
				"queue_id", b->queue_id.p, b->queue_id.n, "recipient", b->recipient.p,
				b->recipient.n, "relay", b->relay.p, b->relay.n, "promised",
				tls_level_name(b->promised), "proved", proved));
	fflush(stdout);
}

static void
take_line(struct promises *promises)
{
	struct promise_breach breach;

	if (!promises->too_long && promise_book_read(promises->book, buf_bytes(&promises->line), &breach))
		report_breach(promises, &breach);
	buf_reset(&promises->line);
	promises->too_long = false;
}

static void
take_bytes(struct promises *promises, struct bytes chunk)
{
	while (chunk.n > 0) {
		size_t end = bytes_find_byte(chunk, '\n');

		if (promises->line.n + end > LINE_MAX_BYTES)
			promises->too_long = true;
		if (!promises->too_long)
			buf_put_bytes(&promises->line, bytes_sub(chunk, 0, end));
		if (end < chunk.n)
			take_line(promises);
		chunk = bytes_sub(chunk, end + 1, chunk.n);
	}
}

static int
read_to_end(struct promises *promises, int fd, struct err *err)
{
	static uint8_t chunk[READ_SIZE];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, ERR_TEMP, "read");
		take_bytes(promises, bytes_of(chunk, (size_t)n));
	}
	return 0;
}

static int
open_log(const char *path, int *ret_fd, struct err *err)
{
	*ret_fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	return *ret_fd >= 0 ? 0 : err_sys(err, ERR_CONFIG, "open %s", path);
}

static int
read_log(struct promises *promises, const char *path, struct err *err)
{
	int fd = -1, ret;

	if (open_log(path, &fd, err) != 0)
		return -1;
	ret = read_to_end(promises, fd, err);
	if (ret != 0)
		err_add(err, "%s", path);
	fd_close(&fd);
	return ret;
}

/* Another file stands there now, or this one begins anew. */
static bool
is_replaced(const char *path, int fd)
{
	struct stat open_file, named;

	return fstat(fd, &open_file) == 0 && stat(path, &named) == 0 &&
	       (open_file.st_ino != named.st_ino || open_file.st_dev != named.st_dev ||
		       lseek(fd, 0, SEEK_CUR) > named.st_size);
}

/* Until it is ended. The rest of a file that was rotated away is read before the new one. */
static int
follow_log(struct promises *promises, const char *path, struct err *err)
{
	int fd = -1, next;

	if (open_log(path, &fd, err) != 0)
		return -1;
	for (;;) {
		bool replaced = is_replaced(path, fd);

		if (read_to_end(promises, fd, err) != 0)
			break;
		if (replaced && open_log(path, &next, NULL) == 0) {
			fd_close(&fd);
			fd = next;
			continue;
		}
		poll(NULL, 0, LOOK_EVERY_MS);
	}
	fd_close(&fd);
	return err_add(err, "%s", path);
}

static void
print_counts(struct promises *promises)
{
	struct promise_counts c = promise_book_counts(promises->book);
	json_t *object;

	if (promises->format == CLI_TEXT) {
		printf("%zu messages promised TLS; recipients: %zu kept, %zu by the portal in its place, %zu "
		       "returned, "
		       "%zu broken; %zu attempts that wait\n",
			c.promised, c.kept, c.portal, c.returned, c.broken, c.waiting);
		return;
	}
	object = json_pack("{s:I, s:I, s:I, s:I, s:I, s:O}", "promised", (json_int_t)c.promised, "kept",
		(json_int_t)c.kept, "portal", (json_int_t)c.portal, "returned", (json_int_t)c.returned,
		"waiting", (json_int_t)c.waiting, "broken", promises->broken);
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

/* As Postfix's settings say, else where Debian has it. */
static const char *
default_log(struct promises *promises)
{
	struct bytes value;

	if (postconf_get(&promises->postconf, &promises->arena, "maillog_file", &value, NULL) == 0 &&
		value.n > 0 && value.p[0] == '/')
		return arena_str(&promises->arena, value);
	return "/var/log/mail.log";
}

static int
examine(struct promises *promises)
{
	const struct settings *settings = promises->cli->settings;
	struct err err = {0};

	if (promises->n_logs == 0)
		promises->logs[promises->n_logs++] = default_log(promises);
	for (size_t i = 0; i < promises->n_logs; i++) {
		bool last = promises->follow && i + 1 == promises->n_logs;

		if (last)
			log_open("postseal",
				strcmp(settings->log_to, "stderr") == 0 ? LOG_TO_STDERR : LOG_TO_SYSLOG,
				LOG_LEVEL_ERROR);
		if ((last ? follow_log : read_log)(promises, promises->logs[i], &err) != 0) {
			cli_fail("promises", &err);
			return EX_NOINPUT;
		}
	}
	if (promises->line.n > 0)
		take_line(promises);
	print_counts(promises);
	return promise_book_counts(promises->book).broken > 0 ? 1 : 0;
}

static int
parse_arguments(int argc, char **argv, struct promises *promises)
{
	static const struct option options[] = {
		{"follow", no_argument, NULL, 'F'},
		{"format", required_argument, NULL, 'f'},
		{"postfix", required_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || (c == 'f' && cli_parse_format("promises", optarg, &promises->format) != 0))
			return 2;
		if (c == 'F')
			promises->follow = true;
		if (c == 'p')
			promises->postconf.directory = optarg;
	}
	if (promises->follow && promises->format == CLI_JSON)
		return cli_usage_error("promises", "--follow has no end to print JSON at");
	if (argc - optind > LOGS_MAX)
		return cli_usage_error("promises", "more than %d files", LOGS_MAX);
	while (optind < argc)
		promises->logs[promises->n_logs++] = argv[optind++];
	return 0;
}

static int
promises_run(const struct cli *cli, int argc, char **argv)
{
	struct promises promises = {.cli = cli};
	int ret = parse_arguments(argc, argv, &promises);

	if (ret != 0)
		return ret;
	arena_init(&promises.arena);
	buf_init(&promises.line, LINE_MAX_BYTES + 1);
	promises.broken = json_array();
	promises.book = promise_book_new(postconf_next_hop(cli->settings->tls_address, &promises.arena));
	ret = examine(&promises);
	promise_book_free(promises.book);
	json_decref(promises.broken);
	buf_done(&promises.line);
	arena_done(&promises.arena);
	return ret;
}

const struct cli_command cli_promises = {
	.name = "promises",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "compare what was promised of TLS with what Postfix's log says was done",
	.usage = "usage: postseal promises [--format text|json] [--postfix DIR] [--follow] [LOG]...\n\n"
		 "Reads Postfix's log (maillog_file, else /var/log/mail.log; - is standard input) and names "
		 "every\n"
		 "delivery that was not as well protected as promised; then counts. Exit status 1 when there "
		 "is "
		 "one.\n"
		 "With --follow it goes on with what is added to the last file, and each broken promise is "
		 "also\n"
		 "an error in Postseal's own log.\n",
	.run = promises_run,
};
