/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/request.h"

#include <string.h>

#include "tests/support/tap.h"

enum { REQUEST_MAX = 2000 };

#define HEAD "request=smtpd_access_policy\n"

static const struct {
	const char *name, *text;
	enum request_result result;
	enum limit_state state;
	enum limit_field field;
	const char *value;
} rows[] = {
	{"a recipient", HEAD "protocol_state=RCPT\nrecipient=B@Y.Example\n\n", REQUEST_READ, STATE_RCPT,
		FIELD_RECIPIENT, "b@y.example"},
	{"its domain", HEAD "protocol_state=RCPT\nrecipient=\"a@b\"@Y.Example\n\n", REQUEST_READ, STATE_RCPT,
		FIELD_RECIPIENT_DOMAIN, "y.example"},
	{"a bounce has no sender", HEAD "protocol_state=DATA\nsender=\n\n", REQUEST_READ, STATE_DATA,
		FIELD_SENDER, ""},
	{"a value with =", HEAD "sender=a=b@x.example\n\n", REQUEST_READ, STATE_OTHER, FIELD_SENDER,
		"a=b@x.example"},
	{"unknown attributes", HEAD "weather=rain\nsasl_username=U\n\n", REQUEST_READ, STATE_OTHER,
		FIELD_SASL_USER, "u"},
	{"the net of an IPv4 client", HEAD "client_address=192.0.2.77\n\n", REQUEST_READ, STATE_OTHER,
		FIELD_CLIENT_NET, "192.0.2.0/24"},
	{"the net of an IPv6 client", HEAD "client_address=2001:db8:1:2:3::4\n\n", REQUEST_READ, STATE_OTHER,
		FIELD_CLIENT_NET, "2001:db8:1:2::/64"},
	{"of one in the other's clothes", HEAD "client_address=::ffff:192.0.2.77\n\n", REQUEST_READ,
		STATE_OTHER, FIELD_CLIENT_NET, "192.0.2.0/24"},
	{"an address that is none", HEAD "client_address=unknown\n\n", REQUEST_READ, STATE_OTHER,
		FIELD_CLIENT_NET, ""},
	{"the first of two counts", HEAD "sasl_username=u\nsasl_username=v\n\n", REQUEST_READ, STATE_OTHER,
		FIELD_SASL_USER, "u"},
	{"a line without =", HEAD "hello\n\n", REQUEST_MALFORMED, 0, 0, ""},
	{"a line without a name", HEAD "=x\n\n", REQUEST_MALFORMED, 0, 0, ""},
	{"another request", "request=junk\n\n", REQUEST_MALFORMED, 0, 0, ""},
	{"no request", "sender=x\n\n", REQUEST_MALFORMED, 0, 0, ""},
	{"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n\n\n", REQUEST_MALFORMED, 0, 0, ""},
	{"an empty one", "\n\n", REQUEST_MALFORMED, 0, 0, ""},
	{"half of one", HEAD "sender=x\n", REQUEST_PARTIAL, 0, 0, ""},
	{"nothing", "", REQUEST_PARTIAL, 0, 0, ""},
};

static void
test_rows(struct buf *texts)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes rest = bytes_of_str(rows[i].text);
		struct policy_request request;
		enum request_result result = request_next(texts, &rest, REQUEST_MAX, &request);

		tap_ok(result == rows[i].result, "%s: result %d", rows[i].name, (int)result);
		if (result != REQUEST_READ)
			continue;
		tap_ok(request.limit.state == rows[i].state &&
				bytes_eq(request.limit.fields[rows[i].field], bytes_of_str(rows[i].value)),
			"%s: \"%.*s\"", rows[i].name, BYTES_FMT(request.limit.fields[rows[i].field]));
	}
}

/* Two requests, cut at every place: the first comes out when it is whole, and no byte earlier. */
static void
test_cuts(struct buf *texts)
{
	static const char text[] = HEAD "size=5\n\n" HEAD "size=6\n\n";
	size_t first = strlen(HEAD "size=5\n\n"), wrong = 0;

	for (size_t n = 0; n < sizeof(text); n++) {
		struct bytes rest = bytes_of(text, n);
		struct policy_request request = {0};
		size_t whole = 0;

		while (request_next(texts, &rest, REQUEST_MAX, &request) == REQUEST_READ)
			whole++;
		wrong += whole != (n >= sizeof(text) - 1) + (size_t)(n >= first);
		wrong += whole > 0 && request.limit.size != (int64_t)(4 + whole);
	}
	tap_ok(wrong == 0, "two requests, cut at %zu places", sizeof(text));
}

static void
test_too_long(struct buf *texts)
{
	char text[REQUEST_MAX + 1];
	struct policy_request request;
	struct bytes rest;

	memset(text, 'x', sizeof(text));
	rest = bytes_of(text, REQUEST_MAX - 1);
	tap_ok(request_next(texts, &rest, REQUEST_MAX, &request) == REQUEST_PARTIAL, "it may still end");
	rest = bytes_of(text, REQUEST_MAX);
	tap_ok(request_next(texts, &rest, REQUEST_MAX, &request) == REQUEST_MALFORMED, "it can't any more");
}

int
main(void)
{
	struct buf texts;

	buf_init(&texts, 2 * REQUEST_MAX);
	test_rows(&texts);
	test_cuts(&texts);
	test_too_long(&texts);
	buf_done(&texts);
	return tap_done();
}
