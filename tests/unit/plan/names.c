/* SPDX-License-Identifier: Apache-2.0 */
/* Labels and rules that a policy names, and no rule file knows. */
#include "lib/plan/names.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

#define LAST "  - {name: rest, do: pass}\n"

bool
ruleset_gives_label(const struct ruleset *set, struct bytes name)
{
	(void)set;
	return bytes_eq(name, BYTES_LIT("phi"));
}

bool
ruleset_has_rule(const struct ruleset *set, struct bytes id)
{
	(void)set;
	return bytes_eq(id, BYTES_LIT("us-ssn"));
}

static const struct {
	const char *name, *input, *want;
} table[] = {
	{"all known",
		"policies:\n  - {name: a, label: [phi, unscannable, unread, encrypted, signed], do: hold}\n"
		"  - {name: b, distinct: {us-ssn: 5}, do: hold}\n" LAST,
		""},
	{"a label misspelt", "policies:\n  - {name: a, label: [phi, pih], do: hold}\n" LAST,
		"2: a: no rule gives the label 'pih'\n"},
	{"case counts", "policies:\n  - {name: a, marker: PHI, do: hold}\n" LAST,
		"2: a: no rule gives the label 'PHI'\n"},
	{"a rule misspelt",
		"policies:\n"
		"  - {name: a, label: phi, distinct: {us-ssn: 2, ssn: 2}, do: hold}\n" LAST,
		"2: a: there is no rule 'ssn'\n"},
	{"all of them",
		"policies:\n  - {name: a, label: x, do: hold}\n  - {name: b, label: [y, z], do: hold}\n" LAST,
		"2: a: no rule gives the label 'x'\n3: b: no rule gives the label 'y'\n"
		"3: b: no rule gives the label 'z'\n"},
};

static void
check(const char *path, size_t i)
{
	struct policy *policy = NULL;
	struct faults faults;
	struct buf got;
	int ret = -1;

	faults_init(&faults);
	buf_init(&got, 10000);
	fd_write_file(path, bytes_of_str(table[i].input), 0600, NULL);
	if (tap_ok(policy_load(path, &policy, &faults) == 0, "%s: loads", table[i].name))
		ret = policy_check_names(policy, path, NULL, &faults);
	for (size_t k = 0; k < faults.n; k++)
		buf_putf(&got, "%d: %s\n", faults.list[k].line, faults.list[k].text);
	tap_ok((ret == 0) == (table[i].want[0] == '\0'), "%s: returns %d", table[i].name, ret);
	tap_bytes(buf_bytes(&got), bytes_of_str(table[i].want), "%s: its faults", table[i].name);
	policy_free(policy);
	buf_done(&got);
	faults_done(&faults);
}

int
main(void)
{
	char path[] = "/tmp/test-names-XXXXXX";
	int fd = mkstemp(path);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		check(path, i);
	fd_close(&fd);
	unlink(path);
	return tap_done();
}
