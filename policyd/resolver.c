/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/resolver.h"

#include <event2/event.h>
#include <stdlib.h>
#include <unbound-event.h>
#include <unbound.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"

/*
 * Sockets of libunbound at once, its open questions at once, and the size of a file of trust anchors. Of
 * 2,000 questions at once most would time out.
 */
enum { SOCKETS = 256, ASKED_MAX = 400, ANCHORS_MAX = 1 << 20, ADDRESS_MAX = 128 };
#define SOCKETS_TEXT "256"
#define ASKED_TEXT "512"

#define OWN_ZONE "postseal.invalid."

/* What libunbound's callback says of DNSSEC. */
enum { SEC_INSECURE, SEC_BOGUS, SEC_SECURE };

struct question {
	struct resolver *resolver;
	struct question *next, **link;
	struct event *timer; /* its time limit; once answered, its delivery */
	struct arena arena;
	const char *name;
	enum dns_type type;
	resolver_done *done;
	void *context;
	int id; /* libunbound's */
	enum { WAITING, ASKED, ANSWERED } state;
	struct dns_answer answer;
};

struct resolver {
	struct event_base *base;
	struct ub_ctx *ctx;
	int64_t timeout_ms;
	struct question *questions;
	size_t n_asked;
};

static void
question_free(struct question *question)
{
	*question->link = question->next;
	if (question->next != NULL)
		question->next->link = question->link;
	event_free(question->timer);
	arena_done(&question->arena);
	free(question);
}

/* On the next turn of the loop: libunbound may have called from within resolver_ask(). */
static void
answer(struct question *question)
{
	const struct timeval at_once = {0};

	question->resolver->n_asked -= question->state == ASKED;
	question->state = ANSWERED;
	evtimer_add(question->timer, &at_once);
}

static void
on_answer(void *context, int rcode, void *packet, int packet_len, int sec, char *why_bogus, int ratelimited)
{
	struct question *question = context;
	struct dns_answer *got = &question->answer;

	(void)why_bogus, (void)ratelimited;
	*got = (struct dns_answer){.status = DNS_FAILED};
	if (sec == SEC_BOGUS)
		got->status = DNS_BOGUS;
	else if ((rcode == 0 || rcode == 3) && packet != NULL && packet_len > 0)
		dns_answer_parse(&question->arena, question->name, question->type,
			bytes_of(packet, (size_t)packet_len), got);
	got->secure = sec == SEC_SECURE && got->status <= DNS_NXDOMAIN;
	answer(question);
}

static void
ask(struct question *question)
{
	struct resolver *resolver = question->resolver;

	question->state = ASKED;
	resolver->n_asked++;
	if (ub_resolve_event(resolver->ctx, question->name, (int)question->type, 1, question, on_answer,
		    &question->id) != 0) {
		question->answer.status = DNS_FAILED;
		answer(question);
	}
}

/* Those that came first are at the end of the list: a few hundred at the most, and seldom. */
static void
ask_waiting(struct resolver *resolver)
{
	while (resolver->n_asked < ASKED_MAX) {
		struct question *oldest = NULL;

		for (struct question *q = resolver->questions; q != NULL; q = q->next)
			if (q->state == WAITING)
				oldest = q;
		if (oldest == NULL)
			return;
		ask(oldest);
	}
}

static void
on_timer(evutil_socket_t fd, short what, void *context)
{
	struct question *question = context;
	struct resolver *resolver = question->resolver;

	(void)fd, (void)what;
	if (question->state == ASKED) {
		ub_cancel(resolver->ctx, question->id);
		resolver->n_asked--;
	}
	if (question->state != ANSWERED)
		question->answer.status = DNS_FAILED;
	question->state = ANSWERED;
	question->done(question->context, &question->answer);
	question_free(question);
	ask_waiting(resolver);
}

void
resolver_ask(
	struct resolver *resolver, const char *name, enum dns_type type, resolver_done *done, void *context)
{
	struct question *question = mem_new(1, sizeof(*question));
	const struct timeval patience = {
		.tv_sec = resolver->timeout_ms / 1000, .tv_usec = resolver->timeout_ms % 1000 * 1000};

	*question = (struct question){.resolver = resolver,
		.type = type,
		.done = done,
		.context = context,
		.next = resolver->questions,
		.link = &resolver->questions};
	arena_init(&question->arena);
	question->name = arena_str(&question->arena, bytes_of_str(name));
	question->timer = evtimer_new(resolver->base, on_timer, question);
	if (question->timer == NULL)
		mem_exhausted(sizeof(*question));
	if (question->next != NULL)
		question->next->link = &question->next;
	resolver->questions = question;
	evtimer_add(question->timer, &patience);
	if (resolver->n_asked < ASKED_MAX)
		ask(question);
}

