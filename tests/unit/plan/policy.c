/* SPDX-License-Identifier: Apache-2.0 */
/* Every fault of a policy file is found, at its place. */
#include "lib/plan/policy.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

#define LAST "  - {name: rest, do: pass}\n"

/* `want`: the faults without the file's name, a line each; empty: the file is good. */
static const struct {
	const char *name, *input, *want;
} table[] = {
	{"the shortest", "policies:\n" LAST, ""},
	{"every condition",
		"policies:\n"
		"  - {name: a, to: our-domains, do: pass}\n"
		"  - {name: b, from: [a@b.example, .example, x.example], label: [phi, part2], do: hold}\n"
		"  - {name: c, marker: secure, distinct: {us-ssn: 50}, size: {larger: 10M}, protect: "
		"portal}\n"
		"  - {name: d, stage: monitor, size: {larger: 5}, protect: [portal]}\n" LAST,
		""},
	{"nothing", "", "?"},
	{"no list", "policies: {}\n", "1:11: expected policies: and a list of 1 to 1000 lines\n"},
	{"an empty list", "policies: []\n", "1:11: expected policies: and a list of 1 to 1000 lines\n"},
	{"a line that is a text", "policies:\n  - pass\n" LAST,
		"2:5: expected a line like {name: inside, to: our-domains, do: pass}\n"},
	{"no name", "policies:\n  - {label: phi, do: hold}\n" LAST, "2:5: the line has no name\n"},
	{"a name twice", "policies:\n  - {name: rest, label: phi, do: hold}\n" LAST,
		"3:5: the name 'rest' is also that of line 2\n"},
	{"an unknown key", "policies:\n  - {name: a, lable: phi, do: hold}\n" LAST, "?"},
	{"an unknown key at the top", "policys:\n" LAST, "?"},
	{"no action", "policies:\n  - {name: a, label: phi}\n" LAST,
		"2:5: the line needs either do or protect\n"},
	{"two actions", "policies:\n  - {name: a, label: phi, do: pass, protect: [portal]}\n" LAST,
		"2:5: the line needs either do or protect\n"},
	{"an unknown action", "policies:\n  - {name: a, label: phi, do: protect}\n" LAST,
		"2:31: expected pass, hold or reject (or protect: [portal] in place of do)\n"},
	{"methods of later versions",
		"policies:\n  - {name: a, label: phi, protect: [smime, tls, portal]}\n" LAST,
		"2:37: smime is not in this version: tls and portal are\n"},
	{"an unknown method", "policies:\n  - {name: a, label: phi, protect: fax}\n" LAST,
		"2:36: expected a method of protection: tls or portal\n"},
	{"TLS, else the portal", "policies:\n  - {name: a, label: phi, protect: [tls, portal]}\n" LAST, ""},
	{"TLS of a level",
		"policies:\n  - {name: a, label: phi, tls: {level: dane}, protect: [tls, portal]}\n" LAST,
		""},
	{"TLS and nothing else", "policies:\n  - {name: a, label: phi, protect: [tls]}\n" LAST,
		"2:36: the last method must be portal, which always works\n"},
	{"TLS behind the portal", "policies:\n  - {name: a, label: phi, protect: [portal, tls]}\n" LAST,
		"2:45: portal always works: no method behind it is ever taken\n"},
	{"TLS that protects nothing",
		"policies:\n  - {name: a, label: phi, tls: {level: opportunistic}, protect: [tls, "
		"portal]}\n" LAST,
		"2:40: expected encrypted, verified or dane\n"},
	{"a level without TLS",
		"policies:\n  - {name: a, label: phi, tls: {level: dane}, protect: portal}\n" LAST,
		"2:32: tls is not among the methods of protect\n"},
	{"TLS without a level",
		"policies:\n  - {name: a, label: phi, tls: dane, protect: [tls, portal]}\n" LAST,
		"2:32: expected {level: verified}\n"},
	{"no method", "policies:\n  - {name: a, label: phi, protect: []}\n" LAST,
		"2:36: expected a method of protection, or a list of such\n"},
	{"a bad address", "policies:\n  - {name: a, to: [our-domain, 'a b'], do: pass}\n" LAST,
		"2:32: expected our-domains, a domain, a .domain or a whole address\n"},
	{"domains that never fit",
		"policies:\n  - {name: a, to: [x.example., a@x..example, ..example], do: pass}\n" LAST,
		"2:20: expected our-domains, a domain, a .domain or a whole address\n"
		"2:32: expected our-domains, a domain, a .domain or a whole address\n"
		"2:46: expected our-domains, a domain, a .domain or a whole address\n"},
	{"an address that nobody can have", "policies:\n  - {name: a, to: 'a b@x.example', do: pass}\n" LAST,
		"2:19: expected our-domains, a domain, a .domain or a whole address\n"},
	{"a bad sender", "policies:\n  - {name: a, from: '@x.example', do: pass}\n" LAST,
		"2:21: expected our-domains, a domain, a .domain or a whole address\n"},
	{"a bad label", "policies:\n  - {name: a, label: [phi, 'p h'], do: pass}\n" LAST,
		"2:28: expected a label's name\n"},
	{"label and marker", "policies:\n  - {name: a, label: phi, marker: secure, do: hold}\n" LAST,
		"2:5: label and marker mean the same: put all of them into one list\n"},
	{"a bad count", "policies:\n  - {name: a, distinct: {us-ssn: many}, do: hold}\n" LAST, "?"},
	{"distinct without a rule", "policies:\n  - {name: a, distinct: 50, do: hold}\n" LAST,
		"2:25: expected rules and numbers: {us-ssn: 50}\n"},
	{"a bad size", "policies:\n  - {name: a, size: {larger: 10MB}, do: hold}\n" LAST,
		"2:30: expected a number of bytes, like 500000, 500K or 10M\n"},
	{"a size without larger", "policies:\n  - {name: a, size: 10M, do: hold}\n" LAST,
		"2:21: expected {larger: BYTES}\n"},
	{"a bad stage", "policies:\n  - {name: a, label: phi, stage: test, do: hold}\n" LAST,
		"2:34: expected monitor or enforce\n"},
	{"no catch-all", "policies:\n  - {name: a, label: phi, protect: [portal]}\n",
		"2:5: the last line must fit everything: no condition and no stage\n"},
	{"a catch-all that is staged", "policies:\n  - {name: a, stage: monitor, do: pass}\n",
		"2:5: the last line must fit everything: no condition and no stage\n"},
	{"a catch-all in front", "policies:\n  - {name: a, do: pass}\n" LAST,
		"2:5: this line fits everything: no line behind it is ever reached\n"},
	{"not YAML", "policies: [\n", "?"},
	{"several faults", "policies:\n  - {name: a, do: no}\n  - {label: x, do: hold}\n",
		"2:19: expected pass, hold or reject (or protect: [portal] in place of do)\n"
		"3:5: the line has no name\n"
		"3:5: the last line must fit everything: no condition and no stage\n"},
};

