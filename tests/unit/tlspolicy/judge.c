/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence, its level and what Postfix is told: for mail without a promise, and for a promise ("" where there
 * is nothing to say).
 */
#include "lib/tlspolicy/judge.h"

#include "lib/tlspolicy/evidence_line.h"
#include "lib/tlspolicy/postfix.h"
#include "tests/support/tap.h"

#define NOW 1000

#define DOMAIN "evidence1 domain=a.example times=900,2000 "
#define SECURE DOMAIN "mx=found,1,0"
#define PLAIN DOMAIN "mx=found,0,0"
#define NO_STS " sts=none,no-record,-,0,0,0 tlsrpt=0"
#define ENFORCE " sts=enforce,good,1,5000,900,5900 pattern=a.mx.example pattern=*.net.example tlsrpt=0"

/* Hosts: name, preference, their TLSA and the probe. */
#define HOST(name, preference, tlsa, base) " host=" name "," preference ",secure," tlsa "," base
#define DANE(name, preference) HOST(name, preference, "usable", name) " tlsa=3,1,1,ab"
#define BARE(name, preference) HOST(name, preference, "none", "-")
#define SEEN(certificate) " probe=encrypted," certificate ",unknown,772,0,950"
#define FAILED(result) " probe=" result ",unknown,unknown,0,0,950"

#define DANE_ONLY "dane-only protocols=>=TLSv1.2"
#define ENCRYPT "encrypt protocols=>=TLSv1.2"
#define A_MX "secure match=a.mx.example servername=hostname"
#define TLS12 " protocols=>=TLSv1.2"

