/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/clock.h"
#include "lib/smtp/client.h"
#include "milter/notice.h"
#include "milter/protect_state.h"
#include "milter/tls_route.h"

enum { NOTICE_MAX = 256 * 1024, HEADER_ROOM = 4096 };

struct journal_key
protect_journal_key(const struct job *job, const struct target *target)
{
	struct journal_key key;

	memcpy(key.attempt, job->attempt.key, DIGEST_SIZE);
	memcpy(key.address_hash, target->address_hash, DIGEST_SIZE);
	return key;
}

struct commit {
	const struct job *job;
	const struct target *target;
};

static int
commit(void *context, struct err *err)
{
	const struct commit *c = context;
	struct journal_key key = protect_journal_key(c->job, c->target);

	return journal_put(c->job->message->service->journal, &key, JOURNAL_SENDING, err);
}

/* What Postfix took is taken down where the next attempt looks. */
static int
take_down(const struct job *job, const struct target *target, struct err *err)
{
	const struct message *m = job->message;

	if (target->way == WAY_COPY)
		return store_put_copy(m->service->store, job->attempt.key, target->address_hash,
			clock_wall() - m->snapshot->settings->retry_window, err);
	return store_set_state(m->service->store, target->link.id, STORE_PENDING, STORE_ACTIVE, err);
}

/*
 * After the transaction. An unknown outcome stays in the journal; so does an accepted one that the store
 * could not take down: either counts as sent.
 */
static int
settle(const struct job *job, const struct target *target, enum smtp_outcome outcome, struct err *err)
{
	struct service *service = job->message->service;
	struct journal_key key = protect_journal_key(job, target);

	if (outcome == SMTP_ACCEPTED && take_down(job, target, err) < 0)
		return -1;
	if (outcome != SMTP_UNKNOWN)
		journal_put(service->journal, &key, JOURNAL_SETTLED, NULL);
	return outcome == SMTP_ACCEPTED ? 0 : err_add(err, target->way == WAY_COPY ? "copy" : "notice");
}

static int
send_mail(struct job *job, struct target *target, struct smtp_message *mail, struct err *err)
{
	struct message *m = job->message;
	const struct settings *settings = m->snapshot->settings;
	struct commit c = {job, target};
	enum smtp_outcome outcome;

	mail->hostname = m->snapshot->hostname;
	mail->sender = m->sender;
	mail->recipient = target->address;
	mail->headers_only_in_bounces = true;
	mail->deadline_ms = clock_mono_ms() + settings->reinject_timeout * 1000;
	mail->commit = commit;
	mail->context = &c;
	outcome = smtp_send(mail, err);
	target->refused = outcome == SMTP_REFUSED_PERM;
	return settle(job, target, outcome, err);
}

static int
send_notice(struct job *job, struct target *target, struct err *err)
{
	struct message *m = job->message;
	struct smtp_message mail = {.server = m->snapshot->settings->reinject_address};
	struct notice notice;
	struct buf content;
	int ret;

	buf_init(&content, NOTICE_MAX);
	buf_reset(&m->body);
	notice_make(m, target->address, &target->link, KEEP_NOTHING, &notice, &m->body);
	notice_format(&notice, buf_bytes(&m->body), &content);
	mail.content = buf_bytes(&content);
	ret = send_mail(job, target, &mail, err);
	buf_wipe_done(&content);
	return ret;
}

static int
send_copy(struct job *job, struct target *target, struct err *err)
{
	struct message *m = job->message;
	struct smtp_message mail = {.server = m->snapshot->settings->tls_address,
		.content = bytes_sub(job->content, m->spool.body_at, job->content.n)};
	struct promise promise;
	struct buf header;
	int ret;

	promise_make(target->promise, m->promise.made, &promise); /* one each: each may come back alone */
	buf_init(&header, 2 * m->spool.body_at + HEADER_ROOM);
	tls_route_copy_header(m, bytes_sub(job->content, 0, m->spool.body_at), &promise, &header);
	mail.header = buf_bytes(&header);
	ret = send_mail(job, target, &mail, err);
	buf_wipe_done(&header);
	return ret;
}

int
protect_send(struct job *job, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < job->n; i++) {
		struct target *target = &job->targets[i];

		if (target->done || target->way == WAY_STAY)
			continue;
		if ((target->way == WAY_COPY ? send_copy : send_notice)(job, target, err) < 0) {
			ret = -1;
			if (!target->refused)
				break;
		}
		job->host->progress(job->host->context);
	}
	return ret;
}
