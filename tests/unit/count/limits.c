/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/count/limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/seal/digest.h"
#include "tests/support/tap.h"

#define NOW INT64_C(1000000000000000)

/* What is wrong with each, as its first fault says; NULL: nothing. */
static const struct {
	const char *name, *yaml, *fault;
} files[] = {
	{"a whole one",
		"limits:\n  - {name: a, key: [sasl-user, client-net], unit: bytes, allow: 2G per 1d, burst: "
		"10M, "
		"when: {sender: '@here.example'}, except: {client: ['10.0.0.1', '.lab']}, answer: hold, "
		"stage: monitor}\n",
		NULL},
	{"no limit at all", "limits: []\n", NULL},
	{"another key at the top", "limits: []\nlimit: []\n", "limit"},
	{"no list", "limits: 3\n", "expected limits:"},
	{"no name", "limits:\n  - {key: client, unit: recipients, allow: 1 per 1h}\n", "no 'name'"},
	{"no key", "limits:\n  - {name: a, unit: recipients, allow: 1 per 1h}\n", "no 'key'"},
	{"a key that is none", "limits:\n  - {name: a, key: user, unit: recipients, allow: 1 per 1h}\n",
		"sasl-user"},
	{"too many keys",
		"limits:\n  - {name: a, key: [client, client, client, client, client], unit: recipients, "
		"allow: 1 per 1h}\n",
		"at most 4"},
	{"a unit that is none", "limits:\n  - {name: a, key: client, unit: mails, allow: 1 per 1h}\n",
		"messages"},
	{"no time", "limits:\n  - {name: a, key: client, unit: recipients, allow: '100'}\n", "300 per 1h"},
	{"a time of nothing", "limits:\n  - {name: a, key: client, unit: recipients, allow: 1 per 0s}\n",
		"300 per 1h"},
	{"a burst of words",
		"limits:\n  - {name: a, key: client, unit: recipients, allow: 1 per 1h, burst: x}\n",
		"expected a number"},
	{"bytes at rcpt", "limits:\n  - {name: a, key: client, unit: bytes, state: rcpt, allow: 1M per 1h}\n",
		"end-of-message only"},
	{"messages at rcpt",
		"limits:\n  - {name: a, key: client, unit: messages, state: rcpt, allow: 1 per 1h}\n",
		"once a recipient"},
	{"a recipient at data",
		"limits:\n  - {name: a, key: recipient-domain, unit: messages, state: data, allow: 1 per "
		"1h}\n",
		"rcpt only"},
	{"the same name twice",
		"limits:\n  - {name: a, key: client, unit: recipients, allow: 1 per 1h}\n"
		"  - {name: a, key: client, unit: recipients, allow: 2 per 1h}\n",
		"there already"},
	{"a name that would break a log line",
		"limits:\n  - {name: \"a\\\"b\", key: client, unit: recipients, allow: 1 per 1h}\n",
		"expected a name"},
	{"a condition that is none",
		"limits:\n  - {name: a, key: client, unit: recipients, allow: 1 per 1h, when: client}\n",
		"expected fields"},
	{"what is unusual",
		"limits:\n  - {name: a, kind: unusual, key: sasl-user, allow: 20 per 1d, learn: 7d}\n", NULL},
	{"what is unusual, with a unit",
		"limits:\n  - {name: a, kind: unusual, unit: bytes, key: sasl-user, allow: 20 per 1d}\n",
		"has no unit"},
	{"what is unusual at the end",
		"limits:\n  - {name: a, kind: unusual, key: sasl-user, allow: 20 per 1d, state: data}\n",
		"at rcpt only"},
	{"to learn for hours",
		"limits:\n  - {name: a, kind: unusual, key: sasl-user, allow: 20 per 1d, learn: 7h}\n",
		"1d to 60d"},
	{"another kind", "limits:\n  - {name: a, kind: odd, key: sasl-user, allow: 20 per 1d}\n", "unusual"},
	{"to learn a unit",
		"limits:\n  - {name: a, key: client, unit: recipients, allow: 1 per 1h, learn: 7d}\n",
		"only 'kind: unusual' learns"},
	{"a warm-up",
		"limits:\n  - {name: a, key: sender, unit: messages, allow: 100 per 1d, warm-up: {first: 5, "
		"days: 14}}\n",
		NULL},
	{"a warm-up that begins with more",
		"limits:\n  - {name: a, key: sender, unit: messages, allow: 100 per 1d, warm-up: {first: "
		"101, days: "
		"14}}\n",
		"not above the burst"},
	{"a warm-up of half a word",
		"limits:\n  - {name: a, key: sender, unit: messages, allow: 1 per 1d, warm-up: 3}\n",
		"like {first: 20"},
	{"a warm-up of years",
		"limits:\n  - {name: a, key: sender, unit: messages, allow: 100 per 1d, warm-up: {first: 1, "
		"days: 900}}\n",
		"1 to 60"},
	{"distinct recipients at the end",
		"limits:\n  - {name: a, key: sender, unit: distinct-recipients, state: data, allow: 1 per "
		"1d}\n",
		"known at rcpt only"},
	{"failed recipients by recipient",
		"limits:\n  - {name: a, key: recipient-domain, unit: failed-recipients, allow: 1 per 1d}\n",
		"not told by recipient"},
	{"failed recipients at data",
		"limits:\n  - {name: a, key: sender, unit: failed-recipients, state: data, allow: 1 per "
		"1d}\n",
		"count at rcpt"},
	{"without Redis, a word that is none",
		"limits:\n  - {name: a, key: sender, unit: messages, allow: 1 per 1d, without-redis: "
		"maybe}\n",
		"local, open or closed"},
	{"an empty pattern",
		"limits:\n  - {name: a, key: client, unit: recipients, allow: 1 per 1h, when: {client: "
		"''}}\n",
		"expected a text"},
};

