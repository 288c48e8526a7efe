/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The web server: libmicrohttpd behind this one door (http_*.c alone include it). A thread a connection, so
 * that a message that is slow to render keeps nobody else waiting; their number has a limit, in all and for
 * each source address. Every connection has a deadline for each phase (watch.h). A request that http_check.c
 * refuses never gets as far as the routes.
 */
#ifndef PORTALD_HTTP_H
#define PORTALD_HTTP_H

#include "lib/base/secret.h"
#include "portald/exchange.h"

struct http_options {
	int listener;                           /* stays the caller's */
	bool tls;                               /* false: a proxy before us does it */
	const char *certificate, *key;          /* PEM text */
	size_t max_connections, max_per_source; /* per source: 0 = no limit */
	int64_t request_timeout_ms;
	const char *cookie; /* the one cookie that is read */
	/* Whether this answer leaves at a fixed time after its request. */
	bool (*padded)(const struct request *request);
	void (*answer)(void *context, const struct request *request, struct answer *answer);
	void *context;
};

struct http;

int http_start(const struct http_options *options, struct http **ret_http, struct err *err);

/* Ends connections whose time is over: call it every second or so. */
void http_sweep(struct http *http);

/* Waits for the answers that are being made. */
void http_stop(struct http *http);

#endif
