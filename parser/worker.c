/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/worker.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/run/sandbox.h"
#include "lib/scan/protocol.h"
#include "parser/code.h"
#include "parser/job.h"
#include "parser/pdf_link.h"

enum { SOCKET_FD = 3, OPEN_FILES = 16, ANSWER_MS = 60000, EXHAUSTED_MS = 1000, IDLE_MS = 3600 * 1000 };

int
worker_confine(const struct engine *engine, struct err *err)
{
	const struct sandbox_spec spec = {.may = MAY_RECEIVE_FDS,
		.memory_limit = engine->memory,
		.file_size = SCAN_OUTPUT_MAX,
		.open_files = OPEN_FILES};

	return sandbox_confine(&spec, err);
}

/* Only standard input, output, error and the socket are left, and the first three lead nowhere. */
static int
close_others(const struct worker_start *start)
{
	if (dup2(start->null, STDIN_FILENO) < 0 || dup2(start->null, STDOUT_FILENO) < 0)
		return -1;
	if (start->engine->quiet && dup2(start->null, STDERR_FILENO) < 0)
		return -1;
	if (dup2(start->socket, SOCKET_FD) < 0)
		return -1;
	if (start->pdf >= 0 && dup2(start->pdf, PDF_LINK_FD) < 0)
		return -1;
	return close_range(start->pdf >= 0 ? PDF_LINK_FD + 1 : SOCKET_FD + 1, ~0U, 0);
}

/* For the handler, which is given nothing. One a process. */
static size_t memory_limit;

/*
 * glibc, GLib and ours end like this when memory can't be had; so does a broken promise. Which it was, the
 * room that is left says.
 */
static void
on_abort(int number)
{
	size_t much = memory_limit / 4;
	void *room = mmap(NULL, much, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		(void)channel_send(SOCKET_FD, &(const struct channel_message){.type = WORKER_EXHAUSTED},
			clock_mono_ms() + EXHAUSTED_MS, NULL);
	signal(number, SIG_DFL);
	raise(number);
}

static void
catch_aborts(const struct engine *engine)
{
	const struct sigaction action = {.sa_handler = on_abort};

	memory_limit = (size_t)engine->memory;
	if (memory_limit == 0)
		return;
	(void)sigaction(SIGABRT, &action, NULL);
	(void)sigaction(SIGTRAP, &action, NULL);
}

/* Returns when the supervisor has closed its end. */
static int
serve(const struct engine *engine)
{
	struct channel_message job, answer = {.type = WORKER_READY};
	struct job_tools tools;
	struct buf buf;
	struct err err = {0};
	int ret;

	job_tools_init(&tools, engine);
	buf_init(&buf, CHANNEL_MAX);
	for (;;) {
		ret = channel_send(SOCKET_FD, &answer, clock_mono_ms() + ANSWER_MS, &err);
		if (ret != 0)
			break;
		do {
			err = (struct err){0};
			ret = channel_receive(SOCKET_FD, &buf, &job, clock_mono_ms() + IDLE_MS, &err);
		} while (ret < 0 && err.class == ERR_TEMP && err.sys_errno == 0);
		if (ret != 1)
			break;
		job_run(&tools, &job, &answer);
		if (job.type == JOB_SCAN)
			pdf_link_check();
		channel_close_fds(&job);
	}
	buf_done(&buf);
	job_tools_done(&tools);
	return ret;
}

_Noreturn void
worker_run(const struct worker_start *start)
{
	struct err err = {0};

	/* Without its supervisor nobody would end a worker that hangs. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != start->supervisor_pid)
		_exit(EX_TEMPFAIL);
	if (code_protect(start->code, &err) != 0 || close_others(start) != 0 ||
		worker_confine(start->engine, &err) != 0)
		_exit(EX_OSERR);
	catch_aborts(start->engine);
	if (start->pdf >= 0)
		pdf_link_use();
	_exit(serve(start->engine) == 0 ? EX_OK : EX_TEMPFAIL);
}
