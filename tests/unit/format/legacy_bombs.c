/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Legacy files made to be slow, or to use up memory: each ends soon, with the label of what went wrong.
 * Seconds are of the processor: the machine may be busy.
 */
#include <time.h>

#include "lib/format/formats.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

enum { SECTOR = 512, ENTRY = 128, SECONDS_MAX = 10, MILLION = 1000000 };

#define END 0xFFFFFFFEU
#define NONE 0xFFFFFFFFU

static void
put_16(struct buf *out, uint32_t n)
{
	buf_put_byte(out, (uint8_t)n);
	buf_put_byte(out, (uint8_t)(n >> 8));
}

static void
put_32(struct buf *out, uint32_t n)
{
	put_16(out, n & 0xFFFF);
	put_16(out, n >> 16);
}

static void
put_zeros(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_put_byte(out, 0);
}

/* left, right, child: the tree's links. */
struct entry {
	const char *name;
	uint8_t kind;
	uint32_t left, right, child, start, size;
};

static void
put_entry(struct buf *out, const struct entry *entry)
{
	size_t n = strlen(entry->name);

	for (size_t i = 0; i < 32; i++)
		put_16(out, i < n ? (uint8_t)entry->name[i] : 0);
	put_16(out, (uint32_t)(n + 1) * 2);
	buf_put_byte(out, entry->kind);
	buf_put_byte(out, 1);
	put_32(out, entry->left);
	put_32(out, entry->right);
	put_32(out, entry->child);
	put_zeros(out, 36);
	put_32(out, entry->start);
	put_32(out, entry->size);
	put_32(out, 0);
}

enum chain { CHAIN_STRAIGHT, CHAIN_CIRCLE };

/* The content in sectors of its own from the first on, then the directory, then the FAT. */
static void
put_compound(struct buf *out, struct bytes content, const struct entry *entries, size_t n_entries,
	enum chain chain)
{
	size_t n = (content.n + SECTOR - 1) / SECTOR, n_directory = (n_entries * ENTRY + SECTOR - 1) / SECTOR;
	size_t n_fat = (n + n_directory) / (SECTOR / 4 - 1) + 1, first_fat = n + n_directory;

