/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was set, by whom: the text of postseal.cf and, for each option, the entry that counts (the last one of
 * the file, or an override). Internal to lib/conf; source_done() frees everything.
 */
#ifndef POSTSEAL_SOURCE_H
#define POSTSEAL_SOURCE_H

#include "lib/base/buf.h"
#include "lib/conf/cf.h"
#include "lib/conf/settings.h"

enum { SOURCE_OPTIONS_MAX = 128 };

struct source {
	struct arena arena;
	struct buf text;
	const struct cf_entry *entries[SOURCE_OPTIONS_MAX]; /* by row of the table; NULL = not set */
};

void source_init(struct source *source);
void source_done(struct source *source);

/* A path of NULL is an empty file. Each returns 0, or -1 with every fault added. */
int source_read(struct source *source, const char *path, struct faults *faults);
int source_override(struct source *source, const struct str_list *overrides, struct faults *faults);

#endif
