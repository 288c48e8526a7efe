/* SPDX-License-Identifier: Apache-2.0 */
/* Where several machines are to count together, whether this one does: policyd itself says so. */
#include "cli/doctor.h"
#include "lib/base/clock.h"
#include "lib/socketmap/client.h"

enum { ASK_MS = 3000 };

void
doctor_check_limits(struct doctor *doctor)
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
