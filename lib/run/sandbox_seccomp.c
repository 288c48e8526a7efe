/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allow lists of system calls. What is in no list fails with EPERM. Lists name calls that do the same thing
 * under old and new names: which one glibc takes changes with its version.
 */
#include "lib/run/sandbox_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define CALL(name) SCMP_SYS(name)
enum { END = -1000000 }; /* no system call, and none of libseccomp's pseudo numbers */

/* Memory, time, threads' own business, descriptors that are open already. */
static const int base_calls[] = {CALL(read), CALL(write), CALL(readv), CALL(writev), CALL(pread64),
	CALL(pwrite64), CALL(preadv), CALL(pwritev), CALL(close), CALL(lseek), CALL(fstat), CALL(dup),
	CALL(dup2), CALL(dup3), CALL(fcntl), CALL(ftruncate), CALL(fsync), CALL(fdatasync), CALL(munmap),
	CALL(mremap), CALL(madvise), CALL(brk), CALL(mlock), CALL(mlock2), CALL(munlock), CALL(membarrier),
	CALL(futex), CALL(rseq), CALL(set_robust_list), CALL(get_robust_list), CALL(getrandom),
	CALL(clock_gettime), CALL(clock_getres), CALL(clock_nanosleep), CALL(nanosleep), CALL(gettimeofday),
	CALL(time), CALL(times), CALL(getrusage), CALL(getpid), CALL(gettid), CALL(getppid), CALL(getuid),
	CALL(geteuid), CALL(getgid), CALL(getegid), CALL(getresuid), CALL(getresgid), CALL(getgroups),
	CALL(capget), CALL(sched_yield), CALL(sched_getaffinity), CALL(getcpu), CALL(sysinfo), CALL(uname),
	CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(rt_sigpending),
	CALL(rt_sigsuspend), CALL(rt_sigtimedwait), CALL(sigaltstack), CALL(restart_syscall), CALL(exit),
	CALL(exit_group), CALL(poll), CALL(ppoll), CALL(select), CALL(pselect6), CALL(epoll_create1),
	CALL(epoll_ctl), CALL(epoll_wait), CALL(epoll_pwait), CALL(eventfd2), CALL(pipe), CALL(pipe2),
	CALL(timerfd_create), CALL(timerfd_settime), CALL(signalfd4), CALL(sendto), CALL(sendmsg),
	CALL(sendmmsg), CALL(recvfrom), CALL(sendfile), CALL(shutdown), CALL(getsockopt), CALL(getsockname),
	CALL(getpeername), END};

static const int receive_calls[] = {CALL(recvmsg), CALL(recvmmsg), END};
static const int accept_calls[] = {CALL(accept), CALL(accept4), CALL(setsockopt), END};
static const int connect_calls[] = {CALL(connect), CALL(setsockopt), END};
static const int dns_calls[] = {CALL(bind), END};
static const int open_calls[] = {CALL(open), CALL(openat), CALL(openat2), CALL(stat), CALL(lstat),
	CALL(newfstatat), CALL(statx), CALL(statfs), CALL(fstatfs), CALL(access), CALL(faccessat),
	CALL(faccessat2), CALL(readlink), CALL(readlinkat), CALL(getdents64), CALL(getcwd), CALL(rename),
	CALL(renameat), CALL(renameat2), CALL(unlink), CALL(unlinkat), CALL(link), CALL(linkat), CALL(mkdir),
	CALL(mkdirat), CALL(rmdir), CALL(chmod), CALL(fchmod), CALL(fchmodat), CALL(fchown), CALL(fchownat),
	CALL(utimensat), CALL(flock), CALL(fallocate), CALL(fadvise64), CALL(umask), CALL(truncate),
	CALL(copy_file_range), CALL(sync_file_range), END};

/* A parent confines its children further, so it keeps the calls that do that. */
static const int fork_calls[] = {CALL(fork), CALL(vfork), CALL(wait4), CALL(waitid), CALL(prlimit64),
	CALL(setrlimit), CALL(seccomp), CALL(prctl), SCMP_SYS(landlock_create_ruleset),
	SCMP_SYS(landlock_add_rule), SCMP_SYS(landlock_restrict_self), CALL(setpgid), CALL(setsid),
	CALL(close_range), END};
static const int exec_calls[] = {
	CALL(execve), CALL(execveat), CALL(arch_prctl), CALL(set_tid_address), CALL(prlimit64), END};
static const int memfd_calls[] = {CALL(memfd_create), CALL(fallocate), END};
static const int signal_calls[] = {
	CALL(kill), CALL(tgkill), CALL(pidfd_open), CALL(pidfd_send_signal), CALL(wait4), CALL(waitid), END};
static const int map_exec_calls[] = {CALL(mmap), CALL(mprotect), END};

