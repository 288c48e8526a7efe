/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/prison.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

/* In all of them; any descriptor of one's own will do. */
enum { OWN_FD = 3 };

static int
result(long ret)
{
	return ret < 0 ? errno : 0;
}

static int
try_open(void)
{
	return result(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int
try_create(void)
{
	return result(open("/tmp/postseal-worker-was-here", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

static int
try_open_proc(void)
{
	return result(syscall(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR | O_CLOEXEC));
}

static int
try_stat(void)
{
	struct stat st;

	return result(stat("/etc/passwd", &st));
}

static int
try_unlink(void)
{
	return result(unlink("/tmp/postseal-worker-was-here"));
}

static int
try_chdir(void)
{
	return result(chdir("/"));
}

static int
try_socket(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0));
}

static int
try_unix_socket(void)
{
	return result(socket(AF_UNIX, SOCK_DGRAM, 0));
}

static int
try_socketpair(void)
{
	int fds[2];

	return result(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
}

static int
try_connect(void)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/run/postseal"};

	return result(connect(OWN_FD, (const struct sockaddr *)&address, sizeof(address)));
}

static int
try_bind(void)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0postseal"};

	return result(bind(OWN_FD, (const struct sockaddr *)&address, sizeof(address)));
}

static int
try_listen(void)
{
	return result(listen(OWN_FD, 1));
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return result(pid);
}

static int
try_clone(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0)
		_exit(0);
	return result(pid);
}

static int
try_clone3(void)
{
	struct clone_args args = {.exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	return result(pid);
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

	return pthread_create(&t, NULL, thread, NULL);
}

static int
try_exec(void)
{
	return result(execl("/bin/true", "true", (char *)NULL));
}

static int
try_unshare(void)
{
	return result(unshare(CLONE_NEWUSER | CLONE_NEWNET));
}

static int
try_kill(void)
{
	return result(kill(getppid(), SIGTERM));
}

static int
try_kill_all(void)
{
	return result(kill(-1, SIGCONT));
}

static int
try_tgkill(void)
{
	return result(syscall(SYS_tgkill, getppid(), getppid(), SIGCONT));
}

static int
try_pidfd(void)
{
	return result(syscall(SYS_pidfd_open, getppid(), 0));
}

static int
try_ptrace(void)
{
	return result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int
try_ptrace_parent(void)
{
	return result(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int
try_read_parent(void)
{
	char byte;
	const struct iovec own = {&byte, 1}, theirs = {&byte, 1};

	return result(process_vm_readv(getppid(), &own, 1, &theirs, 1, 0));
}

static int
try_memfd(void)
{
	return result(memfd_create("test", MFD_CLOEXEC));
}

static int
try_map_exec(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? errno
		       : 0;
}

static int
try_make_exec(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? 0 : result(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static int
try_more_memory(void)
{
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};

	return result(setrlimit(RLIMIT_AS, &none));
}

static int
try_dumpable(void)
{
	return result(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static int
try_io_uring(void)
{
	return result(syscall(SYS_io_uring_setup, 1, NULL));
}

static int
try_bpf(void)
{
	return result(syscall(SYS_bpf, 0, NULL, 0));
}

static int
try_keyring(void)
{
	return result(syscall(SYS_add_key, "user", "postseal", "x", 1, -1));
}

static int
try_setuid(void)
{
	return result(setuid(0));
}

/* No descriptor but the first few is open, so there is nothing else to write to. */
static int
try_write_elsewhere(void)
{
	for (int fd = OWN_FD + 3; fd < 1024; fd++)
		if (write(fd, "x", 1) >= 0)
			return 0;
	return errno;
}

const struct prison_try prison_tries[] = {
	{"open", try_open, EPERM},
	{"create", try_create, EPERM},
	{"open-proc", try_open_proc, EPERM},
	{"stat", try_stat, EPERM},
	{"unlink", try_unlink, EPERM},
	{"chdir", try_chdir, EPERM},
	{"socket", try_socket, EPERM},
	{"unix-socket", try_unix_socket, EPERM},
	{"socketpair", try_socketpair, EPERM},
	{"connect", try_connect, EPERM},
	{"bind", try_bind, EPERM},
	{"listen", try_listen, EPERM},
	{"fork", try_fork, EPERM},
	{"clone", try_clone, EPERM},
	{"clone3", try_clone3, ENOSYS},
	{"thread", try_thread, EPERM},
	{"exec", try_exec, EPERM},
	{"unshare", try_unshare, EPERM},
	{"kill", try_kill, EPERM},
	{"kill-all", try_kill_all, EPERM},
	{"tgkill", try_tgkill, EPERM},
	{"pidfd", try_pidfd, EPERM},
	{"ptrace", try_ptrace, EPERM},
	{"ptrace-parent", try_ptrace_parent, EPERM},
	{"read-parent", try_read_parent, EPERM},
	{"memfd", try_memfd, EPERM},
	{"exec-memory", try_map_exec, EPERM},
	{"make-exec-memory", try_make_exec, EPERM},
	{"more-memory", try_more_memory, EPERM},
	{"dumpable", try_dumpable, EPERM},
	{"io-uring", try_io_uring, EPERM},
	{"bpf", try_bpf, EPERM},
	{"keyring", try_keyring, EPERM},
	{"setuid", try_setuid, EPERM},
	{"write-elsewhere", try_write_elsewhere, EBADF},
	{NULL, NULL, 0},
};

int
prison_run(struct bytes name)
{
	for (const struct prison_try *try = prison_tries; try->name != NULL; try++)
		if (bytes_eq(name, bytes_of_str(try->name)))
			return try->act();
	return -1;
}

int
prison_count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}
