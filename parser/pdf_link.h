/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's side of its link to postseal-pdf. */
#ifndef POSTSEAL_PARSER_PDF_LINK_H
#define POSTSEAL_PARSER_PDF_LINK_H

/* Where worker_run() puts it. */
enum { PDF_LINK_FD = 4 };

/*
 * Once in a worker. A link that leads nowhere from the start makes PDFs that can't be read; one that breaks
 * later ends the worker, and its message is read by one that has a link to the new postseal-pdf.
 */
void pdf_link_use(void);

/* After each scan: does so, too, when postseal-pdf died while it was needed. */
void pdf_link_check(void);

#endif
