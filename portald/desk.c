/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/desk.h"

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "portald/digits.h"

enum {
	ANSWER_WAIT_MS = 5000,
	MAIL_WAIT_MS = 200, /* the mailer's queue is its socket: when that is full, this code is not mailed */
	SMALL_MAX = 4096,
	SEALED_ROOM = 64 * 1024, /* what sealing adds to a message, and more */
};

/* What a request turned into. */
struct reply {
	enum message_type type;
	uint8_t token[TOKEN_SIZE]; /* ANSWER_OPENED */
	int fd;                    /* ANSWER_MESSAGE */
};

struct claim {
	struct bytes id, proof;
};

static int
read_claim(struct wire *wire, struct claim *claim)
{
	if (wire_bytes(wire, &claim->id) < 0 || wire_bytes(wire, &claim->proof) < 0)
		return -1;
	return claim->id.n == LINK_ID_SIZE && claim->proof.n == LINK_PROOF_SIZE ? 0 : -1;
}

/* A record for the log: event, link, and how it ended. Nothing that opens anything. */
static void
record(const char *event, struct bytes link_id, const char *outcome)
{
	char hex[2 * LINK_ID_SIZE + 1];

	text_hex(link_id, hex);
	const struct log_field fields[] = {
		{"link", bytes_of_str(hex)},
		{"outcome", bytes_of_str(outcome)},
	};
	log_record(LOG_LEVEL_INFO, event, fields, 2);
}

static bool
may_be_read(const struct store_recipient *recipient, const struct store_object *object)
{
	if (clock_wall() >= object->expires)
		return false;
	switch (recipient->state) {
	case STORE_PENDING: /* a crash may have kept the mark from being set, but who has the link has the
			       notice */
	case STORE_SENDING:
	case STORE_ACTIVE:
	case STORE_OPENED:
		return true;
	case STORE_REVOKED:
	case STORE_EXPIRED:
		break;
	}
	return false;
}

/*
 * Whether the claim names a link whose message may be read, and proves that its secret is known. The same
 * work for a link that does not exist: its proof is compared with something that no proof can be. Returns 1,
 * 0 or -1.
 */
static int
check_claim(struct desk *desk, struct arena *arena, const struct claim *claim,
	struct store_recipient *recipient, struct store_object *object, struct err *err)
{
	uint8_t got[DIGEST_SIZE], want[DIGEST_SIZE];
	int found = store_find_link(desk->store, arena, claim->id.p, recipient, object, err);

	if (found < 0)
		return -1;
	seal_sha256(claim->proof, got);
	if (found)
		memcpy(want, recipient->proof_hash, sizeof(want));
	else
		seal_random(want, sizeof(want));
	bool right = secret_eq(bytes_of(got, sizeof(got)), bytes_of(want, sizeof(want)));

	return right && found && may_be_read(recipient, object);
}

static void
hash_code(const struct desk *desk, struct bytes link_id, const char *digits, uint8_t hash[STORE_HASH_SIZE])
{
	const struct bytes parts[] = {BYTES_LIT("code"), link_id, bytes_of_str(digits)};

	seal_hmac(secret_bytes(&desk->index_key), parts, 3, hash);
}

static int
ask_mailer(struct desk *desk, const struct claim *claim, struct bytes sealed_address, const char *digits,
	struct err *err)
{
	struct buf address, payload;
	int ret = -1;

	buf_init(&address, SMALL_MAX);
	buf_init(&payload, 2 * SMALL_MAX);
	if (desk->mailer_fd < 0) {
		err_set(err, ERR_TEMP, "the mailer is not there");
		goto out;
	}
	if (seal_open(sealed_address, desk->portal_key, &address, err) < 0)
		goto out;
	wire_put_bytes(&payload, buf_bytes(&address));
	wire_put_bytes(&payload, bytes_of_str(digits));
	wire_put_bytes(&payload, claim->id);
	const struct channel_message message = {.type = MAIL_CODE, .payload = buf_bytes(&payload)};

	ret = channel_send(desk->mailer_fd, &message, clock_mono_ms() + MAIL_WAIT_MS, err);
out:
	buf_wipe_done(&address);
	buf_wipe_done(&payload);
	return ret;
}

