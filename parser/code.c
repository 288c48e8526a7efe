/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/code.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/buf.h"

enum { MAPS_MAX = 16 * 1024 * 1024, READ_SIZE = 16 * 1024 };

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
protect_line(const char *line, struct err *err)
{
	char *end;
	uintptr_t from = strtoull(line, &end, 16), to;

	if (*end != '-')
		return err_set(err, ERR_TEMP, "/proc/self/maps is of another form");
	to = strtoull(end + 1, &end, 16);
	if (strncmp(end, " rwx", 4) != 0 && strncmp(end, " -wx", 4) != 0)
		return 0;
	if (mprotect((void *)from, to - from, PROT_READ | PROT_EXEC) != 0)
		return err_sys(err, ERR_TEMP, "protect machine code");
	return 0;
}

int
code_protect(int maps_fd, struct err *err)
{
	struct bytes rest, line;
	struct buf text;
	int ret;

	buf_init(&text, MAPS_MAX);
	ret = read_maps(maps_fd, &text, err);
	rest = bytes_of_str(buf_cstr(&text));
	while (ret == 0 && bytes_next_line(&rest, &line))
		ret = protect_line((const char *)line.p, err);
	buf_done(&text);
	return ret;
}
