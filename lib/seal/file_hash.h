/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 by libsodium, which asks nothing of the system: for those in the prison. */
#ifndef POSTSEAL_FILE_HASH_H
#define POSTSEAL_FILE_HASH_H

#include "lib/base/bytes.h"

enum { FILE_HASH_SIZE = 32 };

void file_hash(struct bytes content, uint8_t hash[FILE_HASH_SIZE]);

#endif
