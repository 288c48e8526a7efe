/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/literal.h"

#include "lib/base/ascii.h"
#include "lib/base/mem.h"

enum {
	GRAM = 4,         /* bytes that the filters look at */
	FILTER_BITS = 14, /* 16 KiB a filter: together they fit the processor's first cache */
	PAIRS = 1 << 16,  /* of bytes, the first the low one */
	HITS_MAX = 256 * 1024 * 1024,
};

struct literal {
	uint64_t key, mask; /* its bytes, and which of eight they are */
	uint32_t n;
	uint8_t lead; /* bytes of it before the word at whose start it is looked for: 0, or 1 for a space */
	enum literal_place place;
	struct byte_set follow;
};

/* A literal in a bucket; `key` and `mask` without the lead. */
struct entry {
	uint64_t key, mask;
	uint32_t number;
	uint8_t lead, gram, n; /* bytes: before the key, of it that were hashed, of the whole literal */
};

/* The literals of one enum literal_place. */
struct table {
	uint8_t filter[1 << FILTER_BITS]; /* by the hash of the first GRAM bytes, or of all of a shorter one
					   */
	uint8_t pairs[PAIRS];             /* by the first two bytes: a bit for each length below GRAM */
	size_t n;                         /* literals in it */
	struct entry *entries;            /* those of a bucket together */
	uint32_t *buckets;                /* where each begins, and one more for the end */
	size_t n_buckets;                 /* a power of two */
};

struct literals {
	struct literal *list;
	size_t n, cap;
	uint32_t *slots; /* hash table of numbers plus one, while literals are added */
	size_t n_slots;  /* a power of two */
	struct table anywhere, at_word;
	bool is_mapped;
};

struct literals *
literals_new(void)
{
	return mem_new(1, sizeof(struct literals));
}

void
literals_free(struct literals *literals)
{
	if (!literals)
		return;
	if (!literals->is_mapped) {
		free(literals->list);
		free(literals->slots);
		free(literals->anywhere.buckets);
		free(literals->anywhere.entries);
		free(literals->at_word.buckets);
		free(literals->at_word.entries);
	}
	free(literals);
}

static inline uint64_t
first_bytes(size_t n)
{
	return n >= sizeof(uint64_t) ? ~UINT64_C(0) : (UINT64_C(1) << n * 8) - 1;
}

/* Of the first bytes of a text. `length` tells grams apart that begin alike. */
static inline uint32_t
gram_hash(uint64_t bytes, size_t length)
{
	return ((uint32_t)(bytes & first_bytes(length)) + (uint32_t)(GRAM - length)) * UINT32_C(0x9E3779B1);
}

/* The low bits of a product are weak. */
static inline uint32_t
bucket_of(const struct table *table, uint32_t hash)
{
	return hash >> 10 & (uint32_t)(table->n_buckets - 1);
}

static uint64_t
key_of(struct bytes text)
{
	uint64_t key = 0;
	memcpy(&key, text.p, text.n);
	return key;
}

static bool
is_word(uint8_t c)
{
	return ascii_is_alnum(c) || c == '_';
}

/* The slot of a literal, or the free one where it belongs. */
static uint32_t *
slot_of(const struct literals *literals, uint64_t key)
{
	size_t at = gram_hash(key, LITERAL_MAX) & (literals->n_slots - 1);
	while (literals->slots[at] != 0 && literals->list[literals->slots[at] - 1].key != key)
		at = (at + 1) & (literals->n_slots - 1);
	return &literals->slots[at];
}

static void
grow(struct literals *literals)
{
	size_t cap = literals->cap ? literals->cap * 2 : 256;
	literals->list = mem_grow(
		literals->list, literals->cap * sizeof(*literals->list), cap * sizeof(*literals->list));
	literals->cap = cap;
	free(literals->slots);
	literals->n_slots = cap * 2;
	literals->slots = mem_new(literals->n_slots, sizeof(*literals->slots));
	for (size_t i = 0; i < literals->n; i++)
		*slot_of(literals, literals->list[i].key) = (uint32_t)i + 1;
}

static void
add_follow(struct literal *literal, const struct byte_set *follow)
{
	for (int i = 0; i < 4; i++)
		literal->follow.bits[i] |= follow->bits[i];
}

uint32_t
literals_add(
	struct literals *literals, struct bytes text, enum literal_place place, const struct byte_set *follow)
{
	uint64_t key = key_of(text);
	if (!is_word(text.p[0]))
		place = text.n > 1 && text.p[0] == ' ' && is_word(text.p[1]) ? LITERAL_AT_WORD
									     : LITERAL_ANYWHERE;
	if (literals->n == literals->cap)
		grow(literals);
	uint32_t *slot = slot_of(literals, key);
	if (*slot == 0) {
		literals->list[literals->n] = (struct literal){
			.key = key, .mask = first_bytes(text.n), .n = (uint32_t)text.n, .place = place};
		*slot = (uint32_t)++literals->n;
	} else if (place == LITERAL_ANYWHERE) {
		literals->list[*slot - 1].place = place;
	}
	add_follow(&literals->list[*slot - 1], follow);
	return *slot - 1;
}

