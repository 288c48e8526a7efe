/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The escrow: sealed messages and their index, in SQLite (WAL, synchronous=FULL: NORMAL was seen to lose
 * acknowledged mail) and a folder of blobs. Nothing in it is readable without keys: the index holds keyed
 * hashes and sealed addresses. When store_put() has returned 0, a power cut loses nothing of it: the blob is
 * on disk (write, fsync, rename, fsync of the folder) before the index names it (one transaction; those of
 * several threads share a commit). Sealed messages up to `inline_limit` live in the index itself, where a
 * commit is cheaper than a file. One struct store serves all threads of a process; several processes (milter,
 * vault, CLI) may have it open. Open it after the last fork: SQLite's file locks do not pass to a child.
 */
#ifndef POSTSEAL_STORE_H
#define POSTSEAL_STORE_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

enum { STORE_ID_SIZE = 16, STORE_HASH_SIZE = 32 };

/* The numbers are in the index: new states go to the end. */
enum store_state {
	STORE_PENDING, /* sealed and stored, its notice not yet given to Postfix */
	STORE_SENDING, /* the notice is on its way to Postfix: see store_attempt() */
	STORE_ACTIVE,  /* Postfix has the notice */
	STORE_OPENED,
	STORE_REVOKED,
	STORE_EXPIRED,
};
const char *store_state_name(enum store_state state);

struct store;

struct store_options {
	const char *directory; /* made by store_create() */
	size_t inline_limit;
	bool read_only;
};

/* Makes the folder (mode 02770) and an empty index; fine when they are there. Brings an older index up to
 * date. */
int store_create(const char *directory, struct err *err);
int store_open(const struct store_options *options, struct store **ret_store, struct err *err);
void store_close(struct store *store);

struct store_recipient {
	uint8_t link_id[STORE_ID_SIZE];
	uint8_t object_id[STORE_ID_SIZE];      /* filled by reads */
	uint8_t address_hash[STORE_HASH_SIZE]; /* keyed, of the lower-case address */
	uint8_t proof_hash[STORE_HASH_SIZE];   /* SHA-256 of the link's proof */
	struct bytes sealed_address;           /* seal_text */
	enum store_state state;
	int64_t opened; /* wall time of the first opening, 0 = not yet */
};

struct store_object {
	uint8_t id[STORE_ID_SIZE];
	uint8_t attempt[STORE_HASH_SIZE]; /* keyed hash that a second attempt of the same message has too */
	int64_t created, expires;         /* wall time */
	size_t size;                      /* of the sealed message; filled by reads */
	struct bytes sealed;              /* empty in lists */
	const struct store_recipient *recipients;
	size_t n_recipients;
};

/* Durable when it returns 0. */
int store_put(struct store *store, const struct store_object *object, struct err *err);

/*
 * What an earlier attempt of the same message, at most `window` seconds old, already did for this recipient.
 * Returns 1 and the latest state, 0 when it knows nothing, -1 on errors. STORE_SENDING found after a crash
 * means: the notice was handed to Postfix, its answer never came; ret_same_boot tells whether the machine has
 * restarted since.
 */
int store_attempt(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t window, enum store_state *ret_state,
	bool *ret_same_boot, struct err *err);

/*
 * Copies of messages that were sent to a recipient as they are, by TLS: nothing of them is kept here but that
 * Postfix took them. store_put_copy() is durable when it returns 0, and forgets those of before `oldest`.
 * store_find_copy() returns 1, 0, or -1.
 */
int store_put_copy(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t oldest, struct err *err);
int store_find_copy(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t window, struct err *err);

/*
 * Durable change of one recipient's state, by its link. STORE_SENDING also records the machine's boot id.
 * `from` is what the state must be (a race is ERR_TEMP); opening twice is fine.
 */
int store_set_state(struct store *store, const uint8_t link_id[STORE_ID_SIZE], enum store_state from,
	enum store_state to, struct err *err);

/* Returns 1, 0 (no such link) or -1. Bytes are copied to the arena. */
int store_find_link(struct store *store, struct arena *arena, const uint8_t link_id[STORE_ID_SIZE],
	struct store_recipient *ret_recipient, struct store_object *ret_object, struct err *err);

/* The sealed message, as it was put: a damaged one is ERR_PERM. Returns 1, 0 or -1; `out` grows only with 1.
 */
int store_read(struct store *store, const uint8_t object_id[STORE_ID_SIZE], struct buf *out, struct err *err);

/* Every object with its recipients, newest first; the callback returns false to stop. Its arguments die with
 * it. */
typedef bool (*store_visit_fn)(void *context, const struct store_object *object);
int store_list(struct store *store, store_visit_fn visit, void *context, struct err *err);

/* Returns 1, 0 or -1; bytes are copied to the arena. */
int store_find_object(struct store *store, struct arena *arena, const uint8_t object_id[STORE_ID_SIZE],
	struct store_object *ret_object, struct err *err);

#endif
