/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tlspolicy/evidence.h"

static const char *const dns_names[EVIDENCE_DNS_STATES] = {"none", "insecure", "secure", "bogus", "failed"};

static const char *const mx_names[EVIDENCE_MX_STATES] = {
	"found", "implicit", "null", "none", "bogus", "failed"};

static const char *const tlsa_names[EVIDENCE_TLSA_STATES] = {
	"none", "insecure", "usable", "unusable", "bogus", "failed"};

static const char *const probe_names[EVIDENCE_PROBE_RESULTS] = {
	"not-probed", "unreachable", "no-starttls", "refused", "broken", "old-tls", "encrypted"};

static const char *const certificate_names[EVIDENCE_CERTIFICATES] = {
	"unknown", "good", "wrong-name", "untrusted", "self-signed", "expired"};

static const char *const dane_names[EVIDENCE_DANE_MATCHINGS] = {"unknown", "matches", "differs"};

static const char *const sts_names[EVIDENCE_STS_STATES] = {"none", "off", "testing", "enforce"};

static const char *const fault_names[EVIDENCE_STS_FAULTS] = {
	[EVIDENCE_STS_GOOD] = "good",
	[EVIDENCE_STS_NO_RECORD] = "no-record",
	[EVIDENCE_STS_BAD_RECORD] = "bad-record",
	[EVIDENCE_STS_DNS] = "dns",
	[EVIDENCE_STS_ADDRESS] = "address",
	[EVIDENCE_STS_CONNECT] = "connect",
	[EVIDENCE_STS_CERTIFICATE] = "certificate",
	[EVIDENCE_STS_TIMEOUT] = "timeout",
	[EVIDENCE_STS_HTTP] = "http",
	[EVIDENCE_STS_TYPE] = "type",
	[EVIDENCE_STS_SIZE] = "size",
	[EVIDENCE_STS_SYNTAX] = "syntax",
};

const char *
evidence_dns_name(enum evidence_dns state)
{
	return dns_names[state];
}

const char *
evidence_mx_state_name(enum evidence_mx_state state)
{
	return mx_names[state];
}

const char *
evidence_tlsa_state_name(enum evidence_tlsa_state state)
{
	return tlsa_names[state];
}

const char *
evidence_probe_name(enum evidence_probe_result result)
{
	return probe_names[result];
}

const char *
evidence_certificate_name(enum evidence_certificate certificate)
{
	return certificate_names[certificate];
}

const char *
evidence_dane_name(enum evidence_dane_match match)
{
	return dane_names[match];
}

const char *
evidence_sts_state_name(enum evidence_sts_state state)
{
	return sts_names[state];
}

const char *
evidence_sts_fault_name(enum evidence_sts_fault fault)
{
	return fault_names[fault];
}

/* What matching(0) holds is a certificate or a key: a DER sequence, of which the first bytes tell the length.
 */
static bool
is_der_sequence(struct bytes b)
{
	size_t length, n;

	if (b.n < 2 || b.p[0] != 0x30)
		return false;
	if (b.p[1] < 0x80)
		return b.n == 2U + b.p[1];
	n = b.p[1] & 0x7f;
	if (n == 0 || n > 3 || b.n < 2 + n)
		return false;
	length = 0;
	for (size_t i = 0; i < n; i++)
		length = length << 8 | b.p[2 + i];
	return b.n == 2 + n + length;
}

bool
evidence_tlsa_is_usable(const struct evidence_tlsa *tlsa)
{
	if ((tlsa->usage != 2 && tlsa->usage != 3) || tlsa->selector > 1)
		return false;
	switch (tlsa->matching) {
	case 0:
		return is_der_sequence(tlsa->data);
	case 1:
		return tlsa->data.n == 32;
	case 2:
		return tlsa->data.n == 64;
	default:
		return false;
	}
}
