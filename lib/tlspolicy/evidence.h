/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a domain's TLS, as plain data: what DNS said and how trustworthy, what MTA-STS said, what
 * a probe of each MX host saw, what an admin decided. Nothing here is a judgement: lib/tlspolicy/judge.h
 * makes one. All memory belongs to the arena that the evidence was made in; what comes from outside is
 * bounded by the maxima below. Times are seconds of the wall clock; 0 means never.
 */
#ifndef POSTSEAL_EVIDENCE_H
#define POSTSEAL_EVIDENCE_H

#include "lib/base/arena.h"
#include "lib/tlspolicy/level.h"

enum {
	EVIDENCE_MX_MAX = 32,       /* the most preferred; the others are counted */
	EVIDENCE_ADDRESSES_MAX = 8, /* of one host */
	EVIDENCE_TLSA_MAX = 16,     /* of one host */
	EVIDENCE_TLSA_DATA_MAX = 4096,
	EVIDENCE_STS_PATTERNS_MAX = 64,
	EVIDENCE_STS_ID_MAX = 32,
	EVIDENCE_NAME_MAX = 253,
	EVIDENCE_TEXT_MAX = 512, /* an owner, a reason */
};

/* How an answer of DNS can be trusted. BOGUS and FAILED are never "there is none": ask again later. */
enum evidence_dns {
	EVIDENCE_DNS_NONE, /* a proven or plain "no such record" */
	EVIDENCE_DNS_INSECURE,
	EVIDENCE_DNS_SECURE,
	EVIDENCE_DNS_BOGUS,
	EVIDENCE_DNS_FAILED, /* SERVFAIL, no answer in time, nonsense */
	EVIDENCE_DNS_STATES,
};

enum evidence_mx_state {
	EVIDENCE_MX_FOUND,
	EVIDENCE_MX_IMPLICIT, /* none, but an address: the domain itself (RFC 5321 section 5.1) */
	EVIDENCE_MX_NULL,     /* takes no mail (RFC 7505) */
	EVIDENCE_MX_NONE,     /* no such domain, or nothing to send to */
	EVIDENCE_MX_BOGUS,
	EVIDENCE_MX_FAILED,
	EVIDENCE_MX_STATES,
};

struct evidence_address {
	uint8_t n; /* 4 or 16 */
	uint8_t bytes[16];
};

enum evidence_tlsa_state {
	EVIDENCE_TLSA_NONE,     /* a secure denial, or nothing to ask for */
	EVIDENCE_TLSA_INSECURE, /* not signed: none, as RFC 7672 section 2.1 has it */
	EVIDENCE_TLSA_USABLE,   /* some record is DANE-TA(2) or DANE-EE(3) with parameters that we know */
	EVIDENCE_TLSA_UNUSABLE, /* secure records, none of them usable */
	EVIDENCE_TLSA_BOGUS,
	EVIDENCE_TLSA_FAILED,
	EVIDENCE_TLSA_STATES,
};

/* A record as it came; evidence_tlsa_is_usable() tells which ones count. */
struct evidence_tlsa {
	uint8_t usage, selector, matching;
	struct bytes data;
};

enum evidence_probe_result {
	EVIDENCE_PROBE_NONE, /* not probed */
	EVIDENCE_PROBE_UNREACHABLE,
	EVIDENCE_PROBE_NO_STARTTLS,
	EVIDENCE_PROBE_REFUSED, /* offered, then answered with something else than 220 */
	EVIDENCE_PROBE_BROKEN,  /* the handshake failed, or bytes came before it that don't belong there */
	EVIDENCE_PROBE_OLD,     /* below TLS 1.2 */
	EVIDENCE_PROBE_ENCRYPTED,
	EVIDENCE_PROBE_RESULTS,
};

enum evidence_certificate {
	EVIDENCE_CERTIFICATE_UNKNOWN,
	EVIDENCE_CERTIFICATE_GOOD, /* trusted, and named as the host is */
	EVIDENCE_CERTIFICATE_WRONG_NAME,
	EVIDENCE_CERTIFICATE_UNTRUSTED,
	EVIDENCE_CERTIFICATE_SELF_SIGNED,
	EVIDENCE_CERTIFICATE_EXPIRED,
	EVIDENCE_CERTIFICATES,
};

