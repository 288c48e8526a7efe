/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/run/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/run/sandbox_parts.h"

/* AddressSanitizer maps terabytes that it never uses: no limit on addresses can hold then. */
#ifdef __SANITIZE_ADDRESS__
enum { UNDER_ADDRESS_SANITIZER = 1 };
#else
enum { UNDER_ADDRESS_SANITIZER = 0 };
#endif

static int
find_group(const char *name, gid_t *ret_gid, struct err *err)
{
	const struct group *group = getgrnam(name);

	if (group == NULL)
		return err_set(err, ERR_CONFIG, "there is no group '%s'", name);
	*ret_gid = group->gr_gid;
	return 0;
}

/* Every way back must be closed: that is tried, not believed. */
static int
prove_dropped(uid_t uid, gid_t gid, struct err *err)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;
	cap_t caps, none;
	int differ;

	if (uid == 0)
		return 0;
	if (setuid(0) == 0 || seteuid(0) == 0 || setresuid(0, 0, 0) == 0)
		return err_set(err, ERR_PERM, "root could be had again");
	if (getresuid(&r, &e, &s) != 0 || r != uid || e != uid || s != uid)
		return err_set(err, ERR_PERM, "the user was not changed whole");
	if (getresgid(&rg, &eg, &sg) != 0 || rg != gid || eg != gid || sg != gid)
		return err_set(err, ERR_PERM, "the group was not changed whole");
	caps = cap_get_proc();
	none = cap_init();
	differ = caps == NULL || none == NULL ? 1 : cap_compare(caps, none);
	cap_free(caps);
	cap_free(none);
	if (differ != 0)
		return err_set(err, ERR_PERM, "capabilities are left");
	return 0;
}

int
sandbox_drop_user(const struct sandbox_spec *spec, struct err *err)
{
	const struct passwd *user;
	gid_t gid, extra;
	size_t n_extra = 0;
	uid_t uid;

	if (geteuid() != 0 || spec->user == NULL || spec->user[0] == '\0')
		return 0;
	user = getpwnam(spec->user);
	if (user == NULL)
		return err_set(err, ERR_CONFIG, "there is no user '%s'", spec->user);
	uid = user->pw_uid;
	gid = user->pw_gid;
	if (spec->extra_group != NULL && spec->extra_group[0] != '\0') {
		if (find_group(spec->extra_group, &extra, err) != 0)
			return -1;
		n_extra = 1;
	}
	if (setgroups(n_extra, &extra) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
		return err_sys(err, ERR_PERM, "become user '%s'", spec->user);
	return prove_dropped(uid, gid, err);
}

static int
limit(int resource, uint64_t value, const char *name, struct err *err)
{
	struct rlimit now, want = {.rlim_cur = value, .rlim_max = value};

	if (getrlimit((__rlimit_resource_t)resource, &now) == 0 && now.rlim_max < value)
		want.rlim_cur = want.rlim_max = now.rlim_max; /* lower already */
	if (setrlimit((__rlimit_resource_t)resource, &want) != 0)
		return err_sys(err, ERR_PERM, "setrlimit %s", name);
	return 0;
}

static int
set_limits(const struct sandbox_spec *spec, struct err *err)
{
	if (!spec->allow_core && limit(RLIMIT_CORE, 0, "RLIMIT_CORE", err) != 0)
		return -1;
	if (spec->memory_limit != 0 && !UNDER_ADDRESS_SANITIZER &&
		limit(RLIMIT_AS, spec->memory_limit, "RLIMIT_AS", err) != 0)
		return -1;
	if (spec->cpu_seconds != 0 && limit(RLIMIT_CPU, spec->cpu_seconds, "RLIMIT_CPU", err) != 0)
		return -1;
	if (spec->file_size != 0 && limit(RLIMIT_FSIZE, spec->file_size, "RLIMIT_FSIZE", err) != 0)
		return -1;
	if (spec->open_files != 0 && limit(RLIMIT_NOFILE, spec->open_files, "RLIMIT_NOFILE", err) != 0)
		return -1;
	return 0;
}

int
sandbox_confine(const struct sandbox_spec *spec, struct err *err)
{
	if (spec->n_paths > SANDBOX_PATHS_MAX)
		return err_set(err, ERR_PERM, "more than %d paths", (int)SANDBOX_PATHS_MAX);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_sys(err, ERR_PERM, "no_new_privs");
	if (!spec->allow_core && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_sys(err, ERR_PERM, "not dumpable");
	if (set_limits(spec, err) != 0 || landlock_confine(spec, err) != 0 || seccomp_confine(spec, err) != 0)
		return err_add(err, "sandbox");
	return 0;
}
