/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/mem.h"
#include "lib/dlp/term_state.h"

enum { FIRST_SIZE = 1024 /* slots of a new table */ };

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
	if (!index->is_mapped) {
		free(index->words.p);
		free(index->nodes.p);
		free(index->entries.p);
		free(index->letters.p);
		free(index->slots);
		free(index->filter);
		free(index->edges);
	}
	free(index);
}

static uint32_t
hash_of_slot(const struct term_index *index, const struct slot *slot)
{
	const struct word *word = (const struct word *)index->words.p + (slot->word - 1);
	return term_hash(slot->key, (const uint8_t *)index->letters.p + word->letters, word->n);
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
		size_t at = hash_of_slot(index, &old[i]) & (index->n_slots - 1);
		while (index->slots[at].word != 0)
			at = (at + 1) & (index->n_slots - 1);
		index->slots[at] = old[i];
	}
	free(old);
}

/* The slot of a word, which is made where it is missing. Valid until the next word. */
static struct slot *
add_word(struct term_index *index, const uint8_t *p, size_t n)
{
	uint64_t key = term_chunk(p, n);
	uint32_t hash = term_hash(key, p, n);
	struct slot *slot = term_slot(index, key, hash, p, n);
	if (slot->word != 0)
		return slot;
	if ((index->words.n + 1) * 2 > index->n_slots) {
		grow_slots(index);
		slot = term_slot(index, key, hash, p, n);
	}
	struct word *word = vector_add(&index->words, 1);
	*word = (struct word){(uint32_t)index->letters.n, (uint32_t)n};
	uint8_t *letters = vector_add(&index->letters, n);
	for (size_t i = 0; i < n; i++)
		letters[i] = ascii_lower(p[i]);
	*slot = (struct slot){.key = key, .word = (uint32_t)index->words.n};
	uint32_t bit = hash >> (32 - FILTER_BITS);
	index->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
	return slot;
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
			*term_edge(index, old[i].from, old[i].word) = old[i];
	free(old);
}

static uint32_t
add_node(struct term_index *index)
{
	vector_add(&index->nodes, 1);
	return (uint32_t)index->nodes.n - 1;
}

static struct node *
node_at(const struct term_index *index, uint32_t number)
{
	return (struct node *)index->nodes.p + number;
}

/* The node that a word leads to, made where it is missing; from 0 is the start of a term. */
static uint32_t
add_step(struct term_index *index, uint32_t from, struct slot *slot)
{
	if (from == 0) {
		if (slot->root == 0)
			slot->root = add_node(index);
		return slot->root;
	}
	struct edge *edge = term_edge(index, from, slot->word - 1);
	if (edge->to != 0)
		return edge->to;
	uint32_t to = add_node(index);
	*edge = (struct edge){from, slot->word - 1, to};
	node_at(index, from)->has_edges = 1;
	if (++index->n_edges * 2 > index->n_edge_slots)
		grow_edges(index);
	return to;
}

/* The next word of a term. */
struct piece {
	struct bytes text;
	bool after_space;
};

static bool
next_piece(struct bytes term, size_t *at, struct piece *piece)
{
	size_t from = *at;
	while (from < term.n && ascii_is_space(term.p[from]))
		from++;
	if (from == term.n)
		return false;
	size_t to = from + 1;
	while (term_is_word_byte(term.p[from]) && to < term.n && term_is_word_byte(term.p[to]))
		to++;
	*piece = (struct piece){bytes_sub(term, from, to - from), from > *at};
	*at = to;
	return true;
}

static size_t
count_pieces(struct bytes term)
{
	size_t at = 0, n = 0;
	struct piece piece;
	while (next_piece(term, &at, &piece))
		n++;
	return n;
}

static void
add_entry(struct term_index *index, uint32_t node, struct entry entry)
{
	entry.next = node_at(index, node)->entry;
	struct entry *place = vector_add(&index->entries, 1);
	*place = entry;
	node_at(index, node)->entry = (uint32_t)index->entries.n;
}

int
term_index_add(struct term_index *index, struct bytes term, uint32_t set, enum term_case letter_case)
{
	term = bytes_trim(term);
	size_t n = count_pieces(term), at = 0;
	if (n == 0 || n > TERM_MAX_WORDS || term.n > TERM_MAX_BYTES)
		return -1;
	struct entry entry = {.set = set, .letter_case = letter_case};
	struct piece piece;
	uint32_t node = 0;
	for (size_t i = 0; next_piece(term, &at, &piece); i++) {
		node = add_step(index, node, add_word(index, piece.text.p, piece.text.n));
		if (i > 0 && !piece.after_space)
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

static void
save_vector(const struct vector *v, struct buf *out)
{
	image_put(out, v->p, v->n * v->size);
}

void
term_index_save(const struct term_index *index, struct buf *out)
{
	save_vector(&index->words, out);
	save_vector(&index->nodes, out);
	save_vector(&index->entries, out);
	save_vector(&index->letters, out);
	image_put(out, index->slots, index->n_slots * sizeof(*index->slots));
	image_put(out, index->edges, index->n_edge_slots * sizeof(*index->edges));
	image_put(out, index->filter, (1 << FILTER_BITS) / 8);
}

static struct vector
map_vector(struct image *image, size_t size)
{
	struct vector v = {.size = size};
	v.p = (void *)(uintptr_t)image_take(image, size, &v.n);
	v.cap = v.n;
	return v;
}

/* Sizes of hash tables are powers of two. */
static bool
is_table(size_t n)
{
	return n > 0 && (n & (n - 1)) == 0;
}

struct term_index *
term_index_map(struct image *image)
{
	struct term_index *index = mem_new(1, sizeof(*index));
	size_t n_filter;
	index->is_mapped = true;
	index->words = map_vector(image, sizeof(struct word));
	index->nodes = map_vector(image, sizeof(struct node));
	index->entries = map_vector(image, sizeof(struct entry));
	index->letters = map_vector(image, 1);
	index->slots = (struct slot *)(uintptr_t)image_take(image, sizeof(struct slot), &index->n_slots);
	index->edges = (struct edge *)(uintptr_t)image_take(image, sizeof(struct edge), &index->n_edge_slots);
	index->filter = (uint64_t *)(uintptr_t)image_take(image, sizeof(uint64_t), &n_filter);
	if (!is_table(index->n_slots) || !is_table(index->n_edge_slots) ||
		n_filter != (1 << FILTER_BITS) / 64)
		image->failed = true;
	return index;
}

size_t
term_index_memory(const struct term_index *index)
{
	return index->words.cap * index->words.size + index->nodes.cap * index->nodes.size +
	       index->entries.cap * index->entries.size + index->letters.cap +
	       index->n_slots * sizeof(struct slot) + index->n_edge_slots * sizeof(struct edge) +
	       (1 << FILTER_BITS) / 8;
}
