/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message on its way, byte for byte as Postfix has it: an anonymous file in memory, charged to the gate's
 * budget. A fault sticks: nothing more is kept, and who asks at the end of the message is told.
 */
#ifndef POSTSEAL_MILTER_SPOOL_H
#define POSTSEAL_MILTER_SPOOL_H

#include "lib/base/buf.h"
#include "milter/gate.h"

enum spool_fault { SPOOL_GOOD, SPOOL_OVER_BUDGET, SPOOL_TOO_LARGE, SPOOL_BROKEN };

struct spool {
	struct gate *gate;
	int fd;             /* -1: nothing was written yet */
	struct buf pending; /* what comes next, collected to spare system calls */
	size_t size, body_at, limit, reserved;
	enum spool_fault fault;
	struct err err; /* of SPOOL_BROKEN */
};

void spool_open(struct spool *spool, struct gate *gate, size_t limit);
void spool_close(struct spool *spool);

/* A field as libmilter gives it with its leading white space; LF in folded values becomes CR LF. */
void spool_field(struct spool *spool, struct bytes name, struct bytes value);

/* The empty line. */
void spool_end_of_fields(struct spool *spool);
void spool_body(struct spool *spool, struct bytes chunk);

/* Writes out what is pending and seals the file: from now on it is what the parser and the seal will see. */
int spool_seal(struct spool *spool, struct err *err);

#endif
