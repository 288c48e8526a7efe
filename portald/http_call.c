/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/http_call.h"

#include <sys/stat.h>

#include "lib/base/mem.h"
#include "portald/headers.h"

enum { POST_BUFFER = 1024 };

struct http_call *
http_call_new(const char *target)
{
	struct http_call *call = mem_new(1, sizeof(*call));

	call->target = mem_strdup(target);
	arena_init(&call->arena);
	return call;
}

void
http_call_free(struct http_call *call)
{
	if (call == NULL)
		return;
	if (call->post != NULL)
		(void)MHD_destroy_post_processor(call->post);
	secret_done(&call->form);
	arena_done(&call->arena);
	free(call->target);
	free(call);
}

static enum MHD_Result
on_field(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value,
	size_t value_size)
{
	struct head *head = context;

	(void)kind;
	if (head->n < HEAD_FIELDS_MAX)
		head->fields[head->n] = (struct head_field){
			bytes_of(name, name_size),
			bytes_of(value, value != NULL ? value_size : 0),
		};
	head->n++;
	return head->n > HEAD_FIELDS_MAX ? MHD_NO : MHD_YES;
}

/* Pieces of one value come in order, each with its place in it. */
static enum MHD_Result
on_form(void *context, enum MHD_ValueKind kind, const char *key, const char *filename,
	const char *content_type, const char *transfer_encoding, const char *data, uint64_t at, size_t n)
{
	struct form *form = context;
	int field = key != NULL ? form_field(key) : -1;

	(void)kind;
	(void)filename;
	(void)content_type;
	(void)transfer_encoding;
	if (field >= 0)
		form_put(form, (enum form_field)field, at > BODY_MAX ? BODY_MAX : (size_t)at,
			bytes_of(data, n));
	return MHD_YES;
}

static int
begin_form(struct http_call *call, struct MHD_Connection *connection)
{
	static const struct bytes type = BYTES_LIT("application/x-www-form-urlencoded");
	struct bytes value = head_field(&call->head, BYTES_LIT("content-type"));
	struct bytes name = bytes_trim(bytes_sub(value, 0, bytes_find_byte(value, ';')));

	if (!bytes_eq_nocase(name, type))
		return 415;
	secret_init(&call->form, sizeof(struct form));
	call->post = MHD_create_post_processor(connection, POST_BUFFER, on_form, call->form.p);
	return call->post != NULL ? 0 : 415;
}

void
http_call_begin(
	struct http_call *call, struct MHD_Connection *connection, const char *method, const char *version)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	call->begun = true;
	call->head.method = bytes_of_str(method);
	call->head.version = bytes_of_str(version);
	call->head.target = bytes_of_str(call->target);
	call->head.size = info != NULL ? info->header_size : 0;
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_field, &call->head);
	call->refused = head_check(&call->head);
	if (call->refused == 0 && strcmp(method, MHD_HTTP_METHOD_POST) == 0)
		call->refused = begin_form(call, connection);
}

void
http_call_body(struct http_call *call, const char *data, size_t n)
{
	call->body_size += n;
	if (call->body_size > BODY_MAX || call->post == NULL)
		call->refused = 413;
	if (call->refused == 0 && MHD_post_process(call->post, data, n) != MHD_YES)
		call->refused = 400;
}

static enum method
method_of(struct bytes name)
{
	if (bytes_eq(name, BYTES_LIT("POST")))
		return METHOD_POST;
	return bytes_eq(name, BYTES_LIT("HEAD")) ? METHOD_HEAD : METHOD_GET;
}

void
http_call_request(struct http_call *call, struct MHD_Connection *connection, const char *cookie,
	struct request *request)
{
	struct bytes target = call->head.target;

	if (call->post != NULL && MHD_destroy_post_processor(call->post) != MHD_YES)
		call->refused = 400;
	call->post = NULL;
	*request = (struct request){
		.method = method_of(call->head.method),
		.path = arena_str(&call->arena, bytes_sub(target, 0, bytes_find_byte(target, '?'))),
		.cookie = bytes_of_str(MHD_lookup_connection_value(connection, MHD_COOKIE_KIND, cookie)),
		.origin = head_field(&call->head, BYTES_LIT("origin")),
		.fetch_site = head_field(&call->head, BYTES_LIT("sec-fetch-site")),
		.form = (const struct form *)(const void *)call->form.p,
		.arena = &call->arena,
	};
}

static void
free_body(void *context)
{
	struct buf *body = context;

	buf_wipe_done(body);
	free(body);
}

static struct MHD_Response *
make_response(struct answer *answer, int64_t *ret_size)
{
	struct MHD_Response *response;
	struct stat st;

	if (answer->body_fd >= 0) {
		if (fstat(answer->body_fd, &st) < 0)
			return NULL;
		response = MHD_create_response_from_fd64((uint64_t)st.st_size, answer->body_fd);
		if (response == NULL)
			return NULL;
		answer->body_fd = -1;
		*ret_size = (int64_t)st.st_size;
		return response;
	}
	struct buf *body = mem_new(1, sizeof(*body));

	*body = answer->body;
	buf_init(&answer->body, 0);
	response = MHD_create_response_from_buffer_with_free_callback_cls(body->n, body->p, free_body, body);
	if (response == NULL)
		free_body(body);
	*ret_size = (int64_t)(response != NULL ? body->n : 0);
	return response;
}

static void
add(struct MHD_Response *response, const char *name, const char *value)
{
	if (value != NULL)
		(void)MHD_add_response_header(response, name, value);
}

int64_t
http_call_send(struct MHD_Connection *connection, struct answer *answer, enum http_after after)
{
	int64_t size = 0;
	struct MHD_Response *response = make_response(answer, &size);
	const struct header *header;
	enum MHD_Result ret;

	if (response == NULL)
		return -1;
	for (size_t i = 0; (header = header_of(answer->kind, i)) != NULL; i++)
		add(response, header->name, header->value);
	add(response, "Content-Type", answer->type);
	add(response, "Location", answer->location);
	add(response, "Set-Cookie", answer->cookie);
	add(response, "Content-Disposition", answer->disposition);
	add(response, "Clear-Site-Data", answer->clear_site_data ? "\"cache\", \"cookies\"" : NULL);
	add(response, "Allow", answer->status == 405 ? "GET, HEAD, POST" : NULL);
	add(response, "Connection", after == HTTP_CLOSE ? "close" : NULL);
	ret = MHD_queue_response(connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return ret == MHD_YES ? size : -1;
}
