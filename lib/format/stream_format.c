/* SPDX-License-Identifier: Apache-2.0 */
/* Files that were compressed alone: gzip, bzip2, xz, zstd. What they unpack to is a file, often a TAR. */
#include "lib/format/formats.h"
#include "lib/format/member.h"
#include "lib/format/stream_header.h"

/*
 * One layer only: left to itself libarchive would unpack as many as there are, and keep their names to
 * itself.
 */
static enum unpack_result
unpack_stream(struct unpack *unpack, int filter, struct buf *content)
{
	struct archive_entry *entry;
	enum unpack_result result;

	if (archive_read_append_filter(unpack->archive, filter) != ARCHIVE_OK ||
		archive_read_set_format(unpack->archive, ARCHIVE_FORMAT_RAW) != ARCHIVE_OK)
		return UNPACK_BROKEN;
	result = unpack_open(unpack);
	if (result == UNPACK_READ)
		result = unpack_next(unpack, &entry);
	if (result == UNPACK_READ)
		result = unpack_content(unpack, content);
	return result;
}

static void
read_stream(struct format_out *out, struct bytes content, int filter, struct bytes name)
{
	struct unpack unpack;
	struct buf unpacked;
	enum unpack_result result;

	if (unpack_init(&unpack, out, bytes_of(NULL, 0), content) != 0)
		return;
	buf_init(&unpacked, format_bytes_left(out));
	result = unpack_stream(&unpack, filter, &unpacked);
	if (result == UNPACK_BROKEN)
		format_flag(out, UNSCANNABLE_FORMAT);
	format_tell_file(out, name.n > 0 ? name : BYTES_LIT("content"), NULL, buf_bytes(&unpacked));
	if (result == UNPACK_READ)
		member_tell_margin(out,
			bytes_sub(content, (size_t)archive_filter_bytes(unpack.archive, 1), content.n),
			"data behind the archive");
	buf_wipe_done(&unpacked);
	unpack_done(&unpack);
}

static bool
is_gzip(struct bytes content)
{
	return bytes_eq(bytes_sub(content, 0, 3), BYTES_LIT("\x1F\x8B\x08"));
}

static void
read_gzip(struct format_out *out, struct bytes content)
{
	read_stream(out, content, ARCHIVE_FILTER_GZIP, stream_tell_gzip(out, content));
}

/* A first block, or the end of an empty file. */
static bool
is_bzip2(struct bytes content)
{
	struct bytes mark = bytes_sub(content, 4, 6);

	return bytes_eq(bytes_sub(content, 0, 3), BYTES_LIT("BZh")) && content.n >= 10 &&
	       content.p[3] >= '1' && content.p[3] <= '9' &&
	       (bytes_eq(mark, BYTES_LIT("1AY&SY")) || bytes_eq(mark, BYTES_LIT("\x17rE8P\x90")));
}

static void
read_bzip2(struct format_out *out, struct bytes content)
{
	read_stream(out, content, ARCHIVE_FILTER_BZIP2, bytes_of(NULL, 0));
}

static bool
is_xz(struct bytes content)
{
	static const uint8_t signature[] = {0xFD, '7', 'z', 'X', 'Z', 0};

	return bytes_eq(bytes_sub(content, 0, 6), bytes_of(signature, 6));
}

static void
read_xz(struct format_out *out, struct bytes content)
{
	read_stream(out, content, ARCHIVE_FILTER_XZ, bytes_of(NULL, 0));
}

static bool
is_zstd(struct bytes content)
{
	content = bytes_sub(content, stream_skip_zstd(content), content.n);
	return bytes_eq(bytes_sub(content, 0, 4), BYTES_LIT("\x28\xB5\x2F\xFD"));
}

static void
read_zstd(struct format_out *out, struct bytes content)
{
	stream_tell_zstd(out, content);
	content = bytes_sub(content, stream_skip_zstd(content), content.n);
	read_stream(out, content, ARCHIVE_FILTER_ZSTD, bytes_of(NULL, 0));
}

/* What some senders call any archive that is compressed. */
#define TAR_INSIDE "application/x-tar"

const struct format gzip_format = {
	.name = "gzip",
	.types = (const char *const[]){"application/gzip", "application/x-gzip", "application/x-gtar",
		"application/x-compressed-tar", "application/x-tgz", "application/x-compressed", TAR_INSIDE,
		NULL},
	.extensions = (const char *const[]){"gz", "tgz", "gzip", "svgz", NULL},
	.is = is_gzip,
	.read = read_gzip,
};

const struct format bzip2_format = {
	.name = "bzip2",
	.types = (const char *const[]){"application/x-bzip2", "application/x-bzip", "application/bzip2",
		"application/x-bzip-compressed-tar", TAR_INSIDE, NULL},
	.extensions = (const char *const[]){"bz2", "bz", "tbz", "tbz2", NULL},
	.is = is_bzip2,
	.read = read_bzip2,
};

const struct format xz_format = {
	.name = "xz",
	.types = (const char *const[]){"application/x-xz", "application/x-xz-compressed-tar", TAR_INSIDE,
		NULL},
	.extensions = (const char *const[]){"xz", "txz", NULL},
	.is = is_xz,
	.read = read_xz,
};

const struct format zstd_format = {
	.name = "zstd",
	.types = (const char *const[]){"application/zstd", "application/x-zstd",
		"application/x-zstd-compressed-tar", TAR_INSIDE, NULL},
	.extensions = (const char *const[]){"zst", "zstd", "tzst", NULL},
	.is = is_zstd,
	.read = read_zstd,
};
