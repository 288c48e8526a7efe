/* SPDX-License-Identifier: Apache-2.0 */
/* What a promise meets: the text that comes back with it, policyd's words, and the log of how it was kept. */
#include <stdlib.h>

#include "cli/promise_book.h"
#include "milter/promise.h"
#include "tests/fuzz/fuzz.h"

static const struct bytes key = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

/* Without the key nobody makes a promise: a text that is believed reads as it is written. */
static void
try_text(struct bytes text)
{
	struct promise promise;
	struct buf again;

	if (!promise_parse(key, text, 1795417689, &promise))
		return;
	buf_init(&again, 1000);
	promise_format(key, &promise, &again);
	if (!bytes_eq(buf_bytes(&again), text))
		abort();
	buf_done(&again);
}

void
fuzz_one(struct bytes input)
{
	struct promise_book *book = promise_book_new("[127.0.0.1]:10026");
	struct bytes rest = input, line;
	struct promise_breach breach;
	size_t broken = 0;

	try_text(input);
	while (bytes_next_line(&rest, &line))
		broken += promise_book_read(book, line, &breach);
	if (promise_book_counts(book).broken != broken)
		abort();
	promise_book_free(book);
}
