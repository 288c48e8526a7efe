/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request and its answer as the pages see them: nothing of the HTTP library, so that tests need no server.
 * The request's strings live as long as the request. What a form holds may open a message: it lies in a
 * struct secret and is wiped.
 */
#ifndef PORTALD_EXCHANGE_H
#define PORTALD_EXCHANGE_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/secret.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHODS };

/* The fields that our forms have; any other is left out. */
enum form_field { FORM_ID, FORM_PROOF, FORM_CODE, FORM_KEY, FORM_LINK, FORM_FIELDS };
enum { FORM_VALUE_MAX = 256 };

/* Which of our names this is, or -1. */
int form_field(const char *name);

struct form_value {
	size_t n; /* more than FORM_VALUE_MAX: was longer, and counts as not well-formed */
	uint8_t bytes[FORM_VALUE_MAX];
};

struct form {
	struct form_value values[FORM_FIELDS];
};

struct bytes form_get(const struct form *form, enum form_field field);
void form_put(struct form *form, enum form_field field, size_t at, struct bytes piece);

struct request {
	enum method method;
	const char *path;        /* without the query, which nothing here uses */
	struct bytes cookie;     /* value of our own cookie, or empty */
	struct bytes origin;     /* Origin */
	struct bytes fetch_site; /* Sec-Fetch-Site */
	const struct form *form; /* POST */
	int64_t deadline_ms;
	struct arena *arena;
};

/* Which set of header fields an answer carries (headers.c). */
enum answer_kind {
	KIND_PAGE,     /* a document of ours */
	KIND_ASSET,    /* style, script */
	KIND_BODY,     /* a message's HTML, for the frame */
	KIND_DOWNLOAD, /* a part, the original */
};

struct answer {
	int status;
	enum answer_kind kind;
	const char *type;        /* Content-Type */
	const char *location;    /* Location, or NULL */
	const char *cookie;      /* Set-Cookie, or NULL */
	const char *disposition; /* Content-Disposition, or NULL */
	bool clear_site_data;
	struct buf body; /* wiped: it may be a message */
	int body_fd;     /* instead of body when not -1; the answer owns it */
};

enum { ANSWER_BODY_MAX = 64 * 1024 * 1024 };

void answer_init(struct answer *answer);
void answer_done(struct answer *answer);

#endif
