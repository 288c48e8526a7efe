/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/probe.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "policyd/named.h"
#include "policyd/talk.h"

enum {
	READ_MAX = 16 * 1024,
	OUT_MAX = 256 * 1024,
	KEEP_MAX = 65536, /* hosts whose result is remembered */
	FRESH_S = 60,     /* PROBE_FRESH */
	SOONER = 12,      /* times as often as the interval, where nothing came of it */
	KEY_MAX = 2 * EVIDENCE_TLSA_MAX * EVIDENCE_TLSA_DATA_MAX,
	QUIT_MS = 2000, /* for the answer to QUIT, when all is known */
};

struct waiter {
	probe_done *done;
	void *context;
	struct waiter *next;
};

enum state { STATE_DONE, STATE_QUEUED, STATE_RUNS };

/* One host with its TLSA records; its result stays when it is done. */
struct probe {
	struct named named;
	struct probes *probes;
	enum state state;
	struct evidence_probe result;
	struct waiter *waiters;
	struct probe *next; /* in the queue, among those that run, or among those that have news */
	/* while it is not done */
	struct arena arena;
	struct evidence_mx mx;
	size_t next_address;
	int fd;
	struct talk *talk;
	struct event *readable, *writable;
	struct buf out;
	size_t sent;
	int64_t deadline_ms, address_deadline_ms;
};

struct probes {
	struct probes_spec spec;
	struct named_table table;
	struct probe *queue, **queue_end;
	struct probe *news, **news_end; /* done, with waiters to be told */
	struct event *worker;
	size_t n_running;
};

static void try_address(struct probe *probe);

static void
append(struct probe ***end, struct probe *probe)
{
	probe->next = NULL;
	**end = probe;
	*end = &probe->next;
}

static struct probe *
take_first(struct probe **list, struct probe ***end)
{
	struct probe *probe = *list;

	*list = probe->next;
	if (*list == NULL)
		*end = list;
	return probe;
}

static void
close_socket(struct probe *probe)
{
	if (probe->readable != NULL)
		event_free(probe->readable);
	if (probe->writable != NULL)
		event_free(probe->writable);
	probe->readable = probe->writable = NULL;
	talk_free(probe->talk);
	probe->talk = NULL;
	buf_done(&probe->out);
	probe->sent = 0;
	fd_close(&probe->fd);
}

static void
tell(struct probes *probes)
{
	while (probes->news != NULL) {
		struct probe *probe = take_first(&probes->news, &probes->news_end);
		struct waiter *waiter = probe->waiters, *next;
		const struct evidence_probe result = probe->result;

		probe->waiters = NULL; /* from here on the table may let it go */
		for (; waiter != NULL; waiter = next) {
			next = waiter->next;
			waiter->done(waiter->context, &result);
			free(waiter);
		}
	}
}

static void
add_waiter(struct probe *probe, probe_done *done, void *context)
{
	struct waiter *waiter = mem_new(1, sizeof(*waiter));

	*waiter = (struct waiter){.done = done, .context = context, .next = probe->waiters};
	probe->waiters = waiter;
}

static void
put_news(struct probe *probe)
{
	append(&probe->probes->news_end, probe);
	event_active(probe->probes->worker, EV_TIMEOUT, 0);
}

static void
finish(struct probe *probe)
{
	struct probes *probes = probe->probes;

	close_socket(probe);
	arena_done(&probe->arena);
	probe->mx = (struct evidence_mx){0};
	probe->result.when = clock_wall();
	probe->state = STATE_DONE;
	probes->n_running--;
	put_news(probe);
}

/* What is worth trying another address for; a host that spoke as it should has said what it is. */
static void
end_address(struct probe *probe)
{
	if (probe->talk != NULL)
		probe->result = talk_result(probe->talk);
	close_socket(probe);
	if (probe->result.result == EVIDENCE_PROBE_UNREACHABLE)
		try_address(probe);
	else
		finish(probe);
}

static void
wait_for_host(struct probe *probe)
{
	int64_t left = clock_left_ms(probe->address_deadline_ms);
	struct timeval time = {.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000};

	event_add(probe->readable, &time);
	if (probe->sent < probe->out.n)
		event_add(probe->writable, &time);
}

