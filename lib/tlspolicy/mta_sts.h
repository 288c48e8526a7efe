/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MTA-STS (RFC 8461): the TXT record, the policy, and which MX names it allows. And the TXT record of TLS
 * reporting (RFC 8460), of which only the existence matters here. Pure; every input is hostile.
 */
#ifndef POSTSEAL_MTA_STS_H
#define POSTSEAL_MTA_STS_H

#include "lib/base/err.h"
#include "lib/tlspolicy/evidence.h"

enum {
	MTA_STS_POLICY_MAX = 64 * 1024, /* RFC 8461 section 3.3 suggests it */
	MTA_STS_MAX_AGE_MAX = 31557600, /* section 3.2 */
};

enum mta_sts_record { MTA_STS_RECORD_NONE, MTA_STS_RECORD_FOUND, MTA_STS_RECORD_BAD };

/*
 * Of all TXT records at _mta-sts.<domain>, each with its strings joined. Those that don't begin with
 * "v=STSv1;" (blanks before the ";" allowed) are no business of ours; unless exactly one is left, and
 * well-formed, there is no policy.
 */
enum mta_sts_record mta_sts_parse_records(
	const struct bytes *records, size_t n, char ret_id[EVIDENCE_STS_ID_MAX + 1]);

/*
 * A policy's text into state, patterns (in the arena) and max_age; the other fields stay. Returns 0, or -1
 * (ERR_PERM) with the line that is at fault: then it says nothing at all. Of a key that comes twice the
 * first one counts, as the RFC says; unknown keys are passed over.
 */
int mta_sts_parse_policy(
	struct arena *arena, struct bytes text, struct evidence_sts *ret_sts, struct err *err);

/* Whether a host may be an MX under the policy: a star stands for exactly one label, the leftmost. */
bool mta_sts_allows(const struct evidence_sts *sts, const char *host);

/* Whether it is in mode enforce and holds at that time. */
bool mta_sts_enforced(const struct evidence_sts *sts, int64_t now);

/* Of all TXT records at _smtp._tls.<domain>: exactly one begins with "v=TLSRPTv1;". */
bool mta_sts_is_tlsrpt(const struct bytes *records, size_t n);

#endif
