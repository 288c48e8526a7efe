/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interchanges of ASC X12 (X12.5, X12.6): segments of elements, parted by the signs that ISA declares by
 * where they stand. In mail an ISA may have lost its padding, so its elements are counted. An interchange
 * may stand in any text, be quoted with '>', have a line a segment or none, or be cut into lines of 80.
 */
#ifndef POSTSEAL_X12_H
#define POSTSEAL_X12_H

#include "lib/base/buf.h"
#include "lib/format/pieces.h"

struct x12_signs {
	uint8_t element, component, repetition, terminator; /* repetition 0: there is none */
};

struct x12_segment {
	struct bytes name;     /* two or three letters or digits */
	struct bytes elements; /* behind the first separator */
};

struct x12_reader {
	struct bytes rest;
	struct x12_signs signs;
	bool is_inside;
	struct bytes end; /* the segment that ends what began: IEA, or SE */
};

/* An interchange at the start of some line; or, without one, a transaction set of health care. */
bool x12_is_in(struct bytes text);

void x12_init(struct x12_reader *reader, struct bytes text);

/* False at the end. Stands behind IEA in any text until the next ISA. */
bool x12_next(struct x12_reader *reader, struct x12_segment *ret_segment);

/* Binary data (BIN, BDS) of n bytes at the `at`-th element of the last segment, signs and all. */
struct bytes x12_take_binary(
	struct x12_reader *reader, const struct x12_segment *segment, size_t at, size_t n);

#endif
