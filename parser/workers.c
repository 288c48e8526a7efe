/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/scan/protocol.h"
#include "parser/code.h"
#include "parser/supervisor_parts.h"
#include "parser/worker.h"

/* A worker that dies before it is ready would die again at once. */
enum { START_MS = 20000, RESTART_MS = 1000 };

/* Then a message's files are left out. */
enum { DEATHS_MAX = 2 };

/* Waiting for it now could take a while: it is put on a list. */
static void
kill_worker(struct supervisor *s, pid_t pid)
{
	struct ended *ended = mem_new(1, sizeof(*ended));

	(void)kill(pid, SIGKILL);
	ended->pid = pid;
	ended->next = s->ended;
	s->ended = ended;
}

static int
start(struct supervisor *s, struct worker *worker, struct err *err)
{
	struct worker_start how = {.engine = s->engine, .null = s->null, .pdf = -1};
	int pair[2];
	pid_t pid;

	if (code_list(s->maps, &s->code, err) != 0 || channel_pair(pair, err) != 0)
		return -1;
	if (pdf_host_link(&s->pdf, &s->engine->pdf, &how.pdf, err) != 0) {
		fd_close(&pair[0]);
		fd_close(&pair[1]);
		return -1;
	}
	how.code = buf_bytes(&s->code);
	how.socket = pair[1];
	how.supervisor_pid = (int)getpid();
	pid = fork();
	if (pid == 0)
		worker_run(&how);
	fd_close(&pair[1]);
	fd_close(&how.pdf);
	if (pid < 0) {
		fd_close(&pair[0]);
		return err_sys(err, ERR_TEMP, "fork");
	}
	*worker = (struct worker){.watch = {.kind = WATCH_WORKER, .fd = pair[0]},
		.state = WORKER_STARTING,
		.pid = pid,
		.deadline = clock_mono_ms() + START_MS,
		.generation = s->generation};
	if (watch_add(s, &worker->watch, EPOLLIN) == 0)
		return 0;
	err_sys(err, ERR_TEMP, "epoll_ctl");
	kill_worker(s, pid);
	fd_close(&worker->watch.fd);
	worker->state = WORKER_NONE;
	return -1;
}

int
workers_start_missing(struct supervisor *s, struct err *err)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < s->n_workers; i++) {
		struct worker *worker = &s->workers[i];

		if (worker->state != WORKER_NONE || worker->not_before > now)
			continue;
		if (start(s, worker, err) != 0) {
			worker->not_before = now + RESTART_MS;
			return -1;
		}
	}
	return 0;
}

/* Ends a worker, whatever it does; its place is free for another. */
static void
end(struct supervisor *s, struct worker *worker)
{
	bool was_ready = worker->state != WORKER_STARTING;

	kill_worker(s, worker->pid);
	watch_close(s, &worker->watch);
	worker->state = WORKER_NONE;
	worker->not_before = was_ready ? 0 : clock_mono_ms() + RESTART_MS;
}

static void
end_with_failure(struct supervisor *s, struct worker *worker, uint32_t failure)
{
	struct request *request = worker->request;

	worker->request = NULL;
	end(s, worker);
	if (request != NULL)
		clients_fail(s, request, failure);
}

/*
 * A worker may have died of something else, a signal. So a scan is given to another one, once, and has no
 * more time than it had. Who kills two, or takes all memory, is unscannable: a third one still tells what
 * stands beside its files. What wrote to a file is not done over.
 */
static void
end_by_death(struct supervisor *s, struct worker *worker)
{
	struct request *request = worker->request;

	uint32_t failure = worker->is_exhausted ? FAILED_MEMORY : FAILED_CRASH;

	if (request == NULL || request->deaths >= DEATHS_MAX || request->client == NULL ||
		request->message.type != JOB_SCAN) {
		end_with_failure(s, worker, failure);
		return;
	}
	worker->request = NULL;
	end(s, worker);
	request->deaths = worker->is_exhausted ? DEATHS_MAX : request->deaths + 1;
	request->spent = failure;
	queue_push_first(&s->queue, request);
}

static const char *
fate_of(const struct worker *worker)
{
	if (worker->state == WORKER_STARTING)
		return " before it was ready";
	if (worker->request == NULL)
		return "";
	return worker->request->deaths > 0 ? ": its message is unscannable" : ", with a message";
}

static bool
fits(const struct request *request, const struct channel_message *answer)
{
	static const uint32_t answers[] = {
		[JOB_SCAN] = ANSWER_RESULT,
		[JOB_VIEW] = ANSWER_VIEW,
		[JOB_VIEW_PART] = ANSWER_PART,
		[JOB_EXPLAIN] = ANSWER_TRACE,
		[JOB_TEXT] = ANSWER_TEXT,
		[JOB_COST] = ANSWER_COST,
	};

	if (request == NULL || answer->id != request->message.id)
		return false;
	return answer->type == answers[request->message.type] || answer->type == ANSWER_FAILED;
}

