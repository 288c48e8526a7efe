/* SPDX-License-Identifier: Apache-2.0 */
/* Every validator has one name and judges any value, the same twice, and reads nothing behind it. The first
 * byte gives the modulus and weights of a check digit of the pack's own. */
#include "lib/dlp/validate.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"

enum { TODAY = 20261128 };

void
fuzz_one(struct bytes input)
{
	struct validate_check check = {.id = 0};

	/* A copy of its own, so that a read behind the value is seen. */
	for (; validate_name(check.id) != NULL; check.id++) {
		uint8_t *copy = mem_new(input.n, 1);

		if (input.n > 0)
			memcpy(copy, input.p, input.n);
		fuzz_must(validate_find(bytes_of_str(validate_name(check.id))) == check.id);
		fuzz_must(validate_ok(&check, bytes_of(copy, input.n), TODAY) ==
			  validate_ok(&check, input, TODAY));
		free(copy);
	}
	if (input.n == 0)
		return;
	check = (struct validate_check){VALIDATE_CUSTOM, 2 + input.p[0] % 96, {0}, 1 + input.p[0] % 24};
	for (size_t i = 0; i < check.n_weights; i++)
		check.weights[i] = input.p[i % input.n] % 20;
	validate_ok(&check, bytes_sub(input, 1, input.n), TODAY);
}
