/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Office files, read within the limits, as clean UTF-8, and the same way each time. The input is the parts of
 * a package, each behind a line "=== name", so that what changes in it is XML and not what XML is packed in;
 * an input that does not begin so is the file itself.
 */
#include "tests/fuzz/file.h"

static const struct format *const formats[] = {&docx_format, &xlsb_format, &xlsx_format, &pptx_format,
	&odt_format, &ods_format, &odp_format, &odf_format, &odf_flat_format, &spreadsheetml_format,
	&word_xml_format, NULL};

struct package {
	struct buf file, directory;
	unsigned n;
};

static void
put_number(struct buf *buf, size_t value, int n)
{
	for (int i = 0; i < n; i++)
		buf_put_byte(buf, i < 8 ? (uint8_t)(value >> 8 * i) : 0);
}

/* An entry that is not packed: a local header, and the directory's with its place. */
static void
put_header(struct buf *buf, struct bytes name, size_t n)
{
	put_number(buf, 0, 12); /* flags, method, time, checksum */
	put_number(buf, n, 4);
	put_number(buf, n, 4);
	put_number(buf, name.n, 2);
	put_number(buf, 0, 2);
}

static void
add_part(struct package *package, struct bytes name, struct bytes content)
{
	size_t at = package->file.n;

	buf_put(&package->file, "PK\x03\x04\x14\0", 6);
	put_header(&package->file, name, content.n);
	buf_put_bytes(&package->file, name);
	buf_put_bytes(&package->file, content);
	buf_put(&package->directory, "PK\x01\x02\x14\0\x14\0", 8);
	put_header(&package->directory, name, content.n);
	put_number(&package->directory, 0, 10);
	put_number(&package->directory, at, 4);
	buf_put_bytes(&package->directory, name);
	package->n++;
}

static void
end_package(struct package *package)
{
	size_t at = package->file.n;

	buf_put_bytes(&package->file, buf_bytes(&package->directory));
	buf_put(&package->file, "PK\x05\x06\0\0\0\0", 8);
	put_number(&package->file, package->n, 2);
	put_number(&package->file, package->n, 2);
	put_number(&package->file, package->directory.n, 4);
	put_number(&package->file, at, 4);
	put_number(&package->file, 0, 2);
}

static void
put_package(struct bytes input, struct buf *out)
{
	struct bytes mark = BYTES_LIT("=== "), end = BYTES_LIT("\n=== "), name;
	struct package package = {.n = 0};

	buf_init(&package.file, input.n * 40 + 1000);
	buf_init(&package.directory, input.n * 40 + 1000);
	while (bytes_starts_nocase(input, mark)) {
		size_t n;

		input = bytes_sub(input, mark.n, input.n);
		if (!bytes_next_line(&input, &name))
			break;
		n = bytes_find(input, end);
		add_part(&package, name, bytes_sub(input, 0, n));
		input = bytes_sub(input, n + 1, input.n);
	}
	end_package(&package);
	buf_put_bytes(out, buf_bytes(&package.file));
	buf_done(&package.file);
	buf_done(&package.directory);
}

void
fuzz_one(struct bytes input)
{
	struct buf file;

	if (!bytes_starts_nocase(input, BYTES_LIT("=== "))) {
		fuzz_file(formats, input);
		return;
	}
	buf_init(&file, input.n * 80 + 3000);
	put_package(input, &file);
	fuzz_file(formats, buf_bytes(&file));
	buf_done(&file);
}
