/* SPDX-License-Identifier: Apache-2.0 */
/* Walks all objects of a document that qpdf has read. */
#ifndef POSTSEAL_PDF_OBJECTS_H
#define POSTSEAL_PDF_OBJECTS_H

#include <qpdf/qpdf-c.h>

#include "pdf/answer.h"

/* `size`: of the file, in bytes. */
void objects_tell(qpdf_data q, size_t size, struct answer *answer);

#endif
