/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the whole process has only so much of: sessions, messages under decision, memory for spools; and which
 * messages are being protected right now. libmilter sets no bounds of its own. Thread-safe.
 */
#ifndef POSTSEAL_MILTER_GATE_H
#define POSTSEAL_MILTER_GATE_H

#include "lib/base/err.h"
#include "lib/seal/digest.h"

#include <stdbool.h>
#include <stdint.h>

struct gate_limits {
	size_t sessions, messages, spool_bytes;
};

struct gate;
struct gate *gate_new(const struct gate_limits *limits);
void gate_free(struct gate *gate);

/* One more SMTP session. False when there are enough. */
bool gate_enter_session(struct gate *gate);
void gate_leave_session(struct gate *gate);

/* How to tell Postfix, while we wait, that we still live. */
struct gate_host {
	void (*progress)(void *context);
	void *context;
};

/* A place among the messages under decision; waits for one until the deadline (clock_mono_ms). */
int gate_enter_message(struct gate *gate, const struct gate_host *host, int64_t deadline_ms, struct err *err);
void gate_leave_message(struct gate *gate);
bool gate_is_idle(struct gate *gate);

/* Memory for spools. False when the budget is spent. */
bool gate_reserve(struct gate *gate, size_t n);
void gate_release(struct gate *gate, size_t n);

/*
 * Two attempts of one message at the same time (the client lost patience and came again) would each send its
 * notices: the second is told to wait. False when the same attempt is already under way. `flight` is the
 * caller's, and linked until gate_land().
 */
struct gate_flight {
	uint8_t attempt[DIGEST_SIZE];
	struct gate_flight *next;
};
bool gate_take_off(struct gate *gate, struct gate_flight *flight);
void gate_land(struct gate *gate, struct gate_flight *flight);

/* Messages without an identity of their own: how often one was sent to its end. The latest ones only. */
void gate_finish(struct gate *gate, const uint8_t base[DIGEST_SIZE]);
uint64_t gate_finished(struct gate *gate, const uint8_t base[DIGEST_SIZE]);

#endif
