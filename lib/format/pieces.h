/* SPDX-License-Identifier: Apache-2.0 */
/* Text that a sign parts into pieces, as HL7's fields and X12's elements are. */
#ifndef POSTSEAL_PIECES_H
#define POSTSEAL_PIECES_H

#include "lib/base/bytes.h"

/*
 * Cuts off what stands before the next sign; 0: no sign, all of it. False when *rest was cut to its end
 * before: p is NULL then.
 */
bool pieces_cut(struct bytes *rest, uint8_t sign, struct bytes *ret_piece);

/* The n-th piece, from 1; empty when there are fewer. */
struct bytes pieces_nth(struct bytes whole, uint8_t sign, size_t n);

#endif
