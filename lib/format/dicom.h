/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elements of DICOM data sets (PS3.5 chapter 7, PS3.10 chapter 7), one after the other in the order of the
 * file: those of nested items come between those around them. A sequence of any depth or length costs no more
 * than its bytes. Little and big endian, explicit and implicit representation, with the preamble and the file
 * meta group or without; deflated data sets are for the caller to inflate.
 */
#ifndef POSTSEAL_DICOM_H
#define POSTSEAL_DICOM_H

#include "lib/base/bytes.h"

struct dicom_form {
	bool is_big, is_explicit;
};

struct dicom_element {
	uint16_t group, number;
	char vr[3];         /* "PN"; "" where it is implicit and the tag is none that we know */
	struct bytes value; /* empty for sequences and items */
};

struct dicom_reader {
	struct bytes rest;
	struct dicom_form form;
	unsigned implicit_depth; /* in an UN of unknown length, which is implicit whatever stands around it */
	bool is_meta;            /* in the file meta group, which is always explicit and little endian */
	bool is_deflated;
	bool was_cut; /* a length went beyond the end; what is there was taken for the value */
	bool has_pixels;
	struct dicom_form set_form; /* of what follows the meta group */
};

/* With "DICM" behind 128 bytes, or elements in order that begin in groups 2 to 16. */
bool dicom_is(struct bytes content);

void dicom_init(struct dicom_reader *reader, struct bytes content);

/*
 * False at the end, or where a deflated data set begins: is_deflated is true then, and `rest` is what has to
 * be inflated. Pixels and what delimits items are passed over.
 */
bool dicom_next(struct dicom_reader *reader, struct dicom_element *ret_element);

/* For a data set without meta group, in that form. */
void dicom_init_set(struct dicom_reader *reader, struct bytes set, struct dicom_form form);

/* The representation of a tag that this file knows, or NULL (PS3.6). */
const char *dicom_vr_of(uint16_t group, uint16_t number);

bool dicom_vr_is(const struct dicom_element *element, const char *vr);

#endif
