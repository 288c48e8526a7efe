/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/request.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "lib/base/ascii.h"

/* Attributes of which limits make use. */
enum attribute {
	ATTRIBUTE_REQUEST,
	ATTRIBUTE_STATE,
	ATTRIBUTE_QUEUE_ID,
	ATTRIBUTE_SENDER,
	ATTRIBUTE_RECIPIENT,
	ATTRIBUTE_RECIPIENT_COUNT,
	ATTRIBUTE_CLIENT,
	ATTRIBUTE_SASL_USER,
	ATTRIBUTE_SIZE,
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
};

#define COUNT_MAX INT64_C(1000000000000)

/* The first of a name counts: Postfix sends each once. */
static int
read_line(struct bytes line, struct bytes values[ATTRIBUTES])
{
	size_t at = bytes_find_byte(line, '=');
	struct bytes name = bytes_sub(line, 0, at);

	if (at == line.n || at == 0)
		return -1;
	for (int i = 0; i < ATTRIBUTES; i++)
		if (values[i].p == NULL && bytes_eq(name, names[i])) {
			values[i] = bytes_sub(line, at + 1, line.n);
			break;
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

static struct bytes
lower(struct arena *arena, struct bytes text)
{
	char *copy = text.n > 0 ? arena_str(arena, text) : NULL;

	for (size_t i = 0; i < text.n; i++)
		copy[i] = (char)ascii_lower(text.p[i]);
	return bytes_of(copy, text.n);
}

static struct bytes
domain_of(struct bytes address)
{
	for (size_t at = address.n; at > 0; at--)
		if (address.p[at - 1] == '@')
			return bytes_sub(address, at, address.n);
	return bytes_of(NULL, 0);
}

/* The /24 of an IPv4 address, the /64 of an IPv6 one; an IPv4 address in IPv6's clothes is the former. */
static struct bytes
net_of(struct arena *arena, struct bytes address)
{
	static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	char text[INET6_ADDRSTRLEN + 1] = "";
	struct in_addr v4;
	struct in6_addr v6;

	if (address.n == 0 || address.n > INET6_ADDRSTRLEN)
		return bytes_of(NULL, 0);
	memcpy(text, address.p, address.n);
	if (inet_pton(AF_INET6, text, &v6) == 1) {
		if (memcmp(v6.s6_addr, mapped, sizeof(mapped)) != 0) {
			memset(v6.s6_addr + 8, 0, 8);
			inet_ntop(AF_INET6, &v6, text, sizeof(text));
			return bytes_of_str(arena_strf(arena, "%s/64", text));
		}
		memcpy(&v4, v6.s6_addr + 12, sizeof(v4));
	} else if (inet_pton(AF_INET, text, &v4) != 1)
		return bytes_of(NULL, 0);
	v4.s_addr &= htonl(0xFFFFFF00);
	inet_ntop(AF_INET, &v4, text, sizeof(text));
	return bytes_of_str(arena_strf(arena, "%s/24", text));
}

static void
fill(struct arena *arena, const struct bytes values[ATTRIBUTES], struct policy_request *request)
{
	struct bytes *fields = request->limit.fields;

	*request = (struct policy_request){.queue_id = values[ATTRIBUTE_QUEUE_ID]};
	request->limit.state = state_of(values[ATTRIBUTE_STATE]);
	request->limit.recipients = number_of(values[ATTRIBUTE_RECIPIENT_COUNT]);
	request->limit.size = number_of(values[ATTRIBUTE_SIZE]);
	fields[FIELD_SENDER] = lower(arena, values[ATTRIBUTE_SENDER]);
	fields[FIELD_SENDER_DOMAIN] = domain_of(fields[FIELD_SENDER]);
	fields[FIELD_SASL_USER] = lower(arena, values[ATTRIBUTE_SASL_USER]);
	fields[FIELD_CLIENT] = lower(arena, values[ATTRIBUTE_CLIENT]);
	fields[FIELD_CLIENT_NET] = net_of(arena, fields[FIELD_CLIENT]);
	fields[FIELD_RECIPIENT] = lower(arena, values[ATTRIBUTE_RECIPIENT]);
	fields[FIELD_RECIPIENT_DOMAIN] = domain_of(fields[FIELD_RECIPIENT]);
}

enum request_result
request_next(struct arena *arena, struct bytes *rest, size_t max, struct policy_request *ret_request)
{
	struct bytes values[ATTRIBUTES] = {{0}}, whole, line, left;
	size_t end = bytes_find(bytes_sub(*rest, 0, max), BYTES_LIT("\n\n"));

	if (end >= bytes_sub(*rest, 0, max).n)
		return rest->n >= max ? REQUEST_MALFORMED : REQUEST_PARTIAL;
	whole = bytes_sub(*rest, 0, end + 1);
	left = bytes_sub(*rest, end + 2, rest->n);
	while (bytes_next_line(&whole, &line))
		if (read_line(line, values) < 0)
			return REQUEST_MALFORMED;
	if (!bytes_eq(values[ATTRIBUTE_REQUEST], BYTES_LIT("smtpd_access_policy")))
		return REQUEST_MALFORMED;
	fill(arena, values, ret_request);
	*rest = left;
	return REQUEST_READ;
}
