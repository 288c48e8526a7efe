/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's side of its link to postseal-pdf. */
#ifndef POSTSEAL_PARSER_PDF_LINK_H
#define POSTSEAL_PARSER_PDF_LINK_H

/* Where worker_run() puts it. */
enum { PDF_LINK_FD = 4 };

/* For pdf_use(): asks for a reader, which gets the other ends of two new pipes. */
int pdf_link_open(int *ret_to, int *ret_from);

#endif
