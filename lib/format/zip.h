/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries of a hostile ZIP archive ([APPNOTE] is PKWARE's APPNOTE.TXT 6.3.10), in all readings. Programs
 * disagree: some believe the central directory, some the local headers one after the other. An entry that is
 * in one only, or that the two describe differently, is there as often as it is read differently; so several
 * may have one name, and who wants "word/document.xml" takes them all.
 */
#ifndef POSTSEAL_ZIP_H
#define POSTSEAL_ZIP_H

#include "lib/mime/format.h"

struct zip_entry {
	struct bytes name; /* as it stands there, folders and all; views live as long as the archive */
	struct bytes comment;
	bool is_folder, is_locked;

	/* The rest is zip*.c's own. */
	bool is_central;
	bool has_no_data; /* the directory leads to nothing */
	uint16_t flags, method;
	struct bytes extra, local_extra;
	size_t header; /* where its local header is */
	size_t data, packed;
	uint64_t unpacked; /* as is claimed */
};

/* Bytes that belong to an entry or to the archive's own records. */
struct zip_range {
	size_t begin, end;
};

struct zip {
	struct format_out *out;
	struct bytes content;
	struct zip_entry *entries; /* the arena's */
	size_t n;

	/* zip*.c's own. */
	struct zip_range *ranges; /* in order; they may overlap */
	size_t n_ranges;
	struct bytes *comments;
	size_t n_comments;
};

/*
 * Whether it begins as a ZIP and has an entry whose name begins so. Cheap, for format.is(). An empty prefix:
 * whether it is one at all.
 */
bool zip_holds(struct bytes content, struct bytes prefix);

/* Finds the entries, without unpacking any. What is broken in it is flagged. */
void zip_open(struct zip *zip, struct format_out *out, struct bytes content);

/*
 * Appends an entry's content, within the budget (buf_init(content, format_bytes_left(out)) is right). What is
 * missing in it, since it is locked, broken or too much, was flagged; what could be had is there.
 */
void zip_unpack(const struct zip *zip, const struct zip_entry *entry, struct buf *content);

/* An entry as a file of its own: its name, comment, extra data, and its content read by what it is. */
void zip_tell_entry(const struct zip *zip, const struct zip_entry *entry);

/* What of an entry is not its content: comment, other names, text in its extra data; if it is locked. */
void zip_tell_about(const struct zip *zip, const struct zip_entry *entry);

/* What of the archive is in no entry: its comment, and data before, between and behind entries. */
void zip_tell_rest(const struct zip *zip);

#endif