static int
issue_code(struct desk *desk, const struct claim *claim, const struct store_recipient *recipient,
	struct err *err)
{
	char digits[DIGITS_SIZE + 1];
	uint8_t hash[STORE_HASH_SIZE];

	digits_make(seal_random, digits);
	hash_code(desk, claim->id, digits, hash);
	int ret = code_issue(desk->store, claim->id.p, hash, clock_wall(), &desk->limits, err);

	if (ret > 0)
		ret = ask_mailer(desk, claim, recipient->sealed_address, digits, err) < 0 ? -1 : 1;
	record("code", claim->id, ret > 0 ? "mailed" : ret == 0 ? "limited" : "failed");
	mem_wipe(digits, sizeof(digits));
	return ret;
}

/* The answer says nothing of what happened; only the store's own failure is told, as "try later". */
static int
serve_begin(struct desk *desk, struct arena *arena, struct wire *wire, struct reply *reply, struct err *err)
{
	struct store_recipient recipient;
	struct store_object object;
	struct claim claim;

	if (read_claim(wire, &claim) < 0)
		return -1;
	int ret = check_claim(desk, arena, &claim, &recipient, &object, err);

	if (ret > 0)
		ret = issue_code(desk, &claim, &recipient, err);
	if (ret < 0)
		log_error("code: %s", err->text);
	reply->type = ANSWER_DONE;
	return 0;
}

/* Both layers, into `out`. */
static int
open_message(struct desk *desk, const uint8_t object_id[STORE_ID_SIZE], struct bytes link_id,
	struct bytes key, struct buf *out, struct err *err)
{
	struct buf sealed, inner;
	int ret;

	buf_init(&sealed, desk->message_max + SEALED_ROOM);
	buf_init(&inner, desk->message_max + SEALED_ROOM);
	ret = store_read(desk->store, object_id, &sealed, err);
	if (ret == 0)
		ret = err_set(err, ERR_PERM, "object is gone");
	else if (ret > 0)
		ret = seal_open(buf_bytes(&sealed), desk->portal_key, &inner, err);
	if (ret == 0)
		ret = seal_open_inner(buf_bytes(&inner), link_id, key, out, err);
	buf_done(&sealed);
	buf_wipe_done(&inner);
	return ret;
}

/* A code is spent before anything is opened, whatever comes of it. Returns 1, 0 or -1. */
static int
spend_code(struct desk *desk, const struct claim *claim, struct bytes typed, struct err *err)
{
	char digits[DIGITS_SIZE + 1] = "";
	uint8_t hash[STORE_HASH_SIZE];

	/* What is no code at all counts as a wrong one: the hash of nothing is no code's hash. */
	if (digits_read(typed, digits) < 0)
		digits[0] = '\0';
	hash_code(desk, claim->id, digits, hash);
	mem_wipe(digits, sizeof(digits));
	return code_redeem(desk->store, claim->id.p, hash, clock_wall(), &desk->limits, err);
}

static int
start_reading(struct desk *desk, const struct store_recipient *recipient, const struct claim *claim,
	struct bytes key, struct reply *reply, struct err *err)
{
	struct buf message;
	struct secret link_key;
	int ret;

	buf_init(&message, desk->message_max);
	ret = open_message(desk, recipient->object_id, claim->id, key, &message, err);
	buf_wipe_done(&message);
	if (ret == 0)
		ret = store_set_state(desk->store, claim->id.p, recipient->state, STORE_OPENED, err);
	if (ret < 0)
		return -1;
	secret_of(&link_key, key);
	session_start(desk->sessions, claim->id.p, &link_key, clock_mono_ms(), reply->token);
	reply->type = ANSWER_OPENED;
	return 0;
}

static int
serve_open(struct desk *desk, struct arena *arena, struct wire *wire, struct reply *reply, struct err *err)
{
	struct store_recipient recipient;
	struct store_object object;
	struct claim claim;
	struct bytes typed, key;

	if (read_claim(wire, &claim) < 0 || wire_bytes(wire, &typed) < 0 || wire_bytes(wire, &key) < 0 ||
		key.n != LINK_KEY_SIZE || typed.n > DIGITS_TYPED_MAX)
		return -1;
	int ret = check_claim(desk, arena, &claim, &recipient, &object, err);

	reply->type = ANSWER_REFUSED;
	if (ret > 0) {
		ret = spend_code(desk, &claim, typed, err);
		if (ret > 0)
			ret = start_reading(desk, &recipient, &claim, key, reply, err);
		record("open", claim.id,
			reply->type == ANSWER_OPENED ? "opened"
			: ret < 0                    ? "failed"
						     : "wrong");
	}
	if (ret < 0)
		log_error("open: %s", err->text);
	return 0;
}

