/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock by raw system calls, with constants of our own: the headers of Debian 12 know less than the
 * kernels that it may run on, so what the kernel can do is asked when the process runs.
 */
#include "lib/run/sandbox_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/fd.h"

enum { SYS_CREATE_RULESET = 444, SYS_ADD_RULE = 445, SYS_RESTRICT_SELF = 446 };
enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_DIR (UINT64_C(1) << 4)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_DIR (UINT64_C(1) << 7)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_ALL_ABI_1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER (UINT64_C(1) << 13)     /* ABI 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* ABI 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */

/* What may be allowed for a path that is no folder. */
#define FS_FILE_ONLY (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

#define NET_BIND_TCP (UINT64_C(1) << 0) /* ABI 4 */
#define NET_CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_UNIX (UINT64_C(1) << 0) /* ABI 6 */
#define SCOPE_SIGNAL (UINT64_C(1) << 1)

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

struct path_attr {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

int
sandbox_landlock_abi(void)
{
	long abi = syscall(SYS_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

/* Everything that this kernel can deny, but for what the spec allows everywhere. */
static void
fill_ruleset(const struct sandbox_spec *spec, int abi, struct ruleset_attr *attr, size_t *ret_size)
{
	*attr = (struct ruleset_attr){.fs = FS_ALL_ABI_1};
	*ret_size = sizeof(attr->fs);
	if (abi >= 2)
		attr->fs |= FS_REFER;
	if (abi >= 3)
		attr->fs |= FS_TRUNCATE;
	if (abi >= 4) {
		attr->net = NET_BIND_TCP | ((spec->may & MAY_CONNECT_INET) != 0 ? 0 : NET_CONNECT_TCP);
		*ret_size = offsetof(struct ruleset_attr, scoped);
	}
	if (abi >= 5)
		attr->fs |= FS_IOCTL_DEV;
	if (abi >= 6) {
		attr->scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
		*ret_size = sizeof(*attr);
	}
}

static uint64_t
path_rights(const struct sandbox_spec *spec, const struct sandbox_path *path)
{
	uint64_t rights = 0;

	if ((path->rights & PATH_READ) != 0)
		rights |= FS_READ_FILE | FS_READ_DIR;
	if ((path->rights & PATH_READ) != 0 && (spec->may & MAY_EXEC) != 0)
		rights |= FS_EXECUTE;
	if ((path->rights & PATH_WRITE) != 0)
		rights |= FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG |
			  FS_REFER | FS_TRUNCATE;
	return rights;
}

static int
allow_path(int ruleset, uint64_t rights, const char *path, struct err *err)
{
	struct path_attr attr = {.allowed = rights};
	struct stat st;
	int fd = open(path, O_PATH | O_CLOEXEC), ret = 0;

	/* What this user can't reach anyway, below somebody's private folder, needs no permission. */
	if (fd < 0)
		return errno == EACCES ? 0 : err_sys(err, ERR_CONFIG, "open %s", path);
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		attr.allowed &= FS_FILE_ONLY;
	attr.parent_fd = fd;
	if (syscall(SYS_ADD_RULE, ruleset, RULE_PATH_BENEATH, &attr, 0) != 0)
		ret = err_sys(err, ERR_CONFIG, "allow %s", path);
	fd_close(&fd);
	return ret;
}

int
landlock_confine(const struct sandbox_spec *spec, struct err *err)
{
	struct ruleset_attr attr;
	size_t size;
	int ruleset, ret = 0, abi = sandbox_landlock_abi();

	if (abi == 0)
		return 0;
	fill_ruleset(spec, abi, &attr, &size);
	ruleset = (int)syscall(SYS_CREATE_RULESET, &attr, size, 0);
	if (ruleset < 0)
		return err_sys(err, ERR_PERM, "landlock_create_ruleset");
	for (size_t i = 0; ret == 0 && i < spec->n_paths; i++)
		ret = allow_path(
			ruleset, path_rights(spec, &spec->paths[i]) & attr.fs, spec->paths[i].path, err);
	if (ret == 0 && syscall(SYS_RESTRICT_SELF, ruleset, 0) != 0)
		ret = err_sys(err, ERR_PERM, "landlock_restrict_self");
	fd_close(&ruleset);
	return ret;
}
