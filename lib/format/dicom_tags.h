/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tags that tell who an object shows and what of them (PS3.3 C.2 Patient Modules, C.7.1 to C.7.3; PS3.6
 * chapter 6). Texts of all others are read under their number.
 */
#ifndef POSTSEAL_DICOM_TAGS_H
#define POSTSEAL_DICOM_TAGS_H

#include <stdint.h>

struct dicom_tag {
	uint16_t group, number;
	const char *vr;
	const char *keyword;
	const char *label; /* NULL: the keyword does */
};

/* NULL: unknown. */
const struct dicom_tag *dicom_tags_find(uint16_t group, uint16_t number);

#endif
