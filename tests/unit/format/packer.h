/* SPDX-License-Identifier: Apache-2.0 */
/* Packs files for tests, by libarchive's writers. */
#ifndef POSTSEAL_TESTS_PACKER_H
#define POSTSEAL_TESTS_PACKER_H

#include "lib/base/buf.h"

struct packed_file {
	const char *name;
	const char *link;  /* a symbolic link to this */
	const char *hard;  /* a hard link to this */
	const char *owner; /* name of its user */
	struct bytes content;
	int64_t hole; /* bytes of nothing ahead of the content, as a hole */
};

/*
 * `format` is a name that archive_write_set_format_by_name() knows, or "raw"; `filter` one of
 * archive_write_add_filter_by_name(), or NULL; `options` as archive_write_set_options(), or NULL. At most
 * `n` files, up to one without a name. What is in *ret is replaced.
 */
void pack(const char *format, const char *filter, const char *options, const struct packed_file *files,
	size_t n, struct buf *ret);

#endif
