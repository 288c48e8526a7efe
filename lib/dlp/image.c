/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"

enum {
	FORMAT = 4, /* raised with every change of a table, or of what is read off a pattern */
	ALIGN = 64,
	IMAGE_MAX = 1 << 30,
};

struct header {
	char magic[8], version[24];
	uint64_t format;
	struct image_digests digests;
	uint8_t checksum[DIGEST_SIZE]; /* of all that follows */
};

static const struct header start = {.magic = "PSRULES", .version = POSTSEAL_VERSION, .format = FORMAT};

static void
pad(struct buf *out)
{
	static const uint8_t zeros[ALIGN];
	buf_put(out, zeros, (ALIGN - out->n % ALIGN) % ALIGN);
}

void
image_begin(struct buf *out, const struct image_digests *digests)
{
	struct header header = start;
	header.digests = *digests;
	buf_init(out, IMAGE_MAX);
	buf_put(out, &header, sizeof(header));
	pad(out);
}

void
image_put(struct buf *out, const void *p, size_t n)
{
	uint64_t length = n;
	buf_put(out, &length, sizeof(length));
	pad(out);
	buf_put(out, p, n);
	pad(out);
}

static int
write_file(const struct buf *out, const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644), ret = -1;
	if (fd < 0)
		return err_sys(err, ERR_PERM, "create %s", path);
	if (fd_write_all(fd, buf_bytes(out), err) == 0)
		ret = fsync(fd) == 0 ? 0 : err_sys(err, ERR_TEMP, "fsync %s", path);
	fd_close(&fd);
	return ret;
}

int
image_write(struct buf *out, const char *path, struct err *err)
{
	char temporary[4096];
	struct header *header = (void *)out->p;
	if (buf_full(out))
		return err_set(err, ERR_PERM, "the compiled rules are too large");
	seal_checksum(bytes_sub(buf_bytes(out), sizeof(*header), out->n), header->checksum);
	if (snprintf(temporary, sizeof(temporary), "%s.new", path) >= (int)sizeof(temporary))
		return err_set(err, ERR_PERM, "the path is too long");
	if (write_file(out, temporary, err) < 0) {
		unlink(temporary);
		return -1;
	}
	return rename(temporary, path) == 0 ? 0 : err_sys(err, ERR_PERM, "rename %s", temporary);
}

static int
map_file(const char *path, struct bytes *ret_map, struct err *err)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;
	void *p = MAP_FAILED;
	if (fd < 0) {
		ret = errno == ENOENT ? 0 : -1;
		err_sys(err, ERR_PERM, "open %s", path);
		return ret;
	}
	if (fstat(fd, &info) < 0)
		ret = err_sys(err, ERR_PERM, "stat %s", path);
	else if (!S_ISREG(info.st_mode) || info.st_size < (off_t)sizeof(struct header) ||
		 info.st_size > IMAGE_MAX)
		err_set(err, ERR_CONFIG, "%s holds no compiled rules", path);
	else if ((p = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		ret = err_sys(err, ERR_TEMP, "map %s", path);
	fd_close(&fd);
	if (p == MAP_FAILED)
		return ret;
	*ret_map = bytes_of(p, (size_t)info.st_size);
	return 1;
}

/* Why it is of no use, or NULL. */
static const char *
reason_against(struct bytes map, const uint8_t packs[DIGEST_SIZE])
{
	const struct header *header = (const void *)map.p;
	uint8_t checksum[DIGEST_SIZE];
	if (memcmp(header->magic, start.magic, sizeof(start.magic)) != 0)
		return "it holds no compiled rules";
	if (memcmp(header->version, start.version, sizeof(start.version)) != 0 || header->format != FORMAT)
		return "another version of Postseal made it";
	if (memcmp(header->digests.packs, packs, DIGEST_SIZE) != 0)
		return "the packs have changed since";
	seal_checksum(bytes_sub(map, sizeof(*header), map.n), checksum);
	return memcmp(header->checksum, checksum, DIGEST_SIZE) == 0 ? NULL : "it is damaged";
}

static size_t
aligned(size_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

int
image_open(const char *path, const uint8_t packs[DIGEST_SIZE], struct image *ret_image, struct err *err)
{
	struct bytes map;
	int ret = map_file(path, &map, err);
	if (ret <= 0)
		return ret;
	const char *reason = reason_against(map, packs);
	*ret_image = (struct image){.map = map};
	if (reason) {
		err_set(err, ERR_CONFIG, "%s: %s", path, reason);
		image_close(ret_image);
		return 0;
	}
	ret_image->digests = ((const struct header *)(const void *)map.p)->digests;
	ret_image->rest = bytes_sub(map, aligned(sizeof(struct header)), map.n);
	return 1;
}

void
image_close(struct image *image)
{
	if (image->map.p)
		munmap((void *)(uintptr_t)image->map.p, image->map.n);
	*image = (struct image){.failed = false};
}

const void *
image_take(struct image *image, size_t item, size_t *ret_n)
{
	uint64_t length = 0;
	*ret_n = 0;
	if (image->rest.n >= ALIGN)
		memcpy(&length, image->rest.p, sizeof(length));
	if (image->failed || image->rest.n < ALIGN || length > image->rest.n - ALIGN || length % item != 0) {
		image->failed = true;
		return NULL;
	}
	const void *p = image->rest.p + ALIGN;
	size_t whole = ALIGN + aligned(length);
	image->rest = bytes_sub(image->rest, whole < image->rest.n ? whole : image->rest.n, image->rest.n);
	*ret_n = length / item;
	return p;
}