static const struct {
	unsigned may;
	const int *calls;
} groups[] = {
	{0, base_calls},
	{MAY_RECEIVE_FDS, receive_calls},
	{MAY_ACCEPT, accept_calls},
	{MAY_CONNECT_UNIX | MAY_CONNECT_INET, connect_calls},
	{MAY_ASK_DNS, dns_calls},
	{MAY_OPEN, open_calls},
	{MAY_FORK, fork_calls},
	{MAY_EXEC, exec_calls},
	{MAY_MEMFD, memfd_calls},
	{MAY_SIGNAL_CHILDREN, signal_calls},
	{MAY_MAP_EXEC, map_exec_calls},
};

#define NEW_NAMESPACES                                                                                       \
	((scmp_datum_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |        \
			CLONE_NEWPID | CLONE_NEWNET))

/* Calls that are allowed only with certain arguments: (argument & mask) == value, or == where mask is 0. */
static const struct {
	unsigned may; /* any of these; 0: always */
	int call;
	unsigned argument;
	scmp_datum_t mask, value;
} conditional[] = {
	{0, CALL(mmap), 2, PROT_EXEC, 0},
	{0, CALL(mprotect), 2, PROT_EXEC, 0},
	{0, CALL(newfstatat), 3, AT_EMPTY_PATH, AT_EMPTY_PATH}, /* glibc's fstat() */
	{0, CALL(statx), 2, AT_EMPTY_PATH, AT_EMPTY_PATH},
	{0, CALL(prlimit64), 2, UINT64_MAX, 0}, /* only asking */
	{0, CALL(ioctl), 1, UINT32_MAX, FIONREAD},
	{0, CALL(ioctl), 1, UINT32_MAX, FIONBIO},
	{0, CALL(prctl), 0, UINT32_MAX, PR_SET_NAME},
	{0, CALL(prctl), 0, UINT32_MAX, PR_GET_NAME},
	{MAY_THREADS, CALL(clone), 0, CLONE_THREAD, CLONE_THREAD},
	{MAY_FORK, CALL(clone), 0, NEW_NAMESPACES, 0},
	{MAY_CONNECT_UNIX, CALL(socket), 0, UINT32_MAX, AF_UNIX},
	{MAY_CONNECT_UNIX, CALL(socketpair), 0, UINT32_MAX, AF_UNIX},
	{MAY_FORK, CALL(socketpair), 0, UINT32_MAX, AF_UNIX},
	{MAY_CONNECT_INET, CALL(socket), 0, UINT32_MAX, AF_INET},
	{MAY_CONNECT_INET, CALL(socket), 0, UINT32_MAX, AF_INET6},
};

/*
 * A call that this kernel's or library's tables do not know can't be allowed: it stays refused. One that is
 * allowed without condition already needs none: libseccomp says EEXIST or EFAULT for either.
 */
static int
add(scmp_filter_ctx ctx, int call, unsigned n, const struct scmp_arg_cmp *cmp)
{
	int ret = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, n, cmp);

	return ret == 0 || ret == -EEXIST || ret == -EFAULT || ret == -EDOM ? 0 : ret;
}

static int
add_groups(scmp_filter_ctx ctx, unsigned may)
{
	int ret = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (groups[i].may != 0 && (groups[i].may & may) == 0)
			continue;
		for (const int *call = groups[i].calls; ret == 0 && *call != END; call++)
			ret = add(ctx, *call, 0, NULL);
	}
	return ret;
}

static int
add_conditional(scmp_filter_ctx ctx, unsigned may)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < sizeof(conditional) / sizeof(conditional[0]); i++) {
		struct scmp_arg_cmp cmp = {.arg = conditional[i].argument,
			.op = SCMP_CMP_MASKED_EQ,
			.datum_a = conditional[i].mask,
			.datum_b = conditional[i].value};

		if (conditional[i].may == 0 || (conditional[i].may & may) != 0)
			ret = add(ctx, conditional[i].call, 1, &cmp);
	}
	return ret;
}

static int
add_special(scmp_filter_ctx ctx, unsigned may)
{
	struct scmp_arg_cmp self = {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)getpid()};
	int ret = 0;

	/* abort(3) and pthread_kill(3), but no signal to anybody else. */
	if ((may & MAY_SIGNAL_CHILDREN) == 0)
		ret = add(ctx, CALL(tgkill), 1, &self);
	/* Its flags lie in memory, where no filter can look: without it glibc takes clone(2). */
	if (ret == 0)
		ret = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
	return ret;
}

int
seccomp_confine(const struct sandbox_spec *spec, struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int ret;

	if (ctx == NULL)
		return err_set(err, ERR_PERM, "seccomp_init");
	ret = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	if (ret == 0)
		ret = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (ret == 0)
		ret = add_groups(ctx, spec->may);
	if (ret == 0)
		ret = add_conditional(ctx, spec->may);
	if (ret == 0)
		ret = add_special(ctx, spec->may);
	if (ret == 0)
		ret = seccomp_load(ctx);
	seccomp_release(ctx);
	if (ret == 0)
		return 0;
	errno = -ret;
	return err_sys(err, ERR_PERM, "seccomp");
}
