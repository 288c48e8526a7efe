/* SPDX-License-Identifier: Apache-2.0 */
/* The records of a ZIP ([APPNOTE] 4.3): nothing in them is believed, all is held inside the archive. */
#include "lib/format/little.h"
#include "lib/format/zip_state.h"

enum { FLAG_LOCKED = 1 << 0, FLAG_SIZE_BEHIND = 1 << 3 };

/* [APPNOTE] 4.3.14 to 4.3.16: an end record's comment has at most 64 KiB; the 64-bit records are ahead. */
enum { END_MAX = 128 * 1024, END64_SIZE = 56, LOCATOR64_SIZE = 20 };

/* [APPNOTE] 4.5.3: sizes and place with 64 bits. */
enum { EXTRA_64 = 1 };

struct places {
	uint64_t size, at; /* of the directory, as is claimed */
	size_t end;        /* where the end record is that follows it */
};

static void
add_directory(struct bytes content, const struct places *places, size_t end_record, size_t at,
	struct zip_directory directories[], size_t *n)
{
	if (*n == ZIP_DIRECTORIES_MAX || !zip_has_signature(content, at, "PK\x01\x02"))
		return;
	for (size_t i = 0; i < *n; i++)
		if (directories[i].at == at)
			return;
	directories[(*n)++] =
		(struct zip_directory){.at = at, .shift = at - (size_t)places->at, .end_record = end_record};
}

static void
read_end64(struct bytes content, size_t end, struct places *places)
{
	size_t at = end - LOCATOR64_SIZE;

	if (end < LOCATOR64_SIZE || !zip_has_signature(content, at, "PK\x06\x07"))
		return;
	at = little_64(content, at + 8) < content.n ? (size_t)little_64(content, at + 8) : content.n;
	/* With bytes ahead of the archive its place is wrong: then it stands where it always stands. */
	if (!zip_has_signature(content, at, "PK\x06\x06") && end >= LOCATOR64_SIZE + END64_SIZE)
		at = end - LOCATOR64_SIZE - END64_SIZE;
	if (!zip_has_signature(content, at, "PK\x06\x06"))
		return;
	places->size = little_64(content, at + 40);
	places->at = little_64(content, at + 48);
	places->end = at;
}

/* Where it is said to be; and where it must be, as its size says, if something was put ahead of the archive.
 */
static void
read_end(struct bytes content, size_t end, struct zip_directory directories[], size_t *n)
{
	struct places places = {
		.size = little_32(content, end + 12), .at = little_32(content, end + 16), .end = end};
	bool is_64 = places.size == UINT32_MAX || places.at == UINT32_MAX;
	size_t before = *n;

	if (is_64)
		read_end64(content, end, &places);
	if (places.size <= places.end)
		add_directory(content, &places, end, places.end - (size_t)places.size, directories, n);
	if (places.at < content.n)
		add_directory(content, &places, end, (size_t)places.at, directories, n);
	if (*n == before && *n < ZIP_DIRECTORIES_MAX)
		directories[(*n)++] = (struct zip_directory){.at = content.n, .end_record = end};
}

size_t
zip_find_directories(struct bytes content, struct zip_directory directories[ZIP_DIRECTORIES_MAX])
{
	size_t n = 0, first = content.n > END_MAX ? content.n - END_MAX : 0;

	if (content.n < ZIP_END_SIZE)
		return 0;
	for (size_t end = content.n - ZIP_END_SIZE + 1; end-- > first && n < ZIP_DIRECTORIES_MAX;)
		if (content.p[end] == 'P' && zip_has_signature(content, end, "PK\x05\x06"))
			read_end(content, end, directories, &n);
	return n;
}

/* The 64-bit values stand in a fixed order, each only where the 32 bits are all ones. */
static void
read_extra64(struct bytes extra, uint64_t *const values[3])
{
	for (size_t at = 0; little_has(extra, at, 4);) {
		struct bytes field = bytes_sub(extra, at + 4, little_16(extra, at + 2));
		size_t next = 0;

		if (little_16(extra, at) == EXTRA_64)
			for (int i = 0; i < 3; i++)
				if (values[i] != NULL && *values[i] == UINT32_MAX &&
					little_has(field, next, 8)) {
					*values[i] = little_64(field, next);
					next += 8;
				}
		at += 4 + field.n;
	}
}

