/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a packet of DNS answers to one question, as plain records. libunbound fetched and validated it; the C
 * library's parser reads it. Pure: a packet in, an answer in an arena out.
 */
#ifndef POSTSEAL_DNS_ANSWER_H
#define POSTSEAL_DNS_ANSWER_H

#include "lib/base/arena.h"

enum {
	DNS_RECORDS_MAX = 256, /* of one answer; more are left out */
	DNS_CHAIN_MAX = 12,    /* CNAMEs behind each other */
};

enum dns_type {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_TLSA = 52,
};

enum dns_status {
	DNS_FOUND,
	DNS_NODATA,
	DNS_NXDOMAIN,
	DNS_BOGUS,  /* DNSSEC validation failed: never "there is none" */
	DNS_FAILED, /* SERVFAIL, no answer in time, or a packet that is none */
};

/* What is set depends on the type. */
struct dns_record {
	struct bytes data;   /* A, AAAA: the address; TXT: its strings joined; TLSA: its data */
	const char *name;    /* MX, CNAME: a host's name; "" for the root; NULL when it is no host's name */
	uint16_t preference; /* MX */
	uint8_t usage, selector, matching; /* TLSA */
};

struct dns_answer {
	enum dns_status status;
	bool secure;           /* DNSSEC-validated, the denial as well */
	const char *canonical; /* where CNAMEs lead to; NULL: there is none */
	uint32_t ttl;          /* seconds: the least of all that is used; 0 unless FOUND */
	const struct dns_record *records;
	size_t n;
};

/* `name` as asked. Malformed packets and records are DNS_FAILED; `secure` stays for the caller to set. */
void dns_answer_parse(struct arena *arena, const char *name, enum dns_type type, struct bytes packet,
	struct dns_answer *ret);

#endif