/* Returns -1 when the host is gone. */
static int
send_out(struct probe *probe)
{
	while (probe->sent < probe->out.n) {
		ssize_t n =
			send(probe->fd, probe->out.p + probe->sent, probe->out.n - probe->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		probe->sent += (size_t)n;
	}
	buf_reset(&probe->out);
	probe->sent = 0;
	return 0;
}

static void
cut(struct probe *probe)
{
	talk_cut(probe->talk);
	end_address(probe);
}

/* All that is left is its answer to QUIT: nobody waits long for that. */
static void
go_on(struct probe *probe)
{
	int64_t soon = clock_mono_ms() + QUIT_MS;

	if (talk_quits(probe->talk) && soon < probe->address_deadline_ms)
		probe->address_deadline_ms = soon;
	wait_for_host(probe);
}

static void
on_readable(evutil_socket_t fd, short what, void *context)
{
	struct probe *probe = context;
	uint8_t bytes[READ_MAX];
	bool goes_on;
	ssize_t n;

	if ((what & EV_TIMEOUT) != 0) {
		cut(probe);
		return;
	}
	n = recv(fd, bytes, sizeof(bytes), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		wait_for_host(probe);
		return;
	}
	if (n <= 0) {
		cut(probe);
		return;
	}
	goes_on = talk_feed(probe->talk, bytes_of(bytes, (size_t)n), &probe->out) && !probe->out.full;
	if (send_out(probe) < 0)
		cut(probe);
	else if (!goes_on)
		end_address(probe);
	else
		go_on(probe);
}

static void
on_writable(evutil_socket_t fd, short what, void *context)
{
	struct probe *probe = context;
	int failure = 0;
	socklen_t size = sizeof(failure);

	if ((what & EV_TIMEOUT) != 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0 ||
		failure != 0 || send_out(probe) < 0)
		cut(probe);
	else
		wait_for_host(probe);
}

static socklen_t
address_of(const struct evidence_address *address, int64_t port, struct sockaddr_storage *storage)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;

	*storage = (struct sockaddr_storage){0};
	if (address->n == 4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		memcpy(&v4->sin_addr, address->bytes, 4);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons((uint16_t)port);
	memcpy(&v6->sin6_addr, address->bytes, 16);
	return sizeof(*v6);
}

/* Returns -1 when it is known at once that nobody is there. */
static int
dial(struct probe *probe, const struct evidence_address *address)
{
	const struct probes_spec *spec = &probe->probes->spec;
	struct sockaddr_storage storage;
	socklen_t size = address_of(address, spec->port, &storage);

	probe->fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (probe->fd < 0 ||
		(connect(probe->fd, (struct sockaddr *)&storage, size) < 0 && errno != EINPROGRESS)) {
		fd_close(&probe->fd);
		return -1;
	}
	probe->talk =
		talk_new(&(struct talk_spec){.tls = spec->tls, .hostname = spec->hostname, .mx = &probe->mx});
	buf_init(&probe->out, OUT_MAX);
	probe->readable = event_new(spec->base, probe->fd, EV_READ, on_readable, probe);
	probe->writable = event_new(spec->base, probe->fd, EV_WRITE, on_writable, probe);
	return 0;
}

/* The addresses that are left share the time: a silent one leaves some to the next. */
static void
try_address(struct probe *probe)
{
	size_t n = probe->mx.n_addresses < PROBE_ADDRESSES_MAX ? probe->mx.n_addresses : PROBE_ADDRESSES_MAX;
	int64_t left;

	while (probe->next_address < n && (left = clock_left_ms(probe->deadline_ms)) > 0) {
		probe->address_deadline_ms = clock_mono_ms() + left / (int64_t)(n - probe->next_address);
		if (dial(probe, &probe->mx.addresses[probe->next_address++]) == 0) {
			wait_for_host(probe);
			return;
		}
	}
	finish(probe);
}

static void
begin_next(struct probes *probes)
{
	while (probes->queue != NULL && probes->n_running < (size_t)probes->spec.at_once) {
		struct probe *probe = take_first(&probes->queue, &probes->queue_end);

		probes->n_running++;
		probe->state = STATE_RUNS;
		probe->deadline_ms = clock_mono_ms() + probes->spec.timeout_ms;
		probe->next_address = 0;
		probe->result = (struct evidence_probe){.result = EVIDENCE_PROBE_UNREACHABLE};
		try_address(probe);
	}
}

/* What has ended is told before anything new begins. */
static void
work(evutil_socket_t fd, short what, void *context)
{
	struct probes *probes = context;

	(void)fd, (void)what;
	tell(probes);
	begin_next(probes);
}

struct probes *
probes_new(const struct probes_spec *spec)
{
	struct probes *probes = mem_new(1, sizeof(*probes));

	probes->spec = *spec;
	probes->queue_end = &probes->queue;
	probes->news_end = &probes->news;
	probes->worker = event_new(spec->base, -1, 0, work, probes);
	if (probes->worker == NULL)
		mem_exhausted(0);
	named_init(&probes->table);
	return probes;
}

static void
forget(struct probe *probe)
{
	named_remove(&probe->probes->table, &probe->named);
	close_socket(probe);
	arena_done(&probe->arena);
	for (struct waiter *waiter = probe->waiters, *next; waiter != NULL; waiter = next) {
		next = waiter->next;
		free(waiter);
	}
	free((void *)(uintptr_t)probe->named.name.p);
	free(probe);
}

void
probes_close(struct probes *probes)
{
	struct named *named;

	if (probes == NULL)
		return;
	while ((named = named_next(&probes->table, NULL)) != NULL)
		forget((struct probe *)named);
	named_done(&probes->table);
	event_free(probes->worker);
	free(probes);
}

static void
forget_old(struct probes *probes)
{
	struct named *named = named_next(&probes->table, NULL), *next;

	for (; named != NULL; named = next) {
		struct probe *probe = (struct probe *)named;

		next = named_next(&probes->table, named);
		if (probe->state == STATE_DONE && probe->waiters == NULL)
			forget(probe);
	}
}

/* The host and its TLSA records: another set of them needs another look. */
static void
put_key(const struct evidence_mx *mx, struct buf *key)
{
	buf_put_str(key, mx->name);
	for (size_t i = 0; mx->tlsa_state == EVIDENCE_TLSA_USABLE && i < mx->n_tlsa; i++) {
		buf_putf(key, " %d %d %d ", mx->tlsa[i].usage, mx->tlsa[i].selector, mx->tlsa[i].matching);
		buf_put_bytes(key, mx->tlsa[i].data);
	}
}

static void
copy_mx(struct arena *arena, const struct evidence_mx *from, struct evidence_mx *mx)
{
	*mx = *from;
	mx->name = arena_str(arena, bytes_of_str(from->name));
	mx->tlsa_base = from->tlsa_base != NULL ? arena_str(arena, bytes_of_str(from->tlsa_base)) : NULL;
	mx->addresses = arena_array(arena, from->n_addresses, sizeof(*mx->addresses));
	for (size_t i = 0; i < from->n_addresses; i++)
		mx->addresses[i] = from->addresses[i];
	mx->tlsa = arena_array(arena, from->n_tlsa, sizeof(*mx->tlsa));
	for (size_t i = 0; i < from->n_tlsa; i++) {
		mx->tlsa[i] = from->tlsa[i];
		mx->tlsa[i].data = arena_bytes(arena, from->tlsa[i].data);
	}
}

static struct probe *
probe_of(struct probes *probes, const struct evidence_mx *mx)
{
	struct probe *probe;
	struct buf key;

	buf_init(&key, KEY_MAX);
	put_key(mx, &key);
	probe = (struct probe *)named_get(&probes->table, buf_bytes(&key));
	if (probe == NULL) {
		if (probes->table.n >= KEEP_MAX)
			forget_old(probes);
		probe = mem_new(1, sizeof(*probe));
		probe->named.name = bytes_of(mem_strndup(key.p, key.n), key.n);
		probe->probes = probes;
		probe->fd = -1;
		named_put(&probes->table, &probe->named);
	}
	buf_done(&key);
	return probe;
}

static bool
is_good_enough(const struct probe *probe, enum probe_age age)
{
	int64_t keep = probe->probes->spec.interval, past = clock_wall() - probe->result.when;

	if (probe->result.result != EVIDENCE_PROBE_ENCRYPTED &&
		probe->result.result != EVIDENCE_PROBE_NO_STARTTLS)
		keep /= SOONER;
	if (age == PROBE_FRESH && keep > FRESH_S)
		keep = FRESH_S;
	return probe->result.when > 0 && past >= 0 && past < keep;
}

void
probe_start(struct probes *probes, const struct evidence_mx *mx, enum probe_age age, probe_done *done,
	void *context)
{
	struct probe *probe = probe_of(probes, mx);
	bool is_news = probe->state == STATE_DONE && probe->waiters != NULL;

	add_waiter(probe, done, context);
	if (probe->state != STATE_DONE || is_news)
		return;
	if (is_good_enough(probe, age)) {
		put_news(probe);
		return;
	}
	arena_init(&probe->arena);
	copy_mx(&probe->arena, mx, &probe->mx);
	probe->state = STATE_QUEUED;
	append(&probes->queue_end, probe);
	event_active(probes->worker, EV_TIMEOUT, 0);
}
