/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Redis's protocol (RESP2): commands as bytes; replies out of bytes, by hiredis. What a server sends is
 * measured before hiredis sees it: a header of a few bytes could make it reserve gigabytes.
 */
#ifndef POSTSEAL_RESP_H
#define POSTSEAL_RESP_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Of one reply: bytes of a line or a string, and elements in all its arrays together. */
enum { RESP_LINE_MAX = 4096, RESP_STRING_MAX = 64 * 1024, RESP_ELEMENTS_MAX = 4096 };

/* Appends one command. Arguments are bytes of any kind: nothing in them is ever read as protocol. */
void resp_put_command(struct buf *out, const struct bytes *args, size_t n);

struct resp_reader;
struct resp; /* a reply; resp_free() ends it and what was got from it */

struct resp_reader *resp_reader_new(void);
void resp_reader_free(struct resp_reader *reader);

/* Returns 0, or -1 (ERR_PEER): no protocol, or above the limits. Then the reader is of no more use. */
int resp_feed(struct resp_reader *reader, struct bytes b, struct err *err);

/* Returns 1 with a reply, 0: none is whole yet, -1: as resp_feed. */
int resp_next(struct resp_reader *reader, struct resp **ret_reply, struct err *err);
void resp_free(struct resp *reply);

enum resp_kind { RESP_STATUS, RESP_ERROR, RESP_INTEGER, RESP_STRING, RESP_NIL, RESP_ARRAY };

enum resp_kind resp_kind_of(const struct resp *reply);
struct bytes resp_text(const struct resp *reply); /* status, error, string; empty for others */
int64_t resp_integer(const struct resp *reply);   /* 0 for others */
size_t resp_n(const struct resp *reply);          /* of an array */
const struct resp *resp_item(const struct resp *reply, size_t i);

#endif
