/* SPDX-License-Identifier: Apache-2.0 */
/* The maps and what is known of domains, with lookups that the test answers when it likes to. */
#include "policyd/tls_maps.h"

#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "policyd/domains_state.h"
#include "tests/support/tap.h"

enum { FIRST_WAIT_MS = 200, HOUR = 3600, LOOKS_MAX = 100, TEXT_MAX = 4096 };

#define NOBODY "30:OK secure match=nobody.invalid,"
#define NOTFOUND "9:NOTFOUND ,"
#define NOT_YET "18:TEMP not known yet,"

/* What the server would do. */
struct server_call {
	char text[TEXT_MAX];
	bool later, answered;
};

void
server_later(struct server_call *call)
{
	call->later = true;
}

void
server_answered(struct server_call *call, struct bytes answer)
{
	snprintf(call->text, sizeof(call->text), "%.*s", BYTES_FMT(answer));
	call->answered = true;
}

/* The lookups that were begun and not answered. */
static struct {
	domains_found *found;
	void *context;
	char domain[64];
} looks[LOOKS_MAX];
static size_t n_looks, n_begun;

static struct event_base *base;
static struct probes *probes;
static struct domains *domains;
static struct tls_maps maps;
static char directory[] = "/tmp/postseal-maps.XXXXXX";

static void
look(void *looker, const char *domain, const struct evidence *before, domains_found *found, void *context)
{
	(void)looker, (void)before;
	looks[n_looks].found = found;
	looks[n_looks].context = context;
	snprintf(looks[n_looks].domain, sizeof(looks[n_looks].domain), "%s", domain);
	n_looks++;
	n_begun++;
}

static const char *const patterns[] = {"mx.far.example"};

enum kind { PLAIN, STS, DANE, STALE, FAILED };

/* Hosts have no addresses here, so nothing is probed. */
static void
find(enum kind kind)
{
	int64_t now = clock_wall();
	struct evidence_tlsa tlsa = {3, 1, 1, BYTES_LIT("01234567890123456789012345678901")};
	struct evidence_mx mx = {.name = "mx.far.example", .preference = 10};
	struct evidence evidence = {.looked = now, .until = now + HOUR, .mx = &mx, .n_mx = 1};
	struct evidence_sts sts = {.state = EVIDENCE_STS_ENFORCE,
		.id = "1",
		.patterns = patterns,
		.n_patterns = 1,
		.max_age = HOUR,
		.fetched = now,
		.until = now + HOUR};

	mx.addresses_state = EVIDENCE_DNS_INSECURE;
	if (kind == STS || kind == STALE)
		evidence.sts = sts;
	if (kind == STALE)
		evidence.until = now - 1;
	if (kind == DANE) {
		evidence.mx_secure = true;
		mx.addresses_state = EVIDENCE_DNS_SECURE;
		mx.tlsa_state = EVIDENCE_TLSA_USABLE;
		mx.tlsa_base = "mx.far.example";
		mx.tlsa = &tlsa;
		mx.n_tlsa = 1;
	}
	if (kind == FAILED) {
		evidence.mx_state = EVIDENCE_MX_FAILED;
		evidence.n_mx = 0;
	}
	n_looks--;
	evidence.domain = looks[n_looks].domain;
	looks[n_looks].found(looks[n_looks].context, &evidence);
}

