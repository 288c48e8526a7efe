/* SPDX-License-Identifier: Apache-2.0 */
/* What all sessions of the process share: the running snapshot, the store, the way to the parser, the gate.
 */
#ifndef POSTSEAL_MILTER_SERVICE_H
#define POSTSEAL_MILTER_SERVICE_H

#include <pthread.h>

#include "lib/scan/client.h"
#include "lib/store/store.h"
#include "milter/gate.h"
#include "milter/journal.h"
#include "milter/snapshot.h"
#include "milter/troubles.h"

struct service {
	struct gate *gate;
	struct store *store;
	struct journal *journal;
	struct scan_pool *scans;
	struct troubles *troubles;
	pthread_mutex_t lock; /* of `current` */
	struct snapshot *current;
};

/* Loads everything that needs the privileges of the start. */
int service_open(const struct settings *settings, struct service **ret_service, struct err *err);
/* Opens the store and the journal, as the user who will write to it (SQLite makes its WAL files then). */
int service_open_store(struct service *service, struct err *err);
void service_close(struct service *service);

/* Takes over new settings, or refuses and changes nothing. */
int service_reload(struct service *service, const struct settings *settings, struct err *err);

/* The running snapshot; the caller drops it. */
struct snapshot *service_snapshot(struct service *service);

#endif
