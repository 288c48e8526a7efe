/* SPDX-License-Identifier: Apache-2.0 */
/* A packet of DNS: the first byte tells the type that was asked for. What is read is bounded, names are
 * names. */
#include "policyd/dns_answer.h"

#include "lib/tlspolicy/hostname.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct dns_record *record, enum dns_type type)
{
	char name[HOSTNAME_SIZE];

	fuzz_must(type != DNS_A || record->data.n == 4);
	fuzz_must(type != DNS_AAAA || record->data.n == 16);
	fuzz_must(record->name == NULL || record->name[0] == '\0' ||
		  hostname_parse(bytes_of_str(record->name), name));
}

void
fuzz_one(struct bytes input)
{
	static const enum dns_type types[] = {DNS_A, DNS_CNAME, DNS_MX, DNS_TXT, DNS_AAAA, DNS_TLSA};
	struct dns_answer answer;
	struct arena arena;
	enum dns_type type;

	if (input.n == 0)
		return;
	type = types[input.p[0] % (sizeof(types) / sizeof(types[0]))];
	arena_init(&arena);
	dns_answer_parse(&arena, "a.example", type, bytes_sub(input, 1, input.n), &answer);
	fuzz_must(answer.n <= DNS_RECORDS_MAX && (answer.status == DNS_FOUND) == (answer.n > 0));
	for (size_t i = 0; i < answer.n; i++)
		check(&answer.records[i], type);
	arena_done(&arena);
}
