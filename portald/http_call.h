/* SPDX-License-Identifier: Apache-2.0 */
/* One request on its way through libmicrohttpd: its head, its form, its answer. Only for http*.c. */
#ifndef PORTALD_HTTP_CALL_H
#define PORTALD_HTTP_CALL_H

#include <microhttpd.h>

#include "portald/exchange.h"
#include "portald/http_check.h"

/* What becomes of the connection behind an answer. */
enum http_after { HTTP_KEEP, HTTP_CLOSE };

struct http_call {
	char *target; /* as it stood in the request line */
	bool begun;
	int refused; /* HTTP status, 0 = fine so far */
	struct head head;
	struct arena arena;
	struct secret form; /* struct form */
	struct MHD_PostProcessor *post;
	size_t body_size;
};

struct http_call *http_call_new(const char *target);
void http_call_free(struct http_call *call);

/* The head is complete: collects it and judges it. */
void http_call_begin(
	struct http_call *call, struct MHD_Connection *connection, const char *method, const char *version);

/* A piece of the body. */
void http_call_body(struct http_call *call, const char *data, size_t n);

/* All is there: the request for the routes. The form's last field is complete after this. */
void http_call_request(struct http_call *call, struct MHD_Connection *connection, const char *cookie,
	struct request *request);

/* Queues the answer; its body is moved or closed. Returns how many bytes will be sent, -1 for a failure. */
int64_t http_call_send(struct MHD_Connection *connection, struct answer *answer, enum http_after after);

#endif
