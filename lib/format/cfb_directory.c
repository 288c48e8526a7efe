/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory ([MS-CFB] 2.6): entries of 128 bytes, the children of each storage a tree of their own. The
 * trees may have loops and share branches: each entry belongs to whoever comes to it first, storages in the
 * order in which they are found.
 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/format/cfb_state.h"
#include "lib/format/little.h"

enum { ENTRY = 128, NAME_BYTES = 64 };

static struct bytes
raw_entry(const struct cfb *cfb, uint32_t entry)
{
	return bytes_sub(buf_bytes(&cfb->directory), (size_t)entry * ENTRY, ENTRY);
}

static void
read_entry(struct cfb *cfb, uint32_t at)
{
	struct bytes raw = raw_entry(cfb, at);
	size_t name = little_16(raw, 64);

	/* Its length counts a zero at the end; a name without one is read to the field's end. */
	name = name < 2 || name > NAME_BYTES ? NAME_BYTES : name - 2;
	cfb->entries[at] = (struct cfb_entry){.kind = little_8(raw, 66),
		.parent = CFB_NONE,
		.start = little_32(raw, 116),
		.size = cfb->shift > 9 ? little_64(raw, 120) : little_32(raw, 120),
		.name = bytes_sub(raw, 0, name)};
}

/* Takes the entry as a child of the storage, unless it has a parent, and notes it to be looked at. */
static void
reach(struct cfb *cfb, uint32_t storage, uint32_t entry, uint32_t *stack, uint32_t *n)
{
	if (entry == CFB_NONE)
		return;
	if (entry >= cfb->n_entries || cfb->entries[entry].linked) {
		cfb->broken = true;
		return;
	}
	cfb->entries[entry].linked = true;
	cfb->entries[entry].parent = storage;
	stack[(*n)++] = entry;
}

static void
read_children(struct cfb *cfb, uint32_t storage, uint32_t *stack)
{
	struct cfb_entry *parent = &cfb->entries[storage];
	uint32_t n = 0;

	parent->first = cfb->n_children;
	reach(cfb, storage, little_32(raw_entry(cfb, storage), 76), stack, &n);
	while (n > 0) {
		uint32_t entry = stack[--n];
		struct bytes raw = raw_entry(cfb, entry);

		cfb->children[cfb->n_children++] = entry;
		reach(cfb, storage, little_32(raw, 72), stack, &n);
		reach(cfb, storage, little_32(raw, 68), stack, &n);
	}
	parent->n = cfb->n_children - parent->first;
}

void
cfb_load_entries(struct cfb *cfb)
{
	uint32_t *stack;

	cfb->n_entries = (uint32_t)(cfb->directory.n / ENTRY);
	cfb->entries = mem_new(cfb->n_entries, sizeof(*cfb->entries));
	cfb->children = mem_new(cfb->n_entries, sizeof(*cfb->children));
	stack = mem_new(cfb->n_entries, sizeof(*stack));
	for (uint32_t i = 0; i < cfb->n_entries; i++)
		read_entry(cfb, i);
	cfb->entries[0].kind = CFB_ROOT;
	cfb->entries[0].linked = true;
	read_children(cfb, 0, stack);
	/* Children are appended as they are found: the list of them is the queue as well. */
	for (uint32_t i = 0; i < cfb->n_children; i++)
		if (cfb->entries[cfb->children[i]].kind == CFB_STORAGE)
			read_children(cfb, cfb->children[i], stack);
	free(stack);
}
