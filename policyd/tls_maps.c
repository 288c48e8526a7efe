/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/tls_maps.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/socketmap/netstring.h"
#include "lib/tlspolicy/evidence_line.h"
#include "lib/tlspolicy/hostname.h"
#include "lib/tlspolicy/postfix.h"

/* No certificate bears this name (RFC 6761 section 6.4), and a host without TLS is refused as well. */
#define NOBODY "secure match=nobody.invalid"

enum { ANSWER_MAX = 128 * 1024, PAGE_MAX = 64 * 1024 };

struct map;
typedef void map_put(struct tls_maps *maps, const struct map *map, struct domain *domain, struct buf *out);

struct map {
	const char *name;
	map_put *put;
	enum domains_need need;
	enum tls_use use;
	enum tls_level least;
	bool report;
	bool remembered; /* its answer does not change by the second */
	bool counted;    /* a question of Postfix about a delivery */
};

/* A question that waits. */
struct question {
	struct tls_maps *maps;
	const struct map *map;
	struct server_call *call;
};

static void
put(struct buf *out, enum socketmap_status status, const char *text)
{
	socketmap_put_answer(out, status, bytes_of_str(text));
}

/* A verdict of nothing, where nothing is known. */
static struct evidence *
look(struct tls_maps *maps, const struct domain *domain, int64_t now, struct tls_verdict *verdict)
{
	struct evidence *evidence = domains_evidence(maps->domains, domain, &maps->arena);

	*verdict = (struct tls_verdict){.reason = TLS_REASON_UNKNOWN};
	if (evidence != NULL)
		tls_judge(evidence, now, verdict);
	return evidence;
}

/* For mail without a promise a domain that nobody could look at in time is tried again later: not weaker. */
static void
put_policy(struct tls_maps *maps, const struct map *map, struct domain *domain, struct buf *out)
{
	int64_t now = clock_wall();
	struct tls_verdict verdict;
	struct evidence *evidence = look(maps, domain, now, &verdict);
	struct buf *text = &maps->text;

	if (evidence == NULL && map->use == TLS_USE_ORDINARY) {
		put(out, SOCKETMAP_TEMP, "not known yet");
		return;
	}
	if (evidence != NULL && verdict.level >= map->least &&
		tls_postfix_put(evidence, &verdict, now, map->use, text)) {
		if (map->report && verdict.source == TLS_SOURCE_MTA_STS)
			tls_postfix_put_report(evidence, now, text);
		socketmap_put_answer(out, SOCKETMAP_OK, buf_bytes(text));
	} else if (map->use == TLS_USE_PROMISE) {
		put(out, SOCKETMAP_OK, NOBODY);
	} else {
		put(out, SOCKETMAP_NOTFOUND, "");
	}
}

static void
put_capability(struct tls_maps *maps, const struct map *map, struct domain *domain, struct buf *out)
{
	int64_t now = clock_wall();
	struct tls_verdict verdict;
	struct evidence *evidence = look(maps, domain, now, &verdict);
	bool override = verdict.source == TLS_SOURCE_OVERRIDE;

	(void)map;
	if (evidence == NULL || (!domain->probed && !override)) {
		put(out, SOCKETMAP_TEMP, "not known yet");
		return;
	}
	buf_putf(&maps->text, "level=%s", tls_level_name(verdict.level));
	if (verdict.level == TLS_LEVEL_NONE)
		buf_putf(&maps->text, " reason=%s", tls_reason_name(verdict.reason));
	else
		buf_putf(&maps->text, " source=%s", tls_source_name(verdict.source));
	if (override)
		buf_putf(&maps->text, " age=0 until=%" PRId64,
			evidence->override.until > 0 ? evidence->override.until : now + 3600);
	else
		buf_putf(&maps->text, " age=%" PRId64 " until=%" PRId64,
			now > evidence->looked ? now - evidence->looked : 0, evidence->until);
	socketmap_put_answer(out, SOCKETMAP_OK, buf_bytes(&maps->text));
}

static void
put_evidence(struct tls_maps *maps, const struct map *map, struct domain *domain, struct buf *out)
{
	struct evidence *evidence = domains_evidence(maps->domains, domain, &maps->arena);

	(void)map;
	if (evidence == NULL) {
		put(out, SOCKETMAP_NOTFOUND, "");
		return;
	}
	buf_putf(&maps->text, "%" PRId64 " ", clock_wall());
	evidence_line_put(evidence, &maps->text);
	if (maps->text.full || maps->text.n > SOCKETMAP_MAX - 10)
		put(out, SOCKETMAP_PERM, "the evidence is too long");
	else
		socketmap_put_answer(out, SOCKETMAP_OK, buf_bytes(&maps->text));
}

