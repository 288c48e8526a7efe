/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/mfi.h"

#include <errno.h>
#include <fcntl.h>
#include <libmilter/mfapi.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "milter/mfi_socket.h"
#include "milter/session.h"

/*
 * Steps that tell us nothing are left out, and events that need no answer get none: each costs Postfix a
 * round trip. With their leading white space, header values are what the sender wrote.
 */
#define STEPS_LEFT_OUT (SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_NODATA)
#define NO_REPLIES (SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_BODY)
#define ACTIONS                                                                                              \
	(SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_DELRCPT | SMFIF_QUARANTINE | SMFIF_CHGFROM)

enum { DRAIN_MS = 40 * 1000, DRAIN_STEP_MS = 20 };

/* libmilter has no place for a context of the whole program. Set once, before any callback. */
static struct {
	struct service *service;
	int listener;
} mfi = {.listener = -1};

/* What libmilter keeps for us with a connection. */
struct connection {
	struct session *session; /* NULL: one too many */
	unsigned long no_replies;
};

/*
 * libmilter waits for SIGHUP, SIGINT and SIGTERM in a thread of its own, and takes a SIGHUP for a stop. Here
 * lib/run takes all signals; this stands in for sigwait(3) in the whole program, and parks that thread.
 */
int
sigwait(const sigset_t *restrict set, int *restrict sig)
{
	(void)set;
	(void)sig;
	for (;;)
		poll(NULL, 0, -1); /* a call that the sandbox knows: else this would spin */
}

/* libmilter wants writable strings; ours are constants. */
struct strings {
	char code[8], status[16], text[128];
};

static void
set_reply(SMFICTX *ctx, enum reply_kind kind)
{
	const struct reply *reply = reply_of(kind);
	struct strings s;

	snprintf(s.code, sizeof(s.code), "%s", reply->code);
	snprintf(s.status, sizeof(s.status), "%s", reply->status);
	snprintf(s.text, sizeof(s.text), "%s", reply->text);
	if (smfi_setreply(ctx, s.code, s.status, s.text) != MI_SUCCESS)
		log_error("libmilter refuses the reply %s", reply->code);
}

/* 4xx or 5xx: what Postfix says even if the reply's text were lost. */
static sfsistat
give_reply(SMFICTX *ctx, enum reply_kind kind)
{
	set_reply(ctx, kind);
	return reply_of(kind)->code[0] == '5' ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}

/*
 * NULL: one session too many, or one that was never negotiated (a mail server that goes on after QUIT_NC,
 * which Postfix does not): nothing is taken from it.
 */
static struct session *
session_of(SMFICTX *ctx)
{
	const struct connection *connection = smfi_getpriv(ctx);

	return connection ? connection->session : NULL;
}

/* No answer where Postfix waits for none. */
static sfsistat
go_on(SMFICTX *ctx, unsigned long no_reply)
{
	const struct connection *connection = smfi_getpriv(ctx);

	return connection->no_replies & no_reply ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long f2, unsigned long f3,
	unsigned long *ret_actions, unsigned long *ret_steps, unsigned long *ret_f2, unsigned long *ret_f3)
{
	static const int stages[] = {SMFIM_ENVFROM, SMFIM_ENVRCPT, SMFIM_EOH, SMFIM_EOM};
	struct connection *connection;
	char queue_id[] = "i", first[] = "i {daemon_name} {postseal_tls}";

	(void)f2;
	(void)f3;
	if ((actions & ACTIONS) != ACTIONS || !(steps & SMFIP_HDR_LEADSPC)) {
		log_error("the mail server does not offer what postseal-milter needs: Postfix 2.6 or later "
			  "does");
		return SMFIS_REJECT;
	}
	connection = mem_new(1, sizeof(*connection));
	connection->session = session_open(mfi.service);
	connection->no_replies = steps & NO_REPLIES;
	smfi_setpriv(ctx, connection);
	if (actions & SMFIF_SETSYMLIST)
		for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
			smfi_setsymlist(ctx, stages[i], i == 0 ? first : queue_id);
	*ret_actions = ACTIONS | (actions & SMFIF_SETSYMLIST);
	*ret_steps = steps & (STEPS_LEFT_OUT | NO_REPLIES | SMFIP_HDR_LEADSPC);
	if (!connection->session)
		*ret_steps &= ~(unsigned long)SMFIP_NOCONNECT; /* to say so in on_connect() */
	*ret_f2 = *ret_f3 = 0;
	return SMFIS_CONTINUE;
}

