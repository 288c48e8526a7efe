/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the index. application_id tells a foreign database, user_version an older or newer one.
 */
#ifndef POSTSEAL_STORE_SCHEMA_H
#define POSTSEAL_STORE_SCHEMA_H

#include <sqlite3.h>

#include "lib/base/err.h"

/* Makes the tables in an empty database, or what an older version lacks; fine when they are there. ERR_CONFIG
 * for anything else. */
int schema_create(sqlite3 *connection, struct err *err);

/* Whether this is an index that we can use. */
int schema_check(sqlite3 *connection, struct err *err);

#endif
