/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/cfb.h"

#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/format/cfb_state.h"
#include "lib/format/little.h"
#include "lib/format/utf16.h"

enum { HEADER = 512, ENTRY = 128, IN_HEADER = 109, PATH_DEPTH = 8 };

bool
cfb_is(struct bytes content)
{
	return content.n >= HEADER && memcmp(content.p, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0;
}

struct bytes
cfb_sector(const struct cfb *cfb, uint32_t sector)
{
	return little_sub(cfb->file, ((uint64_t)sector + 1) << cfb->shift, (uint64_t)1 << cfb->shift);
}

/* A table that has a chain of its own: the small sectors' FAT, the directory. */
static void
put_chain(struct cfb *cfb, uint32_t start, uint64_t size, struct buf *out)
{
	uint32_t sector = start, steps = 0;

	while (sector < cfb->n_sectors && size > 0) {
		struct bytes piece = little_sub(cfb_sector(cfb, sector), 0, size);

		if (steps++ >= cfb->n_sectors) {
			cfb->broken = true;
			return;
		}
		buf_put_bytes(out, piece);
		size -= piece.n < size ? piece.n : size;
		sector = cfb->fat[sector];
	}
}

/* One sector of the FAT, which stands for a sector's worth of sectors. */
static void
take_fat_sector(struct cfb *cfb, uint32_t sector, uint32_t *filled)
{
	struct bytes table = cfb_sector(cfb, sector);

	if (sector >= cfb->n_sectors)
		cfb->broken = true;
	for (size_t at = 0; at < (size_t)1 << cfb->shift && *filled < cfb->n_sectors; at += 4)
		cfb->fat[(*filled)++] = little_has(table, at, 4) ? little_32(table, at) : CFB_NONE;
}

/* The FAT's own sectors are listed in the header, and then in a chain of sectors that end in the next's
 * number. */
static void
load_fat(struct cfb *cfb)
{
	uint32_t filled = 0, next = little_32(cfb->file, 68), steps = 0;
	size_t last = ((size_t)1 << cfb->shift) - 4;

	cfb->fat = mem_new(cfb->n_sectors, sizeof(*cfb->fat));
	for (uint32_t i = 0; i < cfb->n_sectors; i++)
		cfb->fat[i] = CFB_NONE;
	for (size_t i = 0; i < IN_HEADER && filled < cfb->n_sectors; i++) {
		uint32_t sector = little_32(cfb->file, 76 + i * 4);

		if (sector == CFB_NONE)
			return;
		take_fat_sector(cfb, sector, &filled);
	}
	while (next < cfb->n_sectors && filled < cfb->n_sectors) {
		struct bytes table = cfb_sector(cfb, next);

		if (steps++ >= cfb->n_sectors) {
			cfb->broken = true;
			return;
		}
		for (size_t at = 0; at < last && filled < cfb->n_sectors; at += 4)
			if (little_32(table, at) != CFB_NONE)
				take_fat_sector(cfb, little_32(table, at), &filled);
		next = little_32(table, last);
	}
}

/* All streams below the cutoff live in one stream, that of the root, in sectors of its own. */
static void
load_mini(struct cfb *cfb)
{
	struct buf table;

	buf_init(&table, cfb->file.n);
	put_chain(cfb, little_32(cfb->file, 60), cfb->file.n, &table);
	cfb->n_mini_fat = (uint32_t)(table.n / 4);
	cfb->mini_fat = mem_new(cfb->n_mini_fat + 1, sizeof(*cfb->mini_fat));
	for (uint32_t i = 0; i < cfb->n_mini_fat; i++)
		cfb->mini_fat[i] = little_32(buf_bytes(&table), (size_t)i * 4);
	buf_done(&table);
	buf_init(&cfb->mini, cfb->file.n);
	put_chain(cfb, cfb->entries[0].start, cfb->entries[0].size, &cfb->mini);
}

int
cfb_open(struct cfb *cfb, struct bytes file)
{
	*cfb = (struct cfb){.file = file, .shift = little_16(file, 30), .mini_shift = little_16(file, 32)};
	buf_init(&cfb->directory, file.n);
	buf_init(&cfb->mini, 0);
	if (!cfb_is(file))
		return -1;
	/* Some writers get these wrong; programs that open the file go by the version. */
	if (cfb->shift < 7 || cfb->shift > 16)
		cfb->shift = little_16(file, 26) >= 4 ? 12 : 9;
	if (cfb->mini_shift < 2 || cfb->mini_shift >= cfb->shift)
		cfb->mini_shift = 6;
	cfb->mini_cutoff = little_32(file, 56);
	cfb->n_sectors = (uint32_t)((file.n + ((size_t)1 << cfb->shift) - 1) >> cfb->shift);
	load_fat(cfb);
	put_chain(cfb, little_32(file, 48), file.n, &cfb->directory);
	if (cfb->directory.n < ENTRY)
		return -1;
	cfb_load_entries(cfb);
	load_mini(cfb);
	return 0;
}

void
cfb_close(struct cfb *cfb)
{
	free(cfb->fat);
	free(cfb->mini_fat);
	free(cfb->entries);
	free(cfb->children);
	buf_wipe_done(&cfb->directory);
	buf_wipe_done(&cfb->mini);
	*cfb = (struct cfb){.broken = true};
}

static void
put_mini_chain(struct cfb *cfb, uint32_t start, uint64_t size, struct buf *out)
{
	struct bytes mini = buf_bytes(&cfb->mini);
	uint32_t sector = start, steps = 0;

	while (sector < cfb->n_mini_fat && size > 0 && steps++ < cfb->n_mini_fat) {
		uint64_t unit = (uint64_t)1 << cfb->mini_shift;
		struct bytes piece = little_sub(mini, sector * unit, size < unit ? size : unit);

		buf_put_bytes(out, piece);
		size -= piece.n;
		sector = cfb->mini_fat[sector];
		if (piece.n == 0)
			break;
	}
}

void
cfb_put_stream(struct cfb *cfb, uint32_t stream, struct buf *out)
{
	const struct cfb_entry *entry = &cfb->entries[stream];
	size_t before = out->n;

	if (entry->size < cfb->mini_cutoff && entry->kind != CFB_ROOT)
		put_mini_chain(cfb, entry->start, entry->size, out);
	else
		put_chain(cfb, entry->start, entry->size, out);
	if (out->n - before < entry->size)
		cfb->broken = true;
}

bool
cfb_name_is(const struct cfb_entry *entry, const char *name)
{
	size_t n = strlen(name);

	if (entry->name.n != n * 2)
		return false;
	for (size_t i = 0; i < n; i++)
		if (entry->name.p[i * 2 + 1] != 0 ||
			ascii_lower(entry->name.p[i * 2]) != ascii_lower((uint8_t)name[i]))
			return false;
	return true;
}

uint32_t
cfb_find(const struct cfb *cfb, uint32_t storage, enum cfb_kind kind, const char *name)
{
	const struct cfb_entry *parent = &cfb->entries[storage];

	for (uint32_t i = 0; i < parent->n; i++) {
		uint32_t child = cfb->children[parent->first + i];

		if (cfb->entries[child].kind == kind && cfb_name_is(&cfb->entries[child], name))
			return child;
	}
	return CFB_NONE;
}

const char *
cfb_name(const struct cfb_entry *entry, char name[CFB_NAME_MAX])
{
	struct buf text;
	size_t n = 0;

	buf_init(&text, CFB_NAME_MAX * 2);
	utf16_put(&text, entry->name);
	for (size_t i = 0; i < text.n && n < CFB_NAME_MAX - 1; i++)
		if (text.p[i] >= 0x20 && text.p[i] != '/')
			name[n++] = (char)text.p[i];
	name[n] = '\0';
	buf_done(&text);
	return name;
}

void
cfb_put_path(const struct cfb *cfb, uint32_t entry, struct buf *out)
{
	uint32_t path[PATH_DEPTH];
	char name[CFB_NAME_MAX];
	size_t n = 0;

	/* A deeper path loses its beginning. */
	for (; entry != 0 && entry != CFB_NONE && n < PATH_DEPTH; entry = cfb->entries[entry].parent)
		path[n++] = entry;
	while (n-- > 0)
		buf_putf(out, "%s%s", cfb_name(&cfb->entries[path[n]], name), n > 0 ? "/" : "");
}
