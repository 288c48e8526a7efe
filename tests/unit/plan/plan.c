/* SPDX-License-Identifier: Apache-2.0 */
/* From findings to actions: one policy, many messages. */
#include "lib/plan/plan.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

static const char policy_text[] =
	"policies:\n"
	"  - {name: inside, to: our-domains, do: pass}\n"
	"  - {name: no, from: bad@here.example, do: reject}\n"
	"  - {name: clinics, to: [.clinic.example], protect: [tls, portal]}\n"
	"  - {name: dane, to: [dane.example], tls: {level: dane}, protect: [tls, "
	"portal]}\n"
	"  - {name: trial, to: [trial.example], stage: monitor, protect: [tls, portal]}\n"
	"  - {name: lawyers, to: [.law.example], protect: [portal]}\n"
	"  - {name: mass, label: phi, distinct: {us-ssn: 3}, do: hold}\n"
	"  - {name: staged, label: money, stage: monitor, protect: [portal]}\n"
	"  - {name: PHI, label: [phi, unscannable], protect: [portal]}\n"
	"  - {name: unread, label: unread, protect: [portal]}\n"
	"  - {name: big, size: {larger: 1K}, do: hold}\n"
	"  - {name: rest, do: pass}\n";

static const struct settings settings = {.mode = "enforce"};
static const struct settings monitoring = {.mode = "monitor"};

/* Doubles of other libraries' name tables. */
const char *
rule_kind_name(enum rule_kind kind)
{
	return kind == RULE_IDENTIFIER ? "identifier" : "?";
}

bool
settings_is_our_domain(const struct settings *s, struct bytes address)
{
	(void)s;
	return bytes_ends_nocase(address, BYTES_LIT("@here.example"));
}

#define OUT "b@there.example"
#define SENDER "a@here.example"

static struct finding two_here = {"us-ssn", RULE_IDENTIFIER, "body/text", 90, 2, 2, false, NULL};
static struct finding three = {"us-ssn", RULE_IDENTIFIER, "header Subject", 80, 1, 1, false, &two_here};
static struct finding staged_two = {"us-ssn", RULE_IDENTIFIER, "body/text", 90, 2, 2, true, NULL};
static struct finding three_staged = {
	"us-ssn", RULE_IDENTIFIER, "header Subject", 80, 1, 1, false, &staged_two};
static struct label phi = {"phi", false, NULL};
static struct label phi_staged = {"phi", true, NULL};
static struct label money = {"money", false, NULL};
static struct unread_part unread_part = {"attachment 1 (a.pdf)", "application/pdf", 12, NULL};

static const struct scan_result clean = {0};
static const struct scan_result has_phi = {.labels = &phi, .findings = &two_here};
static const struct scan_result has_three = {.labels = &phi, .findings = &three};
static const struct scan_result has_three_staged = {.labels = &phi, .findings = &three_staged};
static const struct scan_result has_phi_staged = {.labels = &phi_staged};
static const struct scan_result has_money = {.labels = &money};
static const struct scan_result has_depth = {.unscannable = UNSCANNABLE_DEPTH};
static const struct scan_result has_unread = {.unread = &unread_part};

