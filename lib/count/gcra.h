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

/* `count` units in `period` nanoseconds; false when a unit would take less than a nanosecond, or the burst
 * more than twenty years. */
bool gcra_make(int64_t count, int64_t period, int64_t burst, struct gcra *ret_gcra);

/* What a machine may let pass alone that has so many hundredths of all; at least one unit. */
struct gcra gcra_share(const struct gcra *gcra, int64_t percent);

/* What is allowed at `age` of `whole`: `first` units at once in the beginning, steadily more until all are.
 */
struct gcra gcra_ramp(const struct gcra *gcra, int64_t first, int64_t age, int64_t whole);

/* The time that n units take; more than the burst has when they never fit. Less than none: a time to give
 * back. */
int64_t gcra_cost(const struct gcra *gcra, int64_t n);

/* The time that the whole burst takes. */
int64_t gcra_window(const struct gcra *gcra);

/* Whether n units fit now. *ret_tat is the new arrival time, to be kept when they pass. Less than none always
 * fit: they are given back. */
bool gcra_fits(const struct gcra *gcra, int64_t tat, int64_t now, int64_t n, int64_t *ret_tat);

/* Units that would fit now, 0 to the burst. */
int64_t gcra_left(const struct gcra *gcra, int64_t tat, int64_t now);

#endif