static sfsistat
on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
	(void)host;
	(void)address;
	if (session_of(ctx))
		return SMFIS_CONTINUE;
	log_warning("max_sessions reached: a session is deferred");
	return give_reply(ctx, REPLY_BUSY);
}

/* The ENVID among MAIL's parameters, or NULL. */
static const char *
envid_of(char **parameters)
{
	for (; *parameters; parameters++)
		if (strncasecmp(*parameters, "ENVID=", 6) == 0)
			return *parameters + 6;
	return NULL;
}

static sfsistat
on_sender(SMFICTX *ctx, char **argv)
{
	struct session *session = session_of(ctx);
	char daemon[] = "{daemon_name}", checks[] = "{postseal_tls}";

	if (!session)
		return give_reply(ctx, REPLY_BUSY);
	session_sender(session, bytes_of_str(argv[0]));
	session_entry(session, &(struct entry){smfi_getsymval(ctx, daemon), smfi_getsymval(ctx, checks),
				       envid_of(argv + 1)});
	return go_on(ctx, SMFIP_NR_MAIL);
}

static sfsistat
on_recipient(SMFICTX *ctx, char **argv)
{
	struct session *session = session_of(ctx);

	if (!session)
		return give_reply(ctx, REPLY_BUSY);
	session_recipient(session, bytes_of_str(argv[0]));
	return go_on(ctx, SMFIP_NR_RCPT);
}

static sfsistat
on_field(SMFICTX *ctx, char *name, char *value)
{
	struct session *session = session_of(ctx);

	if (!session)
		return give_reply(ctx, REPLY_BUSY);
	session_field(session, bytes_of_str(name), bytes_of_str(value));
	return go_on(ctx, SMFIP_NR_HDR);
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *chunk, size_t n)
{
	struct session *session = session_of(ctx);

	if (!session)
		return give_reply(ctx, REPLY_BUSY);
	session_body(session, bytes_of(chunk, n));
	return go_on(ctx, SMFIP_NR_BODY);
}

/* libmilter's edits take writable strings, and ours live in the message's arena, so nothing is copied. */
static char *
writable(const void *p)
{
	union {
		const void *from;
		char *to;
	} u = {.from = p};

	return u.to;
}

static int
edit(SMFICTX *ctx, const struct action *a)
{
	char *text = writable(a->text.p);

	switch (a->kind) {
	case ACTION_DELETE_FIELD:
		return smfi_chgheader(ctx, writable(a->name), a->index, NULL);
	case ACTION_ADD_FIELD:
		return smfi_addheader(ctx, writable(a->name), text);
	case ACTION_DELETE_RECIPIENT:
		return smfi_delrcpt(ctx, text);
	case ACTION_REPLACE_BODY:
		return smfi_replacebody(ctx, (unsigned char *)text, (int)a->text.n);
	case ACTION_QUARANTINE:
		return smfi_quarantine(ctx, text);
	case ACTION_CHANGE_SENDER:
		return smfi_chgfrom(ctx, text, writable(a->name));
	}
	return MI_FAILURE;
}

/* One edit that fails spoils the whole: Postfix drops all of them with a 4xx. */
static sfsistat
carry_out(SMFICTX *ctx, const struct answer *answer)
{
	static const sfsistat verdicts[] = {
		[VERDICT_CONTINUE] = SMFIS_CONTINUE,
		[VERDICT_ACCEPT] = SMFIS_ACCEPT,
		[VERDICT_DISCARD] = SMFIS_DISCARD,
	};

	for (const struct action *a = answer->first; a; a = a->next) {
		if (edit(ctx, a) != MI_SUCCESS) {
			log_error("an edit of the message failed: it is deferred");
			return give_reply(ctx, REPLY_ERROR);
		}
	}
	if (answer->verdict == VERDICT_REPLY)
		return give_reply(ctx, answer->reply);
	return verdicts[answer->verdict];
}

static void
progress(void *context)
{
	smfi_progress(context);
}

static sfsistat
on_end_of_fields(SMFICTX *ctx)
{
	struct session *session = session_of(ctx);
	char queue_id[] = "i";
	struct answer answer;

	if (!session)
		return give_reply(ctx, REPLY_BUSY);
	session_end_of_fields(session, smfi_getsymval(ctx, queue_id), &answer);
	return carry_out(ctx, &answer);
}