static void
open_all(void)
{
	const struct domains_spec spec = {.base = base,
		.look = look,
		.probes = probes,
		.directory = directory,
		.max = 1000,
		.first_wait_ms = FIRST_WAIT_MS};
	struct err err;

	if (domains_open(&spec, &domains, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(99);
	}
	tls_maps_init(&maps, domains, "127.0.0.1:10026");
}

static void
close_all(void)
{
	domains_close(domains);
	tls_maps_done(&maps);
	n_looks = 0;
}

static void
ask(struct server_call *call, const char *map, const char *key)
{
	struct buf out;

	*call = (struct server_call){0};
	buf_init(&out, TEXT_MAX);
	if (tls_maps_answer(&maps, bytes_of_str(map), bytes_of_str(key), call, &out))
		server_answered(call, buf_bytes(&out));
	buf_done(&out);
}

/* The answer when the lookup, if one is begun, finds that. */
static const char *
answer(const char *map, const char *key, enum kind kind)
{
	static struct server_call call;

	ask(&call, map, key);
	if (!call.answered && n_looks > 0)
		find(kind);
	while (!call.answered)
		event_base_loop(base, EVLOOP_ONCE);
	return call.text;
}

static void
expect(const char *map, const char *key, enum kind kind, const char *want)
{
	const char *got = answer(map, key, kind);

	tap_ok(strcmp(got, want) == 0, "%s %s: \"%s\", expected \"%s\"", map, key, got, want);
}

static void
expect_part(const char *map, const char *key, enum kind kind, const char *want)
{
	const char *got = answer(map, key, kind);

	int line = (int)strcspn(got, "\n");

	tap_ok(strstr(got, want) != NULL, "%s %s: \"%.*s\" has what it should", map, key, line, got);
}

static const struct {
	const char *map, *key;
	enum kind kind;
	const char *part;
} rows[] = {
	{"tls-policy", "plain.example", PLAIN, NOTFOUND},
	{"tls-phi", "plain.example", PLAIN, NOBODY},
	{"tls-policy", "sts.example", STS, "OK secure match=mx.far.example"},
	{"tls-policy", "STS.Example", STS, "OK secure match=mx.far.example"},
	{"tls-policy", "sts.example:25", STS, "OK secure match=mx.far.example"},
	{"tls-policy", "sts.example.", STS, "OK secure match=mx.far.example"},
	{"tls-policy", ".sts.example", STS, NOTFOUND},
	{"tls-policy", "[sts.example]", STS, NOTFOUND},
	{"tls-policy", "sts.example:587", STS, NOTFOUND},
	{"tls-phi", "sts.example:587", STS, NOBODY},
	{"tls-phi", "sts.example", STS, "OK secure match=mx.far.example"},
	{"tls-phi-verified", "sts.example", STS, "OK secure match=mx.far.example"},
	{"tls-phi-dane", "sts.example", STS, NOBODY},
	{"tls-policy-report", "sts.example", STS, "policy_type=sts policy_domain=sts.example"},
	{"tls-policy", "dane.example", DANE, "OK dane"},
	{"tls-phi-dane", "dane.example", DANE, "OK dane-only"},
	{"tls-phi-encrypted", "dane.example", DANE, "OK dane-only"},
	{"capability", "sts.example", STS, "OK level=verified source=mta-sts age="},
	{"capability", "dane.example", DANE, "OK level=dane source=dane age="},
	{"capability", "plain.example", PLAIN, "OK level=none reason="},
	{"capability", "[192.0.2.1]:25", PLAIN, NOTFOUND},
	{"tls-policy", "192.0.2.1", PLAIN, NOTFOUND},
	{"tls-policy", "[192.0.2.1]:25", PLAIN, NOTFOUND},
	{"tls-phi", "[192.0.2.1]:25", PLAIN, NOBODY},
	{"tls-phi", "[127.0.0.1]:10026", PLAIN, "7:OK none,"},
	{"tls-phi-dane", "127.0.0.1:10026", PLAIN, "7:OK none,"},
	{"tls-phi", "[127.0.0.1]:10027", PLAIN, NOBODY},
	{"tls-phi", "[127.0.0.1]", PLAIN, NOBODY},
	{"tls-policy", "[127.0.0.1]:10026", PLAIN, NOTFOUND},
	{"tls-phi", "", PLAIN, NOBODY},
	{"tls-policy", "", PLAIN, NOTFOUND},
	{"tls-phi", "a b", PLAIN, NOBODY},
	{"weather", "sts.example", STS, "PERM "},
	{"evidence", "sts.example", STS, " evidence1 "},
	{"domains", "0 30", PLAIN, "\nsts.example verified mta-sts good "},
	{"domains", "x", PLAIN, "PERM "},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_part(rows[i].map, rows[i].key, rows[i].kind, rows[i].part);
	tap_ok(n_begun == 3, "three domains were looked up %zu times", n_begun);
}

static void
test_single_flight(void)
{
	struct server_call calls[5];
	size_t before = n_begun, wrong = 0;

	for (int i = 0; i < 5; i++)
		ask(&calls[i], i % 2 ? "tls-policy" : "capability", "busy.example");
	tap_ok(n_begun == before + 1 && n_looks == 1, "five questions, one lookup");
	find(STS);
	for (int i = 0; i < 5; i++)
		wrong += !calls[i].answered || strstr(calls[i].text, i % 2 ? "secure" : "verified") == NULL;
	tap_ok(wrong == 0, "all are answered by it");
}

/* Nobody waits for ever. */
static void
test_patience(void)
{
	int64_t began = clock_mono_ms();
	struct server_call call;
	int64_t took;

	ask(&call, "tls-policy", "slow.example");
	while (!call.answered)
		event_base_loop(base, EVLOOP_ONCE);
	took = clock_mono_ms() - began;
	tap_ok(strcmp(call.text, NOT_YET) == 0 && took >= FIRST_WAIT_MS, "%s after %d ms", call.text,
		(int)took);
	ask(&call, "tls-phi", "slow.example");
	while (!call.answered)
		event_base_loop(base, EVLOOP_ONCE);
	tap_ok(strcmp(call.text, NOBODY) == 0, "mail with a promise fails closed: %s", call.text);
	find(STS);
	expect_part("tls-policy", "slow.example", STS, "OK secure");
}

static void
test_stale(void)
{
	int64_t began;
	struct server_call call;

	expect_part("capability", "old.example", STALE, "OK level=none reason=stale");
	domains_get(domains, BYTES_LIT("old.example"))->retry = 0;
	began = clock_mono_ms();
	ask(&call, "tls-policy", "old.example");
	tap_ok(!call.answered && n_looks == 1, "it is looked up again");
	while (!call.answered)
		event_base_loop(base, EVLOOP_ONCE);
	tap_ok(clock_mono_ms() - began < 1000, "who asks waits %d ms for it", (int)(clock_mono_ms() - began));
	tap_ok(strstr(call.text, "OK secure") != NULL, "a policy of MTA-STS lives by itself: %s", call.text);
	began = clock_mono_ms();
	ask(&call, "capability", "old.example");
	tap_ok(call.answered && clock_mono_ms() - began < 50, "the next one does not wait at all");
	find(STS);
	expect_part("capability", "old.example", STS, "OK level=verified");
}

static void
test_failure_keeps(void)
{
	struct domain *domain = domains_get(domains, BYTES_LIT("sts.example"));

	domain->looked -= 4 * HOUR; /* three quarters of its life are over */
	domain->retry = 0;
	expect_part("capability", "sts.example", STS, "OK level=verified");
	tap_ok(n_looks == 1, "it is looked up behind");
	find(FAILED);
	expect_part("capability", "sts.example", STS, "OK level=verified");
	tap_ok(domain->retry > clock_wall(), "and again only after a while");
	domain->retry = 0;
	expect_part("capability", "sts.example", STS, "OK level=verified");
	find(PLAIN);
	tap_ok(domain->level == TLS_LEVEL_NONE, "what DNS really says now counts");
	expect_part("capability", "sts.example", PLAIN, "OK level=none");
}

static void
test_overrides(void)
{
	static const char text[] =
		"overrides:\n"
		"  - {domain: plain.example, level: verified, match: [gate.plain.example],"
		" owner: jane, reason: contract, date: 2026-01-01}\n"
		"  - {domain: .below.example, level: encrypted, owner: jane, reason: ours,"
		" date: 2026-01-01}\n"
		"  - {domain: '[192.0.2.1]:25', level: encrypted, owner: jane, reason: relay,"
		" date: 2026-01-01}\n"
		"  - {domain: late.example, level: dane, owner: jane, reason: over,"
		" date: 2020-01-01, until: 2020-12-31}\n";
	struct overrides *overrides = NULL;
	struct faults faults;
	char path[] = "/tmp/postseal-overrides.XXXXXX";
	int fd = mkstemp(path);

	faults_init(&faults);
	fd_write_all(fd, bytes_of_str(text), NULL);
	tap_ok(overrides_load(path, &overrides, &faults) == 0 && overrides_n(overrides) == 4, "overrides: %s",
		faults.n > 0 ? faults.list[0].text : "good");
	domains_override(domains, overrides);
	for (struct domain *d = domains_next(domains, NULL); d != NULL; d = domains_next(domains, d))
		domains_forget_answers(d); /* as the tick does */
	expect_part("tls-policy", "plain.example", PLAIN, "OK secure match=gate.plain.example");
	expect_part("capability", "plain.example", PLAIN, "OK level=verified source=override age=0 until=");
	expect_part("tls-phi", "a.b.below.example", PLAIN, "OK encrypt");
	expect_part("tls-phi-verified", "a.b.below.example", PLAIN, NOBODY);
	expect_part("tls-phi", "[192.0.2.1]:25", PLAIN, "OK encrypt");
	expect_part("tls-policy", "[192.0.2.1]:25", PLAIN, "OK encrypt");
	expect("tls-phi", "late.example", PLAIN, NOBODY);
	domains_override(domains, NULL);
	overrides_free(overrides);
	faults_done(&faults);
	fd_close(&fd);
	unlink(path);
}

static void
test_restart(void)
{
	size_t before = n_begun;
	uint64_t counted = domain_count_since(domains_get(domains, BYTES_LIT("busy.example")), 1);
	char path[64];
	int fd;

	tap_ok(counted == 2, "questions of Postfix are counted: %d", (int)counted);
	close_all();
	snprintf(path, sizeof(path), "%s/evidence", directory);
	fd = open(path, O_WRONLY | O_APPEND);
	fd_write_all(fd, BYTES_LIT("rubbish\nE 1 verified 1 rubbish\nD x y:z\n\nE 17 veri"), NULL);
	fd_close(&fd);
	open_all();
	expect_part("tls-policy", "busy.example", PLAIN, "OK secure");
	expect_part("capability", "busy.example", PLAIN, "OK level=verified");
	tap_ok(n_begun == before, "a restart asks nothing again");
	counted = domain_count_since(domains_get(domains, BYTES_LIT("busy.example")), 30);
	tap_ok(counted == 3, "the count goes on: %d", (int)counted);
	expect_part("tls-policy", "new.example", STS, "OK secure");
	close_all();
	open_all();
	before = n_begun;
	expect_part("capability", "new.example", PLAIN, "OK level=verified");
	tap_ok(n_begun == before, "nor does one after a crash");
}

static void
test_room(void)
{
	char name[64];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "d%d.example", i);
		(void)answer("tls-policy", name, PLAIN);
	}
	expect_part("domains", "0 1", PLAIN, "OK ");
	tap_ok(strcmp(answer("tls-policy", "d2999.example", STS), NOTFOUND) == 0,
		"3000 domains where 1000 may be");
}

