/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time and memory that are spent: of one file, and of a message. Each is said by its name, and what else is
 * in the message is read.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/fd.h"
#include "lib/base/text.h"
#include "lib/format/formats.h"
#include "lib/format/pdf.h"
#include "lib/format/pdf_protocol.h"
#include "tests/support/tap.h"
#include "tests/unit/format/packer.h"
#include "tests/unit/format/reading.h"

#define BEHIND "Marlowe Quillfeather 1961"

enum { BIG = 80 << 20, SHORT_MS = 20, LONG_MS = 600000 };

/* Reads for as long as it may. */
static bool
is_endless(struct bytes content)
{
	return bytes_starts_nocase(content, BYTES_LIT("endless\xFF"));
}

static void
read_endless(struct format_out *out, struct bytes content)
{
	unsigned turns = 0;

	(void)content;
	while (format_spend(out, 0))
		turns++;
	format_tell(
		out, SEGMENT_TEXT, "what it has", turns > 0 ? BYTES_LIT("had time") : BYTES_LIT("had none"));
}

static const struct format endless_format = {
	.name = "endless",
	.types = (const char *const[]){"application/octet-stream", NULL},
	.extensions = (const char *const[]){NULL},
	.is = is_endless,
	.read = read_endless,
};

static const struct format *const table[] = {
	&endless_format, &zip_format, &gzip_format, &xz_format, &pdf_format, NULL};

static const struct bytes endless = BYTES_LIT("endless\xFF");

/* So many of the file, and a text behind them. */
static void
read_files(struct reading *reading, struct bytes file, int n)
{
	struct buf message;

	buf_init(&message, BIG * 3);
	buf_put_str(&message, "From: a@here.example\nMIME-Version: 1.0\n"
			      "Content-Type: multipart/mixed; boundary=cut\n\n");
	for (int i = 0; i < n; i++) {
		buf_put_str(&message, "--cut\nContent-Type: application/octet-stream\n"
				      "Content-Transfer-Encoding: base64\n\n");
		text_put_base64_lines(&message, file);
		buf_put_byte(&message, '\n');
	}
	buf_put_str(&message, "--cut\nContent-Type: text/plain\n\n" BEHIND "\n--cut--\n");
	arena_reset(&reading->arena);
	mime_read(&reading->arena, buf_bytes(&message), &reading->limits, &reading->text);
	buf_done(&message);
}

static size_t
count(const struct reading *reading, const char *text)
{
	size_t n = 0;

	for (const struct segment *s = reading->text.segments; s != NULL; s = s->next)
		n += bytes_eq(s->text, bytes_of_str(text));
	return n;
}

static void
check(const struct reading *reading, enum unscannable why, const char *name)
{
	if (!tap_ok(reading->text.unscannable == (unsigned)why, "%s: said by its name", name))
		printf("# flags %#x\n", reading->text.unscannable);
	tap_ok(reading_has_anywhere(reading, BEHIND), "%s: the text behind is read", name);
}

static void
test_time(struct reading *reading)
{
	struct buf file;

	reading->limits.file_ms = SHORT_MS;
	reading->limits.message_ms = LONG_MS;
	read_files(reading, endless, 3);
	check(reading, UNSCANNABLE_TIMEOUT, "time of a file");
	tap_ok(count(reading, "had time") == 3, "each file has its own");

	reading->limits.file_ms = LONG_MS;
	reading->limits.message_ms = SHORT_MS;
	read_files(reading, endless, 3);
	check(reading, UNSCANNABLE_TIMEOUT, "time of a message");
	tap_ok(count(reading, "had time") == 1 && count(reading, "had none") == 2,
		"the first file leaves the others none");

	buf_init(&file, BIG);
	pack("zip", NULL, NULL,
		(const struct packed_file[]){{.name = "1", .content = endless},
			{.name = "2", .content = endless}, {.name = "3", .content = endless}},
		3, &file);
	reading->limits.file_ms = SHORT_MS;
	reading->limits.message_ms = LONG_MS;
	read_files(reading, buf_bytes(&file), 1);
	check(reading, UNSCANNABLE_TIMEOUT, "time of an archive");
	tap_ok(count(reading, "had time") == 1, "files in one have what is left of it");
	buf_done(&file);
}

