/* SPDX-License-Identifier: Apache-2.0 */
/* Where digits are in a text. Private to the engine. */
#ifndef POSTSEAL_DIGITS_H
#define POSTSEAL_DIGITS_H

#include "lib/base/ascii.h"
#include "lib/base/buf.h"

struct digit_run {
	uint32_t from, n;
};

/* A place from `at` on, at most eight bytes before the first digit there, or behind the last byte looked at.
 */
static inline size_t
digits_skip_others(struct bytes text, size_t at)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	uint64_t bytes;

	for (; at + sizeof(bytes) <= text.n; at += sizeof(bytes)) {
		memcpy(&bytes, text.p + at, sizeof(bytes));
		bytes = (bytes & each * 0xF0) ^ each * 0x30; /* '0' to '9' and six more: 0x3x */
		if ((bytes - each) & ~bytes & each * 0x80)
			break;
	}
	return at;
}

/* The first digit from `at` on, or the text's end. */
static inline size_t
digits_next(struct bytes text, size_t at)
{
	while (at < text.n) {
		at = digits_skip_others(text, at);
		for (size_t end = at + 8 < text.n ? at + 8 : text.n; at < end; at++)
			if (ascii_is_digit(text.p[at]))
				return at;
	}
	return text.n;
}

/* The first byte from `at` on that is no digit, or the text's end. */
static inline size_t
digits_end(struct bytes text, size_t at)
{
	while (at < text.n && ascii_is_digit(text.p[at]))
		at++;
	return at;
}

/* Replaces `runs` by a struct digit_run for each, as long as it can be. */
static inline void
digits_find(struct bytes text, struct buf *runs)
{
	size_t at = 0;

	buf_reset(runs);
	while ((at = digits_next(text, at)) < text.n) {
		struct digit_run run = {.from = (uint32_t)at};

		at = digits_end(text, at);
		run.n = (uint32_t)at - run.from;
		buf_put(runs, &run, sizeof(run));
	}
}

#endif
