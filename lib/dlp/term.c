/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/term.h"

#include "lib/base/ascii.h"
#include "lib/base/mem.h"

enum {
	NO_WORD = UINT32_MAX,
	FIRST_SIZE = 1024, /* slots of a new table; a power of two */
	FILTER_BITS = 19,  /* 64 KiB: stays in the processor's second cache */
};

/* A word of the vocabulary; its number is its place. Its bytes are in `letters`, in lower case. */
struct word {
	uint32_t letters, n;
	uint32_t root; /* the node of the trie that terms reach by this word first; 0 = none */
};

/* A step in the trie: from a node by a word to another node. */
struct edge {
	uint32_t from, word;
	uint32_t to; /* 0 = a free slot */
};

struct node {
	uint32_t entry; /* the first term that ends here, plus one */
	bool has_edges;
};

struct slot {
	uint32_t hash;
	uint32_t word; /* number plus one; 0 = free */
};

struct entry {
	uint32_t set;
	uint32_t next;  /* the next term that ends at this node, plus one */
	uint32_t tight; /* bit i: word i follows the one before without white space */
	uint32_t exact; /* in `letters`, plus one: the term as it is written, for TERM_EXACT_CASE */
	uint32_t n;     /* of those letters */
};

/* A growable array. */
struct vector {
	void *p;
	size_t n, cap, size;
};

struct term_index {
	struct vector words, nodes, entries;
	struct vector letters;
	struct slot *slots; /* hash table of the words */
	size_t n_slots;
	uint64_t *filter; /* a bit for each hash's high part: most words of a text are in no term */
	struct edge *edges;
	size_t n_edges, n_edge_slots;
};

/* A word of a text. */
struct token {
	uint32_t from, to;
	uint32_t word;
	uint32_t after_space;
};

static void *
vector_add(struct vector *v, size_t n)
{
	if (v->n + n > v->cap) {
		size_t cap = v->cap * 2 > v->n + n ? v->cap * 2 : v->n + n + 64;
		v->p = mem_grow(v->p, v->cap * v->size, cap * v->size);
		v->cap = cap;
	}
	v->n += n;
	return (uint8_t *)v->p + (v->n - n) * v->size;
}

static void
vector_end(struct vector *v)
{
	if (v->n > 0 && v->n < v->cap) {
		v->p = mem_grow(v->p, v->n * v->size, v->n * v->size);
		v->cap = v->n;
	}
}

/* Letters, digits, and every byte of a letter beyond ASCII; folded text has no other signs beyond ASCII. */
static bool
is_word_byte(uint8_t c)
{
	return ascii_is_alnum(c) || c >= 0x80;
}

static uint32_t
hash_step(uint32_t hash, uint8_t c)
{
	return (hash ^ ascii_lower(c)) * 16777619U;
}

/* The last multiplication leaves the low bits weak. */
static uint32_t
hash_end(uint32_t hash)
{
	hash ^= hash >> 15;
	hash *= 0x2C1B3C6DU;
	return hash ^ hash >> 13;
}

struct term_index *
term_index_new(void)
{
	struct term_index *index = mem_new(1, sizeof(*index));
	index->words.size = sizeof(struct word);
	index->nodes.size = sizeof(struct node);
	index->entries.size = sizeof(struct entry);
	index->letters.size = 1;
	index->n_slots = FIRST_SIZE;
	index->slots = mem_new(index->n_slots, sizeof(*index->slots));
	index->filter = mem_new((1 << FILTER_BITS) / 64, sizeof(*index->filter));
	index->n_edge_slots = FIRST_SIZE;
	index->edges = mem_new(index->n_edge_slots, sizeof(*index->edges));
	vector_add(&index->nodes, 1); /* node 0 is no node */
	return index;
}

void
term_index_free(struct term_index *index)
{
	if (!index)
		return;
	free(index->words.p);
	free(index->nodes.p);
	free(index->entries.p);
	free(index->letters.p);
	free(index->slots);
	free(index->filter);
	free(index->edges);
	free(index);
}

static bool
same_letters(const struct term_index *index, uint32_t number, const uint8_t *p, size_t n)
{
	const struct word *word = (const struct word *)index->words.p + number;
	if (word->n != n)
		return false;
	const uint8_t *letters = (const uint8_t *)index->letters.p + word->letters;
	for (size_t i = 0; i < n; i++)
		if (letters[i] != ascii_lower(p[i]))
			return false;
	return true;
}

/* The slot of a word, or the free one where it belongs. */
static size_t
word_slot(const struct term_index *index, uint32_t hash, const uint8_t *p, size_t n)
{
	size_t at = hash & (index->n_slots - 1);
	while (index->slots[at].word != 0 &&
		(index->slots[at].hash != hash || !same_letters(index, index->slots[at].word - 1, p, n)))
		at = (at + 1) & (index->n_slots - 1);
	return at;
}