/* What no processor does in a millisecond. */
static void
test_unpacking(struct reading *reading)
{
	struct buf letters, file;

	buf_init(&letters, BIG);
	buf_init(&file, BIG);
	memset(buf_make_room(&letters, 60 << 20), 'x', 60 << 20);
	buf_grew(&letters, 60 << 20);
	pack("raw", "gzip", NULL, &(struct packed_file){.name = "a", .content = buf_bytes(&letters)}, 1,
		&file);
	reading->limits.ratio = 100000;
	reading->limits.file_ms = 1;
	reading->limits.message_ms = LONG_MS;
	read_files(reading, buf_bytes(&file), 1);
	tap_ok((reading->text.unscannable & UNSCANNABLE_TIMEOUT) != 0, "time to unpack");
	tap_ok(reading_has_anywhere(reading, BEHIND), "time to unpack: the text behind is read");
	buf_done(&file);
	buf_done(&letters);
}

static int silent[2];

/* A reader that takes the file and says nothing. */
static int
open_silent(int *ret_to, int *ret_from)
{
	*ret_to = open("/dev/null", O_WRONLY | O_CLOEXEC);
	*ret_from = dup(silent[0]);
	return 0;
}

/* One whose memory is spent, when it has told a page. */
static int
open_full(int *ret_to, int *ret_from)
{
	uint8_t frames[3 * PDF_FRAME_HEADER + 4 + 4 + 5];
	int pair[2];

	pdf_put_number(frames, PDF_PAGE);
	pdf_put_number(frames + 4, 4 + 5);
	pdf_put_number(frames + 8, 1);
	memcpy(frames + 12, "paged", 5);
	pdf_put_number(frames + 17, PDF_LIMIT);
	pdf_put_number(frames + 21, 4);
	pdf_put_number(frames + 25, PDF_LIMIT_MEMORY);
	pdf_put_number(frames + 29, PDF_END);
	pdf_put_number(frames + 33, 0);
	if (pipe2(pair, O_CLOEXEC) != 0 || fd_write_all(pair[1], bytes_of(frames, sizeof(frames)), NULL) != 0)
		return -1;
	fd_close(&pair[1]);
	*ret_to = open("/dev/null", O_WRONLY | O_CLOEXEC);
	*ret_from = pair[0];
	return 0;
}

static void
test_pdf(struct reading *reading)
{
	if (pipe2(silent, O_CLOEXEC) != 0)
		return;
	reading->limits.file_ms = SHORT_MS;
	reading->limits.message_ms = LONG_MS;
	pdf_use(open_silent);
	read_files(reading, BYTES_LIT("%PDF-1.7\n"), 2);
	check(reading, UNSCANNABLE_TIMEOUT, "a reader of PDF that says nothing");
	reading->limits.file_ms = LONG_MS;
	pdf_use(open_full);
	read_files(reading, BYTES_LIT("%PDF-1.7\n"), 2);
	check(reading, UNSCANNABLE_MEMORY, "memory of a reader of PDF");
	tap_ok(reading_has_anywhere(reading, "paged"), "what it had is told");
	pdf_use(NULL);
	fd_close(&silent[0]);
	fd_close(&silent[1]);
}

#ifdef __SANITIZE_ADDRESS__
static void
test_memory(struct reading *reading)
{
	(void)reading;
	tap_skip("no limit on memory under AddressSanitizer");
}
#else
/* XZ: one word, and a dictionary of three gibibytes for it. */
static const char xz_dictionary[] =
	"\xFD\x37\x7A\x58\x5A\x00\x00\x00\xFF\x12\xD9\x41\x02\x00\x21\x01\x27\x00\x00\x00\xB0\xB0\x72\xEB"
	"\x01\x00\x03\x77\x6F\x72\x64\x00\x00\x01\x14\x04\x67\xA6\x45\x09\x06\x72\x9E\x7A\x01\x00\x00\x00"
	"\x00\x00\x59\x5A";

/* Of the process, which libraries meet. */
static void
test_memory(struct reading *reading)
{
	struct rlimit before, limit;

	(void)getrlimit(RLIMIT_AS, &before);
	limit = before;
	limit.rlim_cur = 1 << 30;
	if (setrlimit(RLIMIT_AS, &limit) != 0)
		return;
	read_files(reading, bytes_of(xz_dictionary, sizeof(xz_dictionary) - 1), 2);
	(void)setrlimit(RLIMIT_AS, &before);
	check(reading, UNSCANNABLE_MEMORY, "memory of the process");
}
#endif

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	mime_init(table);
	test_time(&reading);
	test_unpacking(&reading);
	test_pdf(&reading);
	test_memory(&reading);
	reading_done(&reading);
	return tap_done();
}