/* Of what is looked for at its place. */
static size_t
gram_length(const struct literal *literal)
{
	uint32_t n = literal->n - literal->lead;
	return n < GRAM ? n : GRAM;
}

/* A literal of one byte begins with that byte and any that may follow. */
static void
add_pairs(struct table *table, const struct literal *literal, uint64_t gram, size_t length)
{
	uint32_t first = gram & 0xFF, second = gram >> 8 & 0xFF;
	for (uint32_t c = 0; c < 256; c++)
		if (length == 1 ? byte_set_has(&literal->follow, c) : c == second)
			table->pairs[c << 8 | first] |= (uint8_t)(1 << length);
}

static struct table *
table_of(struct literals *literals, const struct literal *literal)
{
	return literal->place == LITERAL_AT_WORD ? &literals->at_word : &literals->anywhere;
}

/* The hash of what is looked for at the literal's place. */
static uint32_t
hash_of(const struct literal *literal)
{
	return gram_hash(literal->key >> literal->lead * 8, gram_length(literal));
}

/* What tells whether it may begin somewhere; counts the entries of its bucket. */
static void
announce(struct literals *literals, struct literal *literal)
{
	struct table *table = table_of(literals, literal);
	literal->lead = literal->place == LITERAL_AT_WORD && (literal->key & 0xFF) == ' ';
	size_t length = gram_length(literal);
	uint32_t hash = hash_of(literal);
	table->filter[hash >> (32 - FILTER_BITS)] = 1;
	if (length < GRAM)
		add_pairs(table, literal, literal->key >> literal->lead * 8, length);
	table->n++;
	table->buckets[bucket_of(table, hash) + 1]++;
}

/* Buckets hold where they end by now, and begin there when all are in. */
static void
put_entry(struct literals *literals, size_t number)
{
	const struct literal *literal = &literals->list[number];
	struct table *table = table_of(literals, literal);
	uint32_t at = --table->buckets[bucket_of(table, hash_of(literal)) + 1];
	table->entries[at] = (struct entry){.key = literal->key >> literal->lead * 8,
		.mask = literal->mask >> literal->lead * 8,
		.number = (uint32_t)number,
		.lead = literal->lead,
		.gram = (uint8_t)gram_length(literal),
		.n = (uint8_t)literal->n};
}

static void
init_table(struct table *table, size_t n_literals)
{
	enum { SPARSE = 4 };
	table->n_buckets = 64;
	while (table->n_buckets < n_literals * SPARSE)
		table->n_buckets *= 2;
	table->buckets = mem_new(table->n_buckets + 2, sizeof(*table->buckets));
}

static void
sum_up(struct table *table)
{
	for (size_t i = 0; i < table->n_buckets; i++)
		table->buckets[i + 1] += table->buckets[i];
	table->buckets[table->n_buckets + 1] = (uint32_t)table->n;
	table->entries = mem_new(table->n + 1, sizeof(*table->entries));
}

void
literals_end(struct literals *literals)
{
	init_table(&literals->anywhere, literals->n);
	init_table(&literals->at_word, literals->n);
	for (size_t i = 0; i < literals->n; i++)
		announce(literals, &literals->list[i]);
	sum_up(&literals->anywhere);
	sum_up(&literals->at_word);
	for (size_t i = 0; i < literals->n; i++)
		put_entry(literals, i);
	free(literals->slots);
	literals->slots = NULL;
}

static void
save_table(const struct table *table, struct buf *out)
{
	image_put(out, table->buckets, (table->n_buckets + 2) * sizeof(*table->buckets));
	image_put(out, table->entries, (table->n + 1) * sizeof(*table->entries));
}

static bool
map_table(struct table *table, struct image *image)
{
	size_t n[2];
	table->buckets = (uint32_t *)(uintptr_t)image_take(image, sizeof(uint32_t), &n[0]);
	table->entries = (struct entry *)(uintptr_t)image_take(image, sizeof(struct entry), &n[1]);
	return n[0] == table->n_buckets + 2 && n[1] == table->n + 1;
}

void
literals_save(const struct literals *literals, struct buf *out)
{
	image_put(out, literals, sizeof(*literals));
	image_put(out, literals->list, literals->n * sizeof(*literals->list));
	save_table(&literals->anywhere, out);
	save_table(&literals->at_word, out);
}

