/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"

enum { PENDING_MAX = 64 * 1024 * 1024, SMALL = 1024 * 1024 };

struct ledger {
	char path[PATH_MAX], fresh[PATH_MAX + 8];
	int fd;
	size_t size;
	struct buf pending;
};

static int
load(struct ledger *ledger, ledger_take *take, void *context, struct err *err)
{
	struct bytes rest, line;
	struct buf text;
	int ret = 0;

	buf_init(&text, LEDGER_MAX);
	if (fd_read_to_end(ledger->fd, &text, err) < 0) {
		ret = -1;
	} else {
		rest = buf_bytes(&text);
		ledger->size = rest.n;
		/* Behind the last line end stands what a crash cut off. */
		while (rest.n > 0 && rest.p[rest.n - 1] != '\n')
			rest.n--;
		while (bytes_next_line(&rest, &line))
			take(context, line);
	}
	buf_done(&text);
	return ret;
}

/* A new record begins a new line, whatever a crash left there. */
static void
end_last_line(struct ledger *ledger)
{
	char last;

	if (ledger->size > 0 && pread(ledger->fd, &last, 1, (off_t)ledger->size - 1) == 1 && last != '\n')
		buf_put_byte(&ledger->pending, '\n');
}

int
ledger_open(
	const char *directory, ledger_take *take, void *context, struct ledger **ret_ledger, struct err *err)
{
	struct ledger *ledger = mem_new(1, sizeof(*ledger));

	ledger->fd = -1;
	buf_init(&ledger->pending, PENDING_MAX);
	*ret_ledger = ledger;
	if (directory[0] == '\0')
		return 0;
	snprintf(ledger->path, sizeof(ledger->path), "%s/evidence", directory);
	snprintf(ledger->fresh, sizeof(ledger->fresh), "%s.new", ledger->path);
	ledger->fd = open(ledger->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (ledger->fd < 0) {
		err_sys(err, ERR_CONFIG, "%s", ledger->path);
		goto failed;
	}
	if (load(ledger, take, context, err) < 0) {
		err_add(err, "%s", ledger->path);
		goto failed;
	}
	end_last_line(ledger);
	return 0;
failed:
	*ret_ledger = NULL;
	ledger_close(ledger);
	return -1;
}

void
ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	fd_close(&ledger->fd);
	buf_done(&ledger->pending);
	free(ledger);
}

void
ledger_append(struct ledger *ledger, struct bytes record)
{
	if (ledger->path[0] == '\0')
		return;
	buf_put_bytes(&ledger->pending, record);
	buf_put_byte(&ledger->pending, '\n');
}

int
ledger_write(struct ledger *ledger, struct err *err)
{
	struct bytes pending = buf_bytes(&ledger->pending);
	int ret = 0;

	if (pending.n == 0)
		return 0;
	if (fd_write_all(ledger->fd, pending, err) < 0)
		ret = err_add(err, "%s", ledger->path);
	else
		ledger->size += pending.n;
	buf_reset(&ledger->pending);
	return ret;
}

bool
ledger_is_bloated(const struct ledger *ledger, size_t live)
{
	return ledger->size > SMALL && ledger->size / 2 > live;
}

int
ledger_rewrite(struct ledger *ledger, struct bytes records, struct err *err)
{
	int fd;

	if (ledger->path[0] == '\0')
		return 0;
	fd = open(ledger->fresh, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_sys(err, ERR_TEMP, "%s", ledger->fresh);
	if (fd_write_all(fd, records, err) < 0 || rename(ledger->fresh, ledger->path) < 0) {
		fd_close(&fd);
		return err_sys(err, ERR_TEMP, "%s", ledger->path);
	}
	fd_close(&ledger->fd);
	ledger->fd = fd;
	ledger->size = records.n;
	buf_reset(&ledger->pending);
	return 0;
}
