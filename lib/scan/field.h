/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of answers: written by the worker, checked one by one by who reads them. A list is: 1, an item,
 * 1, an item ... 0. So the reader never trusts a count, and the writer may stop when there is no more room.
 * Readers return 0, or -1 when the field is not of its form.
 */
#ifndef POSTSEAL_FIELD_H
#define POSTSEAL_FIELD_H

#include "lib/base/arena.h"
#include "lib/run/channel.h"

enum { FIELD_END = 0, FIELD_ITEM = 1 };

/* A text of one line; above ANSWER_TEXT_MAX it is cut where a character starts. */
void field_put_line(struct buf *buf, const char *text);

/* Whether one more item of a result fits, and what stands behind the list. */
bool field_has_room(const struct buf *buf);

/* A number of at most `max`. */
int field_get_u32(struct wire *wire, uint32_t max, uint32_t *ret_v);
int field_get_bool(struct wire *wire, bool *ret_v);

/* One line of clean UTF-8, of at most `max` bytes. */
int field_get_line(struct arena *arena, struct wire *wire, size_t max, const char **ret_text);

/* Text of many lines: UTF-8 without NUL. */
int field_get_text(struct arena *arena, struct wire *wire, struct bytes *ret_text);

/* Whether another item of a list comes: 1, 0, -1; `n` were read already. */
int field_more(struct wire *wire, uint32_t n, uint32_t max);

#endif
