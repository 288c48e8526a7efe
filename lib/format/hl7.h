/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HL7 version 2 as it is sent, "ER7" (HL7 v2.8 chapter 2): segments, fields, repetitions, components,
 * subcomponents, and the escapes in them. The separators are those that each header (MSH, FHS, BHS) declares.
 * Made for messages that stand in mail: segments may end in CR, LF or both, be set apart by empty lines, be
 * quoted with '>' or wrapped; MLLP's bytes may stand around a message, and any text.
 */
#ifndef POSTSEAL_HL7_H
#define POSTSEAL_HL7_H

#include "lib/base/buf.h"
#include "lib/format/pieces.h"

struct hl7_signs {
	uint8_t field, component, repetition, escape, subcomponent; /* 0: there is none */
};

struct hl7_segment {
	struct bytes name;   /* three letters or digits */
	struct bytes fields; /* behind the first separator; with line breaks where it was wrapped */
	bool is_header;      /* FHS, BHS or MSH: the first field is number 2, the second number 3 */
};

struct hl7_reader {
	struct bytes rest;
	struct hl7_signs signs; /* those in force at the last segment */
	bool is_inside;         /* a header was read */
};

/* Whether there is a header at the start of some line. */
bool hl7_is_in(struct bytes text);

void hl7_init(struct hl7_reader *reader, struct bytes text);

/* False at the end. What stands before the first header is passed over. */
bool hl7_next(struct hl7_reader *reader, struct hl7_segment *ret_segment);

/* Appends what a value means: without escapes (2.7), clean UTF-8. The null value "" is nothing. */
void hl7_put_plain(const struct hl7_signs *signs, struct bytes value, struct buf *out);

#endif
