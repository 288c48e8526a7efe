/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/run/run.h"
#include "lib/scan/protocol.h"
#include "parser/code.h"
#include "parser/supervisor_parts.h"

enum { CODE_LIST_MAX = 1 << 20, EVENTS_MAX = 128, REAP_MS = 100, DRAIN_MS = 30000 };

int
watch_add(struct supervisor *s, struct watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};

	watch->events = events;
	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, watch->fd, &event);
}

void
watch_change(struct supervisor *s, struct watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};

	if (watch->events == events)
		return;
	watch->events = events;
	(void)epoll_ctl(s->epoll, EPOLL_CTL_MOD, watch->fd, &event);
}

/* Taken out by hand: a worker that is just being forked may hold a copy, and events would go on. */
void
watch_close(struct supervisor *s, struct watch *watch)
{
	if (watch->fd >= 0)
		(void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
	fd_close(&watch->fd);
}

static size_t
count_workers(const struct settings *settings)
{
	cpu_set_t set;

	if (settings->parser_workers > 0)
		return (size_t)settings->parser_workers;
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	return (size_t)CPU_COUNT(&set);
}

int
supervisor_open(const struct supervisor_start *start, struct supervisor **ret_supervisor, struct err *err)
{
	struct supervisor *s = mem_new(1, sizeof(*s));

	s->settings = start->settings;
	s->engine = start->engine;
	s->pdf = start->pdf;
	s->uids = start->uids;
	s->n_uids = start->n_uids;
	s->single = start->listener < 0;
	s->n_workers = count_workers(start->settings);
	s->workers = mem_new(s->n_workers, sizeof(*s->workers));
	for (size_t i = 0; i < s->n_workers; i++)
		s->workers[i].watch.fd = -1;
	s->signals = (struct watch){WATCH_SIGNALS, -1, 0};
	s->listener = (struct watch){WATCH_LISTENER, start->listener, 0};
	s->pdf_watch = (struct watch){WATCH_PDF, -1, 0};
	buf_init(&s->buf, CHANNEL_MAX);
	buf_init(&s->code, CODE_LIST_MAX);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	*ret_supervisor = s;
	s->maps = -1;
	if (s->epoll < 0 || s->null < 0)
		return err_sys(err, ERR_TEMP, "epoll");
	if (code_open_maps(&s->maps, err) != 0)
		return -1;
	if (start->client_fd >= 0 && clients_add(s, start->client_fd) == NULL)
		return err_sys(err, ERR_USAGE, "the connection of --client-fd");
	return 0;
}

/* It says nothing: what comes from it is its end. */
static void
watch_pdf(struct supervisor *s)
{
	s->pdf_watch.fd = s->pdf.control;
	if (s->pdf_watch.fd >= 0)
		(void)watch_add(s, &s->pdf_watch, EPOLLIN);
}

/* Workers have no link to a new one, and are replaced before they are given anything else. */
static void
lose_pdf(struct supervisor *s)
{
	if (s->pdf_watch.fd < 0)
		return;
	(void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->pdf_watch.fd, NULL);
	s->pdf_watch.fd = -1;
	pdf_host_lost(&s->pdf);
	s->generation++;
}

static void
restart_pdf(struct supervisor *s)
{
	if (!pdf_host_restart(&s->pdf))
		return;
	watch_pdf(s);
	s->generation++;
	log_info("postseal-pdf is started again");
}

static int
watch_own(struct supervisor *s, struct err *err)
{
	watch_pdf(s);
	s->signals.fd = run_signal_fd();
	if (watch_add(s, &s->signals, EPOLLIN) != 0)
		return err_sys(err, ERR_TEMP, "epoll_ctl");
	if (s->listener.fd < 0)
		return 0;
	/* Never waits in accept(2), should the peer be gone by then. */
	if (fcntl(s->listener.fd, F_SETFL, O_NONBLOCK) != 0 || watch_add(s, &s->listener, EPOLLIN) != 0)
		return err_sys(err, ERR_TEMP, "watch the listener");
	return 0;
}

static void
on_event(struct supervisor *s, const struct epoll_event *event)
{
	struct watch *watch = event->data.ptr;

	switch (watch->kind) {
	case WATCH_SIGNALS:
		run_take_signals();
		break;
	case WATCH_LISTENER:
		clients_accept(s);
		break;
	case WATCH_CLIENT:
		clients_on_event(s, (struct client *)watch, event->events);
		break;
	case WATCH_WORKER:
		workers_on_event(s, (struct worker *)watch);
		break;
	case WATCH_PDF:
		lose_pdf(s);
		break;
	}
}

static void
start_draining(struct supervisor *s)
{
	s->draining = true;
	s->drain_deadline = clock_mono_ms() + DRAIN_MS;
	watch_close(s, &s->listener);
}

static int
wait_ms(const struct supervisor *s)
{
	int64_t next = workers_next_time(s), now = clock_mono_ms();
	int ms;

	if (s->pdf.not_before < next)
		next = s->pdf.not_before;
	if (s->draining && s->drain_deadline < next)
		next = s->drain_deadline;
	if (s->ended != NULL && now + REAP_MS < next)
		next = now + REAP_MS;
	if (next == INT64_MAX)
		return -1;
	ms = clock_left_ms(next);
	return ms;
}

/* One round: events first, so that an answer that came in time is never taken for a late one. */
static int
turn(struct supervisor *s, struct err *err)
{
	struct epoll_event events[EVENTS_MAX];
	struct err start_err = {0};
	int n = epoll_wait(s->epoll, events, EVENTS_MAX, wait_ms(s));

	if (n < 0 && errno != EINTR)
		return err_sys(err, ERR_TEMP, "epoll_wait");
	for (int i = 0; i < n; i++)
		on_event(s, &events[i]);
	if (n < EVENTS_MAX)
		workers_check_time(s);
	workers_reap(s);
	restart_pdf(s);
	if (workers_start_missing(s, &start_err) != 0)
		log_error("%s", start_err.text);
	workers_dispatch(s);
	clients_sweep(s);
	return 0;
}

static bool
is_done(const struct supervisor *s)
{
	if (s->single && s->n_clients == 0)
		return true;
	if (!s->draining)
		return false;
	return (s->queue.n == 0 && !workers_busy(s)) || clock_left_ms(s->drain_deadline) == 0;
}

int
supervisor_serve(struct supervisor *s, struct err *err)
{
	if (watch_own(s, err) != 0 || workers_start_missing(s, err) != 0)
		return -1;
	while (!is_done(s)) {
		if (turn(s, err) != 0)
			return -1;
		if (run_stopping() && !s->draining)
			start_draining(s);
	}
	return 0;
}

void
supervisor_reload(struct supervisor *s, const struct settings *settings, struct engine *engine)
{
	struct engine *old = s->engine;

	s->settings = settings;
	s->engine = engine;
	s->generation++;
	engine_free(old); /* each worker has its own copy */
}

void
supervisor_close(struct supervisor *s)
{
	struct request *request;

	if (s == NULL)
		return;
	workers_close_all(s);
	while ((request = queue_pop(&s->queue)) != NULL)
		clients_fail(s, request, FAILED_BUSY);
	clients_close_all(s);
	pdf_host_end(&s->pdf);
	watch_close(s, &s->listener);
	fd_close(&s->epoll);
	fd_close(&s->null);
	fd_close(&s->maps);
	buf_wipe_done(&s->buf);
	buf_done(&s->code);
	engine_free(s->engine);
	free(s->workers);
	free(s);
}
