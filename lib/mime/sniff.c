/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/sniff.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

#define ROW(at, signature, type)                                                                             \
	{                                                                                                    \
		at, BYTES_LIT(signature), type                                                               \
	}

static const struct {
	size_t at;
	struct bytes signature;
	const char *type;
} signatures[] = {
	ROW(0, "%PDF-", "application/pdf"),
	ROW(0, "PK\x03\x04", "application/zip"),
	ROW(0, "PK\x05\x06", "application/zip"),
	ROW(0, "PK\x07\x08", "application/zip"),
	ROW(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage"),
	ROW(0, "{\\rtf", "application/rtf"),
	ROW(0, "\x1F\x8B\x08", "application/gzip"),
	ROW(0, "BZh", "application/x-bzip2"),
	ROW(0,
		"\xFD"
		"7zXZ\0",
		"application/x-xz"),
	ROW(0, "\x28\xB5\x2F\xFD", "application/zstd"),
	ROW(0, "7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
	ROW(0, "Rar!\x1A\x07", "application/vnd.rar"),
	ROW(0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
	ROW(257, "ustar", "application/x-tar"),
	ROW(0, "\x78\x9F\x3E\x22", "application/ms-tnef"),
	ROW(0, "\x89PNG\r\n\x1A\n", "image/png"),
	ROW(0, "\xFF\xD8\xFF", "image/jpeg"),
	ROW(0, "GIF87a", "image/gif"),
	ROW(0, "GIF89a", "image/gif"),
	ROW(8, "WEBP", "image/webp"),
	ROW(0, "II*\0", "image/tiff"),
	ROW(0, "MM\0*", "image/tiff"),
	ROW(0, "\0\0\x01\0", "image/x-icon"),
	ROW(0, "8BPS", "image/vnd.adobe.photoshop"),
	ROW(4, "ftypheic", "image/heic"),
	ROW(4, "ftypavif", "image/avif"),
	ROW(4, "ftyp", "video/mp4"),
	ROW(128, "DICM", "application/dicom"),
	ROW(0, "ID3", "audio/mpeg"),
	ROW(0, "OggS", "audio/ogg"),
	ROW(0, "fLaC", "audio/flac"),
	ROW(8, "WAVE", "audio/wav"),
	ROW(8, "AVI ", "video/x-msvideo"),
	ROW(0, "\x1A\x45\xDF\xA3", "video/webm"),
	ROW(0,
		"\x7F"
		"ELF",
		"application/x-executable"),
	ROW(0, "MZ", "application/vnd.microsoft.portable-executable"),
	ROW(0, "\xCA\xFE\xBA\xBE", "application/java-vm"),
	ROW(0, "SQLite format 3\0", "application/vnd.sqlite3"),
	ROW(0, "!BDN", "application/vnd.ms-outlook-pst"),
	ROW(0, "wOFF", "font/woff"),
	ROW(0, "wOF2", "font/woff2"),
};

/* Signatures made of letters only would also match words. */
static bool
needs_binary(const char *type)
{
	return strncmp(type, "image/vnd", 9) == 0 || strcmp(type, "application/x-bzip2") == 0 ||
	       strncmp(type, "audio/", 6) == 0 || strcmp(type, "image/webp") == 0 ||
	       strcmp(type, "video/x-msvideo") == 0 || strncmp(type, "video/mp4", 9) == 0 ||
	       strcmp(type, "application/vnd.microsoft.portable-executable") == 0 ||
	       strncmp(type, "font/", 5) == 0 || strcmp(type, "application/vnd.ms-outlook-pst") == 0;
}

const char *
sniff_type(struct bytes content)
{
	struct bytes head = bytes_sub(content, 0, 1024);

	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		struct bytes signature = signatures[i].signature;

		if (bytes_eq(bytes_sub(content, signatures[i].at, signature.n), signature) &&
			(!needs_binary(signatures[i].type) || !sniff_is_text(content)))
			return signatures[i].type;
	}
	/* Some PDF writers put a few bytes ahead; readers look for the mark in the first 1,024. */
	if (bytes_find(head, BYTES_LIT("%PDF-")) < head.n && !utf8_is_valid(content))
		return "application/pdf";
	return NULL;
}

/*
 * UTF-16 of Latin text has a zero in about every other place, always the same one; UTF-32 in three of four.
 * Other files full of zeros have them everywhere.
 */
static bool
is_wide_text(const size_t zeros[4], size_t n)
{
	size_t even = zeros[0] + zeros[2], odd = zeros[1] + zeros[3], full = 0;

	for (size_t i = 0; i < 4; i++)
		full += zeros[i] >= n / 4 - n / 40;
	return even > odd * 10 || odd > even * 10 || full == 3;
}

bool
sniff_is_text(struct bytes content)
{
	size_t controls = 0, zeros[4] = {0}, all_zeros, high = 0;

	for (size_t i = 0; i < content.n; i++) {
		uint8_t c = content.p[i];

		if (c == 0)
			zeros[i % 4]++;
		else if (c < 0x20 && !ascii_is_space(c) && c != 0x1B && c != 0x1A)
			controls++;
		else if (c >= 0x80)
			high++;
	}
	all_zeros = zeros[0] + zeros[1] + zeros[2] + zeros[3];
	if (all_zeros > content.n / 3)
		return controls * 50 <= content.n && is_wide_text(zeros, content.n);
	if (content.n >= 2 && (content.p[0] ^ content.p[1]) == 1 && (content.p[0] & 0xFE) == 0xFE)
		return true;
	if ((controls + all_zeros) * 100 > content.n)
		return false;
	return high * 10 <= content.n * 3 || utf8_is_valid(content);
}

bool
sniff_is_html(struct bytes content)
{
	static const struct bytes starts[] = {BYTES_LIT("<!doctype html"), BYTES_LIT("<html"),
		BYTES_LIT("<head"), BYTES_LIT("<body"), BYTES_LIT("<table"), BYTES_LIT("<div")};

	if (bytes_starts_nocase(content, BYTES_LIT("\xEF\xBB\xBF")))
		content = bytes_sub(content, 3, content.n);
	content = bytes_trim(bytes_sub(content, 0, 1024));
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (bytes_starts_nocase(content, starts[i]))
			return true;
	}
	return false;
}

static bool
is_field(struct bytes line)
{
	size_t n = bytes_find_byte(line, ':');

	if (n == 0 || n == line.n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!ascii_is_alnum(line.p[i]) && line.p[i] != '-' && line.p[i] != '_')
			return false;
	}
	return true;
}

bool
sniff_is_message(struct bytes content)
{
	static const struct bytes names[] = {BYTES_LIT("from:"), BYTES_LIT("to:"), BYTES_LIT("subject:"),
		BYTES_LIT("date:"), BYTES_LIT("message-id:"), BYTES_LIT("mime-version:"),
		BYTES_LIT("received:"), BYTES_LIT("return-path:"), BYTES_LIT("delivered-to:"),
		BYTES_LIT("content-type:")};
	struct bytes line;
	unsigned known = 0;

	while (bytes_next_line(&content, &line) && line.n > 0 && known < 2) {
		if (line.p[0] == ' ' || line.p[0] == '\t')
			continue;
		if (!is_field(line))
			return false;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			known += bytes_starts_nocase(line, names[i]);
	}
	return known >= 2;
}
