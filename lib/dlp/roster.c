/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/roster.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/dlp/roster_image.h"

enum {
	KEY_FILE_MAX = 1024,
	SHORT_LETTERS = 3,
	SHORT_BASE = 27, /* a letter, or none */
	SHORT_PLACES = SHORT_BASE * SHORT_BASE * SHORT_BASE,
};

struct roster {
	struct bytes image;
	struct bytes map; /* the same when it is a file's, else empty */
	struct secret key;
	struct roster_header header;
	const uint8_t *filter;
	const uint32_t *index;
	const uint8_t *presence;
	const uint64_t *entries;
	uint8_t shorts[SHORT_PLACES / 8 + 1]; /* whether a short word may be of a name */
};

int
roster_read_key(const char *path, struct secret *ret_key, struct err *err)
{
	struct secret text = {0}, key;

	if (secret_read_file(path, KEY_FILE_MAX, &text, err) != 0)
		return -1;
	secret_init(&key, ROSTER_KEY);
	if (text_from_hex(bytes_trim(secret_bytes(&text)), key.p, key.n) != 0) {
		secret_done(&key);
		secret_done(&text);
		return err_set(err, ERR_CONFIG, "%s: not a key of 64 hexadecimal digits", path);
	}
	secret_done(&text);
	*ret_key = key;
	return 0;
}

static uint64_t
size_of(const struct roster_header *header)
{
	return sizeof(*header) + (UINT64_C(1) << header->filter_bits) / 8 +
	       ((UINT64_C(1) << header->index_bits) + 1) * sizeof(uint32_t) + sizeof(uint32_t) +
	       image_presence_size(header->index_bits) + header->entries * sizeof(uint64_t) + KEYED_CHECKSUM;
}

/* Nothing is believed that was not checked here; the checksum then vouches for the rest. */
static int
check_header(const struct roster *roster, struct err *err)
{
	const struct roster_header *header = &roster->header;

	if (memcmp(header->magic, ROSTER_MAGIC, sizeof(header->magic)) != 0)
		return err_set(err, ERR_CONFIG, "not a roster");
	if (header->version != ROSTER_VERSION)
		return err_set(err, ERR_CONFIG, "a roster of another version: build it again");
	if (header->filter_bits < FILTER_BITS_MIN || header->filter_bits > FILTER_BITS_MAX ||
		header->index_bits < 1 || header->index_bits > INDEX_BITS_MAX ||
		header->entries > UINT32_MAX || header->persons > ROSTER_PERSONS_MAX ||
		size_of(header) != roster->image.n)
		return err_set(err, ERR_CONFIG, "the roster is damaged");
	if (header->key_id != image_key_id(secret_bytes(&roster->key)))
		return err_set(err, ERR_CONFIG, "the roster was made with another key");
	return 0;
}

static int
check_image(struct roster *roster, struct err *err)
{
	uint8_t mac[KEYED_CHECKSUM];
	struct bytes all = roster->image;

	if (all.n < sizeof(roster->header) + KEYED_CHECKSUM)
		return err_set(err, ERR_CONFIG, "not a roster");
	memcpy(&roster->header, all.p, sizeof(roster->header));
	if (check_header(roster, err) != 0)
		return -1;
	image_mac(secret_bytes(&roster->key), bytes_sub(all, 0, all.n - KEYED_CHECKSUM), mac);
	if (!secret_eq(bytes_sub(all, all.n - KEYED_CHECKSUM, KEYED_CHECKSUM), bytes_of(mac, sizeof(mac))))
		return err_set(err, ERR_CONFIG, "the roster is damaged");
	roster->filter = all.p + sizeof(roster->header);
	roster->index = (const void *)(roster->filter + (UINT64_C(1) << roster->header.filter_bits) / 8);
	roster->entries = (const void *)(all.p + all.n - KEYED_CHECKSUM -
					 roster->header.entries * sizeof(*roster->entries));
	roster->presence = (const uint8_t *)roster->entries - image_presence_size(roster->header.index_bits);
	return 0;
}

void
roster_close(struct roster *roster)
{
	if (!roster)
		return;
	fd_unmap(&roster->map);
	secret_done(&roster->key);
	free(roster);
}

const struct roster_header *
roster_header(const struct roster *roster)
{
	return &roster->header;
}

size_t
roster_size(const struct roster *roster)
{
	return roster->image.n;
}

