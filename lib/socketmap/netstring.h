/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Netstrings and what Postfix's socketmap protocol (socketmap_table(5)) puts into them: a request is `NAME
 * KEY`, an answer begins with one of five words. A netstring is refused at its first byte that can't be of
 * one, and as soon as its length says that it is too long, so no peer makes anybody hold more. Pure.
 */
#ifndef POSTSEAL_SOCKETMAP_NETSTRING_H
#define POSTSEAL_SOCKETMAP_NETSTRING_H

#include "lib/base/buf.h"

/* What Postfix takes of an answer, and sends at most of a request. */
enum { SOCKETMAP_MAX = 100000 };

enum netstring_result { NETSTRING_PARTIAL, NETSTRING_READ, NETSTRING_MALFORMED };

/* Cuts the next one off *rest; the content lies in what *rest looked at. `max` is its longest content. */
enum netstring_result netstring_next(struct bytes *rest, size_t max, struct bytes *ret_content);

void netstring_put(struct buf *out, struct bytes content);

/* NAME and KEY of a request: one space apart, the key may hold more. Returns 0, or -1. */
int socketmap_parse_request(struct bytes content, struct bytes *ret_map, struct bytes *ret_key);

enum socketmap_status {
	SOCKETMAP_OK,
	SOCKETMAP_NOTFOUND,
	SOCKETMAP_TEMP, /* not now */
	SOCKETMAP_TIMEOUT,
	SOCKETMAP_PERM, /* never */
};

void socketmap_put_answer(struct buf *out, enum socketmap_status status, struct bytes text);

/* Returns 0, or -1 for what begins with none of the words. */
int socketmap_parse_answer(struct bytes content, enum socketmap_status *ret_status, struct bytes *ret_text);

/*
 * The value of `name=` among words that spaces part, as answers of the map `capability` have them; empty when
 * it is not there.
 */
struct bytes socketmap_attribute(struct bytes text, const char *name);

#endif
