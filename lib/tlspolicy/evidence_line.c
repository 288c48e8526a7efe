/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tlspolicy/evidence_line.h"

#include <inttypes.h>

#include "lib/base/ascii.h"

/* Free text: letters, digits and some more as they are, all else as %XX; empty text as "%". */
static void
put_text(const char *text, struct buf *out)
{
	if (text[0] == '\0')
		buf_put_byte(out, '%');
	for (; *text != '\0'; text++) {
		uint8_t c = (uint8_t)*text;

		if (ascii_is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '@' || c == '*')
			buf_put_byte(out, c);
		else
			buf_putf(out, "%%%02x", c);
	}
}

/* "-" is none; a text that is "-" has to look otherwise. */
static void
put_optional(const char *text, struct buf *out)
{
	if (text == NULL)
		buf_put_byte(out, '-');
	else if (text[0] == '-' && text[1] == '\0')
		buf_put_str(out, "%2d");
	else
		put_text(text, out);
}

static void
put_hex(struct bytes b, struct buf *out)
{
	for (size_t i = 0; i < b.n; i++)
		buf_putf(out, "%02x", b.p[i]);
}

static void
put_mx(const struct evidence_mx *mx, struct buf *out)
{
	const struct evidence_probe *probe = &mx->probe;

	buf_putf(out, " host=%s,%u,%s,%s,", mx->name, mx->preference, evidence_dns_name(mx->addresses_state),
		evidence_tlsa_state_name(mx->tlsa_state));
	put_optional(mx->tlsa_base, out);
	for (size_t i = 0; i < mx->n_addresses; i++) {
		buf_put_str(out, " address=");
		put_hex(bytes_of(mx->addresses[i].bytes, mx->addresses[i].n), out);
	}
	for (size_t i = 0; i < mx->n_tlsa; i++) {
		const struct evidence_tlsa *tlsa = &mx->tlsa[i];

		buf_putf(out, " tlsa=%u,%u,%u,", tlsa->usage, tlsa->selector, tlsa->matching);
		put_hex(tlsa->data, out);
	}
	if (probe->result != EVIDENCE_PROBE_NONE)
		buf_putf(out, " probe=%s,%s,%s,%u,%d,%" PRId64, evidence_probe_name(probe->result),
			evidence_certificate_name(probe->certificate), evidence_dane_name(probe->dane),
			probe->tls_version, probe->requiretls, probe->when);
}

static void
put_sts(const struct evidence_sts *sts, struct buf *out)
{
	buf_putf(
		out, " sts=%s,%s,", evidence_sts_state_name(sts->state), evidence_sts_fault_name(sts->fault));
	put_optional(sts->id, out);
	buf_putf(out, ",%" PRId64 ",%" PRId64 ",%" PRId64, sts->max_age, sts->fetched, sts->until);
	for (size_t i = 0; i < sts->n_patterns; i++) {
		buf_put_str(out, " pattern=");
		put_text(sts->patterns[i], out);
	}
}

static void
put_override(const struct evidence_override *override, struct buf *out)
{
	if (override->owner == NULL)
		return;
	buf_putf(out, " override=%s,%" PRId64 ",%" PRId64 ",", tls_level_name(override->level),
		override->date, override->until);
	put_text(override->owner, out);
	buf_put_byte(out, ',');
	put_optional(override->reason, out);
	for (size_t i = 0; i < override->n_match; i++) {
		buf_put_str(out, " match=");
		put_text(override->match[i], out);
	}
}

void
evidence_line_put(const struct evidence *evidence, struct buf *out)
{
	buf_put_str(out, EVIDENCE_LINE_VERSION " domain=");
	put_text(evidence->domain, out);
	buf_putf(out, " times=%" PRId64 ",%" PRId64 " mx=%s,%d,%zu", evidence->looked, evidence->until,
		evidence_mx_state_name(evidence->mx_state), evidence->mx_secure, evidence->n_mx_dropped);
	for (size_t i = 0; i < evidence->n_mx; i++)
		put_mx(&evidence->mx[i], out);
	put_sts(&evidence->sts, out);
	buf_putf(out, " tlsrpt=%d", evidence->tlsrpt);
	put_override(&evidence->override, out);
}
