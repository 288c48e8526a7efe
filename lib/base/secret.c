/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/secret.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"

static size_t
whole_pages(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n + page) & ~(page - 1);
}

void
secret_init(struct secret *secret, size_t n)
{
	size_t size = whole_pages(n);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		mem_exhausted(size);
	(void)mlock(p, size); /* best effort: RLIMIT_MEMLOCK may be small */
	(void)madvise(p, size, MADV_DONTDUMP);
	secret->p = p;
	secret->n = n;
}

void
secret_done(struct secret *secret)
{
	if (secret->p != NULL) {
		mem_wipe(secret->p, secret->n);
		munmap(secret->p, whole_pages(secret->n));
	}
	*secret = (struct secret){0};
}

void
secret_of(struct secret *secret, struct bytes from)
{
	secret_init(secret, from.n);
	if (from.n > 0)
		memcpy(secret->p, from.p, from.n);
}

bool
secret_eq(struct bytes a, struct bytes b)
{
	uint8_t diff = 0;

	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		diff |= a.p[i] ^ b.p[i];
	return diff == 0;
}

static int
read_into(int fd, const char *path, size_t max, struct secret *ret_secret, struct err *err)
{
	struct stat st;
	struct secret secret;

	if (fstat(fd, &st) != 0)
		return err_sys(err, ERR_TEMP, "stat %s", path);
	if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IROTH | S_IWOTH)) != 0)
		return err_set(
			err, ERR_CONFIG, "%s must be a regular file that others can't read or write", path);
	if (st.st_size <= 0 || (size_t)st.st_size > max)
		return err_set(err, ERR_CONFIG, "%s has %lld bytes, expected 1 to %zu", path,
			(long long)st.st_size, max);
	secret_init(&secret, (size_t)st.st_size);
	if (fd_read_exact(fd, secret.p, secret.n, err) != 0) {
		secret_done(&secret);
		return err_add(err, "read %s", path);
	}
	*ret_secret = secret;
	return 0;
}

int
secret_read_file(const char *path, size_t max, struct secret *ret_secret, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int ret;

	if (fd < 0)
		return err_sys(err, ERR_CONFIG, "open %s", path);
	ret = read_into(fd, path, max, ret_secret, err);
	fd_close(&fd);
	return ret;
}
