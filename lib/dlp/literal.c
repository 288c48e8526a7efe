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
	uint32_t next; /* in its bucket, plus one */
	uint8_t lead;  /* bytes of it before the word at whose start it is looked for: 0, or 1 for a space */
	enum literal_place place;
};

/* The literals of one enum literal_place. */
struct table {
	uint8_t filter[1 << FILTER_BITS]; /* by the hash of the first GRAM bytes, or of all of a shorter one
					   */
	uint8_t pairs[PAIRS];             /* by the first two bytes: a bit for each length below GRAM */
	size_t n;                         /* literals in it */
	uint32_t *buckets;                /* numbers plus one */
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
		free(literals->at_word.buckets);
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
static inline uint32_t *
bucket_of(const struct table *table, uint32_t hash)
{
	return &table->buckets[hash >> 10 & (table->n_buckets - 1)];
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

uint32_t
literals_add(struct literals *literals, struct bytes text, enum literal_place place)
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
	return *slot - 1;
}

/* Of what is looked for at its place. */
static size_t
gram_length(const struct literal *literal)
{
	uint32_t n = literal->n - literal->lead;
	return n < GRAM ? n : GRAM;
}

/* A literal of one byte begins with that byte and any other. */
static void
add_pairs(struct table *table, uint64_t gram, size_t length)
{
	uint32_t first = gram & 0xFF, second = gram >> 8 & 0xFF;
	for (uint32_t c = 0; c < 256; c++)
		if (length == 1 || c == second)
			table->pairs[c << 8 | first] |= (uint8_t)(1 << length);
}

static void
add_to_table(struct literals *literals, struct table *table, size_t number)
{
	struct literal *literal = &literals->list[number];
	literal->lead = literal->place == LITERAL_AT_WORD && (literal->key & 0xFF) == ' ';
	uint64_t gram = literal->key >> literal->lead * 8;
	size_t length = gram_length(literal);
	uint32_t hash = gram_hash(gram, length);
	uint32_t *bucket = bucket_of(table, hash);
	table->filter[hash >> (32 - FILTER_BITS)] = 1;
	if (length < GRAM)
		add_pairs(table, gram, length);
	table->n++;
	literal->next = *bucket;
	*bucket = (uint32_t)number + 1;
}

static void
init_table(struct table *table, size_t n_literals)
{
	table->n_buckets = 64;
	while (table->n_buckets < n_literals)
		table->n_buckets *= 2;
	table->buckets = mem_new(table->n_buckets, sizeof(*table->buckets));
}

void
literals_end(struct literals *literals)
{
	init_table(&literals->anywhere, literals->n);
	init_table(&literals->at_word, literals->n);
	for (size_t i = 0; i < literals->n; i++)
		add_to_table(literals,
			literals->list[i].place == LITERAL_AT_WORD ? &literals->at_word : &literals->anywhere,
			i);
	free(literals->slots);
	literals->slots = NULL;
}

void
literals_save(const struct literals *literals, struct buf *out)
{
	image_put(out, literals, sizeof(*literals));
	image_put(out, literals->list, literals->n * sizeof(*literals->list));
	image_put(out, literals->anywhere.buckets, literals->anywhere.n_buckets * sizeof(uint32_t));
	image_put(out, literals->at_word.buckets, literals->at_word.n_buckets * sizeof(uint32_t));
}

struct literals *
literals_map(struct image *image)
{
	size_t n[4];
	struct literals *literals = literals_new();
	const struct literals *saved = image_take(image, sizeof(*saved), &n[0]);
	if (saved && n[0] == 1)
		*literals = *saved;
	literals->is_mapped = true;
	literals->list = (struct literal *)(uintptr_t)image_take(image, sizeof(struct literal), &n[1]);
	literals->anywhere.buckets = (uint32_t *)(uintptr_t)image_take(image, sizeof(uint32_t), &n[2]);
	literals->at_word.buckets = (uint32_t *)(uintptr_t)image_take(image, sizeof(uint32_t), &n[3]);
	if (n[0] != 1 || n[1] != literals->n || n[2] != literals->anywhere.n_buckets ||
		n[3] != literals->at_word.n_buckets)
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

static inline bool
stands_at(const struct scan *s, const struct literal *literal, size_t at)
{
	return (load(s->lower + at) & literal->mask) == literal->key && at + literal->n <= s->n;
}

/* The literals of a bucket that stand at a place. */
static void
report(const struct scan *s, const struct table *table, uint32_t hash, size_t length, size_t at)
{
	for (uint32_t number = *bucket_of(table, hash); number != 0;) {
		const struct literal *literal = &s->literals->list[--number];
		if (literal->lead <= at && gram_length(literal) == length &&
			stands_at(s, literal, at - literal->lead))
			add_hit(s, number, at - literal->lead);
		number = literal->next;
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
