/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/session.h"

#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/handled.h"
#include "milter/decide.h"
#include "milter/protect.h"
#include "milter/record.h"
#include "milter/tls_route.h"

#define TLS_DAEMON_NAME "postseal-tls" /* milter_macro_daemon_name of tls_address */

enum session_path {
	PATH_JUDGE, /* the whole message is kept and judged at its end */
	PATH_PASS,  /* passes for certain; only forged fields are removed */
	PATH_TLS,   /* a copy of ours that goes by TLS; message->promise says how */
};

struct session {
	struct service *service;
	struct snapshot *snapshot;
	struct message message;
	enum session_path path;
	bool in_message;
};

struct session *
session_open(struct service *service)
{
	struct session *session;

	if (!gate_enter_session(service->gate))
		return NULL;
	session = mem_new(1, sizeof(*session));
	session->service = service;
	session->snapshot = service_snapshot(service);
	message_init(&session->message, service, session->snapshot);
	return session;
}

void
session_close(struct session *session)
{
	if (!session)
		return;
	message_reset(&session->message);
	arena_done(&session->message.arena);
	snapshot_drop(session->snapshot);
	gate_leave_session(session->service->gate);
	free(session);
}

void
session_reset(struct session *session)
{
	if (session->in_message)
		message_reset(&session->message);
	session->in_message = false;
}

/* The first event of a message, whichever it is, finds an empty one. */
static struct message *
begin(struct session *session)
{
	struct message *m = &session->message;

	if (!session->in_message) {
		session->in_message = true;
		session->path = PATH_JUDGE;
		m->began = clock_mono_ms();
		spool_open(&m->spool, session->service->gate,
			(size_t)session->snapshot->settings->message_size_limit);
	}
	return m;
}

void
session_sender(struct session *session, struct bytes raw)
{
	session_reset(session);
	message_sender(begin(session), raw);
}

void
session_entry(struct session *session, const struct entry *entry)
{
	struct message *m = begin(session);
	const struct snapshot *s = session->snapshot;

	m->tls_route = entry->header_checks &&
		       plan_tls_route(bytes_of_str(entry->header_checks), s->settings->tls_header_checks);
	if (entry->daemon_name && strcmp(entry->daemon_name, TLS_DAEMON_NAME) == 0)
		m->entry = ENTRY_TLS;
	m->promised = m->entry == ENTRY_TLS && entry->envid &&
		      promise_parse(secret_bytes(&s->reinject_key), bytes_of_str(entry->envid), clock_wall(),
			      &m->promise);
}

void
session_recipient(struct session *session, struct bytes raw)
{
	message_recipient(begin(session), raw);
}

void
session_field(struct session *session, struct bytes name, struct bytes value)
{
	struct message *m = begin(session);

	fields_add(&m->fields, &m->arena, name, value);
	spool_field(&m->spool, name, value);
}

static void
learn_queue_id(struct message *m, const char *queue_id)
{
	if (queue_id && !*m->queue_id)
		m->queue_id = arena_str(&m->arena, bytes_of_str(queue_id));
}

/* Fields that our own mail has, or that Postfix adds to it. */
static bool
is_ours(const struct field *field)
{
	static const char *const names[] = {"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type",
		"Delivered-To", "MIME-Version", "Return-Path", HANDLED_HEADER};

	if (field->kind == FIELD_CC || field->kind == FIELD_RESENT || field->kind == FIELD_TLS_REQUIRED)
		return false;
	if (field->kind != FIELD_OTHER && field->kind != FIELD_OWN)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_eq_nocase(bytes_of_str(field->name), bytes_of_str(names[i])))
			return true;
	return false;
}

/* Whether it looks like our own mail; its mark is checked when its body is there. */
static bool
claims_handled(const struct message *m)
{
	static const enum field_kind once[] = {
		FIELD_OWN, FIELD_MESSAGE_ID, FIELD_FROM, FIELD_TO, FIELD_SUBJECT, FIELD_DATE};

	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		if (fields_count(&m->fields, once[i]) != 1)
			return false;
	for (const struct field *f = m->fields.first; f; f = f->next)
		if (!is_ours(f))
			return false;
	return m->n_recipients == 1 && !m->fields.too_many;
}

