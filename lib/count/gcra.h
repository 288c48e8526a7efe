/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generic cell rate algorithm (ITU-T I.371, ATM Forum TM 4.1): how many units may pass in how much time,
 * kept in one number a key. `tat` is the theoretical arrival time: when all that has passed so far would have
 * passed at the steady rate. A key that was never seen, or whose tat lies in the past, has its whole burst.
 * Times are nanoseconds of one clock. Pure.
 */
#ifndef POSTSEAL_GCRA_H
#define POSTSEAL_GCRA_H

#include <stdbool.h>
#include <stdint.h>

struct gcra {
	int64_t interval; /* nanoseconds that one unit takes at the steady rate, 1 and more */
	int64_t burst;    /* units that may pass at once, 1 and more */
};

/* `count` units in `period` nanoseconds; false when a unit would take less than a nanosecond, or ages. */
bool gcra_make(int64_t count, int64_t period, int64_t burst, struct gcra *ret_gcra);

/* Whether n units fit now. *ret_tat is the new arrival time, to be kept when they pass. */
bool gcra_fits(const struct gcra *gcra, int64_t tat, int64_t now, int64_t n, int64_t *ret_tat);

/* Units that would fit now, 0 to the burst. */
int64_t gcra_left(const struct gcra *gcra, int64_t tat, int64_t now);

#endif
