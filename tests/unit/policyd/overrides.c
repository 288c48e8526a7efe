/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/overrides.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

#define WHO "owner: jane, reason: a contract, date: 2026-05-04"

static const struct {
	const char *name, *entry, *fault; /* NULL: none */
	int line;
} rows[] = {
	{"a whole one", "{domain: a.example, level: verified, match: [x.example, .y.example], " WHO "}", NULL,
		0},
	{"all below", "{domain: .a.example, level: none, " WHO ", until: 2027-01-01}", NULL, 0},
	{"a next hop", "{domain: '[10.1.2.3]:587', level: encrypted, " WHO "}", NULL, 0},
	{"no domain", "{level: none, " WHO "}", "needs `domain`", 2},
	{"no level", "{domain: a.example, " WHO "}", "needs `level`", 2},
	{"no owner", "{domain: a.example, level: none, reason: x, date: 2026-05-04}", "needs `owner`", 2},
	{"no reason", "{domain: a.example, level: none, owner: x, date: 2026-05-04}", "needs `reason`", 2},
	{"no date", "{domain: a.example, level: none, owner: x, reason: y}", "needs `date`", 2},
	{"another level", "{domain: a.example, level: perfect, " WHO "}", "expected none, opportunistic", 2},
	{"a domain that is none", "{domain: a..example, level: none, " WHO "}", "expected a domain", 2},
	{"a day that is none", "{domain: a.example, level: none, owner: x, reason: y, date: 2026-02-30}",
		"expected a date", 2},
	{"another form of date", "{domain: a.example, level: none, owner: x, reason: y, date: 4.5.2026}",
		"expected a date", 2},
	{"an end before its beginning", "{domain: a.example, level: none, " WHO ", until: 2026-05-03}",
		"not before", 2},
	{"names for another level", "{domain: a.example, level: encrypted, match: [x.example], " WHO "}",
		"level verified only", 2},
	{"a name that is none", "{domain: a.example, level: verified, match: ['*'], " WHO "}",
		"expected a name", 2},
	{"an unknown key", "{domain: a.example, level: none, levl: none, " WHO "}", "levl", 2},
	{"twice the same",
		"{domain: a.example, level: none, " WHO "}\n  - {domain: A.Example, level: none, " WHO "}",
		"already", 3},
	{"no mapping", "hello", "expected domain, level", 2},
};

static char path[] = "/tmp/postseal-overrides.XXXXXX";

static int
load(const char *text, struct overrides **ret_overrides, struct faults *faults)
{
	fd_write_file(path, bytes_of_str(text), 0600, NULL);
	faults_init(faults);
	return overrides_load(path, ret_overrides, faults);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct overrides *overrides = NULL;
		struct faults faults;
		char text[1000];
		int got;

		snprintf(text, sizeof(text), "overrides:\n  - %s\n", rows[i].entry);
		got = load(text, &overrides, &faults);
		if (rows[i].fault == NULL)
			tap_ok(got == 0 && overrides_n(overrides) == 1, "%s: %s", rows[i].name,
				faults.n > 0 ? faults.list[0].text : "good");
		else
			tap_ok(got < 0 && faults.list[0].line == rows[i].line &&
					strstr(faults.list[0].text, rows[i].fault) != NULL,
				"%s: line %d: %s", rows[i].name, faults.list[0].line, faults.list[0].text);
		overrides_free(overrides);
		faults_done(&faults);
	}
}

static void
test_find(void)
{
	struct overrides *overrides = NULL;
	const struct evidence_override *found;
	struct faults faults;

	tap_ok(load("overrides:\n  - {domain: .example, level: none, " WHO "}\n"
		    "  - {domain: .b.example, level: encrypted, " WHO "}\n"
		    "  - {domain: a.b.example, level: dane, " WHO ", until: 2026-12-31}\n",
		       &overrides, &faults) == 0,
		"three");
	found = overrides_find(overrides, BYTES_LIT("a.b.example"));
	tap_ok(found != NULL && found->level == TLS_LEVEL_DANE, "the domain's own goes before");
	tap_ok(found != NULL && found->date == 1777852800 && found->until == 1798761599,
		"from the first second of a day to the last one");
	found = overrides_find(overrides, BYTES_LIT("x.y.b.example"));
	tap_ok(found != NULL && found->level == TLS_LEVEL_ENCRYPTED, "then the nearest above");
	found = overrides_find(overrides, BYTES_LIT("b.example"));
	tap_ok(found != NULL && found->level == TLS_LEVEL_NONE, "which is not the domain itself");
	tap_ok(overrides_find(overrides, BYTES_LIT("example")) == NULL, "none");
	tap_ok(overrides_find(overrides, BYTES_LIT("[b.example]")) == NULL, "brackets have no parents");
	tap_ok(overrides_find(overrides, BYTES_LIT("")) == NULL, "nothing");
	overrides_free(overrides);
	faults_done(&faults);
}

static void
test_files(void)
{
	struct overrides *overrides = NULL;
	struct faults faults;

	faults_init(&faults);
	tap_ok(overrides_load("", &overrides, &faults) == 0 && overrides_n(overrides) == 0, "no file");
	tap_ok(overrides_find(overrides, BYTES_LIT("a.example")) == NULL, "has none");
	overrides_free(overrides);
	tap_ok(overrides_load("/nowhere", &overrides, &faults) < 0, "one that is not there");
	faults_done(&faults);
	faults_init(&faults);
	tap_ok(load("limits: []\n", &overrides, &faults) < 0, "another file");
	faults_done(&faults);
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 99;
	test_rows();
	test_find();
	test_files();
	fd_close(&fd);
	unlink(path);
	return tap_done();
}
