/* SPDX-License-Identifier: Apache-2.0 */
/* A store in a temporary folder, and objects to put into it. For the tests of lib/store. */
#ifndef POSTSEAL_TEST_STORE_SITE_H
#define POSTSEAL_TEST_STORE_SITE_H

#include "lib/store/store.h"

struct site {
	char folder[64], directory[80];
	struct store *store;
};

enum { SITE_INLINE_LIMIT = 4096, SITE_SMALL = 600, SITE_LARGE = 50000 };

/* Makes the folder and the store, and opens it; ends the test when that fails. */
void site_init(struct site *site);
void site_init_folder(struct site *site); /* no store in it yet */
void site_open(struct site *site);
void site_done(struct site *site); /* closes it and removes everything */

/* Sealed bytes of object `number`, the same each time. Valid until the next call of this thread. */
struct bytes site_content(uint32_t number, size_t size);

/* Ids are made from the number: link ids of recipient 0 and 1, the object's own. */
void site_id(uint32_t number, uint8_t kind, uint8_t id[STORE_ID_SIZE]);

/* An object with two recipients in state PENDING. */
int site_put(struct store *store, uint32_t number, size_t size, struct err *err);

/* Whether the object is there, whole and exact. */
bool site_has(struct store *store, uint32_t number, size_t size);

/* Path of a file in the store's folder, and of the blob of an object. */
void site_path(const struct site *site, const char *name, char path[160]);
void site_blob_path(const struct site *site, uint32_t number, char path[160]);

#endif
