/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cases of the public tests of other MTA-STS tools for Postfix, in words of our own: what
 * postfix-mta-sts-resolver (1.5) and postfix-tlspol (1.13) want there, what RFC 8461 says, and what we do.
 * Where a column differs from the RFC's, the name of the case says so. What their tests do over the network
 * is in tests/system/world/domains.tsv: records that are none, a policy without hosts, of another type, too
 * long, sent in pieces, with a bad certificate, a status of 404, a server that says nothing.
 *
 * Three answers are ours alone. A max_age above the maximum is the maximum, where postfix-mta-sts-resolver
 * refuses the policy: the grammar allows ten digits, and a domain that wants protection for long should not
 * lose it. A pattern with a star becomes the names of the hosts that fit, where both write ".example.com",
 * which lets in what stands deeper. Empty lines at the end are passed over.
 */
#include "lib/tlspolicy/mta_sts.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

enum answer { TAKEN, REFUSED, UNTESTED };

#define POLICY "version: STSv1\nmode: enforce\nmx: mx.example\nmax_age: 86400\n"

static const struct {
	const char *name, *record;
	enum answer resolver, tlspol, rfc, ours;
} records[] = {
	{"as it should be", "v=STSv1; id=2026;", TAKEN, TAKEN, TAKEN, TAKEN},
	{"no blank, no delimiter", "v=STSv1;id=2026", TAKEN, UNTESTED, TAKEN, TAKEN},
	{"blanks before delimiters", "v=STSv1 \t; \tid=2026 \t;", UNTESTED, TAKEN, TAKEN, TAKEN},
	{"blanks at the end without a delimiter; resolver is lenient", "v=STSv1;    id=2026   ", TAKEN,
		REFUSED, REFUSED, REFUSED},
	{"empty fields at the end; resolver is lenient", "v=STSv1; id=2026;;;", TAKEN, UNTESTED, REFUSED,
		REFUSED},
	{"the id first", "id=2026; v=STSv1;", REFUSED, UNTESTED, REFUSED, REFUSED},
	{"nonsense", "one;two", REFUSED, UNTESTED, REFUSED, REFUSED},
	{"another version", "v=STSv12;id=2026;", REFUSED, REFUSED, REFUSED, REFUSED},
	{"no id", "v=STSv1; x-word=yes;", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"an id with a dash", "v=STSv1; id=20-26;", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"an extension with a blank", "v=STSv1; id=2026; word=two words;", UNTESTED, REFUSED, REFUSED,
		REFUSED},
	{"an extension that is not ASCII", "v=STSv1; id=2026; word=\xc3\xa9;", UNTESTED, REFUSED, REFUSED,
		REFUSED},
	{"nothing", "", REFUSED, UNTESTED, REFUSED, REFUSED},
	{"delimiters alone", " ;   ;  ", REFUSED, UNTESTED, REFUSED, REFUSED},
};

