/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/dns_answer.h"

#include <arpa/nameser.h>
#include <limits.h>

#include "lib/tlspolicy/hostname.h"

enum { TLSA_HEAD = 3, MX_HEAD = 2 };

/* A packet that is being read. */
struct reader {
	struct arena *arena;
	struct bytes packet;
	ns_msg msg;
	struct dns_answer answer;
};

/* A name at some place of the packet, in the form of hostname.h. Returns -1 when the packet is malformed. */
static int
read_name(const struct reader *reader, const uint8_t *at, const char **ret_name)
{
	char text[NS_MAXDNAME], name[HOSTNAME_SIZE];
	const uint8_t *start = reader->packet.p;

	*ret_name = NULL;
	if (ns_name_uncompress(start, start + reader->packet.n, at, text, sizeof(text)) < 0)
		return -1;
	if (hostname_parse(bytes_of_str(text), name))
		*ret_name = arena_str(reader->arena, bytes_of_str(name));
	else if (text[0] == '\0' || (text[0] == '.' && text[1] == '\0'))
		*ret_name = "";
	return 0;
}

static int
read_mx(const struct reader *reader, struct bytes data, struct dns_record *record)
{
	if (data.n <= MX_HEAD)
		return -1;
	record->preference = (uint16_t)(data.p[0] << 8 | data.p[1]);
	return read_name(reader, data.p + MX_HEAD, &record->name);
}

static int
read_txt(const struct reader *reader, struct bytes data, struct dns_record *record)
{
	uint8_t *text = arena_alloc(reader->arena, data.n);
	size_t n = 0;

	while (data.n > 0) {
		struct bytes string = bytes_sub(data, 1, data.p[0]);

		if (string.n != data.p[0])
			return -1;
		if (string.n > 0)
			memcpy(text + n, string.p, string.n);
		n += string.n;
		data = bytes_sub(data, string.n + 1, data.n);
	}
	record->data = bytes_of(text, n);
	return 0;
}

static int
read_record(const struct reader *reader, enum dns_type type, struct bytes data, struct dns_record *record)
{
	switch (type) {
	case DNS_A:
	case DNS_AAAA:
		record->data = arena_bytes(reader->arena, data);
		return data.n == (type == DNS_A ? 4 : 16) ? 0 : -1;
	case DNS_CNAME:
		return data.n > 0 ? read_name(reader, data.p, &record->name) : -1;
	case DNS_MX:
		return read_mx(reader, data, record);
	case DNS_TXT:
		return read_txt(reader, data, record);
	case DNS_TLSA:
		if (data.n < TLSA_HEAD)
			return -1;
		record->usage = data.p[0];
		record->selector = data.p[1];
		record->matching = data.p[2];
		record->data = arena_bytes(reader->arena, bytes_sub(data, TLSA_HEAD, data.n));
		return 0;
	}
	return -1;
}

static bool
is_owner(const ns_rr *rr, const char *name)
{
	return bytes_eq_nocase(bytes_of_str(ns_rr_name(*rr)), bytes_of_str(name));
}

static void
note_ttl(struct dns_answer *answer, const ns_rr *rr)
{
	if (ns_rr_ttl(*rr) < answer->ttl)
		answer->ttl = ns_rr_ttl(*rr);
}

static struct bytes
rr_data(const ns_rr *rr)
{
	return bytes_of(ns_rr_rdata(*rr), ns_rr_rdlen(*rr));
}

/* Follows one CNAME of `owner`: 1 with the next owner, 0 when there is none. */
static int
follow(struct reader *reader, const char *owner, const char **ret_next)
{
	for (int i = 0; i < ns_msg_count(reader->msg, ns_s_an); i++) {
		struct dns_record record = {0};
		ns_rr rr;

		if (ns_parserr(&reader->msg, ns_s_an, i, &rr) < 0)
			return -1;
		if (ns_rr_type(rr) != ns_t_cname || !is_owner(&rr, owner))
			continue;
		if (read_record(reader, DNS_CNAME, rr_data(&rr), &record) < 0 || record.name == NULL)
			return -1;
		note_ttl(&reader->answer, &rr);
		*ret_next = record.name;
		return 1;
	}
	return 0;
}

static int
find_owner(struct reader *reader, const char *name, const char **ret_owner)
{
	const char *owner = name;
	int more = 1;

	for (int i = 0; more == 1; i++) {
		if (i > DNS_CHAIN_MAX)
			return -1;
		more = follow(reader, owner, &owner);
	}
	*ret_owner = owner;
	return more;
}

static int
read_records(struct reader *reader, const char *owner, enum dns_type type)
{
	struct dns_record *records = arena_array(reader->arena, DNS_RECORDS_MAX, sizeof(*records));
	struct dns_answer *answer = &reader->answer;

	for (int i = 0; i < ns_msg_count(reader->msg, ns_s_an) && answer->n < DNS_RECORDS_MAX; i++) {
		ns_rr rr;

		if (ns_parserr(&reader->msg, ns_s_an, i, &rr) < 0)
			return -1;
		if ((int)ns_rr_type(rr) != (int)type || ns_rr_class(rr) != ns_c_in || !is_owner(&rr, owner))
			continue;
		if (read_record(reader, type, rr_data(&rr), &records[answer->n]) < 0)
			return -1;
		note_ttl(answer, &rr);
		answer->n++;
	}
	answer->records = records;
	return 0;
}

static int
parse(struct reader *reader, const char *name, enum dns_type type)
{
	struct dns_answer *answer = &reader->answer;
	const char *owner = name;

	if (reader->packet.n > INT_MAX ||
		ns_initparse(reader->packet.p, (int)reader->packet.n, &reader->msg) < 0)
		return -1;
	if (type != DNS_CNAME && find_owner(reader, name, &owner) < 0)
		return -1;
	if (owner != name)
		answer->canonical = owner;
	if (read_records(reader, owner, type) < 0)
		return -1;
	switch (ns_msg_getflag(reader->msg, ns_f_rcode)) {
	case ns_r_noerror:
		answer->status = answer->n > 0 ? DNS_FOUND : DNS_NODATA;
		return 0;
	case ns_r_nxdomain:
		answer->status = DNS_NXDOMAIN;
		return 0;
	default:
		return -1;
	}
}

void
dns_answer_parse(struct arena *arena, const char *name, enum dns_type type, struct bytes packet,
	struct dns_answer *ret)
{
	struct reader reader = {.arena = arena, .packet = packet, .answer.ttl = UINT32_MAX};

	if (parse(&reader, name, type) < 0)
		reader.answer = (struct dns_answer){.status = DNS_FAILED};
	if (reader.answer.status != DNS_FOUND)
		reader.answer.ttl = 0, reader.answer.n = 0;
	*ret = reader.answer;
}
