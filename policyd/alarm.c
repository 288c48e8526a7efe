/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/alarm.h"

#include <inttypes.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"

enum { AGAIN_MS = 60000 };

void
alarm_raise(struct alarm *alarm, const char *why)
{
	int64_t now = clock_mono_ms();

	if (alarm->since != 0 && now - alarm->told < AGAIN_MS)
		return;
	if (alarm->since == 0)
		alarm->since = now;
	alarm->told = now;
	log_error("%s: %s (for %" PRId64 " s; %zu requests were judged without it)", alarm->what, why,
		(now - alarm->since) / 1000, alarm->without);
}

void
alarm_end(struct alarm *alarm)
{
	if (alarm->since == 0)
		return;
	log_info("%s: it answers again, after %" PRId64 " ms; %zu requests were judged without it",
		alarm->what, clock_mono_ms() - alarm->since, alarm->without);
	alarm->since = 0;
	alarm->without = 0;
}
