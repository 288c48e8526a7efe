/* SPDX-License-Identifier: Apache-2.0 */
/* postseal.cf: its syntax, and the expansion of every value by the others. */
#include "lib/conf/cf.h"
#include "tests/fuzz/fuzz.h"

static const char *
lookup(const void *context, struct bytes name)
{
	for (const struct cf_entry *entry = context; entry != NULL; entry = entry->next)
		if (bytes_eq(name, bytes_of_str(entry->name)))
			return entry->value;
	return NULL;
}

void
fuzz_one(struct bytes input)
{
	struct cf_entry *first = NULL;
	struct faults faults;
	struct arena arena;
	struct buf out;

	arena_init(&arena);
	faults_init(&faults);
	buf_init(&out, CF_MAX_VALUE);
	(void)cf_parse(&arena, "input", input, &first, &faults);
	for (const struct cf_entry *entry = first; entry != NULL; entry = entry->next) {
		buf_reset(&out);
		(void)cf_expand(&(struct cf_expansion){lookup, first, entry, &faults}, entry->value, &out);
	}
	buf_done(&out);
	faults_done(&faults);
	arena_done(&arena);
}
