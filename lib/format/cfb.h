/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compound files ([MS-CFB]), versions 3 and 4: storages and streams in sectors that tables link. Every table
 * may lie: chains end at the first loop or at the file's end, entries are visited once, so that opening is
 * linear in the file and each stream is at most as long as the file. `broken` says that something lied; what
 * could be found is there all the same. Views of the content must outlive the struct.
 */
#ifndef POSTSEAL_CFB_H
#define POSTSEAL_CFB_H

#include "lib/base/buf.h"

enum cfb_kind { CFB_NOTHING = 0, CFB_STORAGE = 1, CFB_STREAM = 2, CFB_ROOT = 5 };

enum { CFB_NONE = UINT32_MAX, CFB_NAME_MAX = 96 };

struct cfb_entry {
	uint8_t kind; /* enum cfb_kind */
	bool linked;  /* the tree leads to it; else it was left behind, or hidden */
	bool used;    /* for the reader: it was read */
	uint32_t parent;
	uint32_t first, n; /* children: cfb->children[first ... first + n) */
	uint32_t start;
	uint64_t size;
	struct bytes name; /* UTF-16LE */
};

struct cfb {
	struct bytes file;
	unsigned shift, mini_shift;
	uint32_t n_sectors, mini_cutoff;
	uint32_t *fat, *mini_fat;
	uint32_t n_mini_fat;
	struct buf directory, mini;
	struct cfb_entry *entries; /* the first is the root */
	uint32_t n_entries;
	uint32_t *children;
	uint32_t n_children;
	bool broken;
};

bool cfb_is(struct bytes content);

/* Returns 0, or -1 when there is no directory to be found. Close it in both cases. */
int cfb_open(struct cfb *cfb, struct bytes file);
void cfb_close(struct cfb *cfb);

/* Appends the stream's content, as far as its chain goes. */
void cfb_put_stream(struct cfb *cfb, uint32_t stream, struct buf *out);

/* The child of this kind whose name is this ASCII text, in either case; or CFB_NONE. */
uint32_t cfb_find(const struct cfb *cfb, uint32_t storage, enum cfb_kind kind, const char *name);

bool cfb_name_is(const struct cfb_entry *entry, const char *name);

/* The name as UTF-8 without control characters. */
const char *cfb_name(const struct cfb_entry *entry, char name[CFB_NAME_MAX]);

/* Appends "storage/storage/stream", without the root's name. */
void cfb_put_path(const struct cfb *cfb, uint32_t entry, struct buf *out);

#endif
