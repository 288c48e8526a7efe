/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/protect.h"

#include "lib/base/ascii.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "milter/notice.h"
#include "milter/protect_state.h"
#include "milter/tls_route.h"

/* What the seal adds to a message: headers of two CMS layers and their keys, with room to spare. */
enum { SEAL_OVERHEAD = 64 * 1024, ADDRESS_SEAL_MAX = 16 * 1024 };

static void
hash_address(const struct job *job, struct target *target)
{
	struct buf lower;

	buf_init(&lower, 1 << 16);
	for (size_t i = 0; i < target->address.n; i++)
		buf_put_byte(&lower, ascii_lower(target->address.p[i]));
	const struct bytes parts[] = {BYTES_LIT("address"), buf_bytes(&lower)};

	seal_hmac(secret_bytes(&job->message->snapshot->index_key), parts, 2, target->address_hash);
	buf_done(&lower);
}

/* The same address twice in an envelope is one person. NULL: nobody of the targets. */
static struct target *
target_of(const struct job *job, struct bytes address)
{
	for (size_t i = 0; i < job->n; i++)
		if (bytes_eq_nocase(job->targets[i].address, address))
			return &job->targets[i];
	return NULL;
}

static size_t
count(const struct plan *plan, enum plan_action action)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += plan->entries[i].action == action;
	return n;
}

/*
 * A message goes one way as a whole: the original goes by TLS when nobody else stays on it, at the first
 * level that was promised. TLS_LEVEL_NONE: it does not.
 */
static enum tls_level
level_of_original(const struct plan *plan)
{
	if (count(plan, PLAN_PASS) > 0)
		return TLS_LEVEL_NONE;
	for (size_t i = 0; i < plan->n; i++)
		if (plan->entries[i].action == PLAN_TLS)
			return plan->entries[i].promise;
	return TLS_LEVEL_NONE;
}

static void
collect_targets(struct job *job)
{
	struct message *m = job->message;
	enum tls_level level = level_of_original(&m->plan);

	job->targets = arena_array(&m->arena, m->n_recipients, sizeof(*job->targets));
	for (size_t i = 0; i < m->n_recipients; i++) {
		const struct plan_entry *entry = &m->plan.entries[i];
		struct target *target = &job->targets[job->n];

		if (entry->action == PLAN_PASS || target_of(job, m->recipients[i]))
			continue;
		target->address = m->recipients[i];
		target->promise = entry->promise;
		if (entry->action == PLAN_PORTAL)
			target->way = WAY_NOTICE;
		else
			target->way = entry->promise == level ? WAY_STAY : WAY_COPY;
		hash_address(job, target);
		job->n++;
	}
}

/* Nobody remains on the original. */
static bool
all_portal(const struct plan *plan)
{
	return count(plan, PLAN_PORTAL) == plan->n;
}

/*
 * `lost`: sending and no answer known, in this boot: Postfix had the final dot, and takes such a message as
 * good as always; a second notice is worse than none in a case that rare.
 */
static int
look_up_notice(const struct job *job, struct target *target, bool lost, struct err *err)
{
	const struct message *m = job->message;
	enum store_state state = STORE_PENDING;
	bool same_boot = false;
	int found = store_attempt(m->service->store, job->attempt.key, target->address_hash,
		attempt_window(m, &job->attempt), &state, &same_boot, err);

	if (found > 0)
		target->done = (lost && state == STORE_PENDING) ||
			       (state != STORE_PENDING && (state != STORE_SENDING || same_boot));
	return found;
}

/*
 * Whatever the plan is now: an earlier attempt may have had another one. Returns -1 or 0, and target->done.
 */
static int
look_up(const struct job *job, struct target *target, struct err *err)
{
	const struct message *m = job->message;
	struct journal_key key = protect_journal_key(job, target);
	bool lost = journal_is_sending(m->service->journal, &key);
	int found = look_up_notice(job, target, lost, err), copied;

	if (found < 0)
		return -1;
	copied = store_find_copy(m->service->store, job->attempt.key, target->address_hash,
		attempt_window(m, &job->attempt), err);
	if (copied < 0)
		return -1;
	target->done |= copied > 0 || (found == 0 && lost);
	if (target->done)
		log_info("%s: the same message came before, and a %s of it was sent: not sent again%s",
			m->queue_id, found > 0 ? "notice" : "copy",
			lost ? " (Postfix's answer was lost)" : "");
	return 0;
}