static void
test_files(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct faults *faults = mem_new(1, sizeof(*faults));
		struct limits *limits = NULL;
		int ret;
		bool told;

		faults_init(faults);
		ret = limits_parse("limits.yaml", bytes_of_str(files[i].yaml), &limits, faults);
		told = files[i].fault != NULL && faults->n > 0 &&
		       strstr(faults->list[0].text, files[i].fault) != NULL && faults->list[0].line > 0;
		tap_ok(files[i].fault == NULL ? ret == 0 : ret == -1 && told, "%s: %s", files[i].name,
			faults->n > 0 ? faults->list[0].text : "good");
		faults_done(faults);
		free(faults);
		limits_free(limits);
	}
}

static const char site[] =
	"limits:\n"
	"  - {name: user, key: sasl-user, unit: recipients, allow: 3 per 1h, except: {sasl-user: "
	"'@lab.example'}}\n"
	"  - {name: net, key: client-net, unit: messages, allow: 2 per 1h, when: {sender-domain: .example}}\n"
	"  - {name: volume, key: [sasl-user, client], unit: bytes, allow: 1M per 1d}\n"
	"  - {name: spread, key: sender, unit: recipients, state: end-of-message, allow: 10 per 1h, answer: "
	"reject}\n"
	"  - {name: seen, key: client, unit: recipients, allow: 1 per 1h, stage: monitor}\n";

static void
count_watched(const struct limit *limit, void *context)
{
	*(int *)context += strcmp(limit->name, "seen") == 0;
}

/* A state, its fields, and how often of six times it passes and which limit then refuses. */
static const struct {
	const char *name;
	enum limit_state state;
	const char *sender, *domain, *user, *client, *net;
	int64_t recipients, size;
	int passes;
	const char *refused_by;
} requests[] = {
	{"a user", STATE_RCPT, "a@x.example", "x.example", "u1", "10.0.0.1", "10.0.0.0/24", 0, 0, 3, "user"},
	{"an excepted user", STATE_RCPT, "a@x.example", "x.example", "r@lab.example", "10.0.0.2",
		"10.0.0.0/24", 0, 0, 6, NULL},
	{"no user", STATE_RCPT, "a@x.example", "x.example", "", "10.0.0.3", "10.0.0.0/24", 0, 0, 6, NULL},
	{"a net", STATE_END_OF_MESSAGE, "b@x.example", "x.example", "u2", "10.0.1.1", "10.0.1.0/24", 1, 10, 2,
		"net"},
	{"a net and another domain", STATE_END_OF_MESSAGE, "b@x.test", "x.test", "u3", "10.0.2.1",
		"10.0.2.0/24", 1, 10, 6, NULL},
	{"bytes", STATE_END_OF_MESSAGE, "c@x.test", "x.test", "u4", "10.0.3.1", "10.0.3.0/24", 1, 300000, 3,
		"volume"},
	{"recipients at the end", STATE_END_OF_MESSAGE, "d@x.test", "x.test", "u5", "10.0.4.1", "10.0.4.0/24",
		4, 10, 2, "spread"},
	{"a state without limits", STATE_OTHER, "a@x.example", "x.example", "u1", "10.0.0.1", "10.0.0.0/24",
		9, 9, 6, NULL},
};

