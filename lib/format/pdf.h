/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDF is read by a program of its own, postseal-pdf: its library is large, and under the GPL. A process that
 * reads mail is told once how a reader is had; without that, PDFs are unread.
 */
#ifndef POSTSEAL_FORMAT_PDF_H
#define POSTSEAL_FORMAT_PDF_H

/*
 * Gives two pipes to a new reader: what is written to the first goes to it, from the second come its answers
 * (lib/format/pdf_protocol.h). Returns 0, or -1: none can be had.
 */
typedef int (*pdf_open)(int *ret_to, int *ret_from);

/* Once a process. */
void pdf_use(pdf_open open);

#endif