static int
seal_address(const struct job *job, const struct target *target, struct bytes *ret_sealed, struct err *err)
{
	const struct snapshot *s = job->message->snapshot;
	struct buf out;
	int ret;

	buf_init(&out, ADDRESS_SEAL_MAX);
	ret = seal_text(target->address, s->portal, s->recovery, &out, err);
	if (ret == 0)
		*ret_sealed = arena_bytes(&job->message->arena, buf_bytes(&out));
	buf_done(&out);
	return ret;
}

static int
describe(const struct job *job, const struct target *target, struct store_recipient *recipient,
	struct err *err)
{
	struct secret proof = {0};

	*recipient = (struct store_recipient){.state = job->in_place ? STORE_ACTIVE : STORE_PENDING};
	memcpy(recipient->link_id, target->link.id, STORE_ID_SIZE);
	memcpy(recipient->address_hash, target->address_hash, STORE_HASH_SIZE);
	link_proof(&target->link, &proof);
	seal_sha256(secret_bytes(&proof), recipient->proof_hash);
	secret_done(&proof);
	return seal_address(job, target, &recipient->sealed_address, err);
}

/*
 * An in-place rewrite that Postfix did not accept is nothing done: it is kept under another key than notices
 * that were injected, so that the next attempt does not take it for one of them.
 */
static void
object_attempt(const struct job *job, uint8_t attempt[STORE_HASH_SIZE])
{
	const struct bytes parts[] = {BYTES_LIT("attempt in place"), bytes_of(job->attempt.key, DIGEST_SIZE)};

	if (job->in_place)
		seal_hmac(secret_bytes(&job->message->snapshot->index_key), parts, 2, attempt);
	else
		memcpy(attempt, job->attempt.key, STORE_HASH_SIZE);
}

static int
put_object(struct job *job, struct bytes sealed, const struct store_recipient *recipients, size_t n,
	struct err *err)
{
	struct message *m = job->message;
	struct store_object object = {
		.created = clock_wall(),
		.sealed = sealed,
		.recipients = recipients,
		.n_recipients = n,
	};

	seal_random(object.id, sizeof(object.id));
	object_attempt(job, object.attempt);
	object.expires = object.created + m->snapshot->settings->escrow_lifetime;
	if (store_put(m->service->store, &object, err) < 0)
		return err_add(err, "store");
	text_hex(bytes_of(object.id, sizeof(object.id)), m->object);
	return 0;
}

/* Seals and stores the message for those who have no notice yet: one object, a link for each. */
static int
escrow(struct job *job, struct err *err)
{
	struct message *m = job->message;
	struct store_recipient *recipients = arena_array(&m->arena, job->n, sizeof(*recipients));
	struct link *links =
		arena_array(&m->arena, job->n, sizeof(*links)); /* ids and pointers: no secrets */
	struct buf sealed;
	size_t n = 0;
	int ret = -1;

	buf_init(&sealed, job->content.n + SEAL_OVERHEAD + job->n * 512);
	for (size_t i = 0; i < job->n; i++) {
		if (job->targets[i].done || job->targets[i].way != WAY_NOTICE)
			continue;
		link_new(&job->targets[i].link);
		links[n] = job->targets[i].link;
		if (describe(job, &job->targets[i], &recipients[n++], err) < 0)
			goto out;
	}
	if (n == 0) {
		ret = 0;
		goto out;
	}
	if (seal_message(job->content, links, n, m->snapshot->portal, m->snapshot->recovery, &sealed, err) <
		0) {
		err_add(err, "seal");
		goto out;
	}
	job->host->progress(job->host->context);
	ret = put_object(job, buf_bytes(&sealed), recipients, n, err);
out:
	buf_done(&sealed);
	return ret;
}

static bool
stays(const struct target *target)
{
	return !target || (target->way == WAY_STAY && !target->done);
}

/*
 * Each spelling of each of them goes: Postfix may have taken an address twice. Whoever stays on the original
 * stays as it goes: as it came, or by TLS.
 */