static const struct {
	const char *name, *sender, *recipient;
	const struct scan_result *result;
	size_t size;
	enum plan_action action, would;
	const char *policy, *would_policy;
} table[] = {
	{"clean", SENDER, OUT, &clean, 100, PLAN_PASS, PLAN_PASS, "rest", "rest"},
	{"PHI", SENDER, OUT, &has_phi, 100, PLAN_PORTAL, PLAN_PORTAL, "PHI", "PHI"},
	{"PHI to inside", SENDER, "c@HERE.example", &has_phi, 100, PLAN_PASS, PLAN_PASS, "inside", "inside"},
	{"inside without a domain", SENDER, "root", &has_phi, 100, PLAN_PASS, PLAN_PASS, "inside", "inside"},
	{"percent hack", SENDER, "c%there.example@here.example", &has_phi, 100, PLAN_PORTAL, PLAN_PORTAL,
		"PHI", "PHI"},
	{"bang path", SENDER, "there.example!c@here.example", &has_phi, 100, PLAN_PORTAL, PLAN_PORTAL, "PHI",
		"PHI"},
	{"bang path without a domain", SENDER, "there.example!c", &has_phi, 100, PLAN_PORTAL, PLAN_PORTAL,
		"PHI", "PHI"},
	{"quoted at", SENDER, "\"c@there.example\"@here.example", &has_phi, 100, PLAN_PORTAL, PLAN_PORTAL,
		"PHI", "PHI"},
	{"source route", SENDER, "@here.example:c@there.example", &has_phi, 100, PLAN_PORTAL, PLAN_PORTAL,
		"PHI", "PHI"},
	{"three values in two parts", SENDER, OUT, &has_three, 100, PLAN_HOLD, PLAN_HOLD, "mass", "mass"},
	{"some of them staged", SENDER, OUT, &has_three_staged, 100, PLAN_PORTAL, PLAN_HOLD, "PHI", "mass"},
	{"a staged label", SENDER, OUT, &has_phi_staged, 100, PLAN_PASS, PLAN_PORTAL, "rest", "PHI"},
	{"a staged line", SENDER, OUT, &has_money, 100, PLAN_PASS, PLAN_PORTAL, "rest", "staged"},
	{"unscannable", SENDER, OUT, &has_depth, 100, PLAN_PORTAL, PLAN_PORTAL, "PHI", "PHI"},
	{"unread", SENDER, OUT, &has_unread, 100, PLAN_PORTAL, PLAN_PORTAL, "unread", "unread"},
	{"subdomain", SENDER, "x@A.law.example", &clean, 100, PLAN_PORTAL, PLAN_PORTAL, "lawyers", "lawyers"},
	{"not a subdomain", SENDER, "x@law.example", &clean, 100, PLAN_PASS, PLAN_PASS, "rest", "rest"},
	{"not a subdomain either", SENDER, "x@outlaw.example", &clean, 100, PLAN_PASS, PLAN_PASS, "rest",
		"rest"},
	{"sender", "Bad@here.example", OUT, &clean, 100, PLAN_REJECT, PLAN_REJECT, "no", "no"},
	{"1,024 bytes are not larger", SENDER, OUT, &clean, 1024, PLAN_PASS, PLAN_PASS, "rest", "rest"},
	{"1,025 are", SENDER, OUT, &clean, 1025, PLAN_HOLD, PLAN_HOLD, "big", "big"},
};

static void
test_table(const struct policy *policy, struct arena *arena)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct bytes recipient = bytes_of_str(table[i].recipient);
		struct envelope envelope = {
			bytes_of_str(table[i].sender), &recipient, 1, table[i].size, NULL};
		struct plan plan, quiet;

		plan_make(policy, &settings, &envelope, table[i].result, arena, &plan);
		tap_ok(plan.entries[0].action == table[i].action && plan.entries[0].would == table[i].would,
			"%s: %s, would %s", table[i].name, plan_action_name(plan.entries[0].action),
			plan_action_name(plan.entries[0].would));
		tap_ok(strcmp(plan.entries[0].policy, table[i].policy) == 0 &&
				strcmp(plan.entries[0].would_policy, table[i].would_policy) == 0,
			"%s: by %s, would by %s", table[i].name, plan.entries[0].policy,
			plan.entries[0].would_policy);
		plan_make(policy, &monitoring, &envelope, table[i].result, arena, &quiet);
		tap_ok(quiet.entries[0].action == PLAN_PASS && quiet.entries[0].would == table[i].would &&
				!quiet.hold && !quiet.reject,
			"%s: monitor mode passes and says what it would do", table[i].name);
	}
}

#define KNOWN(l)                                                                                             \
	{                                                                                                    \
		.level = TLS_LEVEL_##l, .source = "test", .reason = "none", .age = 12, .until = 1800000000   \
	}

