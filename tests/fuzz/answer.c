/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker that was taken over may answer; a result that is accepted must survive a second trip. */
#include "lib/run/channel.h"
#include "lib/scan/answer.h"
#include "tests/fuzz/fuzz.h"

void
fuzz_one(struct bytes input)
{
	struct scan_result result;
	struct message_view view;
	struct arena arena;
	struct buf buf;

	arena_init(&arena);
	buf_init(&buf, CHANNEL_MAX);
	if (answer_get_result(&arena, input, &result, NULL) == 0) {
		answer_put_result(&buf, &result);
		fuzz_must(answer_get_result(&arena, buf_bytes(&buf), &result, NULL) == 0);
	}
	(void)answer_get_view(&arena, input, &view, NULL);
	buf_done(&buf);
	arena_done(&arena);
}
