/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blob folder: blobs/<2 hex>/<32 hex>, each file written once, under a temporary name, and never changed.
 * The folders are mode 02770 and the files 0660 whatever the umask: milter and vault share them by group.
 * Thread-safe.
 */
#ifndef POSTSEAL_STORE_BLOB_H
#define POSTSEAL_STORE_BLOB_H

#include "lib/store/store.h"

/* Makes a folder of mode 02770; fine when it is there. */
int blob_make_folder(int parent, const char *name, struct err *err);

/* The 256 folders below blobs/; fine when some are there. */
int blob_make_folders(int folder, struct err *err);

/*
 * On disk, under its name, when it returns 0; else not there. `folder` is the descriptor of blobs/. A file
 * whose fsync failed is given up, never synced again: the second fsync would say yes to data that is gone.
 */
int blob_write(int folder, const uint8_t id[STORE_ID_SIZE], struct bytes content, struct err *err);
int blob_read(int folder, const uint8_t id[STORE_ID_SIZE], size_t size, struct buf *out, struct err *err);

/* Removes temporary files that a crash left more than an hour ago. Errors are none: the next time will do. */
void blob_sweep(int folder);

#endif
