/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"

void
fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

int
fd_read_exact(int fd, void *p, size_t n, struct err *err)
{
	uint8_t *at = p;

	while (n > 0) {
		ssize_t got = read(fd, at, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, ERR_TEMP, "read");
		if (got == 0)
			return err_set(err, ERR_TEMP, "read: unexpected end of file");
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

int
fd_write_all(int fd, struct bytes b, struct err *err)
{
	while (b.n > 0) {
		ssize_t put = write(fd, b.p, b.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, ERR_TEMP, "write");
		b.p += put;
		b.n -= (size_t)put;
	}
	return 0;
}

int
fd_read_to_end(int fd, struct buf *buf, struct err *err)
{
	uint8_t chunk[16384];

	for (;;) {
		ssize_t got = read(fd, chunk, sizeof(chunk));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, ERR_TEMP, "read");
		if (got == 0)
			return 0;
		buf_put(buf, chunk, (size_t)got);
		if (buf_full(buf))
			return err_set(err, ERR_PERM, "longer than %zu bytes", buf->max);
	}
}

int
fd_read_file(const char *path, struct buf *buf, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return err_sys(err, ERR_CONFIG, "open %s", path);
	ret = fd_read_to_end(fd, buf, err);
	fd_close(&fd);
	return ret == 0 ? 0 : err_add(err, "%s", path);
}

static int
sync_folder_of(const char *path, struct err *err)
{
	char *copy = mem_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0 || fsync(fd) != 0)
		ret = err_sys(err, ERR_TEMP, "fsync the folder of %s", path);
	fd_close(&fd);
	free(copy);
	return ret;
}

static int
fill_file(int fd, const char *path, struct bytes content, unsigned mode, struct err *err)
{
	if (fd_write_all(fd, content, err) != 0)
		return err_add(err, "%s", path);
	if (fchmod(fd, mode) != 0 || fsync(fd) != 0)
		return err_sys(err, ERR_TEMP, "write %s", path);
	return 0;
}

int
fd_write_file(const char *path, struct bytes content, unsigned mode, struct err *err)
{
	size_t size = strlen(path) + 16;
	char *temporary = mem_new(size, 1);
	int fd, ret = -1;

	snprintf(temporary, size, "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		err_sys(err, ERR_TEMP, "create %s", temporary);
		goto out;
	}
	if (fill_file(fd, path, content, mode, err) == 0) {
		if (rename(temporary, path) != 0)
			err_sys(err, ERR_TEMP, "rename to %s", path);
		else
			ret = sync_folder_of(path, err);
	}
	if (ret != 0)
		(void)unlink(temporary);
out:
	fd_close(&fd);
	free(temporary);
	return ret;
}

int
fd_memfd(const char *name, int *ret_fd, struct err *err)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return err_sys(err, ERR_TEMP, "memfd_create");
	*ret_fd = fd;
	return 0;
}

int
fd_memfd_seal(int fd, struct err *err)
{
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
		return err_sys(err, ERR_TEMP, "seal memfd");
	return 0;
}

bool
fd_is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & F_SEAL_SHRINK) != 0 && (seals & F_SEAL_WRITE) != 0;
}

int
fd_map(int fd, size_t max, struct bytes *ret_map, struct err *err)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0)
		return err_sys(err, ERR_TEMP, "fstat");
	if (st.st_size < 0 || (size_t)st.st_size > max)
		return err_set(err, ERR_PERM, "%lld bytes, at most %zu allowed", (long long)st.st_size, max);
	*ret_map = (struct bytes){0};
	if (st.st_size == 0)
		return 0;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(err, ERR_TEMP, "mmap");
	*ret_map = bytes_of(p, (size_t)st.st_size);
	return 0;
}

void
fd_unmap(struct bytes *map)
{
	if (map->p != NULL)
		munmap((void *)(uintptr_t)map->p, map->n);
	*map = (struct bytes){0};
}
