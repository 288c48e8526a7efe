/* SPDX-License-Identifier: Apache-2.0 */
/* DICOM data sets for tests, element by element. */
#ifndef POSTSEAL_TESTS_DICOMMAKER_H
#define POSTSEAL_TESTS_DICOMMAKER_H

#include "lib/base/buf.h"
#include "lib/format/dicom.h"

enum { DICOM_UNDEFINED = -1 };

/* Preamble, "DICM" and the meta group with this transfer syntax. */
void dicommaker_begin(struct buf *file, const char *syntax);

/* An element with a value, padded to an even length. VR "SQ" and the like take what was made before. */
void dicommaker_put(
	struct buf *file, struct dicom_form form, uint32_t tag, const char *vr, struct bytes value);
void dicommaker_text(
	struct buf *file, struct dicom_form form, uint32_t tag, const char *vr, const char *value);

/* Only the head: with any length, or DICOM_UNDEFINED. */
void dicommaker_head(struct buf *file, struct dicom_form form, uint32_t tag, const char *vr, int64_t length);

#endif
