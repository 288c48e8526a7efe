/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/roster_build.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/dlp/roster_image.h"
#include "lib/dlp/validate.h"

#define BUILD_MAX (SIZE_MAX / 4)

enum { WORD_BITS = 16, BUCKET = 4, KEEP_WORDS = 1 << 22 };

struct roster_builder {
	struct secret key;
	struct fold_scratch fold;
	struct arena arena;
	struct roster_reading reading;
	struct roster_header header;
	struct buf entries; /* u64 */
	struct buf words;   /* u64, hashes */
	struct buf row;     /* of the person that is read */
	struct buf image;
	unsigned types[ROSTER_TYPES]; /* entries of the row */
};

struct roster_builder *
roster_builder_new(struct bytes key, enum roster_date_order order, int64_t wall)
{
	struct roster_builder *b = mem_new(1, sizeof(*b));

	secret_of(&b->key, key);
	fold_scratch_init(&b->fold);
	arena_init(&b->arena);
	b->reading = (struct roster_reading){order, validate_day(wall), &b->fold, &b->arena};
	buf_init(&b->entries, BUILD_MAX);
	buf_init(&b->words, BUILD_MAX);
	buf_init(&b->row, BUILD_MAX);
	buf_init(&b->image, BUILD_MAX);
	b->header = (struct roster_header){
		.version = ROSTER_VERSION, .key_id = image_key_id(key), .made = (uint64_t)wall};
	memcpy(b->header.magic, ROSTER_MAGIC, sizeof(b->header.magic));
	return b;
}

void
roster_builder_free(struct roster_builder *b)
{
	if (!b)
		return;
	secret_done(&b->key);
	fold_scratch_done(&b->fold);
	arena_reset(&b->arena);
	arena_done(&b->arena);
	buf_done(&b->entries);
	buf_done(&b->words);
	buf_done(&b->row);
	buf_done(&b->image);
	free(b);
}

static int
compare(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Sorts, and leaves one of each. */
static size_t
sort_different(struct buf *numbers)
{
	uint64_t *p = (void *)numbers->p;
	size_t n = numbers->n / sizeof(*p), kept = 0;

	if (n > 1)
		qsort(p, n, sizeof(*p), compare);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || p[i] != p[i - 1])
			p[kept++] = p[i];
	numbers->n = kept * sizeof(*p);
	return kept;
}

/* A name may come twice from one row: that is one entry. */
static void
take_value(void *context, enum roster_type type, const struct roster_value *value)
{
	struct roster_builder *b = context;
	uint64_t entry = (image_hash(secret_bytes(&b->key), value) & ~(uint64_t)ROSTER_PERSONS_MAX) |
			 b->header.persons;
	const uint64_t *row = (const void *)b->row.p;

	for (size_t i = 0; i < b->row.n / sizeof(entry); i++)
		if (row[i] == entry)
			return;
	buf_put(&b->row, &entry, sizeof(entry));
	if (type == ROSTER_RECORD_NUMBER)
		b->header.record_lengths |= roster_length_bit(value->n - 1);
	if (type == ROSTER_PHONE)
		b->header.phone_lengths |= roster_length_bit(value->n - 1);
	b->types[type]++;
}

static void
take_word(void *context, const struct roster_value *word)
{
	struct roster_builder *b = context;
	uint64_t hash = image_hash(secret_bytes(&b->key), word);

	buf_put(&b->words, &hash, sizeof(hash));
	if (b->words.n / sizeof(hash) % KEEP_WORDS == 0) /* words come often: few are new */
		sort_different(&b->words);
}

enum roster_added
roster_builder_add(
	struct roster_builder *b, const struct roster_field *fields, size_t n, struct roster_row *ret_row)
{
	const struct roster_sink sink = {take_value, take_word, b};

	if (b->header.persons >= ROSTER_PERSONS_MAX)
		return ROSTER_FULL;
	buf_reset(&b->row);
	memset(b->types, 0, sizeof(b->types));
	roster_read_row(&b->reading, fields, n, &sink, ret_row);
	arena_reset(&b->arena);
	if ((ret_row->types & (ret_row->types - 1)) == 0)
		return ROSTER_REFUSED;
	buf_put_bytes(&b->entries, buf_bytes(&b->row));
	for (size_t i = 0; i < ROSTER_TYPES; i++)
		b->header.counts[i] += b->types[i];
	b->header.persons++;
	return ret_row->faults != 0 ? ROSTER_ADDED_PARTLY : ROSTER_ADDED;
}

static uint32_t
bits_for(uint64_t n, uint32_t low, uint32_t high)
{
	uint32_t bits = low;

	while (bits < high && (UINT64_C(1) << bits) < n)
		bits++;
	return bits;
}

static void
put_filter(struct roster_builder *b)
{
	const uint64_t *words = (const void *)b->words.p;
	size_t size = ((size_t)1 << b->header.filter_bits) / 8;
	uint8_t *filter = buf_room(&b->image, size);

	memset(filter, 0, size);
	for (size_t i = 0; i < b->words.n / sizeof(*words); i++)
		for (unsigned probe = 0; probe < FILTER_PROBES; probe++) {
			uint64_t bit = image_filter_bit(words[i], probe, b->header.filter_bits);

			filter[bit / 8] |= (uint8_t)(1U << bit % 8);
		}
	buf_grew(&b->image, size);
}

static void
put_index(struct roster_builder *b)
{
	const uint64_t *entries = (const void *)b->entries.p;
	uint64_t buckets = UINT64_C(1) << b->header.index_bits;
	static const uint32_t padding = 0;
	uint32_t at = 0;

	for (uint64_t bucket = 0; bucket <= buckets; bucket++) {
		while (at < b->header.entries && entries[at] >> (64 - b->header.index_bits) < bucket)
			at++;
		buf_put(&b->image, &at, sizeof(at));
	}
	buf_put(&b->image, &padding, sizeof(padding));
}

static void
put_presence(struct roster_builder *b)
{
	const uint64_t *entries = (const void *)b->entries.p;
	size_t size = (size_t)image_presence_size(b->header.index_bits);
	uint8_t *presence = buf_room(&b->image, size);

	memset(presence, 0, size);
	for (size_t i = 0; i < b->header.entries; i++) {
		uint64_t bit = image_presence_bit(entries[i], b->header.index_bits);

		presence[bit / 8] |= (uint8_t)(1U << bit % 8);
	}
	buf_grew(&b->image, size);
}

int
roster_builder_end(struct roster_builder *b, struct bytes *ret_image, struct err *err)
{
	uint8_t mac[KEYED_CHECKSUM];

	b->header.entries = sort_different(&b->entries);
	if (b->header.entries > UINT32_MAX)
		return err_set(err, ERR_PERM, "more than 4294967295 values");
	b->header.filter_bits =
		bits_for(sort_different(&b->words) * WORD_BITS, FILTER_BITS_MIN, FILTER_BITS_MAX);
	b->header.index_bits = bits_for(b->header.entries / BUCKET, 1, INDEX_BITS_MAX);
	buf_put(&b->image, &b->header, sizeof(b->header));
	put_filter(b);
	put_index(b);
	put_presence(b);
	buf_put_bytes(&b->image, buf_bytes(&b->entries));
	image_mac(secret_bytes(&b->key), buf_bytes(&b->image), mac);
	buf_put(&b->image, mac, sizeof(mac));
	*ret_image = buf_bytes(&b->image);
	return 0;
}