static void
read_common(struct bytes record, struct zip_entry *entry, size_t *ret_packed)
{
	entry->flags = little_16(record, 0);
	entry->method = little_16(record, 2);
	entry->unpacked = little_32(record, 16);
	entry->is_locked = (entry->flags & FLAG_LOCKED) != 0;
	*ret_packed = little_32(record, 12);
}

static bool
names_folder(struct bytes name)
{
	return name.n > 0 && name.p[name.n - 1] == '/';
}

/* Where an entry's data begins and how much of it can be there. */
static void
hold_inside(struct bytes content, struct zip_entry *entry, uint64_t packed)
{
	if (entry->data > content.n)
		entry->data = content.n;
	entry->packed = packed < content.n - entry->data ? (size_t)packed : content.n - entry->data;
}

static void
find_header(struct bytes content, const struct zip_directory *directory, uint64_t place,
	struct zip_entry *entry, uint64_t packed)
{
	size_t at = (size_t)place + directory->shift;

	if (!zip_has_signature(content, at, "PK\x03\x04"))
		at = place < content.n ? (size_t)place : content.n;
	if (!zip_has_signature(content, at, "PK\x03\x04")) {
		entry->has_no_data = true;
		entry->header = entry->data = content.n;
		return;
	}
	entry->header = at;
	entry->data = at + ZIP_LOCAL_SIZE + little_16(content, at + 26) + little_16(content, at + 28);
	hold_inside(content, entry, packed);
}

bool
zip_parse_central(struct bytes content, const struct zip_directory *directory, size_t at,
	struct zip_entry *ret_entry, size_t *ret_end)
{
	struct bytes record = bytes_sub(content, at, content.n);
	struct zip_entry entry = {.is_central = true};
	size_t name = little_16(record, 28), extra = little_16(record, 30), comment = little_16(record, 32);
	uint64_t packed = little_32(record, 20), place = little_32(record, 42);
	size_t unused;

	if (!zip_has_signature(content, at, "PK\x01\x02") || record.n < ZIP_CENTRAL_SIZE)
		return false;
	read_common(bytes_sub(record, 8, record.n), &entry, &unused);
	entry.name = bytes_sub(record, ZIP_CENTRAL_SIZE, name);
	entry.extra = little_sub(record, ZIP_CENTRAL_SIZE + name, extra);
	entry.comment = little_sub(record, ZIP_CENTRAL_SIZE + name + extra, comment);
	entry.is_folder = names_folder(entry.name);
	read_extra64(entry.extra, (uint64_t *const[3]){&entry.unpacked, &packed, &place});
	find_header(content, directory, place, &entry, packed);
	*ret_end = at + ZIP_CENTRAL_SIZE + name + extra + comment;
	if (*ret_end > content.n)
		*ret_end = content.n;
	*ret_entry = entry;
	return true;
}

bool
zip_parse_local(struct bytes content, size_t at, struct zip_entry *ret_entry)
{
	struct bytes record = bytes_sub(content, at, content.n);
	size_t name = little_16(record, 26), extra = little_16(record, 28);
	struct zip_entry entry = {.header = at};
	uint64_t packed;

	if (!zip_has_signature(content, at, "PK\x03\x04") || record.n < ZIP_LOCAL_SIZE)
		return false;
	read_common(bytes_sub(record, 6, record.n), &entry, &entry.packed);
	packed = entry.packed;
	entry.name = bytes_sub(record, ZIP_LOCAL_SIZE, name);
	entry.local_extra = little_sub(record, ZIP_LOCAL_SIZE + name, extra);
	entry.is_folder = names_folder(entry.name);
	read_extra64(entry.local_extra, (uint64_t *const[3]){&entry.unpacked, &packed, NULL});
	entry.data = at + ZIP_LOCAL_SIZE + name + extra;
	hold_inside(content, &entry, packed);
	if ((entry.flags & FLAG_SIZE_BEHIND) != 0 && packed == 0)
		entry.packed = SIZE_MAX;
	*ret_entry = entry;
	return true;
}
