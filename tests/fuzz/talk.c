/* SPDX-License-Identifier: Apache-2.0 */
/* What an MX host may say to a probe: the first byte is the size of the pieces in which it comes. */
#include "policyd/talk.h"
#include "tests/fuzz/fuzz.h"

enum { OUT_MAX = 64 * 1024 };

void
fuzz_one(struct bytes input)
{
	static struct tls_context *context;
	const struct evidence_mx mx = {.name = "mx.far.example"};
	struct talk_spec spec = {.hostname = "here.example", .mx = &mx};
	size_t piece = input.n > 0 && input.p[0] > 0 ? input.p[0] : 1;
	bool goes_on = true;
	struct talk *talk;
	struct buf out;

	if (context == NULL)
		fuzz_must(tls_context_new(&(struct tls_context_spec){0}, &context, NULL) == 0);
	spec.tls = context;
	talk = talk_new(&spec);
	buf_init(&out, OUT_MAX);
	for (size_t at = 1; at < input.n; at += piece) {
		bool more = talk_feed(talk, bytes_sub(input, at, piece), &out);

		fuzz_must(goes_on || !more);
		goes_on = more;
	}
	fuzz_must(!buf_full(&out));
	if (goes_on)
		talk_cut(talk);
	/* Nobody without the keys of TLS is encrypted, whatever he says. */
	fuzz_must(talk_result(talk).result != EVIDENCE_PROBE_ENCRYPTED);
	talk_free(talk);
	buf_done(&out);
}