static struct bytes
value_of(const struct message *m, enum field_kind kind)
{
	return fields_first(&m->fields, kind)->value;
}

/* The mark on our own mail: it fits one recipient and one content. */
static bool
proves_handled(const struct message *m, struct bytes content)
{
	const struct handled_mail mail = {.recipient = m->recipients[0],
		.message_id = value_of(m, FIELD_MESSAGE_ID),
		.from = value_of(m, FIELD_FROM),
		.to = value_of(m, FIELD_TO),
		.subject = value_of(m, FIELD_SUBJECT),
		.body = bytes_sub(content, m->spool.body_at, content.n)};

	return handled_check(secret_bytes(&m->snapshot->reinject_key), bytes_trim(value_of(m, FIELD_OWN)),
		&mail, clock_wall());
}

static void
refuse(const struct message *m, enum reply_kind reply, const struct err *err, struct answer *answer)
{
	answer_reply(answer, reply);
	record_failure(m, reply, err);
}

/* The promise was made so long ago that the portal takes over. */
static bool
patience_is_over(const struct message *m)
{
	return clock_wall() >= m->promise.made + m->snapshot->settings->tls_patience;
}

/*
 * At tls_address: a copy on its way out; or what its transport gave back, which waits until the patience is
 * over. What is neither was not promised by us, or so long ago that nobody knows: the portal takes it.
 */
static void
meet_promise(struct session *session, struct answer *answer)
{
	struct message *m = &session->message;
	struct err err = {0};

	if (m->promised && !patience_is_over(m)) {
		answer_reply(answer, REPLY_TLS_LATER);
		record_promise(m, "waits");
	} else if (!m->promised && tls_route_is_copy(m, &m->promise)) {
		session->path = PATH_TLS;
		if (m->tls_route)
			return;
		err_set(&err, ERR_TEMP, "milter_header_checks does not have %s",
			m->snapshot->settings->tls_header_checks);
		refuse(m, REPLY_ERROR, &err, answer);
	}
}

void
session_end_of_fields(struct session *session, const char *queue_id, struct answer *ret_answer)
{
	struct message *m = begin(session);
	struct err err = {0};

	*ret_answer = (struct answer){.verdict = VERDICT_CONTINUE};
	learn_queue_id(m, queue_id);
	spool_end_of_fields(&m->spool);
	if (m->too_many_recipients) {
		err_set(&err, ERR_TEMP, "more than %d recipients", MESSAGE_RECIPIENTS_MAX);
		refuse(m, REPLY_ERROR, &err, ret_answer);
	} else if (m->odd_recipient && strcmp(m->snapshot->settings->mode, "monitor") != 0) {
		/* Postfix would not find it again either, to take it off a message that must not go to it. */
		err_set(&err, ERR_PERM, "a recipient's address is not of the form user@domain");
		refuse(m, REPLY_ADDRESS, &err, ret_answer);
	} else if (m->fields.hostile) {
		err_set(&err, ERR_PERM, "too many X-Postseal or TLS-Required fields");
		refuse(m, REPLY_REJECTED, &err, ret_answer);
	} else if (m->entry == ENTRY_TLS) {
		meet_promise(session, ret_answer);
	} else if (!claims_handled(m) && decide_early(m)) {
		record_decision(m);
		session->path = PATH_PASS;
		if (fields_count(&m->fields, FIELD_OWN) == 0)
			ret_answer->verdict = VERDICT_ACCEPT;
	}
	if (session->path != PATH_JUDGE || ret_answer->verdict != VERDICT_CONTINUE)
		spool_close(&m->spool);
}

void
session_body(struct session *session, struct bytes chunk)
{
	if (session->path == PATH_JUDGE)
		spool_body(&begin(session)->spool, chunk);
}

static void
delete_fields(struct message *m, enum field_kind kind, struct answer *answer)
{
	for (const struct field *f = m->fields.last; f; f = f->previous)
		if (f->kind == kind)
			answer_add(answer, &m->arena,
				&(struct action){.kind = ACTION_DELETE_FIELD,
					.name = f->name,
					.index = fields_index(f)});
}

