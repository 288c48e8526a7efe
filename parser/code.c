/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/code.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/buf.h"

enum { MAPS_MAX = 16 * 1024 * 1024, READ_SIZE = 16 * 1024 };

/* From `from` up to `to`. */
struct code_pages {
	uintptr_t from, to;
};

int
code_open_maps(int *ret_fd, struct err *err)
{
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_TEMP, "open /proc/self/maps");
	*ret_fd = fd;
	return 0;
}

static int
read_maps(int fd, struct buf *text, struct err *err)
{
	for (;;) {
		uint8_t *room = buf_room(text, READ_SIZE);
		ssize_t n;

		if (room == NULL)
			return err_set(err, ERR_TEMP, "more pages than are read");
		n = pread(fd, room, READ_SIZE, (off_t)text->n);
		if (n < 0)
			return err_sys(err, ERR_TEMP, "read /proc/self/maps");
		if (n == 0)
			return 0;
		buf_grew(text, (size_t)n);
	}
}

/* `7f00-7f10 rwxp ...`: proc(5). */
static int
list_line(const char *line, struct buf *pages, struct err *err)
{
	char *end;
	struct code_pages found = {.from = strtoull(line, &end, 16)};

	if (*end != '-')
		return err_set(err, ERR_TEMP, "/proc/self/maps is of another form");
	found.to = strtoull(end + 1, &end, 16);
	if (strncmp(end, " rwx", 4) == 0 || strncmp(end, " -wx", 4) == 0)
		buf_put(pages, &found, sizeof(found));
	return 0;
}

int
code_list(int maps_fd, struct buf *pages, struct err *err)
{
	struct bytes rest, line;
	struct buf text;
	int ret;

	buf_reset(pages);
	buf_init(&text, MAPS_MAX);
	ret = read_maps(maps_fd, &text, err);
	rest = bytes_of_str(buf_cstr(&text));
	while (ret == 0 && bytes_next_line(&rest, &line))
		ret = list_line((const char *)line.p, pages, err);
	buf_done(&text);
	if (ret == 0 && buf_full(pages))
		return err_set(err, ERR_TEMP, "more pages of machine code than are listed");
	return ret;
}

int
code_protect(struct bytes pages, struct err *err)
{
	const struct code_pages *list = (const void *)pages.p;

	for (size_t i = 0; i < pages.n / sizeof(*list); i++)
		if (mprotect((void *)list[i].from, list[i].to - list[i].from, PROT_READ | PROT_EXEC) != 0)
			return err_sys(err, ERR_TEMP, "protect machine code");
	return 0;
}
