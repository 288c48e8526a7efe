/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int
run_program(const char *const *argv, struct err *err)
{
	char *copy[12] = {NULL};
	pid_t pid;
	int status, failed;

	for (size_t i = 0; argv[i] != NULL && i < 11; i++)
		copy[i] = (char *)(uintptr_t)argv[i]; /* posix_spawn's type; it changes nothing */
	failed = posix_spawnp(&pid, copy[0], NULL, NULL, copy, environ);
	if (failed != 0) {
		errno = failed;
		return err_sys(err, ERR_CONFIG, "start %s", argv[0]);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(err, ERR_TEMP, "wait for %s", argv[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(err, ERR_CONFIG, "%s failed", argv[0]);
	return 0;
}

static int
make_group(const char *name, struct err *err)
{
	const char *const argv[] = {"groupadd", "--system", name, NULL};

	if (name == NULL || *name == '\0' || getgrnam(name) != NULL)
		return 0;
	printf("group %s: made\n", name);
	return run_program(argv, err);
}

static int
make_user(const char *name, struct err *err)
{
	const char *const argv[] = {"useradd", "--system", "--user-group", "--no-create-home", "--home-dir",
		"/nonexistent", "--shell", "/usr/sbin/nologin", name, NULL};

	if (name == NULL || *name == '\0' || getpwnam(name) != NULL)
		return 0;
	printf("user %s: made\n", name);
	return run_program(argv, err);
}

int
accounts_make(const struct settings *settings, struct err *err)
{
	const char *users[] = {settings->milter_user, settings->parser_user, settings->portal_user,
		settings->vault_user, settings->mailer_user, settings->policyd_user};

	if (geteuid() != 0)
		return 0;
	fflush(stdout);
	if (make_group(settings->store_group, err) != 0)
		return -1;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		if (make_user(users[i], err) != 0)
			return -1;
	return 0;
}

int
accounts_give(const char *path, const char *user, const char *group, unsigned mode, struct err *err)
{
	const struct passwd *pw = user != NULL && *user != '\0' ? getpwnam(user) : NULL;
	const struct group *gr = group != NULL && *group != '\0' ? getgrnam(group) : NULL;

	if (geteuid() == 0 && chown(path, pw ? pw->pw_uid : (uid_t)-1, gr ? gr->gr_gid : (gid_t)-1) != 0)
		return err_sys(
			err, ERR_CONFIG, "give %s to %s:%s", path, user ? user : "", group ? group : "");
	if (chmod(path, mode) != 0)
		return err_sys(err, ERR_CONFIG, "change the mode of %s", path);
	return 0;
}