	buf_put(out, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
	put_zeros(out, 16);
	put_16(out, 0x3E), put_16(out, 3), put_16(out, 0xFFFE), put_16(out, 9), put_16(out, 6);
	put_zeros(out, 10);
	put_32(out, (uint32_t)n_fat), put_32(out, (uint32_t)n), put_32(out, 0), put_32(out, 0);
	put_32(out, END), put_32(out, 0), put_32(out, END), put_32(out, 0);
	for (size_t i = 0; i < 109; i++)
		put_32(out, i < n_fat ? (uint32_t)(first_fat + i) : NONE);
	buf_put_bytes(out, content);
	put_zeros(out, n * SECTOR - content.n);
	for (size_t i = 0; i < n_entries; i++)
		put_entry(out, &entries[i]);
	put_zeros(out, n_directory * SECTOR - n_entries * ENTRY);
	for (size_t i = 0; i < n_fat * (SECTOR / 4); i++) {
		bool is_last = i + 1 == n || i + 1 == first_fat || i >= first_fat;

		if (chain == CHAIN_CIRCLE && i + 1 == n)
			put_32(out, 0);
		else
			put_32(out, is_last ? END : (uint32_t)i + 1);
	}
}

static void
put_stream(struct buf *out, const char *name, struct bytes content, enum chain chain)
{
	uint32_t size = chain == CHAIN_CIRCLE ? 0x7FFFFFFF : (uint32_t)content.n;
	const struct entry entries[] = {
		{"Root Entry", 5, NONE, NONE, 1, END, 0}, {name, 2, NONE, NONE, NONE, 0, size}};

	put_compound(out, content, entries, 2, chain);
}

static void
put_continues(struct buf *content)
{
	buf_put(content, "\x09\x08\x10\0\0\6\5\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	buf_put(content, "\xFC\0\x0D\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0V1", 17);
	for (size_t i = 0; i < MILLION; i++)
		buf_put(content, "\x3C\0\0\0", 4);
	buf_put(content, "\x0A\0\0\0", 4);
}

/* Each cell names the same long string. */
static void
put_amplified(struct buf *content)
{
	buf_put(content, "\x09\x08\x10\0\0\6\5\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	buf_put(content, "\xFC\0\x13\x20\1\0\0\0\1\0\0\0\x08\x20\0", 15);
	for (size_t i = 0; i < 0x2008; i++)
		buf_put_byte(content, 'x');
	for (size_t i = 0; i < 100000; i++)
		buf_put(content, "\xFD\0\x0A\0\1\0\1\0\0\0\0\0\0\0", 14);
}

static void
make_continues(struct buf *file)
{
	struct buf content;

	buf_init(&content, 16 << 20);
	put_continues(&content);
	put_stream(file, "Workbook", buf_bytes(&content), CHAIN_STRAIGHT);
	buf_done(&content);
}

static void
make_amplified(struct buf *file)
{
	struct buf content;

	buf_init(&content, 16 << 20);
	put_amplified(&content);
	put_stream(file, "Workbook", buf_bytes(&content), CHAIN_STRAIGHT);
	buf_done(&content);
}

static void
make_circle(struct buf *file)
{
	struct buf content;

	buf_init(&content, 16 << 20);
	for (size_t i = 0; i < MILLION; i++)
		buf_put_str(&content, "circle ");
	put_stream(file, "Contents", buf_bytes(&content), CHAIN_CIRCLE);
	buf_done(&content);
}

/* Storages that hold each other, and all the same stream. */
static void
make_storages(struct buf *file)
{
	enum { N = 20000 };
	static struct entry all[N];

	for (uint32_t i = 0; i < N; i++)
		all[i] = (struct entry){"storage", 1, i - 1, i + 1, i / 2, 0, 0};
	all[0] = (struct entry){"Root Entry", 5, NONE, NONE, 1, 0, 0};
	for (uint32_t i = N / 2; i < N; i++)
		all[i] = (struct entry){"stream", 2, i - 1, 0, 0, 0, 1 << 20};
	put_compound(file, BYTES_LIT("the same text"), all, N, CHAIN_CIRCLE);
}

/* Any number of streams whose chain is the same megabyte. */
static void
make_shared(struct buf *file)
{
	enum { N = 4000 };
	static struct entry all[N];
	struct buf content;

	buf_init(&content, 16 << 20);
	for (size_t i = 0; i < MILLION; i++)
		buf_put_byte(&content, 'x');
	for (uint32_t i = 0; i < N; i++)
		all[i] = (struct entry){"stream", 2, NONE, i + 1, NONE, 0, MILLION};
	all[0] = (struct entry){"Root Entry", 5, NONE, NONE, 1, END, 0};
	all[N - 1].right = NONE;
	put_compound(file, buf_bytes(&content), all, N, CHAIN_STRAIGHT);
	buf_done(&content);
}

static void
put_times(struct buf *file, const char *start, const char *piece, size_t n)
{
	buf_put_str(file, start);
	for (size_t i = 0; i < n; i++)
		buf_put_str(file, piece);
}

static void
make_braces(struct buf *file)
{
	put_times(file, "{\\rtf1 ", "{", MILLION);
}

static void
make_fonts(struct buf *file)
{
	put_times(file, "{\\rtf1{\\fonttbl{\\f1\\fcharset128;}{\\f2\\fcharset204;}}",
		"\\f1\\'93\\'fa\\f2\\'e9", MILLION / 4);
}

static void
make_objects(struct buf *file)
{
	put_times(file, "{\\rtf1 ", "{\\objdata 0105000002000000010000004100000000000000000001000000412}",
		MILLION / 10);
}

static void
make_tnef_counts(struct buf *file)
{
	buf_put(file, "\x78\x9F\x3E\x22\1\0", 6);
	for (size_t i = 0; i < MILLION / 4; i++)
		buf_put(file, "\1\3\x90\6\0\x0C\0\0\0\xFF\xFF\xFF\xFF\x1E\x10\1\x30\xFF\xFF\xFF\xFF\0\0", 23);
}

static void
make_tnef_lying(struct buf *file)
{
	buf_put(file, "\x78\x9F\x3E\x22\1\0\1\x0C\x80\2\0\xFF\xFF\xFF\xFF", 15);
	put_times(file, "", "x", MILLION);
}

static const struct {
	const char *name;
	void (*make)(struct buf *file);
	unsigned unscannable; /* at least */
} bombs[] = {
	{"a workbook with 1,000,000 CONTINUE", make_continues, 0},
	{"100,000 cells of one long string", make_amplified, UNSCANNABLE_SIZE},
	{"a stream whose chain is a circle", make_circle, UNSCANNABLE_FORMAT},
	{"storages that hold each other", make_storages, UNSCANNABLE_FORMAT},
	{"4,000 streams of the same megabyte", make_shared, UNSCANNABLE_FORMAT},
	{"RTF with 1,000,000 braces", make_braces, UNSCANNABLE_DEPTH},
	{"RTF with 500,000 changes of font", make_fonts, 0},
	{"RTF with 100,000 objects", make_objects, UNSCANNABLE_PARTS},
	{"TNEF with counts that lie", make_tnef_counts, UNSCANNABLE_FORMAT},
	{"TNEF with a length that lies", make_tnef_lying, UNSCANNABLE_FORMAT},
};

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		struct buf file;
		clock_t start;
		double took;

		buf_init(&file, 64 << 20);
		bombs[i].make(&file);
		start = clock();
		reading_of(&reading, "bomb", NULL, buf_bytes(&file));
		took = (double)(clock() - start) / CLOCKS_PER_SEC;
		printf("# %s: %zu KB, %.1f s, %zu KB kept\n", bombs[i].name, file.n / 1024, took,
			reading.arena.used / 1024);
		tap_ok(took < SECONDS_MAX &&
				(reading.text.unscannable & bombs[i].unscannable) == bombs[i].unscannable,
			"%s: unscannable %x", bombs[i].name, reading.text.unscannable);
		buf_done(&file);
	}
	reading_done(&reading);
	return tap_done();
}