/* What is known decides between the two methods of a line; the level is the line's. */
static const struct {
	const char *name, *recipient;
	struct plan_tls tls;
	enum plan_action action, would;
	bool asks;
} tls_table[] = {
	{"verified", "b@a.clinic.example", KNOWN(VERIFIED), PLAN_TLS, PLAN_TLS, true},
	{"better than asked", "b@a.clinic.example", KNOWN(DANE), PLAN_TLS, PLAN_TLS, true},
	{"worse than asked", "b@a.clinic.example", KNOWN(ENCRYPTED), PLAN_PORTAL, PLAN_PORTAL, true},
	{"nothing known", "b@a.clinic.example", KNOWN(NONE), PLAN_PORTAL, PLAN_PORTAL, true},
	{"DANE asked, not had", "b@dane.example", KNOWN(VERIFIED), PLAN_PORTAL, PLAN_PORTAL, true},
	{"DANE asked and had", "b@dane.example", KNOWN(DANE), PLAN_TLS, PLAN_TLS, true},
	{"a line without tls", "b@a.law.example", KNOWN(DANE), PLAN_PORTAL, PLAN_PORTAL, false},
	{"a staged line", "b@trial.example", KNOWN(VERIFIED), PLAN_PASS, PLAN_TLS, true},
};

static void
test_tls(const struct policy *policy, struct arena *arena)
{
	for (size_t i = 0; i < sizeof(tls_table) / sizeof(tls_table[0]); i++) {
		struct bytes recipient = bytes_of_str(tls_table[i].recipient);
		struct envelope envelope = {.sender = BYTES_LIT(SENDER),
			.recipients = &recipient,
			.n_recipients = 1,
			.size = 100,
			.tls = &tls_table[i].tls};
		struct plan plan, blind;

		plan_make(policy, &settings, &envelope, &clean, arena, &plan);
		tap_ok(plan.entries[0].action == tls_table[i].action &&
				plan.entries[0].would == tls_table[i].would,
			"%s: %s, would %s", tls_table[i].name, plan_action_name(plan.entries[0].action),
			plan_action_name(plan.entries[0].would));
		tap_ok(plan_asks_tls(policy, &settings, &envelope, &clean, 0) == tls_table[i].asks, "%s: %s",
			tls_table[i].name, tls_table[i].asks ? "TLS is asked for" : "TLS is not asked for");
		envelope.tls = NULL;
		plan_make(policy, &settings, &envelope, &clean, arena, &blind);
		tap_ok(blind.entries[0].action != PLAN_TLS && blind.entries[0].would != PLAN_TLS,
			"%s: never TLS without knowledge", tls_table[i].name);
	}
}

static void
test_several(const struct policy *policy, struct arena *arena)
{
	const struct bytes recipients[] = {
		BYTES_LIT("c@here.example"), BYTES_LIT(OUT), BYTES_LIT("d@there.example")};
	struct envelope envelope = {BYTES_LIT(SENDER), recipients, 3, 100, NULL};
	struct plan plan;

	plan_make(policy, &settings, &envelope, &has_phi, arena, &plan);
	tap_ok(plan.n == 3 && plan.entries[0].action == PLAN_PASS && plan.entries[1].action == PLAN_PORTAL &&
			plan.entries[2].action == PLAN_PORTAL && !plan.hold && !plan.reject,
		"each recipient has a plan of its own");
	plan_make(policy, &settings, &envelope, &has_three, arena, &plan);
	tap_ok(plan.hold && !plan.reject, "a hold of one is the message's");
	envelope.sender = BYTES_LIT("bad@here.example");
	plan_make(policy, &settings, &envelope, &has_phi, arena, &plan);
	tap_ok(plan.reject, "a reject of one is the message's");
}

