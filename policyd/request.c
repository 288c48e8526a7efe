/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/request.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "lib/base/ascii.h"

/* Attributes of which limits make use. */
enum attribute {
	ATTRIBUTE_NONE,
	ATTRIBUTE_REQUEST,
	ATTRIBUTE_STATE,
	ATTRIBUTE_QUEUE_ID,
	ATTRIBUTE_SENDER,
	ATTRIBUTE_RECIPIENT,
	ATTRIBUTE_RECIPIENT_COUNT,
	ATTRIBUTE_CLIENT,
	ATTRIBUTE_SASL_USER,
	ATTRIBUTE_SIZE,
	ATTRIBUTE_TLS,
	ATTRIBUTES,
};

static const struct bytes names[ATTRIBUTES] = {
	[ATTRIBUTE_REQUEST] = BYTES_LIT("request"),
	[ATTRIBUTE_STATE] = BYTES_LIT("protocol_state"),
	[ATTRIBUTE_QUEUE_ID] = BYTES_LIT("queue_id"),
	[ATTRIBUTE_SENDER] = BYTES_LIT("sender"),
	[ATTRIBUTE_RECIPIENT] = BYTES_LIT("recipient"),
	[ATTRIBUTE_RECIPIENT_COUNT] = BYTES_LIT("recipient_count"),
	[ATTRIBUTE_CLIENT] = BYTES_LIT("client_address"),
	[ATTRIBUTE_SASL_USER] = BYTES_LIT("sasl_username"),
	[ATTRIBUTE_SIZE] = BYTES_LIT("size"),
	[ATTRIBUTE_TLS] = BYTES_LIT("encryption_protocol"),
};

enum { NET_MAX = INET6_ADDRSTRLEN + 4 };
#define COUNT_MAX INT64_C(1000000000000)

/* By the length of their names: most attributes need no comparison at all. */
enum { LENGTH_MAX = 19, SAME_LENGTH_MAX = 2 };
static const int8_t by_length[LENGTH_MAX + 1][SAME_LENGTH_MAX] = {
	[4] = {ATTRIBUTE_SIZE},
	[6] = {ATTRIBUTE_SENDER},
	[7] = {ATTRIBUTE_REQUEST},
	[8] = {ATTRIBUTE_QUEUE_ID},
	[9] = {ATTRIBUTE_RECIPIENT},
	[13] = {ATTRIBUTE_SASL_USER},
	[14] = {ATTRIBUTE_STATE, ATTRIBUTE_CLIENT},
	[15] = {ATTRIBUTE_RECIPIENT_COUNT},
	[19] = {ATTRIBUTE_TLS},
};

/* The first of a name counts: Postfix sends each once. */
static int
read_line(const uint8_t *line, size_t n, struct bytes values[ATTRIBUTES])
{
	const uint8_t *equals = memchr(line, '=', n);
	size_t length = equals != NULL ? (size_t)(equals - line) : 0;

	if (length == 0)
		return -1;
	for (int i = 0; i < SAME_LENGTH_MAX && length <= LENGTH_MAX; i++) {
		int attribute = by_length[length][i];

		if (attribute != ATTRIBUTE_NONE && memcmp(line, names[attribute].p, length) == 0 &&
			values[attribute].p == NULL)
			values[attribute] = bytes_of(equals + 1, n - length - 1);
	}
	return 0;
}

static enum limit_state
state_of(struct bytes text)
{
	static const struct {
		struct bytes name;
		enum limit_state state;
	} states[] = {{BYTES_LIT("RCPT"), STATE_RCPT}, {BYTES_LIT("DATA"), STATE_DATA},
		{BYTES_LIT("END-OF-MESSAGE"), STATE_END_OF_MESSAGE}};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (bytes_eq(text, states[i].name))
			return states[i].state;
	return STATE_OTHER;
}

static int64_t
number_of(struct bytes text)
{
	int64_t n;

	return bytes_parse_i64(text, 0, COUNT_MAX, &n) == 0 ? n : 0;
}

/* There is room for it: see request_next(). */
static struct bytes
lower(struct buf *texts, struct bytes text)
{
	uint8_t *copy = texts->p + texts->n;

	for (size_t i = 0; i < text.n; i++)
		copy[i] = ascii_lower(text.p[i]);
	texts->n += text.n;
	return bytes_of(copy, text.n);
}

static struct bytes
copy(struct buf *texts, struct bytes text)
{
	if (text.n > 0)
		memcpy(texts->p + texts->n, text.p, text.n);
	texts->n += text.n;
	return bytes_of(texts->p + texts->n - text.n, text.n);
}

