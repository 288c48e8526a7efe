/* SPDX-License-Identifier: Apache-2.0 */
/* Packets as libunbound gives them, and as nobody should. */
#include "policyd/dns_answer.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

enum { PACKET_MAX = 65535 };

/* "a.example" as labels. */
static void
put_name(struct buf *out, const char *name)
{
	struct bytes rest = bytes_of_str(name);

	while (rest.n > 0) {
		struct bytes label = bytes_sub(rest, 0, bytes_find_byte(rest, '.'));

		buf_put_byte(out, (uint8_t)label.n);
		buf_put_bytes(out, label);
		rest = bytes_sub(rest, label.n + 1, rest.n);
	}
	buf_put_byte(out, 0);
}

static void
put_u16(struct buf *out, unsigned value)
{
	buf_put_byte(out, (uint8_t)(value >> 8));
	buf_put_byte(out, (uint8_t)value);
}

struct rr {
	const char *owner;
	enum dns_type type;
	unsigned ttl;
	const char *name; /* behind `n` bytes of data, when it is not NULL */
	const char *data;
	size_t n;
};

enum { RRS_MAX = 16 };

static void
put_rr(struct buf *out, const struct rr *rr)
{
	struct buf data;

	buf_init(&data, PACKET_MAX);
	buf_put(&data, rr->data, rr->n);
	if (rr->name != NULL)
		put_name(&data, rr->name);
	put_name(out, rr->owner);
	put_u16(out, rr->type);
	put_u16(out, 1);
	put_u16(out, 0);
	put_u16(out, rr->ttl);
	put_u16(out, (unsigned)data.n);
	buf_put_bytes(out, buf_bytes(&data));
	buf_done(&data);
}

static void
put_packet(struct buf *out, unsigned rcode, enum dns_type type, const struct rr *rrs, size_t n)
{
	put_u16(out, 1);
	put_u16(out, 0x8180 | rcode);
	put_u16(out, 1);
	put_u16(out, (unsigned)n);
	put_u16(out, 0);
	put_u16(out, 0);
	put_name(out, "a.example");
	put_u16(out, type);
	put_u16(out, 1);
	for (size_t i = 0; i < n; i++)
		put_rr(out, &rrs[i]);
}

#define BYTES(s) .data = (s), .n = sizeof(s) - 1

