/* SPDX-License-Identifier: Apache-2.0 */
/* A trouble that lasts: told at once, then once a minute, and when it is over. */
#ifndef POSTSEAL_POLICYD_ALARM_H
#define POSTSEAL_POLICYD_ALARM_H

#include <stddef.h>
#include <stdint.h>

struct alarm {
	const char *what;    /* "redis", before each line */
	int64_t since, told; /* milliseconds; since 0: all is well */
	size_t without;      /* requests that had to do without it */
};

void alarm_raise(struct alarm *alarm, const char *why);
void alarm_end(struct alarm *alarm);

#endif