static sfsistat
on_end(SMFICTX *ctx)
{
	struct session *session = session_of(ctx);
	struct gate_host host = {progress, ctx};
	char queue_id[] = "i";
	struct answer answer;
	sfsistat ret;

	if (!session)
		return give_reply(ctx, REPLY_BUSY);
	session_end(session, smfi_getsymval(ctx, queue_id), &host, &answer);
	ret = carry_out(ctx, &answer);
	if (ret != SMFIS_TEMPFAIL && ret != SMFIS_REJECT)
		session_finish(session);
	session_reset(session);
	return ret;
}

static sfsistat
on_abort(SMFICTX *ctx)
{
	struct session *session = session_of(ctx);

	if (session)
		session_reset(session);
	return SMFIS_CONTINUE;
}

static sfsistat
on_close(SMFICTX *ctx)
{
	struct connection *connection = smfi_getpriv(ctx);

	if (connection) {
		session_close(connection->session);
		free(connection);
	}
	smfi_setpriv(ctx, NULL);
	return SMFIS_CONTINUE;
}

static int
open_socket(const struct settings *settings, struct err *err)
{
	char name[] = "postseal";
	struct smfiDesc description = {
		.xxfi_name = name,
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = ACTIONS | SMFIF_SETSYMLIST,
		.xxfi_connect = on_connect,
		.xxfi_envfrom = on_sender,
		.xxfi_envrcpt = on_recipient,
		.xxfi_header = on_field,
		.xxfi_eoh = on_end_of_fields,
		.xxfi_body = on_body,
		.xxfi_eom = on_end,
		.xxfi_abort = on_abort,
		.xxfi_close = on_close,
		.xxfi_negotiate = on_negotiate,
	};

	if (smfi_register(description) != MI_SUCCESS)
		return err_set(err, ERR_CONFIG, "libmilter refuses its description");
	if (smfi_setconn(writable(settings->milter_socket)) != MI_SUCCESS ||
		smfi_setbacklog(512) != MI_SUCCESS || smfi_opensocket(true) != MI_SUCCESS)
		return err_sys(err, ERR_TEMP, "listen on %s", settings->milter_socket);
	return 0;
}

int
mfi_listen(const struct settings *settings, struct err *err)
{
	if (mfi_socket_prepare(settings, err) < 0 || open_socket(settings, err) < 0)
		return -1;
	return mfi_socket_finish(settings, &mfi.listener, err);
}

/* libmilter's main loop, in a thread: how it ended is told through the pipe's closing. */
struct loop {
	int ended[2];
	int ret;
};

static void *
run_loop(void *arg)
{
	struct loop *loop = arg;

	loop->ret = smfi_main();
	fd_close(&loop->ended[1]);
	return NULL;
}

/* Until either is readable; a negative time is for ever. Returns whether the loop has ended. */
static bool
wait_for(const struct loop *loop, int stop_fd, int timeout_ms)
{
	struct pollfd fds[2] = {{loop->ended[0], POLLIN, 0}, {stop_fd, POLLIN, 0}};

	while (poll(fds, 2, timeout_ms) < 0 && errno == EINTR)
		;
	return fds[0].revents != 0;
}

/*
 * libmilter takes up to five seconds to notice a stop, and its sessions have no end of their own. What is
 * being decided is finished; any other session is cut, and Postfix defers it. No thread of libmilter's is
 * left behind harmfully: the process ends, and frees nothing that they use.
 */
static void
drain(const struct loop *loop)
{
	int64_t deadline = clock_mono_ms() + DRAIN_MS;

	if (mfi.listener >= 0)
		shutdown(mfi.listener, SHUT_RDWR);
	smfi_stop();
	while (!gate_is_idle(mfi.service->gate) && clock_mono_ms() < deadline)
		wait_for(loop, -1, DRAIN_STEP_MS);
	wait_for(loop, -1, DRAIN_STEP_MS); /* the last answers are being written */
}

int
mfi_serve(struct service *service, int stop_fd, struct err *err)
{
	struct loop *loop = mem_new(1, sizeof(*loop)); /* outlives this call, as its thread may */
	pthread_t thread;

	mfi.service = service;
	if (pipe2(loop->ended, O_CLOEXEC) < 0)
		return err_sys(err, ERR_TEMP, "pipe");
	if (pthread_create(&thread, NULL, run_loop, loop) != 0)
		return err_set(err, ERR_TEMP, "no thread for libmilter");
	pthread_detach(thread);
	if (wait_for(loop, stop_fd, -1))
		return err_set(err, ERR_TEMP, "libmilter gave up");
	drain(loop);
	return 0;
}
