/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.yaml: which protection a message gets, per recipient; the first line that fits wins. See
 * postseal-policy(5). Immutable once loaded.
 */
#ifndef POSTSEAL_POLICY_H
#define POSTSEAL_POLICY_H

#include "lib/conf/settings.h"

struct policy;

int policy_load(const char *path, struct policy **ret_policy, struct faults *faults);
void policy_free(struct policy *policy);

/* Whether any line has the method tls. */
bool policy_asks_tls(const struct policy *policy);

#endif