static void
take_message(struct supervisor *s, struct worker *worker, struct channel_message *message)
{
	bool has_fds = message->n_fds > 0;

	channel_close_fds(message);
	if (worker->state == WORKER_STARTING && message->type == WORKER_READY && !has_fds) {
		worker->state = WORKER_IDLE;
		return;
	}
	if (worker->request != NULL && message->type == WORKER_EXHAUSTED && !has_fds) {
		worker->is_exhausted = true;
		return;
	}
	if (has_fds || !fits(worker->request, message)) {
		log_warning("worker %d broke the protocol: ended", (int)worker->pid);
		end_with_failure(s, worker, FAILED_CRASH);
		return;
	}
	worker->state = WORKER_IDLE;
	worker->jobs++;
	clients_answer(s, worker->request, message);
	worker->request = NULL;
}

void
workers_on_event(struct supervisor *s, struct worker *worker)
{
	struct channel_message message;
	struct err err = {0};
	int ret;

	if (worker->watch.fd < 0)
		return;
	ret = channel_receive(worker->watch.fd, &s->buf, &message, clock_mono_ms(), &err);
	if (ret == 1) {
		take_message(s, worker, &message);
	} else if (ret == 0 || err.class == ERR_PEER || err.sys_errno != 0) {
		log_warning("worker %d is gone%s", (int)worker->pid, fate_of(worker));
		end_by_death(s, worker);
	}
}

static bool
is_due(const struct supervisor *s, const struct worker *worker)
{
	return worker->generation != s->generation || worker->jobs >= s->settings->parser_messages;
}

/* An idle worker that has done its share makes room for a fresh one. */
static void
replace_due(struct supervisor *s)
{
	struct err err = {0};

	for (size_t i = 0; i < s->n_workers; i++)
		if (s->workers[i].state == WORKER_IDLE && is_due(s, &s->workers[i]))
			end(s, &s->workers[i]);
	if (workers_start_missing(s, &err) != 0)
		log_error("%s", err.text);
}

static void
give(struct supervisor *s, struct worker *worker, struct request *request)
{
	struct channel_message message = request->message;

	if (request->deaths >= DEATHS_MAX)
		message.type = request->spent == FAILED_MEMORY ? WORKER_SCAN_EXHAUSTED : WORKER_SCAN_CRASHED;
	worker->state = WORKER_BUSY;
	worker->request = request;
	if (request->deaths == 0)
		request->deadline = clock_mono_ms() + s->settings->parser_timeout * 1000;
	worker->deadline = request->deadline;
	/* Its socket is empty: this never waits. */
	if (channel_send(worker->watch.fd, &message, clock_mono_ms(), NULL) != 0)
		end_by_death(s, worker);
}

void
workers_dispatch(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_workers && s->queue.n > 0; i++)
		if (s->workers[i].state == WORKER_IDLE && !is_due(s, &s->workers[i]))
			give(s, &s->workers[i], queue_pop(&s->queue));
	if (!s->draining)
		replace_due(s);
}

void
workers_check_time(struct supervisor *s)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < s->n_workers; i++) {
		struct worker *worker = &s->workers[i];

		if ((worker->state != WORKER_BUSY && worker->state != WORKER_STARTING) ||
			worker->deadline > now)
			continue;
		log_warning("worker %d takes too long: ended", (int)worker->pid);
		end_with_failure(s, worker, FAILED_TIMEOUT);
	}
}

int64_t
workers_next_time(const struct supervisor *s)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < s->n_workers; i++) {
		const struct worker *worker = &s->workers[i];
		int64_t at = worker->state == WORKER_NONE   ? worker->not_before
			     : worker->state == WORKER_IDLE ? INT64_MAX
							    : worker->deadline;

		if (at < next)
			next = at;
	}
	return next;
}

static void
log_end(pid_t pid, int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		log_warning("worker %d died of signal %d", (int)pid, WTERMSIG(status));
	else if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		log_warning("worker %d ended with status %d", (int)pid, WEXITSTATUS(status));
}

/* By name: any other child may have died without our having seen it, and its place still counts on its pid.
 */
static void
reap(struct supervisor *s, int flags)
{
	struct ended **link = &s->ended;

	while (*link != NULL) {
		struct ended *ended = *link;
		int status = 0;
		pid_t pid = waitpid(ended->pid, &status, flags);

		if (pid == 0 || (pid < 0 && errno == EINTR)) {
			link = &ended->next;
			continue;
		}
		if (pid > 0)
			log_end(pid, status);
		*link = ended->next;
		free(ended);
	}
}

void
workers_reap(struct supervisor *s)
{
	reap(s, WNOHANG);
}

bool
workers_busy(const struct supervisor *s)
{
	for (size_t i = 0; i < s->n_workers; i++)
		if (s->workers[i].request != NULL)
			return true;
	return false;
}

void
workers_close_all(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_workers; i++)
		if (s->workers[i].state != WORKER_NONE)
			end_with_failure(s, &s->workers[i], FAILED_BUSY);
	while (s->ended != NULL)
		reap(s, 0);
}
