/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of domains as records of the ledger, and back. */
#include <inttypes.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/tlspolicy/evidence_line.h"
#include "lib/tlspolicy/hostname.h"
#include "policyd/domains_state.h"

enum { DAY_S = 24 * 3600 };

static struct bytes
next_word(struct bytes *rest)
{
	size_t end = bytes_find_byte(*rest, ' ');
	struct bytes word = bytes_sub(*rest, 0, end);

	*rest = bytes_sub(*rest, end < rest->n ? end + 1 : end, rest->n);
	return word;
}

static void
put_evidence(const struct domain *domain, struct buf *out)
{
	buf_putf(out, "E %" PRId64 " %s %d ", domain->asked, tls_level_name(domain->level), domain->probed);
	buf_put_bytes(out, domain->line);
}

static void
put_counts(const struct domain *domain, struct buf *out)
{
	buf_put_str(out, "D ");
	buf_put_bytes(out, domain->named.name);
	for (int64_t day = domain->today; day > domain->today - DOMAINS_DAYS && day >= 0; day--)
		if (domain->counts[day % DOMAINS_DAYS] > 0)
			buf_putf(out, " %" PRId64 ":%" PRIu32, day, domain->counts[day % DOMAINS_DAYS]);
}

static void
take_evidence(struct domains *domains, struct bytes rest)
{
	struct bytes asked = next_word(&rest), level = next_word(&rest), probed = next_word(&rest);
	struct evidence *evidence;
	struct domain *domain;
	struct arena arena;
	int64_t when;

	arena_init(&arena);
	if (bytes_parse_i64(asked, 0, INT64_MAX, &when) == 0 &&
		evidence_line_parse(&arena, rest, &evidence, NULL) == 0) {
		domain = domains_get(domains, bytes_of_str(evidence->domain));
		domain->probed = false;
		domains_store(domain, evidence, DOMAINS_PUBLISHED);
		domain->probed = bytes_eq(probed, BYTES_LIT("1"));
		domain->asked = when;
		domain->retry = 0;
		if (!tls_level_parse(level, &domain->level))
			domain->level = TLS_LEVEL_NONE;
	}
	arena_done(&arena);
}

static void
take_counts(struct domains *domains, struct bytes rest)
{
	struct bytes name = next_word(&rest);
	char host[HOSTNAME_SIZE];
	struct domain *domain;
	int64_t day, count, today = clock_wall() / DAY_S;

	if (!hostname_parse(name, host))
		return;
	domain = domains_get(domains, bytes_of_str(host));
	domain->today = today;
	while (rest.n > 0) {
		struct bytes word = next_word(&rest);
		size_t colon = bytes_find_byte(word, ':');

		if (bytes_parse_i64(bytes_sub(word, 0, colon), today - DOMAINS_DAYS + 1, today, &day) == 0 &&
			bytes_parse_i64(bytes_sub(word, colon + 1, word.n), 0, UINT32_MAX, &count) == 0)
			domain->counts[day % DOMAINS_DAYS] = (uint32_t)count;
	}
}

static void
take(void *context, struct bytes record)
{
	struct bytes kind = next_word(&record);

	if (bytes_eq(kind, BYTES_LIT("E")))
		take_evidence(context, record);
	else if (bytes_eq(kind, BYTES_LIT("D")))
		take_counts(context, record);
}

int
domains_load(struct domains *domains, struct err *err)
{
	if (ledger_open(domains->spec.directory, take, domains, &domains->ledger, err) < 0)
		return -1;
	if (domains->table.n > 0)
		log_info("TLS evidence of %zu domains is known", domains->table.n);
	return 0;
}

void
domains_note(struct domains *domains, const struct domain *domain)
{
	struct buf record;

	buf_init(&record, EVIDENCE_LINE_MAX + 100);
	put_evidence(domain, &record);
	ledger_append(domains->ledger, buf_bytes(&record));
	buf_done(&record);
}

static void
tell_failure(const struct err *err)
{
	log_warning("TLS evidence can't be kept: %s", err->text);
}

void
domains_write_all(struct domains *domains)
{
	struct err err;
	struct buf all;

	buf_init(&all, LEDGER_MAX);
	for (struct domain *domain = domains_next(domains, NULL); domain != NULL;
		domain = domains_next(domains, domain)) {
		if (domain->line.n > 0) {
			put_evidence(domain, &all);
			buf_put_byte(&all, '\n');
		}
		put_counts(domain, &all);
		buf_put_byte(&all, '\n');
		domain->counted = false;
	}
	if (all.full)
		log_warning("TLS evidence can't be kept: it is above %d bytes", LEDGER_MAX);
	else if (ledger_rewrite(domains->ledger, buf_bytes(&all), &err) < 0)
		tell_failure(&err);
	buf_done(&all);
}

void
domains_write(struct domains *domains)
{
	size_t live = 0;
	struct err err;
	struct buf record;

	buf_init(&record, 64 * 1024);
	for (struct domain *domain = domains_next(domains, NULL); domain != NULL;
		domain = domains_next(domains, domain)) {
		live += domain->line.n + 2 * domain->named.name.n;
		if (!domain->counted)
			continue;
		domain->counted = false;
		put_counts(domain, &record);
		ledger_append(domains->ledger, buf_bytes(&record));
		buf_reset(&record);
	}
	buf_done(&record);
	if (ledger_write(domains->ledger, &err) < 0)
		tell_failure(&err);
	if (ledger_is_bloated(domains->ledger, live))
		domains_write_all(domains);
}
