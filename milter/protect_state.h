/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of protect() share. */
#ifndef POSTSEAL_MILTER_PROTECT_STATE_H
#define POSTSEAL_MILTER_PROTECT_STATE_H

#include "lib/seal/link.h"
#include "milter/attempt.h"

/* What a recipient gets, if it is not done. */
enum target_way {
	WAY_NOTICE, /* of the message in escrow */
	WAY_COPY,   /* the message itself, by TLS, on its own */
	WAY_STAY,   /* the message itself, by TLS: it is the original that goes this way */
};

/* One recipient that does not get the original as it came. */
struct target {
	struct bytes address;
	enum target_way way;
	enum tls_level promise; /* of WAY_COPY and WAY_STAY */
	uint8_t address_hash[DIGEST_SIZE];
	struct link link; /* of this attempt; WAY_NOTICE, unless done */
	bool done;        /* has what is theirs from an earlier attempt */
	bool refused;     /* Postfix will never take it */
};

/* One attempt at one message. */
struct job {
	struct message *message;
	const struct gate_host *host;
	struct bytes content; /* the whole message, mapped */
	struct attempt attempt;
	struct gate_flight flight; /* of attempt.base: one sending at a time */
	bool in_place;
	struct target *targets;
	size_t n;
};

struct journal_key protect_journal_key(const struct job *job, const struct target *target);

/*
 * Notices and copies that are not done go to Postfix, one by one. One recipient that Postfix will never take
 * does not keep the others from getting theirs.
 */
int protect_send(struct job *job, struct err *err);

#endif
