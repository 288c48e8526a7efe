/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the inner layer: nothing comes out unless it is the message that was sealed. */
#include "lib/seal/digest.h"
#include "lib/seal/envelope.h"
#include "tests/fuzz/fuzz.h"

void
fuzz_one(struct bytes input)
{
	struct link link = {.id = "postseal-fuzzing"};
	struct secret key = {0};
	struct err err = {0};
	struct buf out;

	seal_init();
	secret_init(&link.secret, LINK_SECRET_SIZE);
	link_key(&link, &key);
	buf_init(&out, 1 << 24);
	if (seal_open_inner(input, bytes_of(link.id, LINK_ID_SIZE), secret_bytes(&key), &out, &err) == 0)
		fuzz_must(bytes_eq(buf_bytes(&out), BYTES_LIT("a sealed message")));
	else
		fuzz_must(out.n == 0 && err.class == ERR_PERM && err.text[0] != '\0');
	buf_done(&out);
	secret_done(&key);
	link_done(&link);
}
