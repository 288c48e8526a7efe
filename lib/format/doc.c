/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/format/blip.h"
#include "lib/format/doc_state.h"
#include "lib/format/little.h"

enum fib { FIB_VERSION = 2, FIB_LANGUAGE = 6, FLAGS = 10, WORDS = 32, OLD_COUNTS = 0x34 };
enum fib_flag { ENCRYPTED = 0x0100, TABLE_1 = 0x0200 };
enum { VERSION_97 = 193, FIRST_COUNT = 3 };

struct bytes
doc_structure(const struct doc *doc, size_t number)
{
	size_t at = doc->offsets + number * 8;

	return little_sub(doc->table, little_32(doc->main, at), little_32(doc->main, at + 4));
}

/* The FIB is made of arrays that say how long they are. */
static void
read_fib(struct doc *doc)
{
	size_t words = little_16(doc->main, WORDS), longs, counts;
	uint64_t end = 0;

	doc->is_old = little_16(doc->main, FIB_VERSION) < VERSION_97;
	doc->codepage = codepage_of_language(little_16(doc->main, FIB_LANGUAGE));
	doc->numbers = WORDS + 2 + words * 2 + 2;
	longs = little_16(doc->main, doc->numbers - 2);
	doc->offsets = doc->numbers + longs * 4 + 2;
	counts = doc->is_old ? OLD_COUNTS : doc->numbers + (size_t)FIRST_COUNT * 4;
	/* 8-bit pieces of later versions are always of the western page. */
	if (!doc->is_old)
		doc->codepage = CODEPAGE_WESTERN;
	for (size_t i = 0; i < DOC_BEYOND; i++) {
		end += little_32(doc->main, counts + i * 4);
		doc->part_ends[i] = end < UINT32_MAX ? (uint32_t)end : UINT32_MAX;
	}
	doc->part_ends[DOC_BEYOND] = UINT32_MAX;
}

static int
by_place(const void *a, const void *b)
{
	const struct doc_piece *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* What an earlier save left behind, and whatever else lies between the pieces. */
static void
tell_rest(struct doc *doc, uint32_t stream)
{
	struct doc_piece *pieces = (struct doc_piece *)(void *)doc->pieces.p;
	size_t n = doc->pieces.n / sizeof(*pieces), at = 0;
	struct buf rest;

	if (n > 0)
		qsort(pieces, n, sizeof(*pieces), by_place);
	buf_init(&rest, doc->main.n + n);
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].at > at) {
			buf_put_bytes(&rest, bytes_sub(doc->main, at, pieces[i].at - at));
			buf_put_byte(&rest, 0);
		}
		if (pieces[i].at + (size_t)pieces[i].n * (pieces[i].is_wide ? 2 : 1) > at)
			at = pieces[i].at + (size_t)pieces[i].n * (pieces[i].is_wide ? 2 : 1);
	}
	if (at < doc->main.n)
		buf_put_bytes(&rest, bytes_sub(doc->main, at, doc->main.n));
	ole_tell_runs(doc->ole, stream, buf_bytes(&rest));
	buf_wipe_done(&rest);
}

static void
read_document(struct doc *doc, uint32_t stream)
{
	buf_init(&doc->pieces, doc->main.n * 16 + 1024);
	buf_init(&doc->characters, doc->main.n * 8 + 1024);
	buf_init(&doc->paragraphs, doc->main.n * 8 + 1024);
	read_fib(doc);
	doc_load_pieces(doc);
	if (!doc->is_old)
		doc_load_spans(doc);
	doc_tell_text(doc);
	tell_rest(doc, stream);
	if (doc->is_old && blip_tell_all(doc->ole->out, doc->main) == BLIP_UNREAD)
		doc->ole->is_unread = true;
	buf_done(&doc->pieces);
	buf_done(&doc->characters);
	buf_done(&doc->paragraphs);
}

void
doc_read(struct ole *ole, uint32_t storage, uint32_t stream)
{
	struct doc *doc = mem_new(1, sizeof(*doc));
	struct buf content, table;
	uint32_t table_stream;

	doc->ole = ole;
	doc->storage = storage;
	buf_init(&table, 0);
	if (ole_load(ole, stream, &content)) {
		unsigned flags = little_16(buf_bytes(&content), FLAGS);

		table_stream = cfb_find(
			&ole->cfb, storage, CFB_STREAM, (flags & TABLE_1) != 0 ? "1Table" : "0Table");
		doc->main = buf_bytes(&content);
		if ((flags & ENCRYPTED) != 0)
			format_is_locked(ole->out);
		else if (ole_load(ole, table_stream, &table) || table_stream == CFB_NONE) {
			doc->table = buf_bytes(&table);
			read_document(doc, stream);
			if (table_stream != CFB_NONE)
				ole_tell_runs(ole, table_stream, doc->table);
		}
	}
	buf_wipe_done(&table);
	buf_wipe_done(&content);
	free(doc);
}
