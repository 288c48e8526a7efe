/* SPDX-License-Identifier: Apache-2.0 */
/* Text in DICOM: of the charset that (0008,0005) names (PS3.3 C.12.1.1.2), with the escapes of ISO 2022. */
#ifndef POSTSEAL_DICOM_TEXT_H
#define POSTSEAL_DICOM_TEXT_H

#include "lib/base/buf.h"

/* The charset's label for charset_to_utf8(), from the value of (0008,0005); never empty. */
struct bytes dicom_text_charset(struct bytes terms);

/* Appends clean UTF-8, without the padding. */
void dicom_text_put(struct bytes charset, struct bytes value, struct buf *out);

/* Whether bytes of an unknown kind read as text: printable, with a letter. */
bool dicom_text_is(struct bytes value);

#endif
