/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time. Waits and limits use the monotonic clock, which no one can set; wall time is only for what people
 * read and for expiry. Thread-safe.
 */
#ifndef POSTSEAL_CLOCK_H
#define POSTSEAL_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds since some start, never going back. */
int64_t clock_mono_ms(void);

/* The same clock in nanoseconds, for measuring. */
int64_t clock_mono_ns(void);

/* Processor time of this process so far, in microseconds. */
int64_t clock_cpu_us(void);

/* Seconds since 1970, UTC. */
int64_t clock_wall(void);

/* How long until `deadline_ms` (of clock_mono_ms), for poll(2): 0 when it is past, at most INT_MAX. */
int clock_left_ms(int64_t deadline_ms);

/* `2026-11-23T07:08:09Z`: RFC 3339, UTC. */
void clock_format_utc(int64_t wall, char *text, size_t size);

/* `Mon, 23 Nov 2026 07:08:09 +0000`: RFC 5322 section 3.3, whatever the locale. */
void clock_format_mail(int64_t wall, char *text, size_t size);

#endif