static int
set(struct resolver *resolver, const char *option, const char *value, struct err *err)
{
	int result = ub_ctx_set_option(resolver->ctx, option, value);

	return result == 0 ? 0
			   : err_set(err, ERR_CONFIG, "DNS: %s %s: %s", option, value, ub_strerror(result));
}

/*
 * From the file to libunbound now: it would open the file when it is first asked, behind the sandbox's door.
 */
static int
add_anchors(struct resolver *resolver, const char *path, struct err *err)
{
	struct bytes rest, line;
	struct buf file;
	size_t n = 0;
	int ret = 0;

	buf_init(&file, ANCHORS_MAX);
	if (fd_read_file(path, &file, err) < 0)
		ret = -1;
	rest = buf_bytes(&file);
	while (ret == 0 && bytes_next_line(&rest, &line)) {
		char *text;

		line = bytes_sub(line, 0, bytes_find_byte(line, ';'));
		line = bytes_trim(line);
		if (line.n == 0)
			continue;
		text = mem_strndup(line.p, line.n);
		if (ub_ctx_add_ta(resolver->ctx, text) != 0)
			ret = err_set(err, ERR_CONFIG, "%s: no trust anchor: %.60s", path, text);
		free(text);
		n++;
	}
	if (ret == 0 && n == 0)
		ret = err_set(err, ERR_CONFIG, "%s: no trust anchor in it", path);
	buf_done(&file);
	return ret;
}

static void
on_nothing(void *context, int rcode, void *packet, int packet_len, int sec, char *why_bogus, int ratelimited)
{
	(void)context, (void)rcode, (void)packet, (void)packet_len, (void)sec, (void)why_bogus,
		(void)ratelimited;
}

static int
add_servers(struct resolver *resolver, const char *servers, struct err *err)
{
	struct bytes rest = bytes_trim(bytes_of_str(servers));

	while (rest.n > 0) {
		char address[ADDRESS_MAX];
		size_t n = bytes_find_byte(rest, ' ');

		snprintf(address, sizeof(address), "%.*s", (int)n, (const char *)rest.p);
		if (ub_ctx_set_fwd(resolver->ctx, address) != 0)
			return err_set(err, ERR_CONFIG, "dns_servers: no address: %s", address);
		rest = bytes_trim(bytes_sub(rest, n, rest.n));
	}
	return 0;
}

/*
 * Servers of one's own may be on this host, and root hints of one's own as well. A zone that means nothing,
 * and a question for it, end the configuration and make all that the first question makes: so that files are
 * read now.
 */
static int
configure(struct resolver *resolver, const struct resolver_spec *spec, struct err *err)
{
	if (set(resolver, "outgoing-range:", SOCKETS_TEXT, err) < 0 ||
		set(resolver, "num-queries-per-thread:", ASKED_TEXT, err) < 0 ||
		set(resolver, "cache-max-negative-ttl:", "300", err) < 0 ||
		add_anchors(resolver, spec->trust_anchors, err) < 0 ||
		add_servers(resolver, spec->servers, err) < 0)
		return -1;
	if ((spec->servers[0] != '\0' || spec->root_hints[0] != '\0') &&
		set(resolver, "do-not-query-localhost:", "no", err) < 0)
		return -1;
	if (spec->root_hints[0] != '\0' && set(resolver, "root-hints:", spec->root_hints, err) < 0)
		return -1;
	if (ub_ctx_zone_add(resolver->ctx, OWN_ZONE, "static") != 0 ||
		ub_resolve_event(resolver->ctx, OWN_ZONE, DNS_A, 1, NULL, on_nothing, NULL) != 0)
		return err_set(err, ERR_CONFIG, "DNS: the settings are refused");
	return 0;
}

int
resolver_open(struct event_base *base, const struct resolver_spec *spec, struct resolver **ret_resolver,
	struct err *err)
{
	struct resolver *resolver = mem_new(1, sizeof(*resolver));

	resolver->base = base;
	resolver->timeout_ms = spec->timeout_ms;
	resolver->ctx = ub_ctx_create_event(base);
	if (resolver->ctx == NULL) {
		free(resolver);
		return err_set(err, ERR_TEMP, "DNS: no resolver");
	}
	ub_ctx_debugout(resolver->ctx, NULL);
	if (configure(resolver, spec, err) < 0) {
		resolver_close(resolver);
		return -1;
	}
	*ret_resolver = resolver;
	return 0;
}

void
resolver_close(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	/* It calls back for what is under way: the questions are there until it has. */
	ub_ctx_delete(resolver->ctx);
	while (resolver->questions != NULL)
		question_free(resolver->questions);
	free(resolver);
}