static struct bytes
domain_of(struct bytes address)
{
	for (size_t at = address.n; at > 0; at--)
		if (address.p[at - 1] == '@')
			return bytes_sub(address, at, address.n);
	return bytes_of(NULL, 0);
}

/* The new length. */
static size_t
append(char text[INET6_ADDRSTRLEN + 4], const char *suffix)
{
	size_t n = strlen(text);

	memcpy(text + n, suffix, strlen(suffix) + 1);
	return n + strlen(suffix);
}

/* The /24 of an IPv4 address, the /64 of an IPv6 one; an IPv4 address in IPv6's clothes is the former. */
static struct bytes
net_of(struct buf *texts, struct bytes address)
{
	static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	char text[INET6_ADDRSTRLEN + 4] = "";
	struct in_addr v4;
	struct in6_addr v6;

	if (address.n == 0 || address.n > INET6_ADDRSTRLEN)
		return bytes_of(NULL, 0);
	memcpy(text, address.p, address.n);
	if (inet_pton(AF_INET, text, &v4) != 1) {
		if (inet_pton(AF_INET6, text, &v6) != 1)
			return bytes_of(NULL, 0);
		if (memcmp(v6.s6_addr, mapped, sizeof(mapped)) != 0) {
			memset(v6.s6_addr + 8, 0, 8);
			inet_ntop(AF_INET6, &v6, text, INET6_ADDRSTRLEN);
			return lower(texts, bytes_of(text, append(text, "/64")));
		}
		memcpy(&v4, v6.s6_addr + 12, sizeof(v4));
	}
	v4.s_addr &= htonl(0xFFFFFF00);
	inet_ntop(AF_INET, &v4, text, INET6_ADDRSTRLEN);
	return lower(texts, bytes_of(text, append(text, "/24")));
}

static void
fill(struct buf *texts, const struct bytes values[ATTRIBUTES], struct policy_request *request)
{
	struct bytes *fields = request->limit.fields;

	*request = (struct policy_request){.queue_id = copy(texts, values[ATTRIBUTE_QUEUE_ID])};
	request->tls_version = copy(texts, values[ATTRIBUTE_TLS]);
	request->limit.state = state_of(values[ATTRIBUTE_STATE]);
	request->limit.recipients = number_of(values[ATTRIBUTE_RECIPIENT_COUNT]);
	request->limit.size = number_of(values[ATTRIBUTE_SIZE]);
	fields[FIELD_SENDER] = lower(texts, values[ATTRIBUTE_SENDER]);
	fields[FIELD_SENDER_DOMAIN] = domain_of(fields[FIELD_SENDER]);
	fields[FIELD_SASL_USER] = lower(texts, values[ATTRIBUTE_SASL_USER]);
	fields[FIELD_CLIENT] = lower(texts, values[ATTRIBUTE_CLIENT]);
	fields[FIELD_CLIENT_NET] = net_of(texts, fields[FIELD_CLIENT]);
	fields[FIELD_RECIPIENT] = lower(texts, values[ATTRIBUTE_RECIPIENT]);
	fields[FIELD_RECIPIENT_DOMAIN] = domain_of(fields[FIELD_RECIPIENT]);
}

/* All lines up to the empty one; *text becomes what is behind it. */
static enum request_result
read_lines(struct bytes *text, struct bytes values[ATTRIBUTES])
{
	enum request_result result = REQUEST_READ;
	const uint8_t *line = text->p, *end = text->p + text->n, *newline;

	while (line < end && (newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
		size_t n = (size_t)(newline - line);

		if (n > 0 && read_line(line, n, values) < 0)
			result = REQUEST_MALFORMED;
		line = newline + 1;
		if (n > 0)
			continue;
		*text = bytes_of(line, (size_t)(end - line));
		return result;
	}
	return REQUEST_PARTIAL;
}

enum request_result
request_next(struct buf *texts, struct bytes *rest, size_t max, struct policy_request *ret_request)
{
	struct bytes values[ATTRIBUTES] = {{0}}, text = bytes_sub(*rest, 0, max);
	enum request_result result = read_lines(&text, values);
	size_t used = (size_t)(text.p - rest->p);

	if (result == REQUEST_PARTIAL)
		return rest->n >= max ? REQUEST_MALFORMED : REQUEST_PARTIAL;
	if (result == REQUEST_MALFORMED ||
		!bytes_eq(values[ATTRIBUTE_REQUEST], BYTES_LIT("smtpd_access_policy")))
		return REQUEST_MALFORMED;
	buf_reset(texts);
	if (buf_room(texts, used + NET_MAX) == NULL)
		return REQUEST_MALFORMED;
	fill(texts, values, ret_request);
	*rest = bytes_sub(*rest, used, rest->n);
	return REQUEST_READ;
}
