/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tlspolicy/judge.h"

#include "lib/tlspolicy/mta_sts.h"

/* What holds for all hosts of the domain. */
struct judge {
	const struct evidence *evidence;
	bool dane;      /* some host has usable TLSA records that count */
	bool uncertain; /* whether some other has is not known */
	bool sts;
};

static struct tls_host_verdict
host_verdict(enum tls_level level, enum tls_reason reason)
{
	return (struct tls_host_verdict){.level = level, .reason = reason};
}

/*
 * What the probe says against any mandatory TLS, or GOOD. A host that did not answer, or was not asked, has
 * nothing against it: what DNS publishes is enough, and Postfix will see.
 */
static enum tls_reason
seen_without_tls(const struct evidence_probe *probe)
{
	switch (probe->result) {
	case EVIDENCE_PROBE_NO_STARTTLS:
		return TLS_REASON_NO_STARTTLS;
	case EVIDENCE_PROBE_REFUSED:
		return TLS_REASON_REFUSED;
	case EVIDENCE_PROBE_BROKEN:
		return TLS_REASON_BROKEN;
	case EVIDENCE_PROBE_OLD:
		return TLS_REASON_OLD_TLS;
	default:
		return TLS_REASON_GOOD;
	}
}

static enum tls_reason
seen_certificate(const struct evidence_probe *probe)
{
	switch (probe->certificate) {
	case EVIDENCE_CERTIFICATE_WRONG_NAME:
		return TLS_REASON_WRONG_NAME;
	case EVIDENCE_CERTIFICATE_UNTRUSTED:
		return TLS_REASON_UNTRUSTED;
	case EVIDENCE_CERTIFICATE_SELF_SIGNED:
		return TLS_REASON_SELF_SIGNED;
	case EVIDENCE_CERTIFICATE_EXPIRED:
		return TLS_REASON_EXPIRED;
	default:
		return TLS_REASON_GOOD;
	}
}

static struct tls_host_verdict
by_probe(const struct evidence_probe *probe)
{
	switch (probe->result) {
	case EVIDENCE_PROBE_NONE:
		return host_verdict(TLS_LEVEL_NONE, TLS_REASON_NOT_PROBED);
	case EVIDENCE_PROBE_UNREACHABLE:
		return host_verdict(TLS_LEVEL_NONE, TLS_REASON_UNREACHABLE);
	case EVIDENCE_PROBE_OLD:
		return host_verdict(TLS_LEVEL_OPPORTUNISTIC, TLS_REASON_OLD_TLS);
	case EVIDENCE_PROBE_ENCRYPTED:
		return host_verdict(TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD);
	default:
		return host_verdict(TLS_LEVEL_NONE, seen_without_tls(probe));
	}
}

static struct tls_host_verdict
by_dane(const struct evidence_probe *probe)
{
	enum tls_reason against = seen_without_tls(probe);

	if (against == TLS_REASON_GOOD && probe->dane == EVIDENCE_DANE_DIFFERS)
		against = TLS_REASON_DANE_DIFFERS;
	return host_verdict(against == TLS_REASON_GOOD ? TLS_LEVEL_DANE : TLS_LEVEL_NONE, against);
}

static struct tls_host_verdict
by_sts(const struct judge *judge, const struct evidence_mx *mx)
{
	enum tls_reason against = seen_without_tls(&mx->probe);

	if (!mta_sts_allows(&judge->evidence->sts, mx->name))
		return host_verdict(TLS_LEVEL_NONE, TLS_REASON_NOT_IN_POLICY);
	if (against == TLS_REASON_GOOD)
		against = seen_certificate(&mx->probe);
	return host_verdict(against == TLS_REASON_GOOD ? TLS_LEVEL_VERIFIED : TLS_LEVEL_NONE, against);
}

/* Whether the host's TLSA records, of which there may be some, could not be got; under secure MX records. */
static bool
is_uncertain(const struct evidence_mx *mx)
{
	return mx->addresses_state == EVIDENCE_DNS_BOGUS || mx->addresses_state == EVIDENCE_DNS_FAILED ||
	       mx->tlsa_state == EVIDENCE_TLSA_BOGUS || mx->tlsa_state == EVIDENCE_TLSA_FAILED;
}

static enum tls_reason
uncertain_reason(const struct evidence_mx *mx)
{
	return mx->addresses_state == EVIDENCE_DNS_BOGUS || mx->tlsa_state == EVIDENCE_TLSA_BOGUS
		       ? TLS_REASON_DANE_BOGUS
		       : TLS_REASON_DANE_FAILED;
}