static void
test_refresh(void)
{
	struct server_call call;

	ask(&call, "refresh", "busy.example");
	tap_ok(!call.answered && n_looks == 1, "an admin asks anew");
	find(DANE);
	tap_ok(call.answered && strstr(call.text, "evidence1") != NULL, "and gets what is found");
	expect_part("capability", "busy.example", PLAIN, "OK level=dane");
}

/* Questions that wait at the end are let go. */
static void
test_end(void)
{
	struct server_call call;

	ask(&call, "tls-policy", "never.example");
	close_all();
	tap_ok(!call.answered, "the end comes before the answer");
}

int
main(void)
{
	struct probes_spec spec = {0};
	char path[64];

	log_open("test", LOG_TO_STDERR, LOG_LEVEL_ERROR);
	base = event_base_new();
	spec.base = base;
	probes = probes_new(&spec);
	if (mkdtemp(directory) == NULL)
		return 99;
	open_all();
	test_rows();
	test_single_flight();
	test_patience();
	test_stale();
	test_failure_keeps();
	test_overrides();
	test_restart();
	test_refresh();
	test_room();
	test_end();
	probes_close(probes);
	event_base_free(base);
	snprintf(path, sizeof(path), "%s/evidence", directory);
	unlink(path);
	rmdir(directory);
	return tap_done();
}
