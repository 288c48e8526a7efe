/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/term_state.h"

enum { AHEAD = 32 /* words of the text that are kept: a power of two, above TERM_MAX_WORDS */ };
_Static_assert((int)AHEAD > (int)TERM_MAX_WORDS, "a term's words must all be there");

/* A word of a text. */
struct token {
	uint32_t from, to;
	uint32_t word; /* NO_WORD: of no term */
	uint32_t root; /* see struct slot */
	bool after_space;
};

struct scanner {
	const struct term_index *index;
	struct bytes text;
	size_t at;
	struct token ring[AHEAD];
	size_t n; /* words that were read */
	struct buf *hits;
};

/* The next eight bytes of the text, in lower case; zeros where it ends. */
static inline uint64_t
next_bytes(struct bytes text, size_t at)
{
	uint64_t bytes;
	if (at + KEY_BYTES > text.n)
		return term_chunk(text.p + at, text.n - at);
	memcpy(&bytes, text.p + at, KEY_BYTES);
	return term_lower(bytes);
}

static void
look_up(const struct term_index *index, struct bytes text, uint64_t key, struct token *token)
{
	size_t n = token->to - token->from;
	const uint8_t *p = text.p + token->from;
	uint32_t hash = term_hash(key, p, n);
	if (!term_filter_has(index, hash))
		return;
	const struct slot *slot = term_slot(index, key, hash, p, n);
	token->word = slot->word - 1; /* a free slot gives NO_WORD */
	token->root = slot->root;
}

/* Where the word that begins with these bytes ends. A sign is a word by itself. */
static size_t
word_end(struct bytes text, size_t from, uint64_t bytes)
{
	size_t n = term_word_length(bytes), to = from + n;
	while (n == KEY_BYTES && to < text.n) {
		n = term_word_length(next_bytes(text, to));
		to += n;
	}
	return to > from ? to : from + 1;
}

/* Reads one more word. */
static inline bool
read_token(struct scanner *s)
{
	size_t from = s->at, n = s->text.n;
	while (from < n && ascii_is_space(s->text.p[from]))
		from++;
	if (from == n)
		return false;
	uint64_t bytes = next_bytes(s->text, from);
	size_t to = word_end(s->text, from, bytes);
	struct token *token = &s->ring[s->n++ & (AHEAD - 1)];
	*token = (struct token){(uint32_t)from, (uint32_t)to, NO_WORD, 0, from > s->at};
	if (to - from < KEY_BYTES)
		bytes &= (UINT64_C(1) << (to - from) * 8) - 1;
	look_up(s->index, s->text, bytes, token);
	s->at = to;
	return true;
}

/* Word number i, which must be one of the last that were read, or one of the next; NULL behind the last. */
static const struct token *
token_at(struct scanner *s, size_t i)
{
	while (i >= s->n)
		if (!read_token(s))
			return NULL;
	return &s->ring[i & (AHEAD - 1)];
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

static bool
fits_case(const struct term_index *index, const struct entry *entry, struct bytes found)
{
	switch ((enum term_case)entry->letter_case) {
	case TERM_EXACT_CASE:
		return same_case(index, entry, found);
	case TERM_CAPITAL:
		return found.p[0] >= 'A' && found.p[0] <= 'Z';
	case TERM_ANY_CASE:
		break;
	}
	return true;
}

/* The terms that end at a node: those whose spacing and case are as the text's. */
static void
report(const struct scanner *s, const struct node *node, struct term_hit place, uint32_t spaces)
{
	for (uint32_t at = node->entry; at != 0;) {
		const struct entry *entry = (const struct entry *)s->index->entries.p + (at - 1);
		at = entry->next;
		if (entry->tight & spaces)
			continue;
		if (!fits_case(s->index, entry, bytes_sub(s->text, place.from, place.to - place.from)))
			continue;
		place.set = entry->set;
		buf_put(s->hits, &place, sizeof(place));
	}
}

/* Follows the trie from word number `first` on. */
static void
walk(struct scanner *s, size_t first)
{
	const struct token *token = &s->ring[first & (AHEAD - 1)];
	struct term_hit place = {.from = token->from, .to = token->to};
	uint32_t at = token->root, spaces = 0;
	for (size_t i = 1; at != 0; i++) {
		const struct node *node = (const struct node *)s->index->nodes.p + at;
		if (node->entry != 0)
			report(s, node, place, spaces);
		if (!node->has_edges || !(token = token_at(s, first + i)) || token->word == NO_WORD)
			return;
		spaces |= (uint32_t)token->after_space << i;
		place.to = token->to;
		at = term_edge(s->index, at, token->word)->to;
	}
}

void
term_index_scan(const struct term_index *index, struct bytes text, struct buf *hits)
{
	struct scanner s = {.index = index, .text = text, .hits = hits};
	const struct token *token;
	if (index->words.n == 0)
		return;
	for (size_t i = 0; (token = token_at(&s, i)) != NULL; i++)
		if (token->root != 0)
			walk(&s, i);
}