static void
test_needs_scan(const struct policy *policy)
{
	static const struct {
		const char *name, *sender, *recipients[2];
		bool want;
	} cases[] = {
		{"inside only", SENDER, {"b@here.example", "c@here.example"}, false},
		{"one outside", SENDER, {"b@here.example", OUT}, true},
		{"outside by the envelope alone", SENDER, {"a@b.law.example"}, false},
		{"rejected by the envelope alone", "bad@here.example", {OUT}, false},
		{"nobody", SENDER, {NULL}, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes list[2] = {
			bytes_of_str(cases[i].recipients[0]), bytes_of_str(cases[i].recipients[1])};
		struct envelope envelope = {bytes_of_str(cases[i].sender), list,
			list[1].n   ? 2
			: list[0].n ? 1
				    : 0,
			ENVELOPE_SIZE_UNKNOWN, NULL};

		tap_ok(plan_needs_scan(policy, &settings, &envelope) == cases[i].want, "%s: %s",
			cases[i].name, cases[i].want ? "scan" : "no scan");
	}
}

static void
test_explain(const struct policy *policy)
{
	struct bytes recipient = BYTES_LIT(OUT);
	struct envelope envelope = {BYTES_LIT(SENDER), &recipient, 1, 100, NULL};
	struct buf out;

	buf_init(&out, 100000);
	plan_explain(policy, &settings, &envelope, &has_three_staged, &out);
	tap_bytes(buf_bytes(&out),
		BYTES_LIT(
			"from: <a@here.example>\n"
			"size: 100\n"
			"found: us-ssn (identifier) in header Subject, confidence 80, 1 times, 1 different\n"
			"found: us-ssn (identifier) in body/text, confidence 90, 2 times, 2 different "
			"(monitored)\n"
			"labels: phi\n"
			"to: <b@there.example>\n"
			"  line 2, inside: no: the recipient is not in our-domains\n"
			"  line 3, no: no: the sender is not in bad@here.example\n"
			"  line 4, clinics: no: the recipient is not in .clinic.example\n"
			"  line 5, dane: no: the recipient is not in dane.example\n"
			"  line 6, trial: no: stage is monitor\n"
			"  line 7, lawyers: no: the recipient is not in .law.example\n"
			"  line 8, mass: no: 1 of 3 different us-ssn\n"
			"  line 9, staged: no: stage is monitor\n"
			"  line 10, PHI: fits\n"
			"  action: portal\n"
			"  would be: hold, by mass\n"),
		"the explanation");
	buf_reset(&out);
	plan_explain(policy, &monitoring, &envelope, &has_unread, &out);
	tap_ok(bytes_find(
		       buf_bytes(&out), BYTES_LIT("unread: attachment 1 (a.pdf), application/pdf, 12 bytes\n"
						  "labels: unread\n")) < out.n,
		"what could not be read is named");
	recipient = BYTES_LIT("b@dane.example");
	envelope.tls = &tls_table[5].tls;
	buf_reset(&out);
	plan_explain(policy, &settings, &envelope, &clean, &out);
	tap_ok(bytes_ends_nocase(buf_bytes(&out),
		       BYTES_LIT("  line 5, dane: fits\n"
				 "  tls: dane by test, 12 s old, good until 2027-01-15T08:00:00Z\n"
				 "  action: tls, dane or better, else portal\n")),
		"a promise of TLS names its level and what proves it");
	envelope.tls = &tls_table[3].tls;
	buf_reset(&out);
	plan_explain(policy, &settings, &envelope, &clean, &out);
	tap_ok(bytes_ends_nocase(buf_bytes(&out), BYTES_LIT("  tls: none (none)\n  action: portal\n")),
		"so does the portal in its place");
	recipient = BYTES_LIT(OUT);
	envelope = (struct envelope){
		.sender = BYTES_LIT(SENDER), .recipients = &recipient, .n_recipients = 1, .size = 100};
	buf_reset(&out);
	plan_explain(policy, &monitoring, &envelope, &has_unread, &out);
	tap_ok(bytes_find(
		       buf_bytes(&out), BYTES_LIT("  action: pass (mode is monitor)\n  would be: portal, by "
						  "unread\n")) < out.n,
		"monitor mode is named");
	buf_done(&out);
}

int
main(void)
{
	char path[] = "/tmp/test-plan.XXXXXX";
	int fd = mkstemp(path);
	struct policy *policy = NULL;
	struct faults faults;
	struct arena arena;

	arena_init(&arena);
	faults_init(&faults);
	fd_write_file(path, bytes_of_str(policy_text), 0600, NULL);
	tap_ok(policy_load(path, &policy, &faults) == 0, "the policy is good");
	faults_print(&faults, stdout);
	test_table(policy, &arena);
	test_tls(policy, &arena);
	test_several(policy, &arena);
	test_needs_scan(policy);
	test_explain(policy);
	policy_free(policy);
	faults_done(&faults);
	arena_done(&arena);
	fd_close(&fd);
	unlink(path);
	return tap_done();
}