struct literals *
literals_map(struct image *image)
{
	size_t n[2];
	struct literals *literals = literals_new();
	const struct literals *saved = image_take(image, sizeof(*saved), &n[0]);
	if (saved && n[0] == 1)
		*literals = *saved;
	literals->is_mapped = true;
	literals->list = (struct literal *)(uintptr_t)image_take(image, sizeof(struct literal), &n[1]);
	bool whole = n[0] == 1 && n[1] == literals->n;
	whole = map_table(&literals->anywhere, image) && whole;
	whole = map_table(&literals->at_word, image) && whole;
	if (!whole)
		image->failed = true;
	return literals;
}

size_t
literals_n(const struct literals *literals)
{
	return literals->n;
}

size_t
literals_length(const struct literals *literals, uint32_t number)
{
	return literals->list[number].n;
}

static const uint64_t each_byte = UINT64_C(0x0101010101010101);

static inline uint64_t
load(const uint8_t *p)
{
	uint64_t bytes;
	memcpy(&bytes, p, sizeof(bytes));
	return bytes;
}

/* In the top bit of each byte: whether it is from `first` to `last`, both below 0x80. */
static inline uint64_t
bytes_between(uint64_t bytes, uint8_t first, uint8_t last)
{
	uint64_t low7 = bytes & each_byte * 0x7F;
	uint64_t from = low7 + each_byte * (uint64_t)(0x80 - first),
		 above = low7 + each_byte * (uint64_t)(0x7F - last);
	return from & ~above & ~bytes & each_byte * 0x80;
}

const uint8_t *
literals_lower(struct bytes text, struct buf *lower)
{
	buf_reset(lower);
	uint8_t *p = buf_room(lower, text.n + LITERAL_PADDING);
	size_t at = 0;
	if (!p)
		return NULL;
	for (; at + sizeof(uint64_t) <= text.n; at += sizeof(uint64_t)) {
		uint64_t bytes = load(text.p + at);
		bytes |= bytes_between(bytes, 'A', 'Z') >> 2;
		memcpy(p + at, &bytes, sizeof(bytes));
	}
	for (; at < text.n; at++)
		p[at] = ascii_lower(text.p[at]);
	memset(p + text.n, 0, LITERAL_PADDING);
	buf_grew(lower, text.n + LITERAL_PADDING);
	return p;
}

struct scan {
	const struct literals *literals;
	const uint8_t *lower;
	size_t n;
	struct literal_scratch *scratch;
};

struct hit {
	uint32_t literal, at;
};

static void
add_hit(const struct scan *s, uint32_t number, size_t at)
{
	struct hit hit = {number, (uint32_t)at};
	if (s->scratch->counts[number].n++ == 0)
		buf_put(&s->scratch->touched, &number, sizeof(number));
	buf_put(&s->scratch->hits, &hit, sizeof(hit));
}

/* The literals of a bucket that stand at a place. None of their bytes is 0, so none reaches into the padding.
 */
static void
report(const struct scan *s, const struct table *table, uint32_t hash, size_t length, size_t at)
{
	uint32_t bucket = bucket_of(table, hash);
	const struct entry *entry = table->entries + table->buckets[bucket + 1],
			   *end = table->entries + table->buckets[bucket + 2];
	uint64_t bytes = load(s->lower + at);
	for (; entry < end; entry++) {
		if (((bytes ^ entry->key) & entry->mask) != 0 || entry->gram != length)
			continue;
		if (entry->lead > 0 && (at == 0 || s->lower[at - 1] != ' '))
			continue;
		size_t from = at - entry->lead;
		if (byte_set_has(&s->literals->list[entry->number].follow, s->lower[from + entry->n]))
			add_hit(s, entry->number, from);
	}
}

static inline void
look_for_length(const struct scan *s, const struct table *table, uint64_t bytes, size_t length, size_t at)
{
	uint32_t hash = gram_hash(bytes, length);
	if (table->filter[hash >> (32 - FILTER_BITS)])
		report(s, table, hash, length, at);
}

static inline void
look(const struct scan *s, const struct table *table, size_t at)
{
	uint64_t bytes = load(s->lower + at);
	look_for_length(s, table, bytes, GRAM, at);
	for (unsigned lengths = table->pairs[bytes & 0xFFFF]; lengths != 0; lengths &= lengths - 1)
		look_for_length(s, table, bytes, (size_t)__builtin_ctz(lengths), at);
}

/* Whether something may begin at one of four places: one branch for all of them, since mostly nothing does.
 */
static inline bool
may_begin(const struct table *table, const uint8_t *p)
{
	uint64_t bytes = load(p), found = 0;
	for (int i = 0; i < 4; i++, bytes >>= 8)
		found |= table->filter[gram_hash(bytes, GRAM) >> (32 - FILTER_BITS)] |
			 table->pairs[bytes & 0xFFFF];
	return found != 0;
}

