/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/ascii.h"
#include "lib/plan/plan.h"
#include "lib/socketmap/netstring.h"

#define AGE_MAX (INT64_MAX / 4)

static struct plan_tls
unknown(const char *reason)
{
	return (struct plan_tls){.level = TLS_LEVEL_NONE, .source = "", .reason = reason};
}

static int64_t
number_of(struct bytes words, const char *name)
{
	int64_t n = 0;

	return bytes_parse_i64(socketmap_attribute(words, name), 0, AGE_MAX, &n) == 0 ? n : 0;
}

/* What is not understood is not known. */
static struct plan_tls
read_words(struct arena *arena, struct bytes words, int64_t now)
{
	struct bytes reason = socketmap_attribute(words, "reason");
	struct plan_tls tls = {.age = number_of(words, "age"), .until = number_of(words, "until")};

	if (!tls_level_parse(socketmap_attribute(words, "level"), &tls.level))
		return unknown("policyd's answer is not understood");
	if (tls.level == TLS_LEVEL_NONE)
		return unknown(reason.n > 0 ? arena_str(arena, reason) : "nothing is known");
	if (tls.until <= now)
		return unknown("what is known is too old");
	tls.source = arena_str(arena, socketmap_attribute(words, "source"));
	tls.reason = "";
	return tls;
}

/* In lower case; empty when the address has none. */
static struct bytes
domain_of(struct arena *arena, struct bytes address)
{
	size_t at = address.n;
	char *lower;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	if (at == 0 || at == address.n)
		return (struct bytes){0};
	lower = arena_str(arena, bytes_sub(address, at, address.n));
	for (char *p = lower; *p; p++)
		*p = (char)ascii_lower((uint8_t)*p);
	return bytes_of_str(lower);
}

static struct plan_tls
learn(const struct plan_tls_asker *asker, struct arena *arena, struct bytes domain)
{
	const char *why = "the address has no domain";
	struct bytes words;

	if (domain.n == 0 || !asker->ask(asker->context, domain, &words, &why))
		return unknown(why);
	return read_words(arena, words, asker->now);
}

bool
plan_tls_route(struct bytes header_checks, const char *path)
{
	struct bytes text = header_checks, name = bytes_of_str(path);
	size_t at = bytes_find(text, name), end = at + name.n;

	return name.n > 0 && at > 0 && at < text.n && text.p[at - 1] == ':' &&
	       (end == text.n || ascii_is_space(text.p[end]) || strchr(",}", text.p[end]));
}

const struct plan_tls *
plan_learn_tls(const struct policy *policy, const struct settings *settings, const struct envelope *envelope,
	const struct scan_result *result, const struct plan_tls_asker *asker, struct arena *arena)
{
	struct plan_tls *tls = arena_array(arena, envelope->n_recipients, sizeof(*tls));
	struct bytes *domains = arena_array(arena, envelope->n_recipients, sizeof(*domains));
	size_t *asked = arena_array(arena, envelope->n_recipients, sizeof(*asked)), n_asked = 0, k;

	for (size_t i = 0; i < envelope->n_recipients; i++) {
		tls[i] = unknown("");
		if (!plan_asks_tls(policy, settings, envelope, result, i))
			continue;
		domains[i] = domain_of(arena, envelope->recipients[i]);
		for (k = 0; k < n_asked && !bytes_eq(domains[asked[k]], domains[i]); k++)
			;
		if (k == n_asked) {
			tls[i] = learn(asker, arena, domains[i]);
			asked[n_asked++] = i;
		} else {
			tls[i] = tls[asked[k]];
		}
	}
	return n_asked > 0 ? tls : NULL;
}
