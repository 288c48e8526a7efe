/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/http_check.h"

#include "tests/support/tap.h"

/* Reads a head written as the wire has it, leniently, the way a careless library would. */
static void
read_head(struct bytes text, struct head *head)
{
	struct bytes line, rest = text;
	size_t space;

	*head = (struct head){.size = text.n};
	bytes_next_line(&rest, &line);
	space = bytes_find_byte(line, ' ');
	head->method = bytes_sub(line, 0, space);
	line = bytes_sub(line, space + 1, line.n);
	space = bytes_find_byte(line, ' ');
	head->target = bytes_sub(line, 0, space);
	head->version = bytes_trim(bytes_sub(line, space + 1, line.n));
	while (bytes_next_line(&rest, &line) && line.n > 0) {
		size_t colon = bytes_find_byte(line, ':');

		if (head->n < HEAD_FIELDS_MAX)
			head->fields[head->n] = (struct head_field){
				bytes_sub(line, 0, colon), bytes_trim(bytes_sub(line, colon + 1, line.n))};
		head->n++;
	}
}

#define GET "GET /m HTTP/1.1\r\nHost: p.example\r\n"
#define POST "POST /m/begin HTTP/1.1\r\nHost: p.example\r\n"

static const struct {
	const char *name;
	struct bytes head;
	int want;
} table[] = {
	{"GET", BYTES_LIT(GET "\r\n"), 0},
	{"HEAD", BYTES_LIT("HEAD /m HTTP/1.1\r\nHost: p.example:8443\r\n\r\n"), 0},
	{"HTTP/1.0 with Host, as nginx sends it",
		BYTES_LIT("GET /m HTTP/1.0\r\nHost: p\r\nConnection: close\r\n\r\n"), 0},
	{"POST", BYTES_LIT(POST "Content-Length: 5\r\n\r\n"), 0},
	{"an empty field", BYTES_LIT(GET "Accept: \r\n\r\n"), 0},
	{"a query is let through", BYTES_LIT("GET /m?x=1 HTTP/1.1\r\nHost: p\r\n\r\n"), 0},
	{"IPv6 host", BYTES_LIT("GET /m HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"), 0},
	{"CL and TE", BYTES_LIT(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
	{"two equal CL", BYTES_LIT(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), 400},
	{"two CL", BYTES_LIT(POST "Content-Length: 5\r\ncontent-length: 6\r\n\r\n"), 400},
	{"CL list", BYTES_LIT(POST "Content-Length: 5, 5\r\n\r\n"), 400},
	{"CL +5", BYTES_LIT(POST "Content-Length: +5\r\n\r\n"), 400},
	{"CL -5", BYTES_LIT(POST "Content-Length: -5\r\n\r\n"), 400},
	{"CL 0x5", BYTES_LIT(POST "Content-Length: 0x5\r\n\r\n"), 400},
	{"CL empty", BYTES_LIT(POST "Content-Length: \r\n\r\n"), 400},
	{"CL above the limit", BYTES_LIT(POST "Content-Length: 8193\r\n\r\n"), 413},
	{"CL at the limit", BYTES_LIT(POST "Content-Length: 8192\r\n\r\n"), 0},
	{"CL beyond all numbers", BYTES_LIT(POST "Content-Length: 99999999999999999999999\r\n\r\n"), 413},
	{"chunked", BYTES_LIT(POST "Transfer-Encoding: chunked\r\n\r\n"), 501},
	{"gzip, chunked", BYTES_LIT(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501},
	{"xchunked on GET", BYTES_LIT(GET "Transfer-Encoding: xchunked\r\n\r\n"), 501},
	{"POST without length", BYTES_LIT(POST "\r\n"), 411},
	{"GET with a body", BYTES_LIT(GET "Content-Length: 3\r\n\r\n"), 400},
	{"GET with CL 0", BYTES_LIT(GET "Content-Length: 0\r\n\r\n"), 0},
	{"no Host", BYTES_LIT("GET /m HTTP/1.1\r\nAccept: */*\r\n\r\n"), 400},
	{"two Host", BYTES_LIT(GET "Host: p.example\r\n\r\n"), 400},
	{"empty Host", BYTES_LIT("GET /m HTTP/1.1\r\nHost: \r\n\r\n"), 400},
	{"Host with a path", BYTES_LIT("GET /m HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400},
	{"Host with user", BYTES_LIT("GET /m HTTP/1.1\r\nHost: a@b\r\n\r\n"), 400},
	{"space before colon", BYTES_LIT(GET "Accept : x\r\n\r\n"), 400},
	{"NUL in a name", BYTES_LIT(GET "Acc\0ept: x\r\n\r\n"), 400},
	{"NUL in a value", BYTES_LIT(GET "Accept: x\0y\r\n\r\n"), 400},
	{"control in a value", BYTES_LIT(GET "Accept: x\x01y\r\n\r\n"), 400},
	{"bare CR in a value", BYTES_LIT(GET "Accept: x\ry\r\n\r\n"), 400},
	{"bare LF after a field", BYTES_LIT(GET "Accept: x\n\r\n"), 400},
	{"bare LF after the request line", BYTES_LIT("GET /m HTTP/1.1\nHost: p\r\n\r\n"), 400},
	{"no space behind the colon", BYTES_LIT(GET "Accept:x\r\n\r\n"), 400},
	{"two spaces behind the colon", BYTES_LIT(GET "Accept:  x\r\n\r\n"), 400},
	{"PUT", BYTES_LIT("PUT /m HTTP/1.1\r\nHost: p\r\n\r\n"), 405},
	{"TRACE", BYTES_LIT("TRACE /m HTTP/1.1\r\nHost: p\r\n\r\n"), 405},
	{"CONNECT", BYTES_LIT("CONNECT /m HTTP/1.1\r\nHost: p\r\n\r\n"), 405},
	{"get", BYTES_LIT("get /m HTTP/1.1\r\nHost: p\r\n\r\n"), 405},
	{"HTTP/2.0", BYTES_LIT("GET /m HTTP/2.0\r\nHost: p\r\n\r\n"), 505},
	{"HTTP/0.9", BYTES_LIT("GET /m HTTP/0.9\r\nHost: p\r\n\r\n"), 505},
	{"absolute target", BYTES_LIT("GET http://p/m HTTP/1.1\r\nHost: p\r\n\r\n"), 400},
	{"asterisk target", BYTES_LIT("GET * HTTP/1.1\r\nHost: p\r\n\r\n"), 400},
	{"bytes above ASCII in the target", BYTES_LIT("GET /\xC3\xA4 HTTP/1.1\r\nHost: p\r\n\r\n"), 400},
};

static void
test_table(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct head head;

		read_head(table[i].head, &head);
		int got = head_check(&head);

		tap_ok(got == table[i].want, "%s: %d, got %d", table[i].name, table[i].want, got);
	}
}

static void
test_limits(void)
{
	struct head head = {
		.method = BYTES_LIT("GET"), .target = BYTES_LIT("/m"), .version = BYTES_LIT("HTTP/1.1")};
	char longer[HEAD_TARGET_MAX + 2];

	for (size_t i = 0; i < HEAD_FIELDS_MAX; i++)
		head.fields[i] = (struct head_field){BYTES_LIT("A"), BYTES_LIT("b")};
	head.fields[0] = (struct head_field){BYTES_LIT("Host"), BYTES_LIT("p")};
	head.n = HEAD_FIELDS_MAX;
	tap_ok(head_check(&head) == 0, "as many fields as are allowed");
	head.n++;
	tap_ok(head_check(&head) == 431, "one more");
	head.n = 1;
	memset(longer, 'a', sizeof(longer));
	longer[0] = '/';
	head.target = bytes_of(longer, HEAD_TARGET_MAX + 1);
	tap_ok(head_check(&head) == 414, "a long target");
}

int
main(void)
{
	test_table();
	test_limits();
	return tap_done();
}