#define POLICY(name_, use_, least_, report_)                                                                 \
	{                                                                                                    \
		.name = name_, .put = put_policy, .need = DOMAINS_PUBLISHED, .use = use_, .least = least_,   \
		.report = report_, .remembered = true, .counted = true                                       \
	}
#define PAIR(name_, use_, least_)                                                                            \
	POLICY(name_, use_, least_, false), POLICY(name_ "-report", use_, least_, true)

static const struct map maps_table[] = {
	PAIR("tls-policy", TLS_USE_ORDINARY, TLS_LEVEL_NONE),
	PAIR("tls-phi", TLS_USE_PROMISE, TLS_LEVEL_ENCRYPTED),
	PAIR("tls-phi-encrypted", TLS_USE_PROMISE, TLS_LEVEL_ENCRYPTED),
	PAIR("tls-phi-verified", TLS_USE_PROMISE, TLS_LEVEL_VERIFIED),
	PAIR("tls-phi-dane", TLS_USE_PROMISE, TLS_LEVEL_DANE),
	{.name = "capability", .put = put_capability, .need = DOMAINS_PROBED},
	{.name = "evidence", .put = put_evidence, .need = DOMAINS_PROBED},
	{.name = "refresh", .put = put_evidence, .need = DOMAINS_PROBED},
};

enum { MAPS = sizeof(maps_table) / sizeof(maps_table[0]), MAP_REFRESH = MAPS - 1 };

void
tls_maps_init(struct tls_maps *maps, struct domains *domains, const char *fallback)
{
	*maps = (struct tls_maps){.domains = domains, .fallback = fallback};
	arena_init(&maps->arena);
	buf_init(&maps->text, ANSWER_MAX);
}

void
tls_maps_done(struct tls_maps *maps)
{
	arena_done(&maps->arena);
	buf_done(&maps->text);
}

static const struct map *
find_map(struct bytes name)
{
	for (size_t i = 0; i < MAPS; i++)
		if (bytes_eq(name, bytes_of_str(maps_table[i].name)))
			return &maps_table[i];
	return NULL;
}

static void
remember(struct tls_maps *maps, struct domain *domain, struct domain_answer *answer, struct bytes made)
{
	struct evidence *evidence = domains_evidence(maps->domains, domain, &maps->arena);

	if (evidence == NULL)
		return;
	free(answer->text);
	answer->text = mem_strndup(made.p, made.n);
	answer->n = made.n;
	answer->until = domains_answer_until(evidence, clock_wall());
}

static void
put_answer(struct tls_maps *maps, const struct map *map, struct domain *domain, struct buf *out)
{
	struct domain_answer *answer = map->remembered ? &domain->answers[map - maps_table] : NULL;
	size_t before = out->n;

	static_assert(sizeof(domain->answers) / sizeof(domain->answers[0]) >= MAP_REFRESH - 2, "room");
	if (map->counted)
		domains_count(maps->domains, domain);
	if (answer != NULL && clock_wall() < answer->until) {
		buf_put(out, answer->text, answer->n);
		return;
	}
	buf_reset(&maps->text);
	map->put(maps, map, domain, out);
	if (answer != NULL && !out->full)
		remember(maps, domain, answer, bytes_sub(buf_bytes(out), before, out->n));
	arena_reset(&maps->arena);
}

static void
on_known(void *context, struct domain *domain)
{
	struct question *question = context;
	struct server_call *call = question->call;
	struct buf out;

	buf_init(&out, ANSWER_MAX);
	put_answer(question->maps, question->map, domain, &out);
	free(question);
	server_answered(call, buf_bytes(&out));
	buf_done(&out);
}

/* The admin's own next hop, as postfix writes it with brackets, or as he may without. */
static bool
is_fallback(const struct tls_maps *maps, struct bytes key)
{
	const char *colon = strrchr(maps->fallback, ':');
	size_t host = colon != NULL ? (size_t)(colon - maps->fallback) : 0;

	if (bytes_eq(key, bytes_of_str(maps->fallback)))
		return true;
	return host > 0 && key.n == strlen(maps->fallback) + 2 && key.p[0] == '[' &&
	       memcmp(key.p + 1, maps->fallback, host) == 0 && key.p[host + 1] == ']' &&
	       memcmp(key.p + host + 2, colon, strlen(colon)) == 0;
}