/* The opened message as a memfd that nobody can change. */
static int
message_memfd(struct bytes message, int *ret_fd, struct err *err)
{
	int fd = -1;

	if (fd_memfd("message", &fd, err) < 0)
		return -1;
	if (fd_write_all(fd, message, err) < 0 || fd_memfd_seal(fd, err) < 0) {
		fd_close(&fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

static int
serve_read(struct desk *desk, struct arena *arena, struct wire *wire, struct reply *reply, struct err *err)
{
	struct store_recipient recipient;
	struct store_object object;
	struct bytes token;
	struct buf message;

	if (wire_bytes(wire, &token) < 0)
		return -1;
	const struct session *session = session_find(desk->sessions, token, clock_mono_ms());

	reply->type = ANSWER_REFUSED;
	if (session == NULL)
		return 0;
	/* A message may have been revoked, or have expired, since the session began. */
	int ret = store_find_link(desk->store, arena, session->link_id, &recipient, &object, err);

	buf_init(&message, desk->message_max);
	if (ret > 0 && may_be_read(&recipient, &object)) {
		ret = open_message(desk, recipient.object_id, bytes_of(session->link_id, LINK_ID_SIZE),
			secret_bytes(&session->link_key), &message, err);
		if (ret == 0 && message_memfd(buf_bytes(&message), &reply->fd, err) == 0)
			reply->type = ANSWER_MESSAGE;
		else
			ret = -1;
	}
	if (ret < 0) {
		reply->type = ANSWER_FAILED;
		log_error("read: %s", err->text);
	}
	buf_wipe_done(&message);
	return 0;
}

static int
serve_end(struct desk *desk, struct arena *arena, struct wire *wire, struct reply *reply, struct err *err)
{
	struct bytes token;

	(void)arena;
	(void)err;
	if (wire_bytes(wire, &token) < 0)
		return -1;
	session_end(desk->sessions, token);
	reply->type = ANSWER_DONE;
	return 0;
}

typedef int (*serve_fn)(
	struct desk *desk, struct arena *arena, struct wire *wire, struct reply *reply, struct err *err);

static const serve_fn handlers[ASK_TYPES_END] = {
	[ASK_BEGIN] = serve_begin,
	[ASK_OPEN] = serve_open,
	[ASK_READ] = serve_read,
	[ASK_END] = serve_end,
};

static int
send_reply(int front_fd, uint32_t id, struct reply *reply, struct err *err)
{
	struct buf payload;
	struct channel_message answer = {.type = reply->type, .id = id};
	int ret;

	buf_init(&payload, SMALL_MAX);
	if (reply->type == ANSWER_OPENED)
		wire_put_bytes(&payload, bytes_of(reply->token, TOKEN_SIZE));
	if (reply->type == ANSWER_MESSAGE) {
		answer.fds[0] = reply->fd;
		answer.n_fds = 1;
	}
	answer.payload = buf_bytes(&payload);
	ret = channel_send(front_fd, &answer, clock_mono_ms() + ANSWER_WAIT_MS, err);
	buf_wipe_done(&payload);
	return ret;
}

int
desk_serve(struct desk *desk, int front_fd, struct channel_message *request, struct err *err)
{
	struct wire wire = {.rest = request->payload};
	struct reply reply = {.fd = -1};
	struct arena arena;
	int ret;

	if (request->type >= ASK_TYPES_END || handlers[request->type] == NULL || request->n_fds != 0)
		return err_set(err, ERR_PEER, "request of type %u", request->type);
	arena_init(&arena);
	ret = handlers[request->type](desk, &arena, &wire, &reply, err);
	if (ret < 0)
		err_set(err, ERR_PEER, "request of type %u has the wrong form", request->type);
	else
		ret = send_reply(front_fd, request->id, &reply, err);
	fd_close(&reply.fd);
	mem_wipe(&reply, sizeof(reply));
	arena_done(&arena);
	return ret;
}
