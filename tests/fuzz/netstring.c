/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers of the socketmap protocol. */
#include "lib/socketmap/netstring.h"
#include "tests/fuzz/fuzz.h"

enum { MAX = 300 };

static void
read_content(struct bytes content)
{
	enum socketmap_status status;
	struct bytes map, key, text;

	if (socketmap_parse_request(content, &map, &key) == 0)
		fuzz_must(map.n + 1 + key.n == content.n && map.n > 0);
	if (socketmap_parse_answer(content, &status, &text) == 0)
		fuzz_must(socketmap_attribute(text, "level").n <= text.n);
}

/* What is read is written again as it was: each content has one form. */
void
fuzz_one(struct bytes input)
{
	struct bytes rest = input, content, before = input;
	struct buf again;

	buf_init(&again, 2 * MAX);
	while (netstring_next(&rest, MAX, &content) == NETSTRING_READ) {
		fuzz_must(content.n <= MAX);
		read_content(content);
		buf_reset(&again);
		netstring_put(&again, content);
		fuzz_must(bytes_eq(buf_bytes(&again), bytes_sub(before, 0, before.n - rest.n)));
		before = rest;
	}
	buf_done(&again);
}
