/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/messages.h"

#include <unistd.h>

#include "cli/addressed.h"
#include "cli/mailbox.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"

enum { DEADLINE_MS = 120 * 1000, BAR_WIDTH = 30 };

static bool
has_bar(const struct messages *messages)
{
	return messages->cli->tty && (messages->bar == MESSAGES_BAR || isatty(STDOUT_FILENO) != 1);
}

static void
show_bar(const struct messages *messages)
{
	uint64_t total = messages->bytes_total > 0 ? messages->bytes_total : 1;
	int done = (int)(messages->bytes_done * BAR_WIDTH / total);

	if (!has_bar(messages))
		return;
	fprintf(stderr, "\r[%.*s%*s] %3d%%, %zu messages ", done, "##############################",
		BAR_WIDTH - done, "", (int)(messages->bytes_done * 100 / total), messages->n);
}

static int
take(struct messages *messages, int fd, const char *name, struct err *err)
{
	struct scan_question question = {.message_fd = fd, .deadline_ms = clock_mono_ms() + DEADLINE_MS};
	struct addressed addressed;
	struct arena arena;
	int ret;

	arena_init(&arena);
	addressed_load(&arena, fd, &addressed);
	question.recipients = addressed.recipients;
	question.n_recipients = addressed.n_recipients;
	messages->n++;
	ret = messages->take(messages->context, &question, name, err);
	arena_done(&arena);
	return ret;
}

static void
skip(struct messages *messages, const struct err *err)
{
	cli_fail(messages->command, err);
	messages->failures++;
}

static int
take_standard_input(struct messages *messages, struct err *err)
{
	int fd = -1, ret;

	if (parser_load_message("-", (size_t)messages->cli->settings->message_size_limit, &fd, err) != 0) {
		skip(messages, err);
		return 0;
	}
	ret = take(messages, fd, "-", err);
	fd_close(&fd);
	return ret;
}

static int
take_mailbox(struct messages *messages, struct mailbox *mailbox, struct err *err)
{
	uint64_t before = messages->bytes_done;
	struct mailbox_message message;
	int ret = 0;

	while (ret == 0 && mailbox_next(mailbox, &message)) {
		if (message.fd < 0) {
			err_add(&message.why, "%s", message.name);
			skip(messages, &message.why);
		} else {
			ret = take(messages, message.fd, message.name, err);
		}
		fd_close(&message.fd);
		messages->bytes_done = before + mailbox_progress(mailbox).done;
		show_bar(messages);
	}
	return ret;
}

typedef int (*mailbox_do)(struct messages *messages, struct mailbox *mailbox, struct err *err);

static int
count(struct messages *messages, struct mailbox *mailbox, struct err *err)
{
	(void)err;
	messages->bytes_total += mailbox_progress(mailbox).total;
	return 0;
}

static int
with_mailbox(struct messages *messages, char *path, mailbox_do work, struct err *err)
{
	struct mailbox *mailbox = NULL;
	int ret;

	if (mailbox_open(&path, 1, (size_t)messages->cli->settings->message_size_limit, &mailbox, err) != 0)
		return -1;
	ret = work(messages, mailbox, err);
	mailbox_close(mailbox);
	return ret;
}

static bool
is_standard_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

int
messages_each(struct messages *messages, char **paths, struct err *err)
{
	int ret = 0;

	for (char **path = paths; ret == 0 && *path != NULL; path++)
		ret = is_standard_input(*path) ? 0 : with_mailbox(messages, *path, count, err);
	for (char **path = paths; ret == 0 && *path != NULL; path++)
		ret = is_standard_input(*path) ? take_standard_input(messages, err)
					       : with_mailbox(messages, *path, take_mailbox, err);
	if (has_bar(messages))
		fputc('\n', stderr);
	return ret;
}
