/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each attempt runs in a child that confines itself first; its exit status is the errno of the attempt, 0 for
 * success, 200 when the sandbox could not be closed.
 */
#include "lib/run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

enum { NOT_CONFINED = 200 };

static char folder[] = "/tmp/postseal-sandbox-XXXXXX", file[64];

static int
result(long ret)
{
	return ret < 0 ? errno : 0;
}

static int
try_open_read(void)
{
	return result(open(file, O_RDONLY | O_CLOEXEC));
}

static int
try_open_passwd(void)
{
	return result(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int
try_create(void)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/new", folder);
	return result(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

static int
try_stat(void)
{
	struct stat st;

	return result(stat(file, &st));
}

static int
try_fstat(void)
{
	struct stat st;

	return result(fstat(0, &st));
}

static int
try_unix_socket(void)
{
	return result(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int
try_inet_socket(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0));
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	return result(pid);
}

static int
try_exec(void)
{
	return result(execl("/bin/true", "true", (char *)NULL));
}

static void *
thread(void *unused)
{
	return unused;
}

static int
try_thread(void)
{
	pthread_t t;
	int ret = pthread_create(&t, NULL, thread, NULL);

	if (ret == 0)
		pthread_join(t, NULL);
	return ret;
}

static int
try_kill_parent(void)
{
	return result(kill(getppid(), 0));
}

static int
try_ptrace(void)
{
	return result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int
try_read_memory(void)
{
	return result(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
}

static int
try_memfd(void)
{
	return result(memfd_create("test", MFD_CLOEXEC));
}

static int
try_map(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? errno
		       : 0;
}

static int
try_map_exec(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? errno
		       : 0;
}

static int
try_allocate(void)
{
	char *p = malloc(1 << 22);

	if (p == NULL)
		return ENOMEM;
	memset(p, 1, 1 << 22);
	free(p);
	return 0;
}

static int
try_namespace(void)
{
	return result(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0));
}

static int
try_core(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) != 0)
		return errno;
	return limit.rlim_max == 0 ? 0 : EINVAL;
}

static int
try_raise_limit(void)
{
	return result(setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}));
}