/* Insecure MX records make the names worthless, and with them what stands at the names (RFC 7672
 * section 2.2.1). */
static struct tls_host_verdict
judge_host(const struct judge *judge, const struct evidence_mx *mx)
{
	bool secure = judge->evidence->mx_secure;
	struct tls_host_verdict probed = by_probe(&mx->probe);

	if (secure && mx->tlsa_state == EVIDENCE_TLSA_USABLE)
		return by_dane(&mx->probe);
	if (secure && is_uncertain(mx))
		return host_verdict(TLS_LEVEL_NONE, uncertain_reason(mx));
	if (mx->addresses_state == EVIDENCE_DNS_NONE)
		return host_verdict(TLS_LEVEL_NONE, TLS_REASON_UNREACHABLE);
	if (judge->dane) {
		if (probed.level == TLS_LEVEL_ENCRYPTED)
			probed.reason = TLS_REASON_DANE_PARTIAL;
		return probed;
	}
	if (judge->sts)
		return by_sts(judge, mx);
	/* Whoever publishes TLSA records says that he has TLS, even where no record can be used
	 * (section 2.2). */
	if (secure && mx->tlsa_state == EVIDENCE_TLSA_UNUSABLE &&
		seen_without_tls(&mx->probe) == TLS_REASON_GOOD)
		return host_verdict(TLS_LEVEL_ENCRYPTED, TLS_REASON_GOOD);
	return probed;
}

/* A host that the policy never lets Postfix use, or that is not there, says nothing about the others. */
static bool
counts(const struct tls_host_verdict *host)
{
	return host->reason != TLS_REASON_NOT_IN_POLICY && host->reason != TLS_REASON_UNREACHABLE;
}

static enum tls_source
source_of(const struct judge *judge, const struct evidence_mx *mx, enum tls_level level)
{
	switch (level) {
	case TLS_LEVEL_NONE:
		return TLS_SOURCE_NONE;
	case TLS_LEVEL_DANE:
		return TLS_SOURCE_DANE;
	case TLS_LEVEL_VERIFIED:
		return TLS_SOURCE_MTA_STS;
	default:
		return judge->evidence->mx_secure && mx->tlsa_state == EVIDENCE_TLSA_UNUSABLE
			       ? TLS_SOURCE_DANE
			       : TLS_SOURCE_PROBE;
	}
}

/* The hosts are in the order of preference. */
static void
judge_hosts(const struct judge *judge, struct tls_verdict *verdict)
{
	const struct evidence *evidence = judge->evidence;
	const struct evidence_mx *worst = NULL;
	const struct evidence_mx *first = NULL;

	for (size_t i = 0; i < evidence->n_mx; i++) {
		const struct evidence_mx *mx = &evidence->mx[i];
		struct tls_host_verdict *host = &verdict->mx[i];

		*host = judge_host(judge, mx);
		if (!counts(host) || (first != NULL && mx->preference != first->preference))
			continue;
		host->preferred = true;
		if (first == NULL || host->level < verdict->level) {
			worst = mx;
			verdict->level = host->level;
			verdict->reason = host->reason;
		}
		if (first == NULL)
			first = mx;
	}
	if (worst != NULL)
		verdict->source = source_of(judge, worst, verdict->level);
	else
		verdict->reason = evidence->n_mx > 0 ? verdict->mx[0].reason : TLS_REASON_NO_MX;
}

/* Some other host may have TLSA records: until that is known, nothing below DANE is good enough. */
static void
doubt(const struct judge *judge, struct tls_verdict *verdict)
{
	const struct evidence *evidence = judge->evidence;

	if (judge->dane || !judge->uncertain || verdict->level == TLS_LEVEL_NONE)
		return;
	for (size_t i = 0; i < evidence->n_mx; i++)
		if (is_uncertain(&evidence->mx[i]))
			verdict->reason = uncertain_reason(&evidence->mx[i]);
	verdict->level = TLS_LEVEL_NONE;
	verdict->source = TLS_SOURCE_NONE;
}

static enum tls_reason
domain_reason(const struct evidence *evidence, int64_t now)
{
	if (now > evidence->until || evidence->looked > now + JUDGE_CLOCK_SLACK)
		return TLS_REASON_STALE;
	switch (evidence->mx_state) {
	case EVIDENCE_MX_NULL:
		return TLS_REASON_NULL_MX;
	case EVIDENCE_MX_NONE:
		return TLS_REASON_NO_MX;
	case EVIDENCE_MX_BOGUS:
		return TLS_REASON_MX_BOGUS;
	case EVIDENCE_MX_FAILED:
		return TLS_REASON_MX_FAILED;
	default:
		return TLS_REASON_GOOD;
	}
}

