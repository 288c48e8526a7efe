/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What policyd knows of domains, on disk: one text file of records, a line each, of which the last one of a
 * domain counts. New records are appended; when most of the file is old, it is written anew beside itself and
 * renamed. Nothing waits for the disk: after a power cut some records are missing, and are asked for again. A
 * line that can't be read, or was not finished, is left out.
 *
 *   E <asked> <level> <probed> <line of evidence>
 *   D <domain> <day>:<count> ...
 */
#ifndef POSTSEAL_LEDGER_H
#define POSTSEAL_LEDGER_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

enum { LEDGER_MAX = 1 << 30 };

struct ledger;

/*
 * `directory` empty: nothing is kept. The folder must be there and writable: else ERR_CONFIG. `take` gets
 * each record that is there.
 */
typedef void ledger_take(void *context, struct bytes record);
int ledger_open(
	const char *directory, ledger_take *take, void *context, struct ledger **ret_ledger, struct err *err);
void ledger_close(struct ledger *ledger);

/* A line without its end. What the disk refuses is told once, by ledger_write(). */
void ledger_append(struct ledger *ledger, struct bytes record);

/* Writes what was appended. Returns 0, or -1: it stays away from the file. */
int ledger_write(struct ledger *ledger, struct err *err);

/* Whether it would shrink to a half, or less, of `live` bytes that are needed. */
bool ledger_is_bloated(const struct ledger *ledger, size_t live);

/* In place of all that is there. */
int ledger_rewrite(struct ledger *ledger, struct bytes records, struct err *err);

#endif
