/* SPDX-License-Identifier: Apache-2.0 */
/* Behind a zero byte requests of Postfix, before it the limits that judge them. */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/count/limit.h"
#include "lib/seal/digest.h"
#include "policyd/request.h"
#include "tests/fuzz/fuzz.h"

enum { REQUEST_MAX = 4096 };

static void
judge(const struct limits *limits, struct bytes rest)
{
	struct counters *counters = counters_new_memory(100);
	struct policy_request request;
	struct buf texts;

	buf_init(&texts, 2 * REQUEST_MAX);
	while (request_next(&texts, &rest, REQUEST_MAX, &request) == REQUEST_READ)
		if (limits != NULL)
			(void)limits_judge(limits, counters, &request.limit, 1, NULL, NULL);
	buf_done(&texts);
	counters_free(counters);
}

void
fuzz_one(struct bytes input)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	size_t cut = bytes_find_byte(input, 0);
	struct limits *limits = NULL;

	seal_init();
	faults_init(faults);
	(void)limits_parse("input", bytes_sub(input, 0, cut), &limits, faults);
	judge(limits, bytes_sub(input, cut + 1, input.n));
	limits_free(limits);
	faults_done(faults);
	free(faults);
}