static void
put_faults(const struct faults *faults, struct buf *out)
{
	for (size_t i = 0; i < faults->n && i < FAULTS_MAX; i++)
		buf_putf(out, "%d:%d: %s\n", faults->list[i].line, faults->list[i].column,
			faults->list[i].text);
}

/* A '?' at the end of what is wanted stands for the texts of other modules: at least one fault, in any words.
 */
static bool
is_wanted(struct bytes got, struct bytes want)
{
	if (want.n == 0 || want.p[want.n - 1] != '?')
		return bytes_eq(got, want);
	return got.n >= want.n && bytes_starts_nocase(got, bytes_sub(want, 0, want.n - 1));
}

static void
test_file(const char *path, const char *name, const char *input, const char *want)
{
	struct policy *policy = NULL;
	struct faults faults;
	struct buf got;
	int ret;

	faults_init(&faults);
	buf_init(&got, 100000);
	fd_write_file(path, bytes_of_str(input), 0600, NULL);
	ret = policy_load(path, &policy, &faults);
	put_faults(&faults, &got);
	tap_ok((ret == 0) == (*want == '\0') && (policy != NULL) == (ret == 0), "%s: %s", name,
		*want ? "refused" : "taken");
	if (!tap_ok(is_wanted(buf_bytes(&got), bytes_of_str(want)), "%s: its faults", name))
		printf("# got: %s\n", buf_cstr(&got));
	policy_free(policy);
	buf_done(&got);
	faults_done(&faults);
}

/* The policy that we install is good, and its lines are those that the manual names. */
static void
test_shipped(void)
{
	const char *top = getenv("top_srcdir");
	struct policy *policy = NULL;
	struct faults faults;
	char path[4096];

	snprintf(path, sizeof(path), "%s/milter/policy.yaml", top ? top : ".");
	faults_init(&faults);
	tap_ok(policy_load(path, &policy, &faults) == 0, "the shipped policy is good");
	faults_print(&faults, stdout);
	policy_free(policy);
	tap_ok(policy_load("/does/not/exist", &policy, &faults) < 0 && faults.n == 1,
		"a file that is not there");
	faults_done(&faults);
}

int
main(void)
{
	char path[] = "/tmp/test-policy.XXXXXX";
	int fd = mkstemp(path);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		test_file(path, table[i].name, table[i].input, table[i].want);
	test_shipped();
	fd_close(&fd);
	unlink(path);
	return tap_done();
}