static int
try_privileges(void)
{
	return result(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static int
try_chmod(void)
{
	return result(chmod(file, 0600));
}

static int
in_sandbox(const struct sandbox_spec *spec, int (*attempt)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct err err = {0};

		if (sandbox_confine(spec, &err) != 0) {
			fprintf(stderr, "# %s\n", err.text);
			_exit(NOT_CONFINED);
		}
		_exit(attempt());
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void
test_calls(void)
{
	static const struct {
		const char *name;
		unsigned may;
		unsigned rights;
		int (*attempt)(void);
		int want;
	} table[] = {
		{"fstat", 0, 0, try_fstat, 0},
		{"malloc", 0, 0, try_allocate, 0},
		{"mmap", 0, 0, try_map, 0},
		{"no core", 0, 0, try_core, 0},
		{"open", 0, 0, try_open_read, EPERM},
		{"stat", 0, 0, try_stat, EPERM},
		{"create", 0, 0, try_create, EPERM},
		{"chmod", 0, 0, try_chmod, EPERM},
		{"unix socket", 0, 0, try_unix_socket, EPERM},
		{"inet socket", 0, 0, try_inet_socket, EPERM},
		{"fork", 0, 0, try_fork, EPERM},
		{"exec", 0, 0, try_exec, EPERM},
		{"thread", 0, 0, try_thread, EPERM},
		{"kill", 0, 0, try_kill_parent, EPERM},
		{"ptrace", 0, 0, try_ptrace, EPERM},
		{"process_vm_readv", 0, 0, try_read_memory, EPERM},
		{"memfd", 0, 0, try_memfd, EPERM},
		{"executable memory", 0, 0, try_map_exec, EPERM},
		{"new namespace", 0, 0, try_namespace, EPERM},
		{"setrlimit", 0, 0, try_raise_limit, EPERM},
		{"dumpable again", 0, 0, try_privileges, EPERM},

		{"thread, allowed", MAY_THREADS, 0, try_thread, 0},
		{"fork where only threads are", MAY_THREADS, 0, try_fork, EPERM},
		{"fork, allowed", MAY_FORK, 0, try_fork, 0},
		{"exec where only fork is", MAY_FORK, 0, try_exec, EPERM},
		{"namespace where fork is", MAY_FORK, 0, try_namespace, EPERM},
		{"kill, allowed", MAY_SIGNAL_CHILDREN, 0, try_kill_parent, -2},
		{"memfd, allowed", MAY_MEMFD, 0, try_memfd, 0},
		{"executable memory, allowed", MAY_MAP_EXEC, 0, try_map_exec, 0},
		{"unix socket, allowed", MAY_CONNECT_UNIX, 0, try_unix_socket, 0},
		{"inet socket where only unix is", MAY_CONNECT_UNIX, 0, try_inet_socket, EPERM},
		{"inet socket, allowed", MAY_CONNECT_INET, 0, try_inet_socket, 0},

		{"open, allowed", MAY_OPEN, PATH_READ, try_open_read, 0},
		{"stat, allowed", MAY_OPEN, PATH_READ, try_stat, 0},
		{"open elsewhere", MAY_OPEN, PATH_READ, try_open_passwd, EACCES},
		{"create where only reading is", MAY_OPEN, PATH_READ, try_create, EACCES},
		{"create, allowed", MAY_OPEN, PATH_READ | PATH_WRITE, try_create, 0},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct sandbox_spec spec = {.may = table[i].may};
		int got;

		if (table[i].rights != 0)
			spec.paths[spec.n_paths++] = (struct sandbox_path){folder, table[i].rights};
		if (table[i].want == EACCES && sandbox_landlock_abi() == 0) {
			tap_skip("no Landlock in this kernel");
			continue;
		}
		got = in_sandbox(&spec, table[i].attempt);
		/* Landlock of a new kernel refuses signals out of the sandbox, an old one lets them pass. */
		if (table[i].want == -2)
			tap_ok(got == (sandbox_landlock_abi() >= 6 ? EPERM : 0), "%s: %d", table[i].name,
				got);
		else
			tap_ok(got == table[i].want, "%s: %d (%s)", table[i].name, got, strerror(got));
	}
}

/* A parent that may fork confines its child further. */
static int
try_nested(void)
{
	static const struct sandbox_spec tighter = {0};
	int fork_result = in_sandbox(&tighter, try_fork);

	return fork_result == EPERM ? 0 : fork_result;
}

static int
try_kill_child(void)
{
	int status, ret;
	pid_t pid = fork();

	if (pid == 0) {
		static const struct sandbox_spec tighter = {0};

		if (sandbox_confine(&tighter, NULL) != 0)
			_exit(NOT_CONFINED);
		for (;;)
			pause();
	}
	ret = result(kill(pid, SIGKILL));
	if (ret == 0 && waitpid(pid, &status, 0) == pid)
		return WIFSIGNALED(status) ? 0 : 1;
	return ret;
}

static void
test_nested(void)
{
	struct sandbox_spec spec = {.may = MAY_FORK | MAY_SIGNAL_CHILDREN};

	tap_ok(in_sandbox(&spec, try_nested) == 0, "a child confined further can't fork");
	tap_ok(in_sandbox(&spec, try_kill_child) == 0, "its parent can end it");
}

static int
try_root_again(void)
{
	struct sandbox_spec spec = {.user = "nobody"};
	struct err err = {0};

	if (sandbox_drop_user(&spec, &err) != 0) {
		fprintf(stderr, "# %s\n", err.text);
		return 1;
	}
	return geteuid() != 0 && setuid(0) != 0 && getgroups(0, NULL) == 0 ? 0 : 2;
}

/* A path below a folder that the new user can't enter, and one that does not exist. */
static int
try_paths(void)
{
	struct sandbox_spec spec = {
		.user = "nobody", .may = MAY_OPEN, .n_paths = 1, .paths = {{file, PATH_READ}}};
	struct sandbox_spec missing = {.may = MAY_OPEN, .n_paths = 1, .paths = {{"/nonexistent", PATH_READ}}};
	struct err err = {0};

	if (sandbox_landlock_abi() > 0 && (sandbox_confine(&missing, &err) == 0 || err.class != ERR_CONFIG))
		return 1;
	if (sandbox_drop_user(&spec, NULL) != 0 || sandbox_confine(&spec, NULL) != 0)
		return 2;
	return try_open_read() == EACCES ? 0 : 3;
}

static void
test_user(void)
{
	struct sandbox_spec spec = {.user = "no-such-user"};
	struct err err = {0};
	int status = -1;
	pid_t pid;

	if (geteuid() != 0) {
		tap_skip("only root can drop privileges");
		return;
	}
	tap_ok(sandbox_drop_user(&spec, &err) == -1 && err.class == ERR_CONFIG, "no such user: %s", err.text);
	pid = fork();
	if (pid == 0)
		_exit(try_root_again());
	tap_ok(waitpid(pid, &status, 0) == pid && status == 0, "root is gone for good");
	pid = fork();
	if (pid == 0)
		_exit(try_paths());
	tap_ok(waitpid(pid, &status, 0) == pid && status == 0, "a path out of reach stays so: %x",
		(unsigned)status);
}

int
main(void)
{
	int fd;

	if (mkdtemp(folder) == NULL)
		return 99;
	snprintf(file, sizeof(file), "%s/file", folder);
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	fd_close(&fd);
	printf("# Landlock ABI %d\n", sandbox_landlock_abi());
	fflush(stdout);
	test_calls();
	test_nested();
	test_user();
	(void)unlink(file);
	snprintf(file, sizeof(file), "%s/new", folder);
	(void)unlink(file);
	(void)rmdir(folder);
	return tap_done();
}
