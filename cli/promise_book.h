/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promised and kept, recipient by recipient, from the lines of Postfix's log in their order. A delivery keeps
 * a promise when the process that made it had just logged TLS of that strength to that very host; what went
 * to tls_address is the portal's. A delivery of a promised message in any other way is a broken promise.
 */
#ifndef POSTSEAL_CLI_PROMISE_BOOK_H
#define POSTSEAL_CLI_PROMISE_BOOK_H

#include "cli/maillog.h"

struct promise_counts {
	size_t kept, portal, returned, broken; /* recipients; returned: bounced or expired */
	size_t waiting;                        /* attempts that were deferred */
	size_t promised;                       /* messages that were marked */
};

/* A broken promise; lives as long as the line. */
struct promise_breach {
	struct bytes time, queue_id, recipient, relay;
	enum tls_level promised, proved; /* TLS_LEVEL_NONE: in clear, or by TLS that nobody logged */
};

struct promise_book;

/* `door`: tls_address as [host]:port. */
struct promise_book *promise_book_new(const char *door);
void promise_book_free(struct promise_book *book);

/* Returns whether this line is a broken promise. */
bool promise_book_read(struct promise_book *book, struct bytes line, struct promise_breach *ret_breach);
struct promise_counts promise_book_counts(const struct promise_book *book);

#endif