enum evidence_dane_match {
	EVIDENCE_DANE_UNKNOWN, /* no usable records, or no handshake */
	EVIDENCE_DANE_MATCHES,
	EVIDENCE_DANE_DIFFERS,
	EVIDENCE_DANE_MATCHINGS,
};

struct evidence_probe {
	enum evidence_probe_result result;
	enum evidence_certificate certificate;
	enum evidence_dane_match dane;
	uint16_t tls_version; /* 0x0303: TLS 1.2 */
	bool requiretls;      /* RFC 8689 */
	int64_t when;
};

struct evidence_mx {
	const char *name; /* lower case, no dot at the end; letters, digits, "-", "_" and "." only */
	uint16_t preference;
	enum evidence_dns addresses_state;
	struct evidence_address *addresses;
	size_t n_addresses;
	enum evidence_tlsa_state tlsa_state;
	const char *tlsa_base; /* the host, or what its CNAME leads to (RFC 7672 section 2.2.2); NULL: none */
	struct evidence_tlsa *tlsa;
	size_t n_tlsa;
	struct evidence_probe probe;
};

enum evidence_sts_state {
	EVIDENCE_STS_NONE, /* no record, or its policy was never got */
	EVIDENCE_STS_OFF,  /* mode: none */
	EVIDENCE_STS_TESTING,
	EVIDENCE_STS_ENFORCE,
	EVIDENCE_STS_STATES,
};

/* Why the last look for a policy brought none, or none newer. */
enum evidence_sts_fault {
	EVIDENCE_STS_GOOD,
	EVIDENCE_STS_NO_RECORD,
	EVIDENCE_STS_BAD_RECORD, /* several, or one that is malformed */
	EVIDENCE_STS_DNS,        /* temporary, or bogus */
	EVIDENCE_STS_ADDRESS,    /* the policy host has none that we may talk to */
	EVIDENCE_STS_CONNECT,
	EVIDENCE_STS_CERTIFICATE,
	EVIDENCE_STS_TIMEOUT,
	EVIDENCE_STS_HTTP, /* a status other than 200, a redirect included */
	EVIDENCE_STS_TYPE, /* not text/plain */
	EVIDENCE_STS_SIZE,
	EVIDENCE_STS_SYNTAX,
	EVIDENCE_STS_FAULTS,
};

/*
 * An MTA-STS policy (RFC 8461). Once fetched it holds to `until`, whatever happens to record and host, and a
 * failure only shows in `fault`.
 */
struct evidence_sts {
	enum evidence_sts_state state;
	enum evidence_sts_fault fault;
	const char *id;              /* of the record that it was fetched for, or NULL */
	const char *const *patterns; /* lower case; "*.example.com" has its star */
	size_t n_patterns;
	int64_t max_age;
	int64_t fetched, until;
};

/* An admin's decision. `owner` NULL: there is none. */
struct evidence_override {
	const char *owner, *reason;
	enum tls_level level;
	int64_t date, until; /* until 0: for good */
	const char *const
		*match; /* certificate names for TLS_LEVEL_VERIFIED; none: the domain and its hosts */
	size_t n_match;
};

struct evidence {
	const char *domain;    /* lower case, no dot at the end */
	int64_t looked, until; /* behind `until` it promises nothing */
	enum evidence_mx_state mx_state;
	bool mx_secure;         /* the MX records, or the proof that there are none, are DNSSEC-validated */
	struct evidence_mx *mx; /* by preference, then by name */
	size_t n_mx, n_mx_dropped;
	struct evidence_sts sts;
	bool tlsrpt; /* RFC 8460: the domain asks for reports */
	struct evidence_override override;
};

/* RFC 7672 section 3.1 and RFC 7671: usage 2 or 3, selector 0 or 1, matching 0 to 2 with data of its length.
 */
bool evidence_tlsa_is_usable(const struct evidence_tlsa *tlsa);

/* Short names for people and JSON: "usable", "no-starttls", "wrong-name". */
const char *evidence_dns_name(enum evidence_dns state);
const char *evidence_mx_state_name(enum evidence_mx_state state);
const char *evidence_tlsa_state_name(enum evidence_tlsa_state state);
const char *evidence_probe_name(enum evidence_probe_result result);
const char *evidence_certificate_name(enum evidence_certificate certificate);
const char *evidence_dane_name(enum evidence_dane_match match);
const char *evidence_sts_state_name(enum evidence_sts_state state);
const char *evidence_sts_fault_name(enum evidence_sts_fault fault);

#endif
