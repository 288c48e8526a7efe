/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that poppler opens while it reads a document: tables of character codes (package poppler-data).
 * They are mapped before the prison closes; from then on fopen(3) finds only them, and in memory.
 */
#ifndef POSTSEAL_PDF_FILES_H
#define POSTSEAL_PDF_FILES_H

/* Maps all files below the folder, which may be missing. */
void files_load(const char *folder);

/* From now on there are no others. */
void files_close(void);

#endif