static const struct {
	const char *name, *line;
	enum tls_level level;
	enum tls_reason reason;
	const char *ordinary, *promise;
} cases[] = {
	{"DANE", SECURE DANE("a.mx.example", "10") NO_STS, TLS_LEVEL_DANE, TLS_REASON_GOOD, "dane",
		DANE_ONLY},
	{"DANE, seen to match",
		SECURE DANE("a.mx.example", "10") " probe=encrypted,self-signed,matches,772,0,950" NO_STS,
		TLS_LEVEL_DANE, TLS_REASON_GOOD, "dane", DANE_ONLY},
	{"DANE, seen to differ",
		SECURE DANE("a.mx.example", "10") " probe=encrypted,good,differs,772,0,950" NO_STS,
		TLS_LEVEL_NONE, TLS_REASON_DANE_DIFFERS, "dane", ""},
	{"DANE that differs is not saved by MTA-STS",
		SECURE DANE("a.mx.example", "10") " probe=encrypted,good,differs,772,0,950" ENFORCE,
		TLS_LEVEL_NONE, TLS_REASON_DANE_DIFFERS, "dane-only", ""},
	{"DANE goes before MTA-STS", SECURE DANE("a.mx.example", "10") ENFORCE, TLS_LEVEL_DANE,
		TLS_REASON_GOOD, "dane-only", DANE_ONLY},
	{"DANE, seen without STARTTLS", SECURE DANE("a.mx.example", "10") FAILED("no-starttls") NO_STS,
		TLS_LEVEL_NONE, TLS_REASON_NO_STARTTLS, "dane", ""},
	{"DANE, not reached by the probe", SECURE DANE("a.mx.example", "10") FAILED("unreachable") NO_STS,
		TLS_LEVEL_DANE, TLS_REASON_GOOD, "dane", DANE_ONLY},
	{"insecure MX records make TLSA worthless",
		PLAIN DANE("a.mx.example", "10") SEEN("self-signed") NO_STS, TLS_LEVEL_ENCRYPTED,
		TLS_REASON_GOOD, "", ENCRYPT},
	{"insecure MX records, and MTA-STS", PLAIN DANE("a.mx.example", "10") SEEN("good") ENFORCE,
		TLS_LEVEL_VERIFIED, TLS_REASON_GOOD, A_MX, A_MX TLS12},
	{"a backup without TLSA is refused by dane-only",
		SECURE DANE("a.mx.example", "10") BARE("b.mx.example", "20") FAILED("no-starttls") NO_STS,
		TLS_LEVEL_DANE, TLS_REASON_GOOD, "dane", DANE_ONLY},
	{"a best host without TLSA drags the level, not the policy",
		SECURE BARE("a.mx.example", "10") SEEN("good") DANE("b.mx.example", "20") NO_STS,
		TLS_LEVEL_ENCRYPTED, TLS_REASON_DANE_PARTIAL, "dane", DANE_ONLY},
	{"of equal hosts the worst counts",
		SECURE DANE("a.mx.example", "10") BARE("b.mx.example", "10") FAILED("no-starttls") NO_STS,
		TLS_LEVEL_NONE, TLS_REASON_NO_STARTTLS, "dane", ""},
	{"bogus TLSA", SECURE HOST("a.mx.example", "10", "bogus", "-") SEEN("good") NO_STS, TLS_LEVEL_NONE,
		TLS_REASON_DANE_BOGUS, "dane", ""},
	{"bogus TLSA never becomes MTA-STS",
		SECURE HOST("a.mx.example", "10", "bogus", "-") SEEN("good") ENFORCE, TLS_LEVEL_NONE,
		TLS_REASON_DANE_BOGUS, "dane-only", ""},
	{"TLSA with SERVFAIL", SECURE HOST("a.mx.example", "10", "failed", "-") SEEN("good") ENFORCE,
		TLS_LEVEL_NONE, TLS_REASON_DANE_FAILED, "dane-only", ""},
	{"addresses with SERVFAIL", SECURE " host=a.mx.example,10,failed,none,-" ENFORCE, TLS_LEVEL_NONE,
		TLS_REASON_DANE_FAILED, "dane-only", ""},
	{"a backup whose TLSA is bogus",
		SECURE BARE("a.mx.example", "10") SEEN("good") HOST("x.net.example", "20", "bogus", "-")
			ENFORCE,
		TLS_LEVEL_NONE, TLS_REASON_DANE_BOGUS, "dane-only", ""},
	{"a backup whose TLSA is bogus, behind DANE",
		SECURE DANE("a.mx.example", "10") HOST("b.mx.example", "20", "bogus", "-") NO_STS,
		TLS_LEVEL_DANE, TLS_REASON_GOOD, "dane", DANE_ONLY},
	{"TLSA of no use",
		SECURE HOST("a.mx.example", "10", "unusable", "a.mx.example") " tlsa=0,0,1,ab" NO_STS,
		TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD, "", ENCRYPT},
	{"TLSA of no use, and MTA-STS",
		SECURE HOST("a.mx.example", "10", "unusable", "a.mx.example") " tlsa=0,0,1,ab" ENFORCE,
		TLS_LEVEL_VERIFIED, TLS_REASON_GOOD, A_MX, A_MX TLS12},
	{"TLSA of no use, and no STARTTLS",
		SECURE HOST("a.mx.example", "10", "unusable", "a.mx.example") FAILED("no-starttls") NO_STS,
		TLS_LEVEL_NONE, TLS_REASON_NO_STARTTLS, "", ""},

	{"MTA-STS", PLAIN BARE("a.mx.example", "10") ENFORCE, TLS_LEVEL_VERIFIED, TLS_REASON_GOOD, A_MX,
		A_MX TLS12},
	{"MTA-STS with a star",
		PLAIN BARE("a.mx.example", "10") BARE("mx1.net.example", "20") BARE("d.mx1.net.example", "30")
			ENFORCE,
		TLS_LEVEL_VERIFIED, TLS_REASON_GOOD,
		"secure match=a.mx.example:mx1.net.example servername=hostname",
		"secure match=a.mx.example:mx1.net.example servername=hostname" TLS12},
	{"a host that the policy does not name is passed over",
		PLAIN BARE("evil.example", "1") FAILED("no-starttls") BARE("a.mx.example", "10") ENFORCE,
		TLS_LEVEL_VERIFIED, TLS_REASON_GOOD, A_MX, A_MX TLS12},
	{"no host is one that the policy names", PLAIN BARE("evil.example", "1") SEEN("good") ENFORCE,
		TLS_LEVEL_NONE, TLS_REASON_NOT_IN_POLICY, A_MX, ""},
	{"a star alone, and no host that fits",
		PLAIN BARE("evil.example",
			"1") " sts=enforce,good,1,5000,900,5900 pattern=*.net.example tlsrpt=0",
		TLS_LEVEL_NONE, TLS_REASON_NOT_IN_POLICY,
		"secure match=not-in-policy.invalid servername=hostname", ""},
	{"MTA-STS and a certificate with another name",
		PLAIN BARE("a.mx.example", "10") SEEN("wrong-name") ENFORCE, TLS_LEVEL_NONE,
		TLS_REASON_WRONG_NAME, A_MX, ""},
	{"MTA-STS and an untrusted one", PLAIN BARE("a.mx.example", "10") SEEN("untrusted") ENFORCE,
		TLS_LEVEL_NONE, TLS_REASON_UNTRUSTED, A_MX, ""},
	{"MTA-STS and a self-signed one", PLAIN BARE("a.mx.example", "10") SEEN("self-signed") ENFORCE,
		TLS_LEVEL_NONE, TLS_REASON_SELF_SIGNED, A_MX, ""},
	{"MTA-STS and one out of date", PLAIN BARE("a.mx.example", "10") SEEN("expired") ENFORCE,
		TLS_LEVEL_NONE, TLS_REASON_EXPIRED, A_MX, ""},
	{"MTA-STS and old TLS", PLAIN BARE("a.mx.example", "10") FAILED("old-tls") ENFORCE, TLS_LEVEL_NONE,
		TLS_REASON_OLD_TLS, A_MX, ""},
	{"MTA-STS, kept through a failure",
		PLAIN BARE("a.mx.example",
			"10") " sts=enforce,http,1,5000,100,1000 pattern=a.mx.example tlsrpt=0",
		TLS_LEVEL_VERIFIED, TLS_REASON_GOOD, A_MX, A_MX TLS12},
	{"MTA-STS, run out",
		PLAIN BARE("a.mx.example", "10")
			SEEN("good") " sts=enforce,http,1,5000,100,999 pattern=a.mx.example tlsrpt=0",
		TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD, "", ENCRYPT},
	{"MTA-STS outlives the DNS evidence, for ordinary mail",
		"evidence1 domain=a.example times=900,999 mx=found,0,0" BARE("a.mx.example", "10") ENFORCE,
		TLS_LEVEL_NONE, TLS_REASON_STALE, A_MX, ""},
	{"MTA-STS and MX records that can't be got", DOMAIN "mx=failed,0,0" ENFORCE, TLS_LEVEL_NONE,
		TLS_REASON_MX_FAILED, A_MX, ""},
	{"a star alone, and MX records that can't be got",
		DOMAIN "mx=failed,0,0 sts=enforce,good,1,5000,900,5900 pattern=*.net.example tlsrpt=0",
		TLS_LEVEL_NONE, TLS_REASON_MX_FAILED, "secure match=.net.example servername=hostname", ""},
	{"MTA-STS in testing",
		PLAIN BARE("a.mx.example", "10")
			SEEN("good") " sts=testing,good,1,5000,900,5900 pattern=a.mx.example tlsrpt=0",
		TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD, "", ENCRYPT},
	{"MTA-STS off",
		PLAIN BARE("a.mx.example", "10") SEEN("good") " sts=off,good,1,5000,900,5900 tlsrpt=0",
		TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD, "", ENCRYPT},
	{"a record whose policy never came",
		PLAIN BARE("a.mx.example", "10") SEEN("good") " sts=none,http,-,0,0,0 tlsrpt=0",
		TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD, "", ENCRYPT},

	{"a good certificate alone proves no name", PLAIN BARE("a.mx.example", "10") SEEN("good") NO_STS,
		TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD, "", ENCRYPT},
	{"old TLS", PLAIN BARE("a.mx.example", "10") FAILED("old-tls") NO_STS, TLS_LEVEL_OPPORTUNISTIC,
		TLS_REASON_OLD_TLS, "", ""},
	{"no STARTTLS", PLAIN BARE("a.mx.example", "10") FAILED("no-starttls") NO_STS, TLS_LEVEL_NONE,
		TLS_REASON_NO_STARTTLS, "", ""},
	{"STARTTLS refused", PLAIN BARE("a.mx.example", "10") FAILED("refused") NO_STS, TLS_LEVEL_NONE,
		TLS_REASON_REFUSED, "", ""},
	{"a broken handshake", PLAIN BARE("a.mx.example", "10") FAILED("broken") NO_STS, TLS_LEVEL_NONE,
		TLS_REASON_BROKEN, "", ""},
	{"not probed", PLAIN BARE("a.mx.example", "10") NO_STS, TLS_LEVEL_NONE, TLS_REASON_NOT_PROBED, "",
		""},
	{"a best host that is away, and a good one",
		PLAIN BARE("a.mx.example", "10") FAILED("unreachable") BARE("b.mx.example", "20") SEEN("good")
			NO_STS,
		TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD, "", ENCRYPT},
	{"a best host that is away, and one without TLS",
		PLAIN BARE("a.mx.example", "10") FAILED("unreachable") BARE("b.mx.example", "20")
			FAILED("no-starttls") NO_STS,
		TLS_LEVEL_NONE, TLS_REASON_NO_STARTTLS, "", ""},
	{"no host answers", PLAIN BARE("a.mx.example", "10") FAILED("unreachable") NO_STS, TLS_LEVEL_NONE,
		TLS_REASON_UNREACHABLE, "", ""},
	{"a host without an address, and a good one",
		PLAIN " host=a.mx.example,10,none,none,-" BARE("b.mx.example", "20") SEEN("good") NO_STS,
		TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD, "", ENCRYPT},
	{"the domain itself", DOMAIN "mx=implicit,1,0" DANE("a.example", "0") NO_STS, TLS_LEVEL_DANE,
		TLS_REASON_GOOD, "dane", DANE_ONLY},

	{"null MX", DOMAIN "mx=null,0,0" NO_STS, TLS_LEVEL_NONE, TLS_REASON_NULL_MX, "", ""},
	{"no such domain", DOMAIN "mx=none,0,0" NO_STS, TLS_LEVEL_NONE, TLS_REASON_NO_MX, "", ""},
	{"bogus MX", DOMAIN "mx=bogus,0,0" NO_STS, TLS_LEVEL_NONE, TLS_REASON_MX_BOGUS, "", ""},
	{"MX with SERVFAIL", DOMAIN "mx=failed,0,0" NO_STS, TLS_LEVEL_NONE, TLS_REASON_MX_FAILED, "", ""},
	{"stale", "evidence1 domain=a.example times=900,999 mx=found,1,0" DANE("a.mx.example", "10") NO_STS,
		TLS_LEVEL_NONE, TLS_REASON_STALE, "dane", ""},
	{"from the future",
		"evidence1 domain=a.example times=1301,2000 mx=found,1,0" DANE("a.mx.example", "10") NO_STS,
		TLS_LEVEL_NONE, TLS_REASON_STALE, "dane", ""},

	{"an override up",
		PLAIN BARE("a.mx.example", "10") SEEN("good") NO_STS
		" override=verified,900,0,it,- match=x.example match=.y.example",
		TLS_LEVEL_VERIFIED, TLS_REASON_GOOD,
		"secure match=x.example:.y.example servername=hostname" TLS12,
		"secure match=x.example:.y.example servername=hostname" TLS12},
	{"an override without names", PLAIN BARE("a.mx.example", "10") NO_STS " override=verified,900,0,it,-",
		TLS_LEVEL_VERIFIED, TLS_REASON_GOOD,
		"secure match=nexthop:dot-nexthop servername=hostname" TLS12,
		"secure match=nexthop:dot-nexthop servername=hostname" TLS12},
	{"an override to encrypted", PLAIN NO_STS " override=encrypted,900,0,it,-", TLS_LEVEL_ENCRYPTED,
		TLS_REASON_GOOD, ENCRYPT, ENCRYPT},
	{"an override down", SECURE DANE("a.mx.example", "10") NO_STS " override=none,900,0,it,-",
		TLS_LEVEL_NONE, TLS_REASON_GOOD, "", ""},
	{"an override that is over", SECURE DANE("a.mx.example", "10") NO_STS " override=none,900,999,it,-",
		TLS_LEVEL_DANE, TLS_REASON_GOOD, "dane", DANE_ONLY},
	{"an override that is yet to come", PLAIN NO_STS " override=verified,2000,0,it,-", TLS_LEVEL_NONE,
		TLS_REASON_NO_MX, "", ""},
};

