/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/store/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/text.h"

enum { FOLDER_MODE = 02770, FILE_MODE = 0660, SWEEP_AGE = 3600 };

/* hex id, ".tmp", NUL */
struct names {
	char folder[3], file[2 * STORE_ID_SIZE + 1], temporary[2 * STORE_ID_SIZE + 5];
};

static struct names
names_of(const uint8_t id[STORE_ID_SIZE])
{
	struct names names;

	text_hex(bytes_of(id, 1), names.folder);
	text_hex(bytes_of(id, STORE_ID_SIZE), names.file);
	snprintf(names.temporary, sizeof(names.temporary), "%s.tmp", names.file);
	return names;
}

static int
open_folder(int parent, const char *name)
{
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int
blob_make_folder(int parent, const char *name, struct err *err)
{
	int fd = -1, ret = -1;

	if (mkdirat(parent, name, 0770) != 0)
		return errno == EEXIST ? 0 : err_sys(err, ERR_TEMP, "make folder %s", name);
	fd = open_folder(parent, name);
	/* fchmod: the umask took bits away, and mkdir never sets the group bit. */
	if (fd < 0 || fchmod(fd, FOLDER_MODE) != 0 || fsync(fd) != 0 ||
		(parent != AT_FDCWD && fsync(parent) != 0))
		err_sys(err, ERR_TEMP, "make folder %s", name);
	else
		ret = 0;
	fd_close(&fd);
	if (ret != 0)
		(void)unlinkat(parent, name, AT_REMOVEDIR);
	return ret;
}

/*
 * Beforehand, so that no message waits for one and none ever depends on a folder whose own name is not on
 * disk yet. One sync for all of them.
 */
int
blob_make_folders(int parent, struct err *err)
{
	for (unsigned i = 0; i < 256; i++) {
		uint8_t first = (uint8_t)i;
		char name[3];

		text_hex(bytes_of(&first, 1), name);
		if (mkdirat(parent, name, 0770) != 0 && errno != EEXIST)
			return err_sys(err, ERR_TEMP, "make folder blobs/%s", name);
		/* One that is there may be another user's, who has set its mode. */
		if (fchmodat(parent, name, FOLDER_MODE, 0) != 0 && errno != EPERM)
			return err_sys(err, ERR_TEMP, "change the mode of blobs/%s", name);
	}
	return syncfs(parent) == 0 ? 0 : err_sys(err, ERR_TEMP, "sync blobs");
}

static int
folder_for(int parent, const struct names *names, int *ret_fd, struct err *err)
{
	int fd = open_folder(parent, names->folder);

	if (fd < 0)
		return err_sys(err, ERR_TEMP, "open blobs/%s", names->folder);
	*ret_fd = fd;
	return 0;
}

static int
write_temporary(int folder, const struct names *names, struct bytes content, struct err *err)
{
	int fd = openat(
		folder, names->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	int ret = -1;

	if (fd < 0)
		return err_sys(err, ERR_TEMP, "create a blob");
	if (fd_write_all(fd, content, err) != 0) {
		err_add(err, "blob");
		goto out;
	}
	if (fchmod(fd, FILE_MODE) != 0 || fsync(fd) != 0) {
		err_sys(err, ERR_TEMP, "fsync a blob");
		goto out;
	}
	ret = 0;
out:
	if (close(fd) != 0 && ret == 0)
		ret = err_sys(err, ERR_TEMP, "close a blob");
	if (ret != 0)
		(void)unlinkat(folder, names->temporary, 0);
	return ret;
}

int
blob_write(int folder, const uint8_t id[STORE_ID_SIZE], struct bytes content, struct err *err)
{
	struct names names = names_of(id);
	int fd = -1, ret = -1;

	if (folder_for(folder, &names, &fd, err) != 0 || write_temporary(fd, &names, content, err) != 0)
		goto out;
	if (renameat(fd, names.temporary, fd, names.file) != 0) {
		err_sys(err, ERR_TEMP, "rename a blob");
		(void)unlinkat(fd, names.temporary, 0);
	} else if (fsync(fd) != 0) {
		err_sys(err, ERR_TEMP, "fsync blobs/%s", names.folder);
		(void)unlinkat(fd, names.file, 0);
	} else {
		ret = 0;
	}
out:
	fd_close(&fd);
	return ret;
}

static int
read_all(int fd, size_t size, struct buf *out, struct err *err)
{
	struct stat st;
	uint8_t *room;

	if (fstat(fd, &st) != 0)
		return err_sys(err, ERR_TEMP, "stat a blob");
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != size)
		return err_set(err, ERR_PERM, "damaged: the blob has not the size that the index says");
	room = buf_room(out, size);
	if (room == NULL)
		return err_set(err, ERR_PERM, "larger than %zu bytes", out->max);
	if (fd_read_exact(fd, room, size, err) != 0)
		return err_add(err, "blob");
	buf_grew(out, size);
	return 0;
}

int
blob_read(int folder, const uint8_t id[STORE_ID_SIZE], size_t size, struct buf *out, struct err *err)
{
	struct names names = names_of(id);
	char path[sizeof(names.folder) + sizeof(names.file)];
	int fd, ret;

	snprintf(path, sizeof(path), "%s/%s", names.folder, names.file);
	fd = openat(folder, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return err_set(err, ERR_PERM, "damaged: its blob is missing");
	if (fd < 0)
		return err_sys(err, ERR_TEMP, "open a blob");
	ret = read_all(fd, size, out, err);
	fd_close(&fd);
	return ret;
}

static void
sweep_file(int folder, const char *name, int64_t now)
{
	struct stat st;

	if (bytes_ends_nocase(bytes_of_str(name), BYTES_LIT(".tmp")) &&
		fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		now - st.st_mtime > SWEEP_AGE)
		(void)unlinkat(folder, name, 0);
}

static void
sweep_folder(int parent, const char *name, int64_t now)
{
	int fd = open_folder(parent, name);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (dir == NULL) {
		fd_close(&fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		sweep_file(dirfd(dir), entry->d_name, now);
	closedir(dir);
}

void
blob_sweep(int folder)
{
	int64_t now = clock_wall();

	for (unsigned i = 0; i < 256; i++) {
		uint8_t first = (uint8_t)i;
		char name[3];

		text_hex(bytes_of(&first, 1), name);
		sweep_folder(folder, name, now);
	}
}
