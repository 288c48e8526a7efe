/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front's side of the conversation with the vault. The threads of the web server share one connection:
 * one request at a time, the others wait, and more than ASK_WAITING_MAX are turned away at once. When the
 * vault has died, requests fail until the parent has brought a new one.
 */
#ifndef PORTALD_ASK_H
#define PORTALD_ASK_H

#include "lib/base/secret.h"
#include "lib/seal/link.h"
#include "portald/protocol.h"

enum { ASK_WAITING_MAX = 64 };

/* What stands for the link: its holder's proof, without the secret itself. */
struct ask_claim {
	uint8_t id[LINK_ID_SIZE];
	uint8_t proof[LINK_PROOF_SIZE];
};

enum ask_answer { ASK_YES, ASK_NO, ASK_UNAVAILABLE };

struct ask;

struct ask *ask_new(void);
void ask_free(struct ask *ask);

/* Takes the descriptor over. */
void ask_set_vault(struct ask *ask, int fd);

/* Each answers before the deadline. ASK_UNAVAILABLE comes with err. */
enum ask_answer ask_begin(
	struct ask *ask, const struct ask_claim *claim, int64_t deadline_ms, struct err *err);
enum ask_answer ask_open(struct ask *ask, const struct ask_claim *claim, struct bytes code,
	struct bytes link_key, int64_t deadline_ms, uint8_t token[TOKEN_SIZE], struct err *err);
enum ask_answer ask_read(
	struct ask *ask, struct bytes token, int64_t deadline_ms, int *ret_fd, struct err *err);
enum ask_answer ask_end(struct ask *ask, struct bytes token, int64_t deadline_ms, struct err *err);

#endif
