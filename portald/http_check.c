/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/http_check.h"

#include "lib/base/ascii.h"

/* RFC 9110 section 5.6.2. */
static bool
is_token(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (!ascii_is_alnum(b.p[i]) && (b.p[i] == 0 || strchr("!#$%&'*+-.^_`|~", b.p[i]) == NULL))
			return false;
	return b.n > 0;
}

static bool
is_field_value(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if ((b.p[i] < ' ' && b.p[i] != '\t') || b.p[i] == 0x7F)
			return false;
	return true;
}

/* Visible ASCII, beginning with a slash; no address of ours needs an escape. */
static bool
is_target(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] <= ' ' || b.p[i] > '~')
			return false;
	return b.n > 0 && b.p[0] == '/';
}

static bool
is_host(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (!ascii_is_alnum(b.p[i]) && (b.p[i] == 0 || strchr("-.:[]_", b.p[i]) == NULL))
			return false;
	return b.n > 0 && b.n <= 255;
}

static size_t
count(const struct head *head, struct bytes name, struct bytes *ret_value)
{
	size_t n = 0;

	*ret_value = bytes_of(NULL, 0);
	for (size_t i = 0; i < head->n; i++) {
		if (!bytes_eq_nocase(head->fields[i].name, name))
			continue;
		if (n++ == 0)
			*ret_value = head->fields[i].value;
	}
	return n;
}

struct bytes
head_field(const struct head *head, struct bytes name)
{
	struct bytes value;

	count(head, name, &value);
	return value;
}

/* RFC 9112 section 6: how long is the body? The only answer accepted is one Content-Length, for POST. */
static int
check_length(const struct head *head)
{
	struct bytes value, ignored;
	size_t lengths = count(head, BYTES_LIT("content-length"), &value);
	size_t codings = count(head, BYTES_LIT("transfer-encoding"), &ignored);
	bool post = bytes_eq(head->method, BYTES_LIT("POST"));
	int64_t n = 0;

	if (lengths > 1 || (lengths > 0 && codings > 0))
		return 400;
	if (codings > 0)
		return 501;
	if (lengths == 0)
		return post ? 411 : 0;
	for (size_t i = 0; i < value.n; i++)
		if (!ascii_is_digit(value.p[i]))
			return 400;
	if (value.n == 0)
		return 400;
	if (value.n > 18 || bytes_parse_i64(value, 0, INT64_MAX, &n) < 0 || n > BODY_MAX)
		return 413;
	return n > 0 && !post ? 400 : 0;
}

/* As every client writes it: "METHOD TARGET VERSION CRLF", "Name: value CRLF" each, and CRLF. */
static size_t
expected_size(const struct head *head)
{
	size_t size = head->method.n + 1 + head->target.n + 1 + head->version.n + 2 + 2;

	for (size_t i = 0; i < head->n; i++)
		size += head->fields[i].name.n + 2 + head->fields[i].value.n + 2;
	return size;
}

static int
check_line(const struct head *head)
{
	static const char *const methods[] = {"GET", "HEAD", "POST"};

	if (head->target.n > HEAD_TARGET_MAX)
		return 414;
	if (!is_target(head->target))
		return 400;
	if (!bytes_eq(head->version, BYTES_LIT("HTTP/1.1")) &&
		!bytes_eq(head->version, BYTES_LIT("HTTP/1.0")))
		return 505;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (bytes_eq(head->method, bytes_of_str(methods[i])))
			return 0;
	return 405;
}

int
head_check(const struct head *head)
{
	struct bytes host;
	int status;

	if (head->n > HEAD_FIELDS_MAX)
		return 431;
	for (size_t i = 0; i < head->n; i++)
		if (!is_token(head->fields[i].name) || !is_field_value(head->fields[i].value))
			return 400;
	if (count(head, BYTES_LIT("host"), &host) != 1 || !is_host(host))
		return 400;
	status = check_line(head);
	if (status == 0)
		status = check_length(head);
	if (status == 0 && head->size != 0 && head->size != expected_size(head))
		status = 400;
	return status;
}
