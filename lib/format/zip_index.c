/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a ZIP in all readings: by its directories, and by the local headers one after the other. */
#include <stdlib.h>

#include "lib/format/little.h"
#include "lib/format/zip_state.h"

enum { ENTRIES_MAX = 50000, METHOD_STORED = 0, NAMES_MAX = 2000 };

/* A record behind the data of an entry: a signature, which may be missing, a checksum and two sizes
 * ([APPNOTE] 4.3.9), each of which may have 64 bits. */
enum { BEHIND_SIZE = 16, BEHIND64_SIZE = 24 };

struct index {
	struct zip *zip;
	struct buf entries, ranges, comments;
	size_t n_central;
};

static void
add_range(struct index *index, size_t begin, size_t end)
{
	struct zip_range range = {begin, end};

	if (end > begin)
		buf_put(&index->ranges, &range, sizeof(range));
}

/* The end of an entry with what belongs to it behind its data. */
static size_t
end_of(struct bytes content, const struct zip_entry *entry)
{
	size_t end = entry->data + entry->packed;
	struct bytes behind = bytes_sub(content, end, BEHIND64_SIZE);

	if ((entry->flags & 1 << 3) == 0)
		return end;
	if (!zip_has_signature(content, end, "PK\x07\x08"))
		return little_32(behind, 4) == entry->packed ? end + BEHIND_SIZE - 4 : end;
	if (little_64(behind, 8) == entry->packed && behind.n == BEHIND64_SIZE)
		return end + BEHIND64_SIZE;
	return end + (behind.n < BEHIND_SIZE ? behind.n : BEHIND_SIZE);
}

static bool
add_entry(struct index *index, const struct zip_entry *entry)
{
	if (index->entries.n / sizeof(*entry) == ENTRIES_MAX) {
		format_flag(index->zip->out, UNSCANNABLE_PARTS);
		return false;
	}
	buf_put(&index->entries, entry, sizeof(*entry));
	if (!entry->has_no_data)
		add_range(index, entry->header, end_of(index->zip->content, entry));
	return true;
}

static void
read_directory(struct index *index, const struct zip_directory *directory)
{
	struct bytes content = index->zip->content;
	struct zip_entry entry;
	size_t at = directory->at;

	/* Some programs count the entries, some read as long as there are any. */
	while (zip_parse_central(content, directory, at, &entry, &at)) {
		if (entry.has_no_data)
			format_flag(index->zip->out, UNSCANNABLE_FORMAT);
		if (!add_entry(index, &entry))
			return;
	}
	add_range(index, directory->at, at);
}

/* All end records, their comments, and what else stands between the directory and them. */
static void
read_end(struct index *index, const struct zip_directory *directory)
{
	struct bytes content = index->zip->content;
	struct bytes comment = bytes_sub(content, directory->end_record + ZIP_END_SIZE,
		little_16(content, directory->end_record + 20));

	add_range(index, directory->end_record, directory->end_record + ZIP_END_SIZE + comment.n);
	buf_put(&index->comments, &comment, sizeof(comment));
}

static int
by_header(const void *a, const void *b)
{
	const struct zip_entry *x = a, *y = b;

	return x->header < y->header ? -1 : x->header > y->header;
}

static int
by_begin(const void *a, const void *b)
{
	const struct zip_range *x = a, *y = b;

	return x->begin < y->begin ? -1 : x->begin > y->begin;
}

/* The next four bytes that begin a record. */
static size_t
find_record(struct bytes content, size_t at)
{
	for (;;) {
		size_t n = bytes_find(bytes_sub(content, at, content.n), BYTES_LIT("PK"));

		at = at + n < content.n ? at + n : content.n;
		if (at == content.n || zip_has_signature(content, at, "PK\x03\x04") ||
			zip_has_signature(content, at, "PK\x01\x02") ||
			zip_has_signature(content, at, "PK\x07\x08") ||
			zip_has_signature(content, at, "PK\x05\x06"))
			return at;
		at++;
	}
}

static bool
says_the_same(struct bytes content, const struct zip_entry *central, const struct zip_entry *local)
{
	size_t end = central->data + central->packed;

	if (!bytes_eq(central->name, local->name) || central->method != local->method ||
		central->is_locked != local->is_locked)
		return false;
	if (local->packed != SIZE_MAX)
		return central->packed == local->packed;
	return end_of(content, central) > end || zip_has_signature(content, end, "PK\x03\x04");
}

/* One that no directory describes, as far as one can tell where it ends. Returns where to look for the next.
 */
static size_t
add_local(struct index *index, struct zip_entry *local)
{
	struct bytes content = index->zip->content;
	size_t next =
		local->packed == SIZE_MAX ? find_record(content, local->data) : local->data + local->packed;

	/* A compressed stream knows its own end. */
	if (local->packed == SIZE_MAX)
		local->packed = (local->method == METHOD_STORED ? next : content.n) - local->data;
	(void)add_entry(index, local);
	return next;
}

