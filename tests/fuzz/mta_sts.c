/* SPDX-License-Identifier: Apache-2.0 */
/* A policy of MTA-STS, and its lines as TXT records: what is taken of it is bounded, and made of names. */
#include "lib/tlspolicy/mta_sts.h"

#include "lib/tlspolicy/hostname.h"
#include "tests/fuzz/fuzz.h"

enum { RECORDS_MAX = 8 };

static void
policy(struct arena *arena, struct bytes input)
{
	struct evidence_sts sts = {0};
	char name[HOSTNAME_SIZE];

	if (mta_sts_parse_policy(arena, input, &sts, NULL) < 0)
		return;
	fuzz_must(sts.state != EVIDENCE_STS_NONE && sts.n_patterns <= EVIDENCE_STS_PATTERNS_MAX);
	fuzz_must(sts.max_age >= 0 && sts.max_age <= MTA_STS_MAX_AGE_MAX);
	for (size_t i = 0; i < sts.n_patterns; i++) {
		const char *pattern = sts.patterns[i];

		fuzz_must(hostname_parse(bytes_of_str(pattern[0] == '*' ? pattern + 2 : pattern), name));
		fuzz_must(mta_sts_allows(&sts, name) == (pattern[0] != '*') || sts.n_patterns > 1);
	}
}

static void
records(struct bytes input)
{
	struct bytes all[RECORDS_MAX];
	char id[EVIDENCE_STS_ID_MAX + 1] = "";
	size_t n = 0;

	while (n < RECORDS_MAX && bytes_next_line(&input, &all[n]))
		n++;
	if (mta_sts_parse_records(all, n, id) == MTA_STS_RECORD_FOUND)
		fuzz_must(id[0] != '\0' && strlen(id) <= EVIDENCE_STS_ID_MAX);
	(void)mta_sts_is_tlsrpt(all, n);
}

void
fuzz_one(struct bytes input)
{
	struct arena arena;

	arena_init(&arena);
	policy(&arena, input);
	records(input);
	arena_done(&arena);
}