/* The first entry from `low` on that is not below `bound`. */
static size_t
first_not_below(const uint64_t *entries, size_t low, size_t high, uint64_t bound)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries[middle] < bound)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct roster_list
roster_look_up(const struct roster *roster, const struct roster_value *value)
{
	uint64_t hash = image_hash(secret_bytes(&roster->key), value);
	uint64_t first = hash & ~(uint64_t)ROSTER_PERSONS_MAX, last = hash | ROSTER_PERSONS_MAX;
	uint64_t bucket = hash >> (64 - roster->header.index_bits);
	uint64_t bit = image_presence_bit(hash, roster->header.index_bits);
	size_t from, end;

	if (!(roster->presence[bit / 8] & (1U << bit % 8)))
		return (struct roster_list){NULL, 0};
	from = roster->index[bucket];
	end = roster->index[bucket + 1];
	from = first_not_below(roster->entries, from, end, first);
	if (from == end || roster->entries[from] > last)
		return (struct roster_list){NULL, 0};
	end = first_not_below(roster->entries, from, end, last);
	return (struct roster_list){roster->entries + from, end - from};
}

static bool
ask_filter(const struct roster *roster, const struct roster_word *word)
{
	struct roster_value value;
	uint64_t hash;

	roster_single(&value, word);
	hash = image_hash(secret_bytes(&roster->key), &value);
	for (unsigned i = 0; i < FILTER_PROBES; i++) {
		uint64_t bit = image_filter_bit(hash, i, roster->header.filter_bits);

		if (!(roster->filter[bit / 8] & (1U << bit % 8)))
			return false;
	}
	return true;
}

/* The place of a short word of a to z in the table, or -1. */
static int
short_place(const struct roster_word *word)
{
	int place = 0;

	if (word->n > SHORT_LETTERS)
		return -1;
	for (size_t i = 0; i < word->n; i++) {
		if (word->text[i] < 'a' || word->text[i] > 'z')
			return -1;
		place = place * SHORT_BASE + word->text[i] - 'a' + 1;
	}
	return place;
}

bool
roster_may_name(const struct roster *roster, const struct roster_word *word)
{
	int place = short_place(word);

	if (place >= 0)
		return roster->shorts[place / 8] >> place % 8 & 1;
	return ask_filter(roster, word);
}

/* Nearly half of all words have three letters or fewer: what the filter says of those is found out once. */
static void
ask_for_shorts(struct roster *roster)
{
	for (int place = 1; place < SHORT_PLACES; place++) {
		struct roster_word word = {.n = 0};
		uint8_t letters[SHORT_LETTERS];

		for (int rest = place; rest > 0; rest /= SHORT_BASE)
			letters[word.n++] = (uint8_t)('a' + rest % SHORT_BASE - 1);
		for (size_t i = 0; i < word.n; i++)
			word.text[i] = letters[word.n - 1 - i];
		if (short_place(&word) == place && ask_filter(roster, &word))
			roster->shorts[place / 8] |= (uint8_t)(1U << place % 8);
	}
}

int
roster_of(struct bytes image, struct bytes key, struct roster **ret_roster, struct err *err)
{
	struct roster *roster = mem_new(1, sizeof(*roster));

	assert(key.n == ROSTER_KEY);
	roster->image = image;
	secret_of(&roster->key, key);
	if (check_image(roster, err) != 0) {
		roster_close(roster);
		return -1;
	}
	ask_for_shorts(roster);
	*ret_roster = roster;
	return 0;
}

static int
open_map(const char *path, struct bytes *ret_map, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return err_sys(err, ERR_CONFIG, "open");
	ret = fd_map(fd, SIZE_MAX / 2, ret_map, err);
	fd_close(&fd);
	return ret;
}

int
roster_open(const char *path, const char *key_path, struct roster **ret_roster, struct err *err)
{
	struct secret key = {0};
	struct bytes map = {0};
	int ret;

	if (roster_read_key(key_path, &key, err) != 0)
		return err_add(err, "the roster's key");
	ret = open_map(path, &map, err);
	if (ret == 0)
		ret = roster_of(map, secret_bytes(&key), ret_roster, err);
	secret_done(&key);
	if (ret != 0) {
		fd_unmap(&map);
		return err_add(err, "%s", path);
	}
	(*ret_roster)->map = map;
	return 0;
}