static bool
has_protected(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->entries[i].action == PLAN_PORTAL || plan->entries[i].action == PLAN_TLS)
			return true;
	return false;
}

/*
 * A hash that tells messages apart in the log, and tells who has no key nothing. Returns 1 when the message
 * is our own and was handled already, else 0, or -1.
 */
static int
look_at_content(struct message *m, struct err *err)
{
	struct bytes content = {0};
	uint8_t mac[DIGEST_SIZE];
	int handled;

	if (fd_map(m->spool.fd, m->spool.size, &content, err) < 0)
		return -1;
	const struct bytes parts[] = {BYTES_LIT("message"), content};

	seal_hmac(secret_bytes(&m->snapshot->index_key), parts, 2, mac);
	text_hex(bytes_of(mac, sizeof(m->hash) / 2), m->hash);
	handled = m->entry == ENTRY_ORDINARY && claims_handled(m) && proves_handled(m, content);
	fd_unmap(&content);
	return handled;
}

/* Reject and hold are the whole message's: SMTP has one answer at its end. */
static int
carry_out(struct message *m, const struct gate_host *host, struct answer *answer, struct err *err)
{
	delete_fields(m, FIELD_OWN, answer);
	if (m->plan.reject) {
		answer_reply(answer, REPLY_REJECTED);
		return 0;
	}
	if (m->plan.hold) {
		answer_add(answer, &m->arena,
			&(struct action){.kind = ACTION_QUARANTINE,
				.text = BYTES_LIT("held by the policy of this site")});
		return 0;
	}
	if (!has_protected(&m->plan))
		return 0;
	delete_fields(m, FIELD_TLS_REQUIRED, answer);
	return protect(m, host, answer, err);
}

/* Leaves its record; a failure is the caller's to record. */
static int
judge(struct message *m, const struct gate_host *host, struct answer *answer, struct err *err)
{
	int handled = spool_seal(&m->spool, err) < 0 ? -1 : look_at_content(m, err);

	if (handled > 0) {
		record_handled(m);
		return 0;
	}
	if (handled < 0 || (m->entry == ENTRY_TLS ? decide_broken_promise(m) : decide(m, err)) < 0 ||
		carry_out(m, host, answer, err) < 0)
		return -1;
	record_decision(m);
	return 0;
}

static void
judge_in_turn(struct message *m, const struct gate_host *host, struct answer *answer)
{
	int64_t deadline = clock_mono_ms() + m->snapshot->settings->parser_timeout * 2000;
	struct err err = {0};
	int ret;

	if (gate_enter_message(m->service->gate, host, deadline, &err) < 0) {
		refuse(m, REPLY_ERROR, &err, answer);
		return;
	}
	ret = judge(m, host, answer, &err);
	gate_leave_message(m->service->gate);
	if (ret < 0)
		refuse(m, REPLY_ERROR, &err, answer);
}

void
session_end(struct session *session, const char *queue_id, const struct gate_host *host,
	struct answer *ret_answer)
{
	struct message *m = begin(session);
	struct err err = {0};

	*ret_answer = (struct answer){.verdict = VERDICT_CONTINUE};
	learn_queue_id(m, queue_id);
	if (session->path == PATH_PASS) {
		delete_fields(m, FIELD_OWN, ret_answer);
	} else if (session->path == PATH_TLS) {
		delete_fields(m, FIELD_OWN, ret_answer);
		tls_route_mark(m, &m->promise, ret_answer);
		record_promise(m, "sent");
	} else if (m->spool.fault == SPOOL_OVER_BUDGET) {
		err_set(&err, ERR_TEMP, "spool_budget is spent");
		refuse(m, REPLY_FULL, &err, ret_answer);
	} else if (m->spool.fault == SPOOL_TOO_LARGE) {
		err_set(&err, ERR_PERM, "larger than message_size_limit");
		refuse(m, REPLY_TOO_LARGE, &err, ret_answer);
	} else {
		judge_in_turn(m, host, ret_answer);
	}
}

void
session_finish(struct session *session)
{
	if (session->in_message && session->message.anonymous)
		gate_finish(session->service->gate, session->message.attempt);
}
