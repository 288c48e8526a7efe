/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file syntax of postseal.cf, which is main.cf's: `name = value`, comments in lines of their own, lines
 * that start with white space continue the one before. Knows no option. Entries live in the caller's arena.
 */
#ifndef POSTSEAL_CF_H
#define POSTSEAL_CF_H

#include "lib/base/buf.h"
#include "lib/conf/faults.h"

enum { CF_MAX_BYTES = 1024 * 1024, CF_MAX_VALUE = 64 * 1024 };

struct cf_entry {
	const char *name;
	const char *value;  /* continuation lines joined by one space, not yet expanded */
	const char *file;   /* for faults */
	int line, column;   /* of the name */
	int value_column;   /* of the value on the first line, for faults */
	size_t offset, end; /* its lines in the file's text */
	struct cf_entry *next;
};

/* Entries in the file's order; the last of a name counts. Returns 0, or -1 with every fault added. */
int cf_parse(struct arena *arena, const char *file, struct bytes content, struct cf_entry **ret_entries,
	struct faults *faults);

/* The name=value of a command line. */
int cf_parse_override(
	struct arena *arena, const char *text, struct cf_entry **ret_entry, struct faults *faults);

/*
 * What `$name` stands for: the unexpanded value, or NULL for a name that does not exist. `$$` is a dollar.
 */
typedef const char *cf_lookup(const void *context, struct bytes name);

/* Expands the references in a value. Names faults at the entry's place; returns 0 or -1. */
struct cf_expansion {
	cf_lookup *lookup;
	const void *context;
	const struct cf_entry *entry;
	struct faults *faults;
};
int cf_expand(const struct cf_expansion *expansion, const char *value, struct buf *out);

#endif