static void
scan_anywhere(const struct scan *s)
{
	const struct table *table = &s->literals->anywhere;
	for (size_t at = 0; at < s->n; at += 4) {
		if (!may_begin(table, s->lower + at))
			continue;
		for (size_t i = at; i < at + 4 && i < s->n; i++)
			look(s, table, i);
	}
}

/* In the top bit of each byte of eight: whether it is a letter, a digit or '_'. */
static inline uint64_t
word_bytes(uint64_t bytes)
{
	return bytes_between(bytes, 'a', 'z') | bytes_between(bytes, '0', '9') |
	       bytes_between(bytes, '_', '_');
}

/* At the starts of words. */
static void
scan_at_words(const struct scan *s)
{
	uint64_t before = 0; /* the last byte of the block before */
	for (size_t block = 0; block < s->n; block += sizeof(uint64_t)) {
		uint64_t word = word_bytes(load(s->lower + block));
		uint64_t starts = word & ~(word << 8 | before);
		before = word >> 56;
		for (; starts != 0; starts &= starts - 1) {
			size_t at = block + (size_t)__builtin_ctzll(starts) / 8;
			look(s, &s->literals->at_word, at);
		}
	}
}

void
literal_scratch_init(struct literal_scratch *scratch, const struct literals *literals)
{
	struct buf *bufs[] = {&scratch->hits, &scratch->touched, &scratch->places};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_init(bufs[i], HITS_MAX);
	scratch->counts = mem_new(literals->n, sizeof(*scratch->counts));
}

void
literal_scratch_done(struct literal_scratch *scratch)
{
	struct buf *bufs[] = {&scratch->hits, &scratch->touched, &scratch->places};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_done(bufs[i]);
	free(scratch->counts);
}

/* What the last text left. */
static void
reset(struct literal_scratch *scratch)
{
	const uint32_t *touched = (const void *)scratch->touched.p;
	for (size_t i = 0; i < scratch->touched.n / sizeof(*touched); i++)
		scratch->counts[touched[i]].n = 0;
	buf_reset(&scratch->touched);
	buf_reset(&scratch->hits);
	buf_reset(&scratch->places);
}

/* Hits sorted by their literals: a literal's hits come in order. */
static bool
sort_hits(struct literal_scratch *scratch)
{
	const uint32_t *touched = (const void *)scratch->touched.p;
	const struct hit *hits = (const void *)scratch->hits.p;
	size_t n = scratch->hits.n / sizeof(*hits);
	uint32_t at = 0, *places = (void *)buf_room(&scratch->places, n * sizeof(*places));
	if (!places || buf_full(&scratch->hits) || buf_full(&scratch->touched))
		return false;
	for (size_t i = 0; i < scratch->touched.n / sizeof(*touched); i++) {
		struct literal_count *count = &scratch->counts[touched[i]];
		count->from = at;
		at += count->n;
		count->n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct literal_count *count = &scratch->counts[hits[i].literal];
		places[count->from + count->n++] = hits[i].at;
		count->first = count->from;
		count->end = count->from + count->n;
	}
	buf_grew(&scratch->places, n * sizeof(*places));
	return true;
}

void
literals_rewind(struct literal_scratch *scratch)
{
	const uint32_t *touched = (const void *)scratch->touched.p;
	for (size_t i = 0; i < scratch->touched.n / sizeof(*touched); i++) {
		struct literal_count *count = &scratch->counts[touched[i]];
		count->first = count->end = count->from;
	}
}

void
literals_view_all(struct literal_scratch *scratch)
{
	const uint32_t *touched = (const void *)scratch->touched.p;
	for (size_t i = 0; i < scratch->touched.n / sizeof(*touched); i++) {
		struct literal_count *count = &scratch->counts[touched[i]];
		count->first = count->from;
		count->end = count->from + count->n;
	}
}

void
literals_view(struct literal_scratch *scratch, uint32_t to)
{
	const uint32_t *touched = (const void *)scratch->touched.p;
	const uint32_t *places = (const void *)scratch->places.p;
	for (size_t i = 0; i < scratch->touched.n / sizeof(*touched); i++) {
		struct literal_count *count = &scratch->counts[touched[i]];
		count->first = count->end;
		while (count->end < count->from + count->n && places[count->end] < to)
			count->end++;
	}
}

bool
literals_scan(
	const struct literals *literals, const uint8_t *lower, size_t n, struct literal_scratch *scratch)
{
	const struct scan s = {literals, lower, n, scratch};
	reset(scratch);
	if (literals->anywhere.n > 0)
		scan_anywhere(&s);
	if (literals->at_word.n > 0)
		scan_at_words(&s);
	return sort_hits(scratch);
}
