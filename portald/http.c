/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/http.h"

#include <poll.h>
#include <stdarg.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "portald/http_call.h"
#include "portald/watch.h"

enum {
	CONNECTION_MEMORY = 32 * 1024,
	THREAD_STACK = 1024 * 1024,
	BYTES_A_MS = 4, /* a slower reader is dropped: 4 KB a second, a poor mobile line */
	/*
	 * What a padded answer waits for: the next multiple of this since its request. More than any of them
	 * takes by itself, so the time of an answer is always the same.
	 */
	PAD_MS = 400,
};

struct http {
	struct http_options options;
	struct MHD_Daemon *daemon;
	struct watch *watch;
};

static struct watch_entry *
entry_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static void
set_deadline(struct http *http, struct MHD_Connection *connection, int64_t extra_ms)
{
	struct watch_entry *entry = entry_of(connection);

	if (entry != NULL)
		watch_set(http->watch, entry, clock_mono_ms() + http->options.request_timeout_ms + extra_ms);
}

static void
on_connection(void *context, struct MHD_Connection *connection, void **entry,
	enum MHD_ConnectionNotificationCode what)
{
	struct http *http = context;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*entry != NULL)
			watch_remove(http->watch, *entry);
		*entry = NULL;
		return;
	}
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	*entry = watch_add(http->watch, info->connect_fd, clock_mono_ms() + http->options.request_timeout_ms);
}

static void *
on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	(void)context;
	(void)connection;
	return http_call_new(target);
}

static void
on_completed(
	void *context, struct MHD_Connection *connection, void **call, enum MHD_RequestTerminationCode how)
{
	struct http *http = context;

	(void)how;
	http_call_free(*call);
	*call = NULL;
	set_deadline(http, connection, 0);
}

static void
wait_until(int64_t when_ms)
{
	while (clock_left_ms(when_ms) > 0)
		(void)poll(NULL, 0, clock_left_ms(when_ms));
}

static void
pad(int64_t since_ms)
{
	int64_t rounds = (clock_mono_ms() - since_ms) / PAD_MS + 1;

	wait_until(since_ms + rounds * PAD_MS);
}

static enum MHD_Result
send_answer(
	struct http *http, struct MHD_Connection *connection, struct answer *answer, enum http_after after)
{
	int64_t size = http_call_send(connection, answer, after);

	answer_done(answer);
	if (size < 0)
		return MHD_NO;
	set_deadline(http, connection, size / BYTES_A_MS);
	return MHD_YES;
}

/* What the head's check refused: a bare status, and the end of the connection. */
static enum MHD_Result
refuse(struct http *http, struct MHD_Connection *connection, int status)
{
	struct answer answer;

	answer_init(&answer);
	answer.status = status;
	answer.kind = KIND_ASSET;
	answer.type = "text/plain; charset=utf-8";
	buf_putf(&answer.body, "%d\n", status);
	return send_answer(http, connection, &answer, HTTP_CLOSE);
}

static enum MHD_Result
answer_call(struct http *http, struct MHD_Connection *connection, struct http_call *call)
{
	int64_t since = clock_mono_ms();
	struct request request;
	struct answer answer;

	http_call_request(call, connection, http->options.cookie, &request);
	if (call->refused != 0)
		return refuse(http, connection, call->refused);
	request.deadline_ms = since + http->options.request_timeout_ms;
	set_deadline(http, connection, http->options.request_timeout_ms);
	answer_init(&answer);
	http->options.answer(http->options.context, &request, &answer);
	if (http->options.padded(&request))
		pad(since);
	log_debug("%s %s: %d, %d ms", request.method == METHOD_POST ? "POST" : "GET", request.path,
		answer.status, (int)(clock_mono_ms() - since));
	return send_answer(http, connection, &answer, request.method == METHOD_POST ? HTTP_CLOSE : HTTP_KEEP);
}

/* Called by the library when the head is complete, for each piece of the body, and when all is there. */
static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **call_place)
{
	struct http *http = context;
	struct http_call *call = *call_place;

	(void)url;
	if (call == NULL)
		return MHD_NO;
	if (!call->begun) {
		http_call_begin(call, connection, method, version);
		return call->refused != 0 ? refuse(http, connection, call->refused) : MHD_YES;
	}
	if (*size > 0) {
		http_call_body(call, data, *size);
		*size = 0;
		return MHD_YES;
	}
	return answer_call(http, connection, call);
}

static void on_log(void *context, const char *fmt, va_list arguments) __attribute__((format(printf, 2, 0)));

static void
on_log(void *context, const char *fmt, va_list arguments)
{
	char text[512];
	size_t n;

	(void)context;
	vsnprintf(text, sizeof(text), fmt, arguments);
	n = strlen(text);
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	log_debug("http: %s", text);
}

/* TLS 1.2 and 1.3, forward secrecy, ciphers that authenticate. */
static const char priorities[] =
	"NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:"
	"+ECDHE-ECDSA:+ECDHE-RSA:+AEAD:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:"
	"+SIGN-ALL:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:+COMP-NULL:%SERVER_PRECEDENCE";

static struct MHD_Daemon *
start_daemon(struct http *http)
{
	const struct http_options *o = &http->options;
	const struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)priorities},
		{MHD_OPTION_END, 0, NULL},
	};
	unsigned flags = MHD_USE_POLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
			 MHD_USE_ERROR_LOG | (o->tls ? MHD_USE_TLS : 0);

	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, http, MHD_OPTION_EXTERNAL_LOGGER, on_log,
		NULL, MHD_OPTION_LISTEN_SOCKET, o->listener, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->max_connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned)o->max_per_source, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)(o->request_timeout_ms / 1000 + 1), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_MEMORY, MHD_OPTION_THREAD_STACK_SIZE, (size_t)THREAD_STACK,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_URI_LOG_CALLBACK, on_target,
		http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_ARRAY,
		o->tls ? tls : &tls[3], MHD_OPTION_END);
}

int
http_start(const struct http_options *options, struct http **ret_http, struct err *err)
{
	struct http *http = mem_new(1, sizeof(*http));

	http->options = *options;
	http->watch = watch_new(options->max_connections + 16);
	http->daemon = start_daemon(http);
	if (http->daemon == NULL) {
		watch_free(http->watch);
		free(http);
		return err_set(err, ERR_CONFIG, "web server: can't start%s",
			options->tls ? " (are portal_tls_certificate and portal_tls_key right?)" : "");
	}
	*ret_http = http;
	return 0;
}

void
http_sweep(struct http *http)
{
	(void)watch_sweep(http->watch, clock_mono_ms());
}

void
http_stop(struct http *http)
{
	if (http == NULL)
		return;
	MHD_stop_daemon(http->daemon);
	watch_free(http->watch);
	free(http);
}
