/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <jansson.h>

#include "cli/tls.h"
#include "lib/base/clock.h"
#include "lib/tlspolicy/postfix.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* "3 min", "5 h", "2 d". */
static void
format_span(int64_t seconds, char *text, size_t size)
{
	if (seconds < 2 * MINUTE)
		snprintf(text, size, "%" PRId64 " s", seconds);
	else if (seconds < 2 * HOUR)
		snprintf(text, size, "%" PRId64 " min", seconds / MINUTE);
	else if (seconds < 2 * DAY)
		snprintf(text, size, "%" PRId64 " h", seconds / HOUR);
	else
		snprintf(text, size, "%" PRId64 " d", seconds / DAY);
}

static void
print_policy(const char *label, const struct evidence *evidence, const struct tls_verdict *verdict,
	int64_t now, enum tls_use use)
{
	struct buf text;

	buf_init(&text, TLS_POLICY_MAX);
	if (!tls_postfix_put(evidence, verdict, now, use, &text))
		buf_put_str(
			&text, use == TLS_USE_ORDINARY ? "as main.cf says" : "nothing: the portal takes it");
	printf("  %s %s\n", label, buf_cstr(&text));
	buf_done(&text);
}

static void
print_life(const struct evidence *evidence, int64_t now)
{
	char age[32], left[32];

	if (evidence->looked == 0)
		return;
	format_span(now > evidence->looked ? now - evidence->looked : 0, age, sizeof(age));
	format_span(
		now < evidence->until ? evidence->until - now : now - evidence->until, left, sizeof(left));
	printf("  looked up %s ago, %s %s%s\n", age, now <= evidence->until ? "good for" : "too old since",
		left, now <= evidence->until ? " more" : "");
}

static void
print_host(const struct evidence_mx *mx, const struct tls_host_verdict *host, int64_t now)
{
	char ago[32];

	printf("  MX %d %s: %s%s (%s)\n", mx->preference, mx->name, tls_level_name(host->level),
		host->preferred ? "" : ", does not count", tls_reason_text(host->reason));
	printf("     TLSA records: %s\n", evidence_tlsa_state_name(mx->tlsa_state));
	if (mx->probe.when == 0)
		return;
	format_span(now > mx->probe.when ? now - mx->probe.when : 0, ago, sizeof(ago));
	printf("     probed %s ago: %s", ago, evidence_probe_name(mx->probe.result));
	if (mx->probe.tls_version != 0)
		printf(", TLS 1.%d, certificate %s", mx->probe.tls_version - 0x0301,
			evidence_certificate_name(mx->probe.certificate));
	printf("%s\n", mx->probe.requiretls ? ", REQUIRETLS" : "");
}

static void
print_override(const struct evidence_override *override)
{
	char date[32], until[32] = "for good";

	if (override->owner == NULL)
		return;
	clock_format_utc(override->date, date, sizeof(date));
	if (override->until > 0)
		clock_format_utc(override->until, until, sizeof(until));
	printf("  override: %s, by %s: %s (from %.10s, until %.10s)\n", tls_level_name(override->level),
		override->owner, override->reason, date, until);
}

static void
print_reasons(const struct evidence *evidence, const struct tls_verdict *verdict, int64_t now)
{
	printf("  MX records: %s, %s\n", evidence_mx_state_name(evidence->mx_state),
		evidence->mx_secure ? "validated by DNSSEC" : "not signed");
	for (size_t i = 0; i < evidence->n_mx; i++)
		print_host(&evidence->mx[i], &verdict->mx[i], now);
	if (evidence->n_mx_dropped > 0)
		printf("  and %zu hosts more\n", evidence->n_mx_dropped);
	printf("  MTA-STS: %s (%s)\n", evidence_sts_state_name(evidence->sts.state),
		evidence_sts_fault_name(evidence->sts.fault));
	printf("  reports of TLS: %s\n", evidence->tlsrpt ? "wanted" : "not wanted");
}

void
tls_show_text(const struct evidence *evidence, int64_t now, enum tls_detail detail)
{
	struct tls_verdict verdict;

	tls_judge(evidence, now, &verdict);
	printf("%s: %s", evidence->domain, tls_level_name(verdict.level));
	if (verdict.source != TLS_SOURCE_NONE)
		printf(", by %s", tls_source_name(verdict.source));
	if (verdict.reason != TLS_REASON_GOOD)
		printf(" (%s)", tls_reason_text(verdict.reason));
	printf("\n");
	print_life(evidence, now);
	print_policy("ordinary mail:  ", evidence, &verdict, now, TLS_USE_ORDINARY);
	print_policy("promised mail:  ", evidence, &verdict, now, TLS_USE_PROMISE);
	print_override(&evidence->override);
	if (detail == TLS_EXPLAIN)
		print_reasons(evidence, &verdict, now);
}

static json_t *
policy_of(const struct evidence *evidence, const struct tls_verdict *verdict, int64_t now, enum tls_use use)
{
	struct buf text;
	json_t *json;

	buf_init(&text, TLS_POLICY_MAX);
	json = tls_postfix_put(evidence, verdict, now, use, &text) ? json_string(buf_cstr(&text))
								   : json_null();
	buf_done(&text);
	return json;
}

static json_t *
host_of(const struct evidence_mx *mx, const struct tls_host_verdict *host)
{
	return json_pack("{s:s s:i s:s s:s s:b s:s s:s s:i s:s s:b s:I}", "name", mx->name, "preference",
		mx->preference, "level", tls_level_name(host->level), "reason", tls_reason_name(host->reason),
		"preferred", host->preferred, "tlsa", evidence_tlsa_state_name(mx->tlsa_state), "probe",
		evidence_probe_name(mx->probe.result), "tls_version", mx->probe.tls_version, "certificate",
		evidence_certificate_name(mx->probe.certificate), "requiretls", mx->probe.requiretls,
		"probed", (json_int_t)mx->probe.when);
}

void
tls_show_json(const struct evidence *evidence, int64_t now)
{
	struct tls_verdict verdict;
	json_t *root, *hosts = json_array();

	tls_judge(evidence, now, &verdict);
	for (size_t i = 0; i < evidence->n_mx; i++)
		json_array_append_new(hosts, host_of(&evidence->mx[i], &verdict.mx[i]));
	root = json_pack("{s:s s:s s:s s:s s:I s:I s:o s:o s:s s:b s:s s:s s:b s:o}", "domain",
		evidence->domain, "level", tls_level_name(verdict.level), "source",
		tls_source_name(verdict.source), "reason", tls_reason_name(verdict.reason), "looked",
		(json_int_t)evidence->looked, "until", (json_int_t)evidence->until, "ordinary",
		policy_of(evidence, &verdict, now, TLS_USE_ORDINARY), "promise",
		policy_of(evidence, &verdict, now, TLS_USE_PROMISE), "mx",
		evidence_mx_state_name(evidence->mx_state), "mx_secure", evidence->mx_secure, "sts",
		evidence_sts_state_name(evidence->sts.state), "sts_fault",
		evidence_sts_fault_name(evidence->sts.fault), "tlsrpt", evidence->tlsrpt, "hosts", hosts);
	json_dumpf(root, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(root);
}
