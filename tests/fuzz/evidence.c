/* SPDX-License-Identifier: Apache-2.0 */
/* A line of evidence: what is read is written as it was, and can be judged and told. */
#include "lib/tlspolicy/evidence_line.h"
#include "lib/tlspolicy/postfix.h"
#include "tests/fuzz/fuzz.h"

static void
judge(const struct evidence *evidence, int64_t now)
{
	struct tls_verdict verdict;
	struct buf out;

	tls_judge(evidence, now, &verdict);
	for (int use = TLS_USE_ORDINARY; use <= TLS_USE_PROMISE; use++) {
		buf_init(&out, TLS_POLICY_MAX);
		fuzz_must(tls_postfix_put(evidence, &verdict, now, (enum tls_use)use, &out) == (out.n > 0));
		fuzz_must(use == TLS_USE_ORDINARY || (out.n > 0) == (verdict.level >= TLS_LEVEL_ENCRYPTED));
		tls_postfix_put_report(evidence, now, &out);
		buf_done(&out);
	}
}

void
fuzz_one(struct bytes input)
{
	struct evidence *evidence = NULL;
	struct arena arena;
	struct buf out;

	arena_init(&arena);
	buf_init(&out, EVIDENCE_LINE_MAX);
	if (evidence_line_parse(&arena, input, &evidence, NULL) == 0) {
		evidence_line_put(evidence, &out);
		fuzz_must(bytes_eq(buf_bytes(&out), input));
		judge(evidence, evidence->looked);
		judge(evidence, evidence->sts.until);
	}
	buf_done(&out);
	arena_done(&arena);
}
