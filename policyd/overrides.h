/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an admin decided of the TLS of a domain, against all evidence, with a name and a reason: a YAML file
 * (postseal-tls-overrides(5)). Immutable once loaded.
 */
#ifndef POSTSEAL_OVERRIDES_H
#define POSTSEAL_OVERRIDES_H

#include "lib/conf/faults.h"
#include "lib/tlspolicy/evidence.h"

struct overrides;

/* An empty path has none. Returns 0, or -1 with every fault added. free(NULL) is fine. */
int overrides_load(const char *path, struct overrides **ret_overrides, struct faults *faults);
void overrides_free(struct overrides *overrides);

/* The old ones, which somebody may still look at, are freed with the new ones. */
void overrides_keep(struct overrides *overrides, struct overrides *old);
size_t overrides_n(const struct overrides *overrides);

/*
 * Of a domain or, as smtp_tls_policy_maps writes them, `[host]:port` and the like; else of the nearest domain
 * above it that has one for all below (`.example.com`); else NULL. Dates are the judge's business.
 */
const struct evidence_override *overrides_find(const struct overrides *overrides, struct bytes name);

#endif
