/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A deadline for every connection and what it is doing now: the HTTP library's own time limit starts anew
 * with each byte, so a client that trickles would never be dropped. When a deadline has passed the socket is
 * shut down, and the library ends the connection. Thread-safe.
 */
#ifndef PORTALD_WATCH_H
#define PORTALD_WATCH_H

#include <stddef.h>
#include <stdint.h>

struct watch;
struct watch_entry;

struct watch *watch_new(size_t max);
void watch_free(struct watch *watch);

/* NULL when the table is full. The entry must be removed before the socket is closed. */
struct watch_entry *watch_add(struct watch *watch, int fd, int64_t deadline_ms);
void watch_set(struct watch *watch, struct watch_entry *entry, int64_t deadline_ms);
void watch_remove(struct watch *watch, struct watch_entry *entry);

/* Shuts down what is late. Returns how many. */
size_t watch_sweep(struct watch *watch, int64_t now_ms);

#endif
