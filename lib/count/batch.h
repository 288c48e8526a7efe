/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that are judged by one call of the function in Redis (function.lua): whoever asks meanwhile goes
 * along, and is judged after those before. All keys carry one hash tag, so that in a cluster the limits of
 * any request lie in one slot: that one node does all the counting is the price of all or nothing. Keys are
 * keyed hashes, never addresses. Pure.
 */
#ifndef POSTSEAL_BATCH_H
#define POSTSEAL_BATCH_H

#include "lib/count/counter.h"
#include "lib/count/resp.h"
#include "lib/seal/keyed_hash.h"

/* How keys are written, for all batches: `{prefix}` and the hash. */
struct batch_keys {
	char prefix[64]; /* no braces */
	uint8_t secret[KEYED_HASH_KEY];
};

enum { BATCH_REQUESTS_MAX = 64, BATCH_KEYS_MAX = 1024 };

struct batch;

/* The keys outlive the batch. */
struct batch *batch_new(const struct batch_keys *keys);
void batch_free(struct batch *batch);
void batch_reset(struct batch *batch);
size_t batch_n(const struct batch *batch); /* requests */

/* The asks stay the caller's, and are answered by batch_answer(). Returns false when it is full. */
bool batch_add(struct batch *batch, struct counter_ask *asks, size_t n);
void batch_put_command(struct batch *batch, struct buf *out);

/* Returns 0, or -1: that is no answer to this. */
int batch_answer(struct batch *batch, const struct resp *reply, struct err *err);

/* What is left of each key's burst: the command that asks, and the number out of its reply (-1: none). */
void batch_put_look(const struct batch_keys *keys, const struct counter_ask *asks, size_t n, struct buf *out);
int64_t batch_left(const struct counter_ask *ask, const struct resp *reply, size_t i);

/* Forgets keys. The reply is an integer: how many were known. */
void batch_put_reset(
	const struct batch_keys *keys, const struct counter_ask *asks, size_t n, struct buf *out);

#endif
