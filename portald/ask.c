/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/ask.h"

#include <pthread.h>
#include <stdatomic.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/run/channel.h"

/* The largest request: a claim, a code, a key, and their lengths. */
enum { REQUEST_MAX = 512 };

struct ask {
	pthread_mutex_t lock;
	int fd;
	uint32_t last_id;
	struct buf answer;
	atomic_uint waiting;
};

struct ask *
ask_new(void)
{
	struct ask *ask = mem_new(1, sizeof(*ask));

	pthread_mutex_init(&ask->lock, NULL);
	buf_init(&ask->answer, CHANNEL_MAX);
	ask->fd = -1;
	return ask;
}

void
ask_free(struct ask *ask)
{
	if (ask == NULL)
		return;
	fd_close(&ask->fd);
	buf_wipe_done(&ask->answer);
	pthread_mutex_destroy(&ask->lock);
	free(ask);
}

void
ask_set_vault(struct ask *ask, int fd)
{
	pthread_mutex_lock(&ask->lock);
	fd_close(&ask->fd);
	ask->fd = fd;
	pthread_mutex_unlock(&ask->lock);
}

/* Answers to requests that nobody waits for any more carry an older id. */
static int
exchange(struct ask *ask, struct channel_message *request, int64_t deadline_ms,
	struct channel_message *ret_answer, struct err *err)
{
	request->id = ++ask->last_id;
	if (channel_send(ask->fd, request, deadline_ms, err) < 0)
		return -1;
	for (;;) {
		int ret = channel_receive(ask->fd, &ask->answer, ret_answer, deadline_ms, err);

		if (ret == 0)
			return err_set(err, ERR_PEER, "vault closed the connection");
		if (ret < 0)
			return -1;
		if (ret_answer->id == request->id)
			return 0;
		channel_close_fds(ret_answer);
	}
}

/* What the answer must look like, by its type. */
static enum ask_answer
judge(struct channel_message *answer, enum message_type want, uint8_t *ret_token, int *ret_fd,
	struct err *err)
{
	struct wire wire = {.rest = answer->payload};
	struct bytes token;

	if (answer->type == ANSWER_REFUSED && want != ANSWER_DONE)
		return ASK_NO;
	if (answer->type == ANSWER_FAILED) {
		err_set(err, ERR_TEMP, "vault can't read its store");
		return ASK_UNAVAILABLE;
	}
	if (answer->type != (uint32_t)want) {
		err_set(err, ERR_PEER, "vault: answer of type %u", answer->type);
		return ASK_UNAVAILABLE;
	}
	if (want == ANSWER_OPENED) {
		if (wire_bytes(&wire, &token) < 0 || token.n != TOKEN_SIZE) {
			err_set(err, ERR_PEER, "vault: a token of the wrong form");
			return ASK_UNAVAILABLE;
		}
		memcpy(ret_token, token.p, TOKEN_SIZE);
	}
	if (want == ANSWER_MESSAGE) {
		if (answer->n_fds != 1) {
			err_set(err, ERR_PEER, "vault: an answer without its message");
			return ASK_UNAVAILABLE;
		}
		*ret_fd = answer->fds[0];
		answer->fds[0] = -1;
	}
	return ASK_YES;
}

struct result {
	uint8_t *token;
	int *fd;
};

static enum ask_answer
call(struct ask *ask, struct channel_message *request, enum message_type want, int64_t deadline_ms,
	struct result result, struct err *err)
{
	struct channel_message answer = {0};
	enum ask_answer ret = ASK_UNAVAILABLE;

	if (atomic_fetch_add(&ask->waiting, 1) >= ASK_WAITING_MAX) {
		atomic_fetch_sub(&ask->waiting, 1);
		err_set(err, ERR_TEMP, "vault is busy");
		return ASK_UNAVAILABLE;
	}
	pthread_mutex_lock(&ask->lock);
	if (ask->fd < 0)
		err_set(err, ERR_TEMP, "vault is not there");
	else if (exchange(ask, request, deadline_ms, &answer, err) == 0)
		ret = judge(&answer, want, result.token, result.fd, err);
	else if (err->class == ERR_PEER)
		fd_close(&ask->fd);
	channel_close_fds(&answer);
	if (ask->answer.p != NULL)
		mem_wipe(ask->answer.p, ask->answer.cap);
	pthread_mutex_unlock(&ask->lock);
	atomic_fetch_sub(&ask->waiting, 1);
	return ret;
}

static void
put_claim(struct buf *payload, const struct ask_claim *claim)
{
	wire_put_bytes(payload, bytes_of(claim->id, sizeof(claim->id)));
	wire_put_bytes(payload, bytes_of(claim->proof, sizeof(claim->proof)));
}

/* Sends what `payload` holds as a request, and wipes it. */
static enum ask_answer
call_with(struct ask *ask, enum message_type type, struct buf *payload, enum message_type want,
	int64_t deadline_ms, struct result result, struct err *err)
{
	struct channel_message request = {.type = type, .payload = buf_bytes(payload)};
	enum ask_answer ret = ASK_NO;

	if (!buf_full(payload))
		ret = call(ask, &request, want, deadline_ms, result, err);
	buf_wipe_done(payload);
	return ret;
}

enum ask_answer
ask_begin(struct ask *ask, const struct ask_claim *claim, int64_t deadline_ms, struct err *err)
{
	struct buf payload;

	buf_init(&payload, REQUEST_MAX);
	put_claim(&payload, claim);
	return call_with(ask, ASK_BEGIN, &payload, ANSWER_DONE, deadline_ms, (struct result){0}, err);
}

enum ask_answer
ask_open(struct ask *ask, const struct ask_claim *claim, struct bytes code, struct bytes link_key,
	int64_t deadline_ms, uint8_t token[TOKEN_SIZE], struct err *err)
{
	struct buf payload;

	buf_init(&payload, REQUEST_MAX);
	put_claim(&payload, claim);
	wire_put_bytes(&payload, code);
	wire_put_bytes(&payload, link_key);
	return call_with(
		ask, ASK_OPEN, &payload, ANSWER_OPENED, deadline_ms, (struct result){.token = token}, err);
}

enum ask_answer
ask_read(struct ask *ask, struct bytes token, int64_t deadline_ms, int *ret_fd, struct err *err)
{
	struct buf payload;

	buf_init(&payload, REQUEST_MAX);
	wire_put_bytes(&payload, token);
	return call_with(
		ask, ASK_READ, &payload, ANSWER_MESSAGE, deadline_ms, (struct result){.fd = ret_fd}, err);
}

enum ask_answer
ask_end(struct ask *ask, struct bytes token, int64_t deadline_ms, struct err *err)
{
	struct buf payload;

	buf_init(&payload, REQUEST_MAX);
	wire_put_bytes(&payload, token);
	return call_with(ask, ASK_END, &payload, ANSWER_DONE, deadline_ms, (struct result){0}, err);
}
