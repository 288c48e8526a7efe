/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tlspolicy/postfix.h"

#include <inttypes.h>

#include "lib/tlspolicy/mta_sts.h"

/* A promise of TLS means TLS 1.2; main.cf's default of today would take 1.0. */
#define PROTOCOLS " protocols=>=TLSv1.2"

/* A list of names behind `match=`, and how many it has so far. */
struct match {
	struct buf *out;
	size_t n;
};

static void
put_match(struct match *match, const char *name)
{
	buf_putf(match->out, "%s%s", match->n++ == 0 ? " match=" : ":", name);
}

/*
 * Only patterns with a star, and no host that fits. When the hosts are known, none of them may have the mail
 * (RFC 8461 section 5), and no certificate bears the name that is asked for; when they are not, what is asked
 * for is wider than it should be, but never open.
 */
static void
put_patterns(const struct evidence *evidence, struct match *match)
{
	const struct evidence_sts *sts = &evidence->sts;

	if (evidence->n_mx > 0) {
		put_match(match, "not-in-policy.invalid");
		return;
	}
	for (size_t i = 0; i < sts->n_patterns; i++)
		put_match(match, sts->patterns[i] + (sts->patterns[i][0] == '*'));
}

static bool
is_pattern(const struct evidence_sts *sts, const char *name)
{
	for (size_t i = 0; i < sts->n_patterns; i++)
		if (strcmp(sts->patterns[i], name) == 0)
			return true;
	return false;
}

static void
put_sts_match(const struct evidence *evidence, struct buf *out)
{
	const struct evidence_sts *sts = &evidence->sts;
	struct match match = {.out = out};

	for (size_t i = 0; i < sts->n_patterns; i++)
		if (sts->patterns[i][0] != '*')
			put_match(&match, sts->patterns[i]);
	for (size_t i = 0; i < evidence->n_mx; i++)
		if (mta_sts_allows(sts, evidence->mx[i].name) && !is_pattern(sts, evidence->mx[i].name))
			put_match(&match, evidence->mx[i].name);
	if (match.n == 0)
		put_patterns(evidence, &match);
}

static void
put_override_match(const struct evidence *evidence, struct buf *out)
{
	const struct evidence_override *override = &evidence->override;
	struct match match = {.out = out};

	for (size_t i = 0; i < override->n_match; i++)
		put_match(&match, override->match[i]);
	if (match.n == 0)
		buf_put_str(out, " match=nexthop:dot-nexthop");
}

/* For one level that was promised, or that an admin wants. */
static bool
put_level(const struct evidence *evidence, const struct tls_verdict *verdict, struct buf *out)
{
	if (verdict->level < TLS_LEVEL_ENCRYPTED)
		return false;
	if (verdict->level == TLS_LEVEL_DANE || (verdict->dane && verdict->source != TLS_SOURCE_OVERRIDE)) {
		buf_put_str(out, "dane-only");
	} else if (verdict->level == TLS_LEVEL_VERIFIED) {
		buf_put_str(out, "secure");
		if (verdict->source == TLS_SOURCE_OVERRIDE)
			put_override_match(evidence, out);
		else
			put_sts_match(evidence, out);
		buf_put_str(out, " servername=hostname");
	} else {
		buf_put_str(out, "encrypt");
	}
	buf_put_str(out, PROTOCOLS);
	return true;
}

/*
 * `dane` is for Postfix to see for itself, host by host: it defers what fails DANE, and sends to hosts
 * without TLSA records as ever. Where there is an MTA-STS policy as well, those hosts may not be had so
 * cheaply.
 */
static bool
put_published(
	const struct evidence *evidence, const struct tls_verdict *verdict, int64_t now, struct buf *out)
{
	bool sts = mta_sts_enforced(&evidence->sts, now);

	if (verdict->dane || verdict->uncertain) {
		buf_put_str(out, sts ? "dane-only" : "dane");
		return true;
	}
	if (!sts)
		return false;
	buf_put_str(out, "secure");
	put_sts_match(evidence, out);
	buf_put_str(out, " servername=hostname");
	return true;
}

bool
tls_postfix_put(const struct evidence *evidence, const struct tls_verdict *verdict, int64_t now,
	enum tls_use use, struct buf *out)
{
	if (use == TLS_USE_PROMISE || verdict->source == TLS_SOURCE_OVERRIDE)
		return put_level(evidence, verdict, out);
	return put_published(evidence, verdict, now, out);
}

void
tls_postfix_put_report(const struct evidence *evidence, int64_t now, struct buf *out)
{
	const struct evidence_sts *sts = &evidence->sts;

	if (!mta_sts_enforced(sts, now))
		return;
	buf_putf(out, " policy_type=sts policy_domain=%s", evidence->domain);
	buf_put_str(out, " { policy_string = version: STSv1 } { policy_string = mode: enforce }");
	for (size_t i = 0; i < sts->n_patterns; i++)
		buf_putf(out, " { policy_string = mx: %s }", sts->patterns[i]);
	buf_putf(out, " { policy_string = max_age: %" PRId64 " }", sts->max_age);
	for (size_t i = 0; i < sts->n_patterns; i++)
		buf_putf(out, " mx_host_pattern=%s", sts->patterns[i]);
}
