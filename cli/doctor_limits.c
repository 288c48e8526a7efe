/* SPDX-License-Identifier: Apache-2.0 */
/* Where several machines are to count together, whether this one does: policyd itself says so. */
#include <stdlib.h>

#include "cli/doctor.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/count/limit.h"
#include "lib/socketmap/client.h"

enum { ASK_MS = 3000 };

/* Where Postfix asks in each state (SMTPD_POLICY_README). */
static const struct {
	enum limit_state state;
	const char *name, *restrictions;
} states[] = {
	{STATE_RCPT, "rcpt", "smtpd_recipient_restrictions"},
	{STATE_DATA, "data", "smtpd_data_restrictions"},
	{STATE_END_OF_MESSAGE, "end-of-message", "smtpd_end_of_data_restrictions"},
};

static void
check_redis(struct doctor *doctor)
{
	const struct settings *settings = doctor->cli->settings;
	struct socketmap_client *client;
	struct socketmap_answer answer = {0};
	struct bytes where;
	struct err err = {0};

	if (settings->redis_address[0] == '\0')
		return;
	client = socketmap_client_new(settings->policyd_control);
	if (socketmap_client_ask(
		    client, "limits-list", BYTES_LIT("*"), clock_mono_ms() + ASK_MS, &answer, &err) < 0 ||
		answer.status != SOCKETMAP_OK)
		doctor_say(doctor, HEALTH_BAD, "limits",
			"postseal-policyd does not answer at policyd_control, so nothing counts in Redis: %s",
			err.text);
	else {
		where = bytes_sub(answer.text, 0, bytes_find_byte(answer.text, '\n'));
		if (bytes_eq(where, BYTES_LIT("where\tredis")))
			doctor_say(doctor, HEALTH_OK, "limits", "counted in Redis, at %s",
				settings->redis_address);
		else
			doctor_say(doctor, HEALTH_BAD, "limits",
				"redis_address is set, but postseal-policyd counts in %.*s: its log says why",
				BYTES_FMT(bytes_sub(where, strlen("where\t"), where.n)));
	}
	socketmap_client_free(client);
}

static bool
asks(struct doctor *doctor, const char *restrictions)
{
	struct bytes value = {0};

	return postconf_get(&doctor->postconf, &doctor->arena, restrictions, &value, NULL) == 0 &&
	       bytes_find(value, BYTES_LIT("check_policy_service")) < value.n;
}

/* A limit in a state in which Postfix never asks is no limit; where it asks in none, the site has none. */
static void
check_states(struct doctor *doctor, const struct limits *limits)
{
	bool asked[sizeof(states) / sizeof(states[0])], some = false;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		asked[i] = asks(doctor, states[i].restrictions);
		some = some || asked[i];
	}
	for (size_t i = 0; some && i < sizeof(states) / sizeof(states[0]); i++)
		if (!asked[i] && limits_count_in(limits, states[i].state))
			doctor_say(doctor, HEALTH_BAD, states[i].restrictions,
				"limits count at %s, but no check_policy_service is there: they never will",
				states[i].name);
		else if (asked[i])
			doctor_say(doctor, HEALTH_OK, states[i].restrictions, "asks a policy service");
}

void
doctor_check_limits(struct doctor *doctor)
{
	struct limits *limits = NULL;
	struct faults *faults = mem_new(1, sizeof(*faults));

	faults_init(faults);
	check_redis(doctor);
	if (doctor->postfix_read && limits_load(doctor->cli->settings->limits_file, &limits, faults) == 0)
		check_states(doctor, limits);
	limits_free(limits);
	faults_done(faults);
	free(faults);
}