/* Compares a local header to the entries of the directory that lead to it; `central` is in their order. */
static size_t
take_local(struct index *index, struct zip_entry *local, size_t *central)
{
	struct zip_entry *entries = (struct zip_entry *)(void *)index->entries.p;
	size_t next = 0, at;
	bool is_known = false;

	while (*central < index->n_central && entries[*central].header < local->header)
		++*central;
	for (at = *central; at < index->n_central && entries[at].header == local->header; at++) {
		size_t end = entries[at].data + entries[at].packed;

		entries[at].local_extra = local->local_extra;
		is_known = is_known || says_the_same(index->zip->content, &entries[at], local);
		next = next == 0 || end < next ? end : next;
	}
	if (!is_known) {
		size_t end = add_local(index, local);

		next = next == 0 || end < next ? end : next;
	}
	return next;
}

static void
walk_locals(struct index *index)
{
	struct bytes content = index->zip->content;
	struct zip_entry local;
	size_t at = 0, central = 0, n;

	while (!buf_full(&index->entries) && format_spend(index->zip->out, 0)) {
		n = bytes_find(bytes_sub(content, at, content.n), BYTES_LIT("PK\x03\x04"));
		if (n >= content.n - at)
			return;
		at += n;
		if (!zip_parse_local(content, at, &local))
			return;
		at = take_local(index, &local, &central);
	}
}

static void *
keep(struct zip *zip, const struct buf *buf, size_t size, size_t *ret_n)
{
	void *kept = arena_array(format_arena(zip->out), buf->n / size, size);

	*ret_n = buf->n / size;
	if (buf->n > 0)
		memcpy(kept, buf->p, buf->n);
	return kept;
}

void
zip_open(struct zip *zip, struct format_out *out, struct bytes content)
{
	struct zip_directory directories[ZIP_DIRECTORIES_MAX];
	size_t n = zip_find_directories(content, directories);
	struct index index = {.zip = zip};

	*zip = (struct zip){.out = out, .content = content};
	buf_init(&index.entries, ENTRIES_MAX * sizeof(struct zip_entry));
	buf_init(&index.ranges, 2 * ENTRIES_MAX * sizeof(struct zip_range));
	buf_init(&index.comments, ZIP_DIRECTORIES_MAX * sizeof(struct bytes));
	for (size_t i = 0; i < n; i++) {
		read_directory(&index, &directories[i]);
		read_end(&index, &directories[i]);
	}
	index.n_central = index.entries.n / sizeof(struct zip_entry);
	if (index.n_central > 0)
		qsort(index.entries.p, index.n_central, sizeof(struct zip_entry), by_header);
	walk_locals(&index);
	if (n == 0 || (index.n_central == 0 && index.entries.n > 0))
		format_flag(out, UNSCANNABLE_FORMAT);
	zip->entries = keep(zip, &index.entries, sizeof(*zip->entries), &zip->n);
	zip->ranges = keep(zip, &index.ranges, sizeof(*zip->ranges), &zip->n_ranges);
	zip->comments = keep(zip, &index.comments, sizeof(*zip->comments), &zip->n_comments);
	if (zip->n_ranges > 0)
		qsort(zip->ranges, zip->n_ranges, sizeof(*zip->ranges), by_begin);
	buf_done(&index.entries);
	buf_done(&index.ranges);
	buf_done(&index.comments);
}

static bool
directory_holds(struct bytes content, const struct zip_directory *directory, struct bytes prefix)
{
	struct zip_entry entry;
	size_t at = directory->at;

	for (unsigned n = 0; n < NAMES_MAX && zip_parse_central(content, directory, at, &entry, &at); n++)
		if (bytes_starts_nocase(entry.name, prefix))
			return true;
	return false;
}

bool
zip_holds(struct bytes content, struct bytes prefix)
{
	struct zip_directory directories[ZIP_DIRECTORIES_MAX];
	size_t n, at = 0;
	struct zip_entry entry;

	/* Of several volumes, or made to fit on one in the end ([APPNOTE] 8.5.3). */
	if (zip_has_signature(content, 0, "PK\x07\x08") || zip_has_signature(content, 0, "PK00"))
		at = 4;
	/* Nothing but an end record: an empty one. */
	if (zip_has_signature(content, 0, "PK\x05\x06"))
		return prefix.n == 0;
	if (!zip_has_signature(content, at, "PK\x03\x04"))
		return false;
	n = zip_find_directories(content, directories);
	for (size_t i = 0; i < n; i++)
		if (directory_holds(content, &directories[i], prefix))
			return true;
	for (n = 0; n < NAMES_MAX && zip_parse_local(content, at, &entry); n++) {
		if (bytes_starts_nocase(entry.name, prefix))
			return true;
		if (entry.packed == SIZE_MAX)
			break;
		at = entry.data + entry.packed;
	}
	return false;
}