static void
grow_slots(struct term_index *index)
{
	size_t old_n = index->n_slots;
	struct slot *old = index->slots;
	index->n_slots = old_n * 2;
	index->slots = mem_new(index->n_slots, sizeof(*index->slots));
	for (size_t i = 0; i < old_n; i++) {
		if (old[i].word == 0)
			continue;
		size_t at = old[i].hash & (index->n_slots - 1);
		while (index->slots[at].word != 0)
			at = (at + 1) & (index->n_slots - 1);
		index->slots[at] = old[i];
	}
	free(old);
}

static bool
filter_has(const struct term_index *index, uint32_t hash)
{
	uint32_t bit = hash >> (32 - FILTER_BITS);
	return index->filter[bit / 64] >> (bit % 64) & 1;
}

static void
filter_add(struct term_index *index, uint32_t hash)
{
	uint32_t bit = hash >> (32 - FILTER_BITS);
	index->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static uint32_t
add_word(struct term_index *index, const uint8_t *p, size_t n, uint32_t hash)
{
	size_t at = word_slot(index, hash, p, n);
	if (index->slots[at].word != 0)
		return index->slots[at].word - 1;
	uint32_t number = (uint32_t)index->words.n;
	struct word *word = vector_add(&index->words, 1);
	word->letters = (uint32_t)index->letters.n;
	word->n = (uint32_t)n;
	uint8_t *letters = vector_add(&index->letters, n);
	for (size_t i = 0; i < n; i++)
		letters[i] = ascii_lower(p[i]);
	index->slots[at] = (struct slot){hash, number + 1};
	filter_add(index, hash);
	if (index->words.n * 2 > index->n_slots)
		grow_slots(index);
	return number;
}

static uint32_t
edge_hash(uint32_t from, uint32_t word)
{
	return hash_end(from * 0x9E3779B1U ^ word * 0x85EBCA6BU);
}

static struct edge *
edge_slot(const struct term_index *index, uint32_t from, uint32_t word)
{
	size_t at = edge_hash(from, word) & (index->n_edge_slots - 1);
	while (index->edges[at].to != 0 && (index->edges[at].from != from || index->edges[at].word != word))
		at = (at + 1) & (index->n_edge_slots - 1);
	return &index->edges[at];
}

static void
grow_edges(struct term_index *index)
{
	size_t old_n = index->n_edge_slots;
	struct edge *old = index->edges;
	index->n_edge_slots = old_n * 2;
	index->edges = mem_new(index->n_edge_slots, sizeof(*index->edges));
	for (size_t i = 0; i < old_n; i++)
		if (old[i].to != 0)
			*edge_slot(index, old[i].from, old[i].word) = old[i];
	free(old);
}

static uint32_t
add_node(struct term_index *index)
{
	uint32_t number = (uint32_t)index->nodes.n;
	vector_add(&index->nodes, 1);
	return number;
}

static struct node *
node_at(const struct term_index *index, uint32_t number)
{
	return (struct node *)index->nodes.p + number;
}

/* The node that a word leads to, made where it is missing; from 0 is the start of a term. */
static uint32_t
add_step(struct term_index *index, uint32_t from, uint32_t word)
{
	if (from == 0) {
		uint32_t root = ((struct word *)index->words.p)[word].root;
		if (root == 0) {
			root = add_node(index);
			((struct word *)index->words.p)[word].root = root;
		}
		return root;
	}
	struct edge *edge = edge_slot(index, from, word);
	if (edge->to != 0)
		return edge->to;
	uint32_t to = add_node(index);
	*edge = (struct edge){from, word, to};
	node_at(index, from)->has_edges = true;
	if (++index->n_edges * 2 > index->n_edge_slots)
		grow_edges(index);
	return to;
}

/* The next word of a text. */
static bool
next_token(struct bytes text, size_t *at, struct token *token, uint32_t *ret_hash)
{
	size_t from = *at;
	while (from < text.n && ascii_is_space(text.p[from]))
		from++;
	if (from == text.n)
		return false;
	size_t to = from;
	uint32_t hash = 2166136261U;
	do
		hash = hash_step(hash, text.p[to++]);
	while (is_word_byte(text.p[to - 1]) && to < text.n && is_word_byte(text.p[to]));
	*token = (struct token){(uint32_t)from, (uint32_t)to, NO_WORD, from > *at};
	*ret_hash = hash_end(hash);
	*at = to;
	return true;
}

static void
add_entry(struct term_index *index, uint32_t node, struct entry entry)
{
	entry.next = node_at(index, node)->entry;
	struct entry *place = vector_add(&index->entries, 1);
	*place = entry;
	node_at(index, node)->entry = (uint32_t)index->entries.n;
}

static size_t
count_words(struct bytes term)
{
	size_t at = 0, n = 0;
	struct token token;
	uint32_t hash;
	while (next_token(term, &at, &token, &hash))
		n++;
	return n;
}

int
term_index_add(struct term_index *index, struct bytes term, uint32_t set, enum term_case letter_case)
{
	term = bytes_trim(term);
	size_t n = count_words(term), at = 0;
	if (n == 0 || n > TERM_MAX_WORDS || term.n > TERM_MAX_BYTES)
		return -1;
	struct entry entry = {.set = set};
	struct token token;
	uint32_t hash, node = 0;
	for (size_t i = 0; next_token(term, &at, &token, &hash); i++) {
		uint32_t word = add_word(index, term.p + token.from, token.to - token.from, hash);
		node = add_step(index, node, word);
		if (i > 0 && !token.after_space)
			entry.tight |= 1U << i;
	}
	if (letter_case == TERM_EXACT_CASE) {
		entry.exact = (uint32_t)index->letters.n + 1;
		entry.n = (uint32_t)term.n;
		memcpy(vector_add(&index->letters, term.n), term.p, term.n);
	}
	add_entry(index, node, entry);
	return 0;
}

void
term_index_end(struct term_index *index)
{
	vector_end(&index->words);
	vector_end(&index->nodes);
	vector_end(&index->entries);
	vector_end(&index->letters);
}

/* White space equals white space, and nothing beside punctuation; the words were compared already. */
static bool
same_case(const struct term_index *index, const struct entry *entry, struct bytes found)
{
	struct bytes exact = bytes_of((const uint8_t *)index->letters.p + entry->exact - 1, entry->n);
	size_t i = 0, j = 0;
	while (i < exact.n && j < found.n) {
		if (ascii_is_space(exact.p[i]))
			i++;
		else if (ascii_is_space(found.p[j]))
			j++;
		else if (exact.p[i++] != found.p[j++])
			return false;
	}
	return true;
}

/* The terms that end at a node: those whose spacing and case are as the text's. */
static void
report(const struct term_index *index, const struct node *node, struct bytes text, struct term_hit place,
	uint32_t spaces, struct buf *hits)
{
	for (uint32_t at = node->entry; at != 0;) {
		const struct entry *entry = (const struct entry *)index->entries.p + (at - 1);
		at = entry->next;
		if (entry->tight & spaces)
			continue;
		if (entry->exact != 0 &&
			!same_case(index, entry, bytes_sub(text, place.from, place.to - place.from)))
			continue;
		place.set = entry->set;
		buf_put(hits, &place, sizeof(place));
	}
}

/* Follows the trie from one word of the text on. */
static void
walk(const struct term_index *index, struct bytes text, const struct token *tokens, size_t n,
	struct buf *hits)
{
	uint32_t at = ((const struct word *)index->words.p)[tokens[0].word].root, spaces = 0;
	for (size_t i = 1; at != 0; i++) {
		const struct node *node = node_at(index, at);
		if (node->entry != 0)
			report(index, node, text,
				(struct term_hit){.from = tokens[0].from, .to = tokens[i - 1].to}, spaces,
				hits);
		if (!node->has_edges || i == n || tokens[i].word == NO_WORD)
			return;
		spaces |= tokens[i].after_space << i;
		at = edge_slot(index, at, tokens[i].word)->to;
	}
}

void
term_index_scan(const struct term_index *index, struct bytes text, struct buf *words, struct buf *hits)
{
	if (index->words.n == 0)
		return;
	buf_reset(words);
	size_t at = 0;
	struct token token;
	uint32_t hash;
	while (next_token(text, &at, &token, &hash)) {
		if (filter_has(index, hash)) {
			size_t slot = word_slot(index, hash, text.p + token.from, token.to - token.from);
			token.word = index->slots[slot].word - 1; /* a free slot gives NO_WORD */
		}
		buf_put(words, &token, sizeof(token));
	}
	const struct token *tokens = (const void *)words->p;
	size_t n = words->n / sizeof(*tokens);
	for (size_t i = 0; i < n; i++)
		if (tokens[i].word != NO_WORD)
			walk(index, text, tokens + i, n - i, hits);
}

size_t
term_index_memory(const struct term_index *index)
{
	return index->words.cap * index->words.size + index->nodes.cap * index->nodes.size +
	       index->entries.cap * index->entries.size + index->letters.cap + index->n_slots * 8 +
	       index->n_edge_slots * sizeof(struct edge);
}