static void
test_requests(const struct limits *limits, struct counters *counters)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct limit_request request = {.state = requests[i].state,
			.recipients = requests[i].recipients,
			.size = requests[i].size};
		const struct limit *last = NULL;
		int passed = 0;

		request.fields[FIELD_SENDER] = bytes_of_str(requests[i].sender);
		request.fields[FIELD_SENDER_DOMAIN] = bytes_of_str(requests[i].domain);
		request.fields[FIELD_SASL_USER] = bytes_of_str(requests[i].user);
		request.fields[FIELD_CLIENT] = bytes_of_str(requests[i].client);
		request.fields[FIELD_CLIENT_NET] = bytes_of_str(requests[i].net);
		for (int k = 0; k < 6; k++) {
			last = limits_judge(limits, counters, &request, NOW, NULL, NULL);
			passed += last == NULL;
		}
		tap_ok(passed == requests[i].passes, "%s: %d of 6 pass", requests[i].name, passed);
		tap_ok(requests[i].refused_by == NULL
				? last == NULL
				: last != NULL && strcmp(last->name, requests[i].refused_by) == 0,
			"%s: refused by %s", requests[i].name, last != NULL ? last->name : "none");
	}
}

static void
test_monitor(const struct limits *limits, struct counters *counters)
{
	struct limit_request request = {.state = STATE_RCPT};
	int watched = 0, passed = 0;

	request.fields[FIELD_CLIENT] = BYTES_LIT("10.9.9.9");
	for (int k = 0; k < 4; k++)
		passed += limits_judge(limits, counters, &request, NOW, count_watched, &watched) == NULL;
	tap_ok(passed == 4 && watched == 3, "a monitored limit refuses nobody and says so %d times", watched);
}

/* A user who writes to two people every day for three weeks, then, at another hour, to a dozen strangers. */
static void
test_unusual(struct counters *counters)
{
	static const char yaml[] =
		"limits:\n  - {name: odd, kind: unusual, key: sasl-user, allow: 10 per 1d, answer: hold}\n";
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct limit_request request = {.state = STATE_RCPT, .hour = 9};
	struct limits *limits = NULL;
	int64_t now = NOW;
	int passed = 0;
	char text[40];

	faults_init(faults);
	limits_parse("unusual", bytes_of_str(yaml), &limits, faults);
	request.fields[FIELD_SASL_USER] = BYTES_LIT("clerk");
	for (int day = 0; day < 21; day++, now += COUNTER_DAY)
		for (int i = 0; i < 2; i++) {
			request.fields[FIELD_RECIPIENT] =
				i == 0 ? BYTES_LIT("a@partner.example") : BYTES_LIT("b@lab.example");
			request.fields[FIELD_RECIPIENT_DOMAIN] =
				i == 0 ? BYTES_LIT("partner.example") : BYTES_LIT("lab.example");
			passed += limits_judge(limits, counters, &request, now, NULL, NULL) == NULL;
		}
	tap_ok(passed == 42, "what is as ever passes");
	request.hour = 3;
	passed = 0;
	for (int i = 0; i < 12; i++) {
		snprintf(text, sizeof(text), "x%d@there%d.example", i, i);
		request.fields[FIELD_RECIPIENT] = bytes_of_str(text);
		request.fields[FIELD_RECIPIENT_DOMAIN] =
			bytes_sub(bytes_of_str(text), strcspn(text, "@") + 1, 40);
		passed += limits_judge(limits, counters, &request, now, NULL, NULL) == NULL;
	}
	tap_ok(passed == 4,
		"of twelve strangers at an hour that is none of its own, %d pass: 3 + 2 + 2 + 2 points",
		passed);
	request.fields[FIELD_RECIPIENT] = BYTES_LIT("a@partner.example");
	request.fields[FIELD_RECIPIENT_DOMAIN] = BYTES_LIT("partner.example");
	tap_ok(limits_judge(limits, counters, &request, now, NULL, NULL) == NULL, "a known one still does");
	limits_free(limits);
	faults_done(faults);
	free(faults);
}

int
main(void)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct counters *counters;
	struct limits *limits = NULL;

	seal_init();
	test_files();
	faults_init(faults);
	counters = counters_new_memory(1000);
	if (limits_parse("site", bytes_of_str(site), &limits, faults) == 0) {
		test_requests(limits, counters);
		test_monitor(limits, counters);
		test_unusual(counters);
	}
	tap_ok(limits != NULL, "the site's limits load");
	counters_free(counters);
	limits_free(limits);
	faults_done(faults);
	free(faults);
	return tap_done();
}
