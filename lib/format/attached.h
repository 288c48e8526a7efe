/* SPDX-License-Identifier: Apache-2.0 */
/* Files that stand in a text as base64: C-CDA's nonXMLBody, FHIR's Attachment, a card's photo. */
#ifndef POSTSEAL_ATTACHED_H
#define POSTSEAL_ATTACHED_H

#include "lib/mime/format.h"

/* The type may be empty. Nothing is told of nothing. */
void attached_tell_base64(struct format_out *out, struct bytes name, struct bytes type, struct bytes encoded);

/* The same for a string of which nobody says what it is. False: it is no base64 of a file that is known. */
bool attached_tell_if_file(struct format_out *out, struct bytes name, struct bytes encoded);

/* "data:image/png;base64,..." (RFC 2397). Returns whether it was one. */
bool attached_tell_data_url(struct format_out *out, struct bytes name, struct bytes url);

#endif
