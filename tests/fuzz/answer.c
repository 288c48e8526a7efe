/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker that was taken over may answer; a result that is accepted must survive a second trip. */
#include "lib/run/channel.h"
#include "lib/scan/answer.h"
#include "lib/scan/protocol.h"
#include "tests/fuzz/fuzz.h"

void
fuzz_one(struct bytes input)
{
	struct scan_result result;
	struct message_view view;
	struct seen_segment *seen;
	struct trace trace;
	struct costs costs;
	struct arena arena;
	struct buf buf;

	arena_init(&arena);
	buf_init(&buf, CHANNEL_MAX);
	if (answer_get_result(&arena, input, &result, NULL) == 0) {
		answer_put_result(&buf, &result);
		fuzz_must(answer_get_result(&arena, buf_bytes(&buf), &result, NULL) == 0);
	}
	(void)answer_get_view(&arena, input, &view, NULL);
	(void)answer_get_seen(&arena, input, &seen, NULL);
	(void)answer_get_costs(&arena, input, &costs, NULL);
	if (answer_get_trace(&arena, input, &result, &trace, NULL) == 0) {
		buf_done(&buf);
		buf_init(&buf, SCAN_OUTPUT_MAX);
		answer_put_trace(&buf, &result, &trace);
		fuzz_must(answer_get_trace(&arena, buf_bytes(&buf), &result, &trace, NULL) == 0);
	}
	buf_done(&buf);
	arena_done(&arena);
}