static bool
overrides(const struct evidence_override *override, int64_t now)
{
	return override->owner != NULL && override->date <= now + JUDGE_CLOCK_SLACK &&
	       (override->until == 0 || now <= override->until);
}

static void
judge_override(const struct evidence *evidence, struct tls_verdict *verdict)
{
	verdict->level = evidence->override.level;
	verdict->source = TLS_SOURCE_OVERRIDE;
	verdict->reason = TLS_REASON_GOOD;
}

void
tls_judge(const struct evidence *evidence, int64_t now, struct tls_verdict *ret_verdict)
{
	struct judge judge = {.evidence = evidence, .sts = mta_sts_enforced(&evidence->sts, now)};
	struct tls_verdict verdict = {.reason = domain_reason(evidence, now), .sts = judge.sts};

	for (size_t i = 0; i < evidence->n_mx && evidence->mx_secure; i++) {
		judge.dane |= evidence->mx[i].tlsa_state == EVIDENCE_TLSA_USABLE;
		judge.uncertain |= is_uncertain(&evidence->mx[i]);
	}
	verdict.dane = judge.dane;
	verdict.uncertain = judge.uncertain;
	if (verdict.reason == TLS_REASON_GOOD) {
		judge_hosts(&judge, &verdict);
		doubt(&judge, &verdict);
	}
	if (overrides(&evidence->override, now))
		judge_override(evidence, &verdict);
	*ret_verdict = verdict;
}

static const char *const source_names[TLS_SOURCES] = {"none", "dane", "mta-sts", "probe", "override"};

const char *
tls_source_name(enum tls_source source)
{
	return source_names[source];
}

static const struct {
	const char *name, *text;
} reasons[TLS_REASONS] = {
	[TLS_REASON_GOOD] = {"good", "nothing speaks against it"},
	[TLS_REASON_UNKNOWN] = {"unknown", "nothing is known of the domain yet"},
	[TLS_REASON_STALE] = {"stale", "what is known of the domain is too old"},
	[TLS_REASON_NULL_MX] = {"null-mx", "the domain takes no mail"},
	[TLS_REASON_NO_MX] = {"no-mx", "no host takes mail for the domain"},
	[TLS_REASON_MX_BOGUS] = {"mx-bogus", "the MX records fail DNSSEC validation"},
	[TLS_REASON_MX_FAILED] = {"mx-failed", "the MX records could not be got"},
	[TLS_REASON_NOT_PROBED] = {"not-probed", "the host was not probed yet"},
	[TLS_REASON_UNREACHABLE] = {"unreachable", "the host does not answer"},
	[TLS_REASON_NO_STARTTLS] = {"no-starttls", "the host does not offer TLS"},
	[TLS_REASON_REFUSED] = {"refused", "the host refuses to begin TLS"},
	[TLS_REASON_BROKEN] = {"broken", "the TLS handshake fails"},
	[TLS_REASON_OLD_TLS] = {"old-tls", "the host speaks nothing newer than TLS 1.1"},
	[TLS_REASON_DANE_BOGUS] = {"dane-bogus", "TLSA records fail DNSSEC validation"},
	[TLS_REASON_DANE_FAILED] = {"dane-failed", "TLSA records could not be got"},
	[TLS_REASON_DANE_DIFFERS] = {"dane-differs", "the certificate is not what the TLSA records say"},
	[TLS_REASON_DANE_PARTIAL] = {"dane-partial", "other hosts have TLSA records, this one has none"},
	[TLS_REASON_NOT_IN_POLICY] = {"not-in-policy", "the MTA-STS policy does not name the host"},
	[TLS_REASON_WRONG_NAME] = {"wrong-name", "the certificate has another name"},
	[TLS_REASON_UNTRUSTED] = {"untrusted", "the certificate comes from no trusted authority"},
	[TLS_REASON_SELF_SIGNED] = {"self-signed", "the certificate is signed by itself"},
	[TLS_REASON_EXPIRED] = {"expired", "the certificate is out of date"},
};

const char *
tls_reason_text(enum tls_reason reason)
{
	return reasons[reason].text;
}

const char *
tls_reason_name(enum tls_reason reason)
{
	return reasons[reason].name;
}