static const struct {
	const char *name, *text;
	enum answer resolver, tlspol, rfc, ours;
} policies[] = {
	{"as it should be", POLICY, TAKEN, TAKEN, TAKEN, TAKEN},
	{"mode none without hosts", "version: STSv1\nmode: none\nmax_age: 86400", TAKEN, TAKEN, TAKEN, TAKEN},
	{"mode testing", "version: STSv1\nmode: testing\nmax_age: 86400\nmx: mx.example\n", TAKEN, TAKEN,
		TAKEN, TAKEN},
	{"nonsense", "nonsense", REFUSED, UNTESTED, REFUSED, REFUSED},
	{"no hosts", "version: STSv1\nmode: enforce\nmax_age: 86400", REFUSED, REFUSED, REFUSED, REFUSED},
	{"no version", "mode: enforce\nmx: mx.example\nmax_age: 86400\n", UNTESTED, REFUSED, REFUSED,
		REFUSED},
	{"no mode", "version: STSv1\nmx: mx.example\nmax_age: 86400", REFUSED, REFUSED, REFUSED, REFUSED},
	{"no max_age", "version: STSv1\nmode: enforce\nmx: mx.example\n", UNTESTED, REFUSED, REFUSED,
		REFUSED},
	{"another mode", "version: STSv1\nmode: maybe\nmx: mx.example\nmax_age: 86400", REFUSED, REFUSED,
		REFUSED, REFUSED},
	{"a max_age that is no number", "version: STSv1\nmode: enforce\nmx: mx.example\nmax_age: abc",
		REFUSED, UNTESTED, REFUSED, REFUSED},
	{"a max_age above the maximum; we take the maximum",
		"version: STSv1\nmode: enforce\nmx: mx.example\nmax_age: 31557601", REFUSED, UNTESTED, TAKEN,
		TAKEN},
	{"an empty line in the middle", "version: STSv1\n\nmode: enforce\nmx: mx.example\nmax_age: 86400\n",
		UNTESTED, REFUSED, REFUSED, REFUSED},
	{"an empty line at the end; we are lenient", POLICY "\n", UNTESTED, UNTESTED, REFUSED, TAKEN},
	{"an address", "version: STSv1\nmode: enforce\nmx: 192.0.2.1\nmax_age: 86400\n", UNTESTED, REFUSED,
		REFUSED, REFUSED},
	{"an address behind a star", "version: STSv1\nmode: enforce\nmx: *.192.0.2.1\nmax_age: 86400\n",
		UNTESTED, REFUSED, REFUSED, REFUSED},
	{"an extension", POLICY "x-word: fine\n", UNTESTED, TAKEN, TAKEN, TAKEN},
	{"an extension in UTF-8", POLICY "word: caf\xc3\xa9 noir\n", UNTESTED, TAKEN, TAKEN, TAKEN},
	{"an extension with braces", POLICY "word: {x}\n", UNTESTED, TAKEN, TAKEN, TAKEN},
	{"an extension with a control character", POLICY "word: a\001b\n", UNTESTED, REFUSED, REFUSED,
		REFUSED},
	{"an extension with a tab", POLICY "word: a\tb\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"an extension with CR", POLICY "word: a\rb\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"an extension with DEL", POLICY "word: a\x7f\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"an extension that is no UTF-8", POLICY "word: a\xff\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"an extension without a value", POLICY "word:\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"a key that begins with _", POLICY "_word: a\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"a key that begins with -", POLICY "-word: a\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"a key that begins with a dot", POLICY ".word: a\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"a key with a blank", POLICY "a word: a\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"a key with +", POLICY "x+word: a\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"a key that is not ASCII", POLICY "caf\xc3\xa9: a\n", UNTESTED, REFUSED, REFUSED, REFUSED},
	{"a key of 33 letters", POLICY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: a\n", UNTESTED, REFUSED, REFUSED,
		REFUSED},
};

static const char *const names[] = {"taken", "refused", "untested"};

static size_t
differs(enum answer peer, enum answer ours)
{
	return peer != UNTESTED && peer != ours;
}

int
main(void)
{
	size_t with_resolver = 0, with_tlspol = 0, with_rfc = 0;
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		const struct bytes record = bytes_of_str(records[i].record);
		char id[EVIDENCE_STS_ID_MAX + 1];
		bool taken = mta_sts_parse_records(&record, 1, id) == MTA_STS_RECORD_FOUND;

		tap_ok(taken == (records[i].ours == TAKEN), "record, %s: %s", records[i].name, names[!taken]);
		with_resolver += differs(records[i].resolver, records[i].ours);
		with_tlspol += differs(records[i].tlspol, records[i].ours);
		with_rfc += differs(records[i].rfc, records[i].ours);
	}
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		struct evidence_sts sts = {0};
		bool taken = mta_sts_parse_policy(&arena, bytes_of_str(policies[i].text), &sts, NULL) == 0;

		tap_ok(taken == (policies[i].ours == TAKEN), "policy, %s: %s", policies[i].name,
			names[!taken]);
		with_resolver += differs(policies[i].resolver, policies[i].ours);
		with_tlspol += differs(policies[i].tlspol, policies[i].ours);
		with_rfc += differs(policies[i].rfc, policies[i].ours);
	}
	tap_ok(with_resolver == 3 && with_tlspol == 0 && with_rfc == 1,
		"other answers than postfix-mta-sts-resolver %zu times, postfix-tlspol %zu times, the RFC "
		"%zu times",
		with_resolver, with_tlspol, with_rfc);
	arena_done(&arena);
	return tap_done();
}
