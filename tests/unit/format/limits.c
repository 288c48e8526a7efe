/* SPDX-License-Identifier: Apache-2.0 */
/* Each limit stops what it is for, says its name, and leaves the other parts of the message to be read. */
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/format/formats.h"
#include "tests/support/tap.h"
#include "tests/unit/format/packer.h"
#include "tests/unit/format/reading.h"

#define NEEDLE "Marlowe Quillfeather 1961"

enum { MEBI = 1 << 20, BIG = 64 << 20 };

/* Packs `content` so many times, one in the other. */
static void
nest(const char *format, const char *filter, int levels, struct bytes content, struct buf *ret)
{
	struct buf inner;

	buf_init(&inner, BIG);
	buf_put_bytes(&inner, content);
	for (int i = 0; i < levels; i++) {
		pack(format, filter, NULL, &(struct packed_file){.name = "a", .content = buf_bytes(&inner)},
			1, ret);
		buf_reset(&inner);
		buf_put_bytes(&inner, buf_bytes(ret));
	}
	buf_done(&inner);
}

static void
put_letters(struct buf *buf, size_t n)
{
	memset(buf_make_room(buf, n), 'x', n);
	buf_grew(buf, n);
}

static void
make_deep(struct buf *file)
{
	nest("zip", NULL, 12, BYTES_LIT("deep"), file);
}

static void
make_many(struct buf *file)
{
	struct packed_file files[100];

	for (size_t i = 0; i < 100; i++)
		files[i] = (struct packed_file){.name = "a", .content = BYTES_LIT("x")};
	pack("ustar", NULL, NULL, files, 100, file);
}

/* Two mebibytes of letters, stored: no bomb but big. */
static void
make_big(struct buf *file)
{
	struct buf letters;

	buf_init(&letters, BIG);
	put_letters(&letters, 2 * MEBI);
	nest("ustar", NULL, 1, buf_bytes(&letters), file);
	buf_done(&letters);
}

static void
make_two(struct buf *file)
{
	struct buf letters;

	buf_init(&letters, BIG);
	put_letters(&letters, 3 * MEBI / 4);
	nest("ustar", NULL, 2, buf_bytes(&letters), file);
	buf_done(&letters);
}

static void
make_dense(struct buf *file)
{
	struct buf letters;

	buf_init(&letters, BIG);
	put_letters(&letters, 4 * MEBI);
	nest("raw", "gzip", 1, buf_bytes(&letters), file);
	buf_done(&letters);
}

/* Each level alone unpacks to less than the free mebibyte or the ratio; both together do not. */
static void
make_dense_in_two(struct buf *file)
{
	struct buf letters, inner;

	buf_init(&letters, BIG);
	buf_init(&inner, BIG);
	put_letters(&letters, 4 * MEBI);
	pack("raw", "gzip", "compression-level=1",
		&(struct packed_file){.name = "a", .content = buf_bytes(&letters)}, 1, &inner);
	nest("raw", "gzip", 1, buf_bytes(&inner), file);
	buf_done(&inner);
	buf_done(&letters);
}

static void
make_hole(struct buf *file)
{
	pack("pax", NULL, NULL,
		(const struct packed_file[]){{.name = "a", .content = BYTES_LIT("x"), .hole = 1 << 27}}, 1,
		file);
}

static const struct {
	const char *name;
	void (*make)(struct buf *file);
	struct mime_limits limits;
	enum unscannable why;
} rows[] = {
	{"depth", make_deep, {.depth = 8}, UNSCANNABLE_DEPTH},
	{"parts", make_many, {.parts = 50}, UNSCANNABLE_PARTS},
	{"size of one", make_big, {.file_size = MEBI}, UNSCANNABLE_SIZE},
	{"total", make_big, {.unpacked_size = MEBI}, UNSCANNABLE_SIZE},
	{"size of one, over all levels", make_two, {.file_size = MEBI}, UNSCANNABLE_SIZE},
	{"ratio", make_dense, {0}, UNSCANNABLE_RATIO},
	{"ratio, over all levels", make_dense_in_two, {0}, UNSCANNABLE_RATIO},
	{"a hole", make_hole, {0}, UNSCANNABLE_SIZE},
	{"text", make_big, {.text = MEBI}, UNSCANNABLE_SIZE},
};

/* The archive, and a text behind it. */
static void
put_message(struct buf *message, struct bytes file)
{
	buf_put_str(message, "From: a@here.example\nMIME-Version: 1.0\n"
			     "Content-Type: multipart/mixed; boundary=cut\n\n--cut\n"
			     "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n");
	text_put_base64_lines(message, file);
	buf_put_str(message, "\n--cut\nContent-Type: text/plain\n\n" NEEDLE "\n--cut--\n");
}

static size_t
either(size_t a, size_t b)
{
	return a != 0 ? a : b;
}

static void
test_row(struct reading *reading, size_t i)
{
	const struct mime_limits *own = &rows[i].limits, all = reading->limits;
	struct mime_limits limits = {.depth = either(own->depth, all.depth),
		.parts = either(own->parts, all.parts),
		.headers = all.headers,
		.text = either(own->text, all.text),
		.file_size = either(own->file_size, all.file_size),
		.unpacked_size = either(own->unpacked_size, all.unpacked_size),
		.ratio = all.ratio};
	struct buf file, message;

	buf_init(&file, BIG);
	buf_init(&message, 2 * BIG);
	rows[i].make(&file);
	put_message(&message, buf_bytes(&file));
	arena_reset(&reading->arena);
	mime_read(&reading->arena, buf_bytes(&message), &limits, &reading->text);
	tap_ok(reading->text.unscannable == (unsigned)rows[i].why, "%s: said by its name (%x)", rows[i].name,
		reading->text.unscannable);
	tap_ok(rows[i].why == UNSCANNABLE_PARTS || own->text != 0 || reading_has_anywhere(reading, NEEDLE),
		"%s: the part behind it is read", rows[i].name);
	buf_done(&message);
	buf_done(&file);
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(&reading, i);
	reading_done(&reading);
	return tap_done();
}