static void
take_off(const struct job *job, struct answer *answer)
{
	struct message *m = job->message;
	size_t left = 0;

	for (size_t i = 0; i < m->n_recipients; i++)
		left += stays(target_of(job, m->recipients[i]));
	if (left == 0) {
		*answer = (struct answer){.verdict = VERDICT_DISCARD};
		return;
	}
	for (size_t i = 0; i < m->n_recipients; i++)
		if (!stays(target_of(job, m->recipients[i])))
			answer_add(answer, &m->arena,
				&(struct action){.kind = ACTION_DELETE_RECIPIENT, .text = m->envelope[i]});
	m->promise.level = level_of_original(&m->plan);
	if (m->promise.level != TLS_LEVEL_NONE)
		tls_route_mark(m, &m->promise, answer);
}

static bool
survives(const struct field *field, unsigned keep)
{
	return field->kind == FIELD_RECEIVED || (field->kind == FIELD_FROM && (keep & KEEP_FROM)) ||
	       (field->kind == FIELD_DATE && (keep & KEEP_DATE));
}

/*
 * The edits of fields come from the last to the first: Postfix counts a field's place anew after each
 * deletion, and a forged one in front would otherwise move out of reach (OpenDKIM's CVE-2022-48521).
 */
static void
rewrite(struct job *job, struct answer *answer)
{
	struct message *m = job->message;
	unsigned keep = notice_keep(m);
	struct notice notice;

	notice_make(m, job->targets[0].address, &job->targets[0].link, keep, &notice, &m->body);
	*answer = (struct answer){.verdict = VERDICT_CONTINUE};
	for (const struct field *f = m->fields.last; f; f = f->previous)
		if (!survives(f, keep))
			answer_add(answer, &m->arena,
				&(struct action){.kind = ACTION_DELETE_FIELD,
					.name = f->name,
					.index = fields_index(f)});
	for (size_t i = 0; i < notice.n; i++)
		answer_add(answer, &m->arena,
			&(struct action){.kind = ACTION_ADD_FIELD,
				.name = notice.fields[i].name,
				.text = notice.fields[i].value});
	answer_add(answer, &m->arena,
		&(struct action){.kind = ACTION_REPLACE_BODY, .text = buf_bytes(&m->body)});
}

static int
run(struct job *job, struct answer *answer, struct err *err)
{
	struct message *m = job->message;

	collect_targets(job);
	for (size_t i = 0; i < job->n; i++)
		if (look_up(job, &job->targets[i], err) < 0)
			return err_add(err, "store");
	/* At tls_address, what stays goes by TLS. */
	job->in_place = job->n == 1 && !job->targets[0].done && all_portal(&m->plan) && !m->fields.too_many &&
			m->entry == ENTRY_ORDINARY;
	if (escrow(job, err) < 0)
		return -1;
	if (job->in_place) {
		rewrite(job, answer);
		return 0;
	}
	if (protect_send(job, err) < 0)
		return -1;
	take_off(job, answer);
	return 0;
}

int
protect(struct message *message, const struct gate_host *host, struct answer *answer, struct err *err)
{
	struct job job = {.message = message, .host = host};
	int ret = -1;

	if (fd_map(message->spool.fd, message->spool.size, &job.content, err) < 0)
		return -1;
	if (message->promised)
		attempt_of_promise(message, &job.attempt);
	else
		attempt_begin(
			message, bytes_sub(job.content, message->spool.body_at, job.content.n), &job.attempt);
	if (message->entry == ENTRY_ORDINARY)
		promise_make(TLS_LEVEL_NONE, clock_wall(), &message->promise);
	memcpy(job.flight.attempt, job.attempt.base, DIGEST_SIZE);
	if (!gate_take_off(message->service->gate, &job.flight)) {
		err_set(err, ERR_TEMP, "another attempt of this message is under way");
		goto out;
	}
	ret = run(&job, answer, err);
	message->anonymous = ret == 0 && job.attempt.anonymous;
	memcpy(message->attempt, job.attempt.base, DIGEST_SIZE);
	gate_land(message->service->gate, &job.flight);
out:
	for (size_t i = 0; i < job.n; i++)
		link_done(&job.targets[i].link);
	fd_unmap(&job.content);
	return ret;
}
