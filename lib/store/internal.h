/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lib/store share about a struct store. */
#ifndef POSTSEAL_STORE_INTERNAL_H
#define POSTSEAL_STORE_INTERNAL_H

#include <pthread.h>

#include "lib/store/store.h"
#include "lib/store/writer.h"

enum { BOOT_ID_SIZE = 16 };

struct store {
	int blobs; /* descriptor of the folder */
	size_t inline_limit;
	uint8_t boot[BOOT_ID_SIZE];
	struct writer *writer; /* NULL: read-only */
	struct db reader;
	pthread_mutex_t reader_mutex; /* around every use of reader */
};

/* writer_do, or ERR_CONFIG in a read-only store. */
int store_change(struct store *store, writer_change_fn change, void *context, struct err *err);

#endif
