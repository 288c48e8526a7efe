/* SPDX-License-Identifier: Apache-2.0 */
/* What policyd says of a domain, as it is understood; and who is asked about. */
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/plan/plan.h"
#include "tests/support/tap.h"

#define NOW 1795417689

static const char policy_text[] = "policies:\n"
				  "  - {name: inside, to: [here.example], do: pass}\n"
				  "  - {name: rest, to: [.example], protect: [tls, portal]}\n"
				  "  - {name: all, protect: [portal]}\n";

static const struct settings settings = {.mode = "enforce"};

bool
settings_is_our_domain(const struct settings *s, struct bytes address)
{
	(void)s, (void)address;
	return false;
}

const char *
rule_kind_name(enum rule_kind kind)
{
	(void)kind;
	return "";
}

static const struct {
	const char *name, *words;
	enum tls_level level;
	const char *source, *reason;
} table[] = {
	{"known", "level=verified source=mta-sts age=12 until=1795417690", TLS_LEVEL_VERIFIED, "mta-sts", ""},
	{"in any order", "until=1795417690 level=dane source=dane", TLS_LEVEL_DANE, "dane", ""},
	{"good until now", "level=dane source=dane until=1795417689", TLS_LEVEL_NONE, "",
		"what is known is too old"},
	{"good for no time that is named", "level=dane source=dane", TLS_LEVEL_NONE, "",
		"what is known is too old"},
	{"a time that is none", "level=dane source=dane until=soon", TLS_LEVEL_NONE, "",
		"what is known is too old"},
	{"a time beyond all", "level=dane source=dane until=99999999999999999999", TLS_LEVEL_NONE, "",
		"what is known is too old"},
	{"a level that is none", "level=perfect source=dane until=1795417690", TLS_LEVEL_NONE, "",
		"policyd's answer is not understood"},
	{"no level", "source=dane until=1795417690", TLS_LEVEL_NONE, "",
		"policyd's answer is not understood"},
	{"nothing", "", TLS_LEVEL_NONE, "", "policyd's answer is not understood"},
	{"none, with a reason", "level=none reason=no-starttls", TLS_LEVEL_NONE, "", "no-starttls"},
	{"none, without", "level=none", TLS_LEVEL_NONE, "", "nothing is known"},
	{"no answer", NULL, TLS_LEVEL_NONE, "", "asked in vain"},
};

struct asked {
	const char *words;
	struct buf domains;
};

static int
ask(void *context, struct bytes domain, struct bytes *ret_words, const char **ret_why)
{
	struct asked *asked = context;

	buf_putf(&asked->domains, "%.*s ", BYTES_FMT(domain));
	*ret_why = "asked in vain";
	if (!asked->words)
		return 0;
	*ret_words = bytes_of_str(asked->words);
	return 1;
}

static void
test_words(const struct policy *policy, struct arena *arena)
{
	struct bytes recipient = BYTES_LIT("b@there.x.example");
	const struct envelope envelope = {.recipients = &recipient, .n_recipients = 1};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct asked asked = {.words = table[i].words};
		const struct plan_tls_asker asker = {ask, &asked, NOW};
		const struct plan_tls *tls;

		buf_init(&asked.domains, 1000);
		tls = plan_learn_tls(policy, &settings, &envelope, NULL, &asker, arena);
		tap_ok(tls && tls->level == table[i].level && strcmp(tls->source, table[i].source) == 0 &&
				strcmp(tls->reason, table[i].reason) == 0,
			"%s: %s '%s' '%s'", table[i].name, tls_level_name(tls->level), tls->source,
			tls->reason);
		buf_done(&asked.domains);
	}
}

static void
test_asked(const struct policy *policy, struct arena *arena)
{
	const struct bytes recipients[] = {BYTES_LIT("a@b.example"), BYTES_LIT("c@B.Example"),
		BYTES_LIT("i@here.example"), BYTES_LIT("d@elsewhere.test"), BYTES_LIT("e@f.example"),
		BYTES_LIT("\"x@y\"@b.example"), BYTES_LIT("nobody")};
	struct envelope envelope = {.recipients = recipients, .n_recipients = 7};
	struct asked asked = {.words = "level=dane source=dane until=1795417690"};
	const struct plan_tls_asker asker = {ask, &asked, NOW};
	const struct plan_tls *tls;

	buf_init(&asked.domains, 1000);
	tls = plan_learn_tls(policy, &settings, &envelope, NULL, &asker, arena);
	tap_bytes(buf_bytes(&asked.domains), BYTES_LIT("b.example f.example "),
		"each domain that counts, once");
	tap_ok(tls[0].level == TLS_LEVEL_DANE && tls[1].level == TLS_LEVEL_DANE &&
			tls[4].level == TLS_LEVEL_DANE && tls[5].level == TLS_LEVEL_DANE,
		"and all of its recipients learn of it");
	tap_ok(tls[2].level == TLS_LEVEL_NONE && tls[3].level == TLS_LEVEL_NONE &&
			tls[6].level == TLS_LEVEL_NONE,
		"nobody else");
	envelope.recipients = recipients + 2;
	envelope.n_recipients = 2;
	tap_ok(plan_learn_tls(policy, &settings, &envelope, NULL, &asker, arena) == NULL,
		"nobody is asked when no plan depends on it");
	buf_done(&asked.domains);
}

static void
test_route(void)
{
	static const struct {
		const char *list;
		bool want;
	} lists[] = {
		{"regexp:/etc/postseal/checks", true},
		{"pcre:/x, regexp:/etc/postseal/checks, pcre:/y", true},
		{"{ regexp:/etc/postseal/checks}", true},
		{"", false},
		{"regexp:/etc/postseal/checks.out", false},
		{"regexp:/etc/postseal/checksum", false},
		{"/etc/postseal/checks", false},
		{"regexp:/old/etc/postseal/checks", false},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		tap_ok(plan_tls_route(bytes_of_str(lists[i].list), "/etc/postseal/checks") == lists[i].want,
			"'%s': %s", lists[i].list, lists[i].want ? "in force" : "not in force");
	tap_ok(!plan_tls_route(BYTES_LIT("regexp:"), ""), "no path is in no list");
}

int
main(void)
{
	char path[] = "/tmp/test-plan-tls.XXXXXX";
	int fd = mkstemp(path);
	struct policy *policy = NULL;
	struct faults faults;
	struct arena arena;

	arena_init(&arena);
	faults_init(&faults);
	fd_write_file(path, bytes_of_str(policy_text), 0600, NULL);
	tap_ok(policy_load(path, &policy, &faults) == 0, "the policy is good");
	test_words(policy, &arena);
	test_asked(policy, &arena);
	test_route();
	policy_free(policy);
	faults_done(&faults);
	arena_done(&arena);
	fd_close(&fd);
	unlink(path);
	return tap_done();
}