/* A next hop that is no domain: what an admin said of it, or nothing. */
static void
put_next_hop(struct tls_maps *maps, const struct map *map, struct bytes key, struct buf *out)
{
	const struct evidence_override *override = domains_overridden(maps->domains, key);
	struct evidence evidence = {.domain = "", .until = INT64_MAX};
	struct tls_verdict verdict;

	buf_reset(&maps->text);
	if (map->put != put_policy) {
		put(out, SOCKETMAP_NOTFOUND, "");
		return;
	}
	if (override != NULL) {
		evidence.override = *override;
		tls_judge(&evidence, clock_wall(), &verdict);
		if (verdict.source == TLS_SOURCE_OVERRIDE && verdict.level >= map->least &&
			tls_postfix_put(&evidence, &verdict, clock_wall(), map->use, &maps->text)) {
			socketmap_put_answer(out, SOCKETMAP_OK, buf_bytes(&maps->text));
			return;
		}
	}
	if (map->use == TLS_USE_ORDINARY)
		put(out, SOCKETMAP_NOTFOUND, "");
	else
		put(out, SOCKETMAP_OK, is_fallback(maps, key) ? "none" : NOBODY);
}

/* `domain:25` is the domain. */
static struct bytes
without_port(struct bytes key)
{
	static const struct bytes suffixes[] = {BYTES_LIT(":25"), BYTES_LIT(":smtp")};

	for (size_t i = 0; i < 2; i++)
		if (bytes_ends_nocase(key, suffixes[i]))
			return bytes_sub(key, 0, key.n - suffixes[i].n);
	return key;
}

static void
put_page_line(const struct domain *domain, int64_t days, struct tls_maps *maps)
{
	struct tls_verdict verdict;
	struct evidence *evidence = look(maps, domain, clock_wall(), &verdict);

	buf_putf(&maps->text, "\n%.*s %s %s %s %" PRId64 " %" PRId64 " %" PRIu64,
		BYTES_FMT(domain->named.name), tls_level_name(verdict.level), tls_source_name(verdict.source),
		tls_reason_name(verdict.reason), evidence != NULL ? evidence->looked : 0,
		evidence != NULL ? evidence->until : 0, domain_count_since(domain, days));
	arena_reset(&maps->arena);
}

/* A page: how many domains were passed so far, then a line each. Domains that come or go meanwhile may be
 * missed. */
static void
put_page(struct tls_maps *maps, struct bytes key, struct buf *out)
{
	size_t space = bytes_find_byte(key, ' ');
	int64_t skip, days;
	size_t at = 0;
	char next[32] = "end";
	struct domain *domain = domains_next(maps->domains, NULL);
	struct bytes page;

	if (bytes_parse_i64(bytes_sub(key, 0, space), 0, INT32_MAX, &skip) < 0 ||
		bytes_parse_i64(bytes_sub(key, space + 1, key.n), 0, DOMAINS_DAYS, &days) < 0) {
		put(out, SOCKETMAP_PERM, "expected SLOT DAYS");
		return;
	}
	buf_reset(&maps->text);
	for (; domain != NULL; domain = domains_next(maps->domains, domain), at++) {
		if (at < (size_t)skip)
			continue;
		if (maps->text.n > PAGE_MAX) {
			snprintf(next, sizeof(next), "%zu", at);
			break;
		}
		put_page_line(domain, days, maps);
	}
	page = arena_bytes(&maps->arena, buf_bytes(&maps->text));
	buf_reset(&maps->text);
	buf_put_str(&maps->text, next);
	buf_put_bytes(&maps->text, page);
	socketmap_put_answer(out, SOCKETMAP_OK, buf_bytes(&maps->text));
	arena_reset(&maps->arena);
}

static bool
ask(struct tls_maps *maps, const struct map *map, struct domain *domain, struct server_call *call,
	struct buf *out)
{
	bool refresh = map == &maps_table[MAP_REFRESH];
	struct question *question;

	if (!refresh && domains_is_known(maps->domains, domain, map->need)) {
		put_answer(maps, map, domain, out);
		return true;
	}
	question = mem_new(1, sizeof(*question));
	*question = (struct question){.maps = maps, .map = map, .call = call};
	server_later(call);
	if (refresh)
		domains_refresh(maps->domains, domain, on_known, question);
	else
		domains_wait(maps->domains, domain, map->need, on_known, question);
	return false;
}

bool
tls_maps_answer(struct tls_maps *maps, struct bytes map_name, struct bytes key, struct server_call *call,
	struct buf *out)
{
	const struct map *map = find_map(map_name);
	char host[HOSTNAME_SIZE];

	if (bytes_eq(map_name, BYTES_LIT("domains"))) {
		put_page(maps, key, out);
		return true;
	}
	if (map == NULL) {
		put(out, SOCKETMAP_PERM, "there is no such map");
		return true;
	}
	if (key.n > 0 && key.p[0] == '.') {
		put(out, SOCKETMAP_NOTFOUND, "");
		return true;
	}
	if (!hostname_parse(without_port(key), host)) {
		put_next_hop(maps, map, key, out);
		return true;
	}
	return ask(maps, map, domains_get(maps->domains, bytes_of_str(host)), call, out);
}
