/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that a reload replaces: settings, policy, certificates. Immutable and counted: a session takes
 * its reference when it begins and keeps it, so one message is never judged by two configurations.
 */
#ifndef POSTSEAL_MILTER_SNAPSHOT_H
#define POSTSEAL_MILTER_SNAPSHOT_H

#include "lib/base/secret.h"
#include "lib/plan/policy.h"
#include "lib/seal/envelope.h"

struct snapshot {
	const struct settings *settings; /* lib/run keeps them as long as the process lives */
	struct policy *policy;
	struct seal_certificate *portal, *recovery;
	struct secret index_key, reinject_key;
	char hostname[256];
	unsigned users; /* atomic: snapshot_take() and snapshot_drop() only */
};

int snapshot_load(const struct settings *settings, struct snapshot **ret_snapshot, struct err *err);
struct snapshot *snapshot_take(struct snapshot *snapshot);
void snapshot_drop(struct snapshot *snapshot);

#endif
