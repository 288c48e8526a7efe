/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of characters and paragraphs: pages of 512 bytes ([MS-DOC] 2.9.33, 2.9.174) that a list names.
 */
#include <stdlib.h>

#include "lib/format/doc_state.h"
#include "lib/format/little.h"

enum { CHARACTER_PAGES = 12, PARAGRAPH_PAGES = 13, PAGE = 512, PAGE_NUMBER = 0x3FFFFF, PARAGRAPH_ENTRY = 13 };

/* [MS-DOC] 2.6.1, 2.6.2 */
static const struct {
	uint16_t code;
	uint8_t flag;
} modifiers[] = {
	{0x0800, DOC_DELETED},
	{0x083C, DOC_HIDDEN},
	{0x0818, DOC_HIDDEN},
	{0x2416, DOC_IN_TABLE},
	{0x2417, DOC_ROW_END},
};

/* How many bytes follow the code. */
static size_t
size_of(struct bytes list, size_t at, unsigned code)
{
	switch (code >> 13) {
	case 0:
	case 1:
		return 1;
	case 3:
		return 4;
	case 6:
		if (code == 0xD608)
			return 1U + little_16(list, at);
		return 1U + little_8(list, at);
	case 7:
		return 3;
	default:
		return 2;
	}
}

static unsigned
flags_of(struct bytes list)
{
	unsigned flags = 0;

	for (size_t at = 0; little_has(list, at, 3);) {
		unsigned code = little_16(list, at), value = little_8(list, at + 2);

		for (size_t i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++)
			if (modifiers[i].code == code && value != 0 && value != 0x80)
				flags |= modifiers[i].flag;
		at += 2 + size_of(list, at + 2, code);
	}
	return flags;
}

static struct bytes
character_list(struct bytes page, size_t at)
{
	return at == 0 ? bytes_of(NULL, 0) : bytes_sub(page, at + 1, little_8(page, at));
}

/* The length counts words, with one byte less when it stands alone; the style comes first. */
static struct bytes
paragraph_list(struct bytes page, size_t at)
{
	size_t words = little_8(page, at);
	struct bytes list;

	if (at == 0)
		return bytes_of(NULL, 0);
	list = words != 0 ? bytes_sub(page, at + 1, words * 2 - 1)
			  : little_sub(page, at + 2, little_8(page, at + 1) * 2U);
	return bytes_sub(list, list.n < 2 ? list.n : 2, list.n);
}

static void
add_page(struct buf *spans, struct bytes page, size_t entry)
{
	size_t n = little_8(page, PAGE - 1);

	for (size_t i = 0; i < n; i++) {
		struct doc_span span = {.from = little_32(page, i * 4), .to = little_32(page, i * 4 + 4)};
		size_t at = little_8(page, (n + 1) * 4 + i * entry) * 2U;

		span.flags =
			(uint8_t)flags_of(entry == 1 ? character_list(page, at) : paragraph_list(page, at));
		if (span.flags != 0 && span.from < span.to)
			buf_put(spans, &span, sizeof(span));
	}
}

static int
by_end(const void *a, const void *b)
{
	const struct doc_span *x = a, *y = b;

	return (x->to > y->to) - (x->to < y->to);
}

static void
load(struct doc *doc, size_t number, size_t entry, struct buf *spans)
{
	struct bytes list = doc_structure(doc, number);
	size_t n = list.n >= 4 ? (list.n - 4) / 8 : 0;

	/* A page that is named twice is one too many. */
	if (n > doc->main.n / PAGE)
		n = doc->main.n / PAGE;
	for (size_t i = 0; i < n; i++) {
		uint64_t page = little_32(list, ((list.n - 4) / 8 + 1) * 4 + i * 4) & PAGE_NUMBER;

		add_page(spans, little_sub(doc->main, page * PAGE, PAGE), entry);
	}
	n = spans->n / sizeof(struct doc_span);
	if (n > 0)
		qsort(spans->p, n, sizeof(struct doc_span), by_end);
}

void
doc_load_spans(struct doc *doc)
{
	load(doc, CHARACTER_PAGES, 1, &doc->characters);
	load(doc, PARAGRAPH_PAGES, PARAGRAPH_ENTRY, &doc->paragraphs);
}

size_t
doc_find_span(const struct buf *spans, uint32_t at)
{
	const struct doc_span *all = (const struct doc_span *)(const void *)spans->p;
	size_t low = 0, high = spans->n / sizeof(*all);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (all[middle].to <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
