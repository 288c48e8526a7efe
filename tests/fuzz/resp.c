/* SPDX-License-Identifier: Apache-2.0 */
/* What a server sends that should be Redis: whole and in pieces it is the same, and an answer to a batch or
 * none. */
#include "lib/count/batch.h"
#include "lib/count/gcra.h"
#include "tests/fuzz/fuzz.h"

enum { REPLIES_MAX = 1000, ASKS = 3 };

static const struct batch_keys keys = {.prefix = "fuzz"};

static void
use(const struct resp *reply, int depth)
{
	struct counter_ask asks[ASKS] = {
		{.key = BYTES_LIT("a")}, {.key = BYTES_LIT("b")}, {.key = BYTES_LIT("c")}};
	struct batch *batch = batch_new(&keys);

	for (size_t i = 0; i < ASKS; i++)
		asks[i].gcra = (struct gcra){1000, 10};
	batch_add(batch, asks, ASKS);
	if (batch_answer(batch, reply, NULL) == 0)
		for (size_t i = 0; i < ASKS; i++)
			fuzz_must(asks[i].used <= 10 && asks[i].refused == (asks[i].used == 10));
	for (size_t i = 0; i < ASKS; i++)
		fuzz_must(batch_left(&asks[i], reply, i) >= -1 && batch_left(&asks[i], reply, i) <= 10);
	batch_free(batch);
	for (size_t i = 0; depth < 3 && i < resp_n(reply) && i < ASKS; i++)
		use(resp_item(reply, i), depth + 1);
}

/* How many replies, and whether the end was an error. */
static int
read_all(struct bytes input, size_t step, bool *ret_bad)
{
	struct resp_reader *reader = resp_reader_new();
	struct resp *reply = NULL;
	int n = 0, got = 0;

	for (; input.n > 0 && got >= 0 && n < REPLIES_MAX; input = bytes_sub(input, step, input.n)) {
		got = resp_feed(reader, bytes_sub(input, 0, step), NULL);
		while (got >= 0 && (got = resp_next(reader, &reply, NULL)) == 1) {
			use(reply, 0);
			resp_free(reply);
			n++;
		}
	}
	resp_reader_free(reader);
	*ret_bad = got < 0;
	return n;
}

void
fuzz_one(struct bytes input)
{
	bool bad, bad_in_pieces;
	int n = read_all(input, input.n > 0 ? input.n : 1, &bad);
	int in_pieces = read_all(input, 1, &bad_in_pieces);

	/* In one piece an error behind whole replies is seen before them. */
	fuzz_must(bad == bad_in_pieces || n >= REPLIES_MAX || in_pieces >= REPLIES_MAX);
	fuzz_must(bad ? n <= in_pieces : n == in_pieces);
}