static const struct {
	const char *name;
	enum dns_type type;
	unsigned rcode;
	size_t n;
	struct rr rrs[RRS_MAX];
	enum dns_status want;
	size_t records;
	const char *canonical, *first; /* name of the first record */
	unsigned ttl;
} cases[] = {
	{"an MX", DNS_MX, 0, 1, {{"a.example", DNS_MX, 300, "Mx.Example", BYTES("\0\012")}}, DNS_FOUND, 1,
		NULL, "mx.example", 300},
	{"a null MX", DNS_MX, 0, 1, {{"a.example", DNS_MX, 300, "", BYTES("\0\0")}}, DNS_FOUND, 1, NULL, "",
		300},
	{"an MX that is no host's name", DNS_MX, 0, 1,
		{{"a.example", DNS_MX, 300, "a b.example", BYTES("\0\0")}}, DNS_FOUND, 1, NULL, NULL, 300},
	{"an MX that is an address", DNS_MX, 0, 1, {{"a.example", DNS_MX, 300, "192.0.2.1", BYTES("\0\0")}},
		DNS_FOUND, 1, NULL, NULL, 300},
	{"an MX without a name", DNS_MX, 0, 1, {{"a.example", DNS_MX, 300, NULL, BYTES("\0\012")}},
		DNS_FAILED, 0, NULL, NULL, 0},
	{"no data", DNS_MX, 0, 0, {{0}}, DNS_NODATA, 0, NULL, NULL, 0},
	{"no such name", DNS_MX, 3, 0, {{0}}, DNS_NXDOMAIN, 0, NULL, NULL, 0},
	{"a refusal", DNS_MX, 5, 0, {{0}}, DNS_FAILED, 0, NULL, NULL, 0},
	{"an address", DNS_A, 0, 1, {{"A.EXAMPLE", DNS_A, 7, NULL, BYTES("\300\0\002\001")}}, DNS_FOUND, 1,
		NULL, NULL, 7},
	{"an address of three bytes", DNS_A, 0, 1, {{"a.example", DNS_A, 7, NULL, BYTES("\300\0\002")}},
		DNS_FAILED, 0, NULL, NULL, 0},
	{"somebody else's address", DNS_A, 0, 1, {{"b.example", DNS_A, 7, NULL, BYTES("\300\0\002\001")}},
		DNS_NODATA, 0, NULL, NULL, 0},
	{"an alias", DNS_A, 0, 3,
		{{"c.example", DNS_A, 90, NULL, BYTES("\300\0\002\001")},
			{"b.example", DNS_CNAME, 50, "c.example", NULL, 0},
			{"a.example", DNS_CNAME, 60, "b.example", NULL, 0}},
		DNS_FOUND, 1, "c.example", NULL, 50},
	{"an alias that leads nowhere", DNS_A, 3, 1, {{"a.example", DNS_CNAME, 60, "b.example", NULL, 0}},
		DNS_NXDOMAIN, 0, "b.example", NULL, 0},
	{"a loop", DNS_A, 0, 2,
		{{"a.example", DNS_CNAME, 60, "b.example", NULL, 0},
			{"b.example", DNS_CNAME, 60, "a.example", NULL, 0}},
		DNS_FAILED, 0, NULL, NULL, 0},
	{"the alias itself", DNS_CNAME, 0, 1, {{"a.example", DNS_CNAME, 60, "b.example", NULL, 0}}, DNS_FOUND,
		1, NULL, "b.example", 60},
	{"a text of two strings", DNS_TXT, 0, 1, {{"a.example", DNS_TXT, 9, NULL, BYTES("\002ab\001c")}},
		DNS_FOUND, 1, NULL, NULL, 9},
	{"a text that is longer than it is", DNS_TXT, 0, 1,
		{{"a.example", DNS_TXT, 9, NULL, BYTES("\003ab")}}, DNS_FAILED, 0, NULL, NULL, 0},
	{"a TLSA record", DNS_TLSA, 0, 1, {{"a.example", DNS_TLSA, 9, NULL, BYTES("\003\001\001xyz")}},
		DNS_FOUND, 1, NULL, NULL, 9},
	{"a TLSA record of two bytes", DNS_TLSA, 0, 1, {{"a.example", DNS_TLSA, 9, NULL, BYTES("\003\001")}},
		DNS_FAILED, 0, NULL, NULL, 0},
};

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
test_cases(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dns_answer answer;
		struct buf packet;

		buf_init(&packet, PACKET_MAX);
		put_packet(&packet, cases[i].rcode, cases[i].type, cases[i].rrs, cases[i].n);
		dns_answer_parse(arena, "a.example", cases[i].type, buf_bytes(&packet), &answer);
		tap_ok(answer.status == cases[i].want && answer.n == cases[i].records &&
				answer.ttl == cases[i].ttl && same(answer.canonical, cases[i].canonical),
			"%s: %d, %zu records", cases[i].name, answer.status, answer.n);
		if (answer.n > 0)
			tap_ok(same(answer.records[0].name, cases[i].first), "its name");
		buf_done(&packet);
	}
}

/* Cut at every byte: whatever is left says nothing, or is an error. */
static void
test_cut(struct arena *arena)
{
	struct buf packet;
	size_t found = 0;

	buf_init(&packet, PACKET_MAX);
	put_packet(&packet, 0, DNS_MX, cases[0].rrs, 1);
	for (size_t n = 0; n < packet.n; n++) {
		struct dns_answer answer;

		dns_answer_parse(arena, "a.example", DNS_MX, bytes_sub(buf_bytes(&packet), 0, n), &answer);
		found += answer.status != DNS_FAILED;
	}
	tap_ok(found == 0, "a packet that is cut, at %zu places", packet.n);
	buf_done(&packet);
}

static void
test_strings(struct arena *arena)
{
	static const struct rr rr = {"a.example", DNS_TXT, 9, NULL, BYTES("\002ab\0\001c")};
	struct dns_answer answer;
	struct buf packet;

	buf_init(&packet, PACKET_MAX);
	put_packet(&packet, 0, DNS_TXT, &rr, 1);
	dns_answer_parse(arena, "a.example", DNS_TXT, buf_bytes(&packet), &answer);
	if (tap_ok(answer.n == 1, "a text"))
		tap_bytes(answer.records[0].data, BYTES_LIT("abc"), "its strings are joined");
	buf_done(&packet);
}

int
main(void)
{
	struct arena arena;

	arena_init(&arena);
	test_cases(&arena);
	test_cut(&arena);
	test_strings(&arena);
	arena_done(&arena);
	return tap_done();
}
