/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the term index: shared by term.c (making one) and term_scan.c (using it) only. */
#ifndef POSTSEAL_TERM_STATE_H
#define POSTSEAL_TERM_STATE_H

#include "lib/base/ascii.h"
#include "lib/dlp/term.h"

enum {
	NO_WORD = UINT32_MAX,
	KEY_BYTES = 8,
	FILTER_BITS = 20, /* 128 KiB: stays in the processor's second cache */
};

/* A word of the vocabulary; its number is its place. Its bytes are in `letters`, in lower case. */
struct word {
	uint32_t letters, n;
};

/* A place of the hash table of words. */
struct slot {
	uint64_t key;  /* the word's first bytes */
	uint32_t word; /* number plus one; 0 = free */
	uint32_t root; /* the node of the trie that terms reach by this word first; 0 = none */
};

/* A step in the trie: from a node by a word to another node. */
struct edge {
	uint32_t from, word;
	uint32_t to; /* 0 = a free slot */
};

struct node {
	uint32_t entry; /* the first term that ends here, plus one */
	uint32_t has_edges;
};

struct entry {
	uint32_t set;
	uint32_t next;  /* the next term that ends at this node, plus one */
	uint32_t tight; /* bit i: word i follows the one before without white space */
	uint32_t exact; /* in `letters`, plus one: the term as it is written, for TERM_EXACT_CASE */
	uint32_t n;     /* of those letters */
	uint32_t letter_case;
};

/* A growable array. */
struct vector {
	void *p;
	size_t n, cap, size;
};

struct term_index {
	struct vector words, nodes, entries, letters;
	struct slot *slots;
	size_t n_slots; /* a power of two, as the next one */
	struct edge *edges;
	size_t n_edges, n_edge_slots;
	uint64_t *filter; /* a bit for each hash's high part: most words of a text are in no term */
	bool is_mapped;
};

/* Letters, digits, and every byte of a letter beyond ASCII; folded text has no other signs beyond ASCII. */
static inline bool
term_is_word_byte(uint8_t c)
{
	return ascii_is_alnum(c) || c >= 0x80;
}

static const uint64_t term_each = UINT64_C(0x0101010101010101);

/* In the top bit of each byte: whether it is from `first` to `last`, both below 0x80. */
static inline uint64_t
term_between(uint64_t bytes, uint8_t first, uint8_t last)
{
	uint64_t low7 = bytes & term_each * 0x7F;
	uint64_t from = low7 + term_each * (uint64_t)(0x80 - first);
	return from & ~(low7 + term_each * (uint64_t)(0x7F - last)) & ~bytes & term_each * 0x80;
}

/* The capitals among eight bytes made small, all at once. */
static inline uint64_t
term_lower(uint64_t bytes)
{
	return bytes | term_between(bytes, 'A', 'Z') >> 2;
}

/* How many of eight bytes, already in lower case, are bytes of words, before the first that is not. */
static inline size_t
term_word_length(uint64_t lower)
{
	uint64_t word =
		term_between(lower, 'a', 'z') | term_between(lower, '0', '9') | (lower & term_each * 0x80);
	uint64_t other = ~word & term_each * 0x80;
	return other == 0 ? KEY_BYTES : (size_t)__builtin_ctzll(other) / 8;
}

/* Up to eight bytes as a number, in lower case. */
static inline uint64_t
term_chunk(const uint8_t *p, size_t n)
{
	uint64_t bytes = 0;
	memcpy(&bytes, p, n < KEY_BYTES ? n : KEY_BYTES);
	return term_lower(bytes);
}

static inline uint64_t
term_hash_step(uint64_t hash, uint64_t chunk)
{
	hash = (hash ^ chunk) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

/* Of a word whose first chunk is `key`. */
static inline uint32_t
term_hash(uint64_t key, const uint8_t *p, size_t n)
{
	uint64_t hash = term_hash_step(n, key);
	for (size_t i = KEY_BYTES; i < n; i += KEY_BYTES)
		hash = term_hash_step(hash, term_chunk(p + i, n - i));
	return (uint32_t)hash;
}

static inline bool
term_filter_has(const struct term_index *index, uint32_t hash)
{
	uint32_t bit = hash >> (32 - FILTER_BITS);
	return index->filter[bit / 64] >> (bit % 64) & 1;
}

static inline bool
term_same_letters(const struct term_index *index, uint32_t number, const uint8_t *p, size_t n)
{
	const struct word *word = (const struct word *)index->words.p + number;
	if (word->n != n)
		return false;
	const uint8_t *letters = (const uint8_t *)index->letters.p + word->letters;
	for (size_t i = KEY_BYTES; i < n; i++)
		if (letters[i] != ascii_lower(p[i]))
			return false;
	return true;
}

/* The slot of a word, or the free one where it belongs. A word shorter than its key is told by that alone. */
static inline struct slot *
term_slot(const struct term_index *index, uint64_t key, uint32_t hash, const uint8_t *p, size_t n)
{
	size_t at = hash & (index->n_slots - 1);
	while (index->slots[at].word != 0 &&
		(index->slots[at].key != key ||
			(n >= KEY_BYTES && !term_same_letters(index, index->slots[at].word - 1, p, n))))
		at = (at + 1) & (index->n_slots - 1);
	return &index->slots[at];
}

static inline struct edge *
term_edge(const struct term_index *index, uint32_t from, uint32_t word)
{
	size_t at = (uint32_t)term_hash_step(from, word) & (index->n_edge_slots - 1);
	while (index->edges[at].to != 0 && (index->edges[at].from != from || index->edges[at].word != word))
		at = (at + 1) & (index->n_edge_slots - 1);
	return &index->edges[at];
}

#endif
