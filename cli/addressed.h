/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a past message came from and went to, as far as its header says so: its envelope is gone. Sender: the
 * Return-Path, else From. Recipients: To, Cc and Bcc; where these name nobody, X-Original-To and
 * Delivered-To, which an archive's copy has of the archive itself. Reads field names and addresses only:
 * no structure, no charset, no encoding. Bounded, linear.
 */
#ifndef POSTSEAL_CLI_ADDRESSED_H
#define POSTSEAL_CLI_ADDRESSED_H

#include "lib/base/arena.h"

enum { ADDRESSED_MAX = 100 };

struct addressed {
	struct bytes sender; /* empty: not known */
	struct bytes recipients[ADDRESSED_MAX];
	size_t n_recipients;
};

/* `head` begins with the message's header. Everything lives in the arena. */
void addressed_read(struct arena *arena, struct bytes head, struct addressed *ret_addressed);

/* The same of a message in a sealed memfd; a fault leaves nobody. */
void addressed_load(struct arena *arena, int message_fd, struct addressed *ret_addressed);

/* In small letters; "(none)" without one, "(not ASCII)" for one that is not. */
struct bytes addressed_domain(struct arena *arena, struct bytes address);

#endif