static void
test_told(size_t i, const struct evidence *evidence, const struct tls_verdict *verdict)
{
	static const char *const uses[] = {"ordinary", "promise"};
	const char *wants[] = {cases[i].ordinary, cases[i].promise};

	for (int use = TLS_USE_ORDINARY; use <= TLS_USE_PROMISE; use++) {
		struct buf out;
		bool told;

		buf_init(&out, TLS_POLICY_MAX);
		told = tls_postfix_put(evidence, verdict, NOW, (enum tls_use)use, &out);
		tap_ok(told == (out.n > 0), "told or not: %s", cases[i].name);
		tap_bytes(buf_bytes(&out), bytes_of_str(wants[use]), "%s: %s", uses[use], cases[i].name);
		buf_done(&out);
	}
}

int
main(void)
{
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct evidence *evidence = NULL;
		struct tls_verdict verdict;
		struct err err = {0};

		if (!tap_ok(evidence_line_parse(&arena, bytes_of_str(cases[i].line), &evidence, &err) == 0,
			    "%s: %s", cases[i].name, err.text))
			continue;
		tls_judge(evidence, NOW, &verdict);
		tap_ok(verdict.level == cases[i].level && verdict.reason == cases[i].reason, "%s: %s, %s",
			cases[i].name, tls_level_name(verdict.level), tls_reason_name(verdict.reason));
		test_told(i, evidence, &verdict);
	}
	arena_done(&arena);
	return tap_done();
}
