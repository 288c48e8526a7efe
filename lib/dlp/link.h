/* SPDX-License-Identifier: Apache-2.0 */
/* What can only be settled when all rules of all packs are known. Private to the loader. */
#ifndef POSTSEAL_DLP_LINK_H
#define POSTSEAL_DLP_LINK_H

#include "lib/dlp/pack.h"

/* Evidence by other rules: finds them, and puts the rules in an order in which evidence comes first. */
void link_rules(struct ruleset *set, struct faults *faults);

/* The names of all rules, ending in NULL, in the arena. */
const char **rule_names(const struct ruleset *set, struct arena *arena);

#endif
