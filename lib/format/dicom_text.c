/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/dicom_text.h"

#include "lib/base/ascii.h"
#include "lib/mime/charset.h"

struct bytes
dicom_text_charset(struct bytes terms)
{
	/* Of several values one tells: what is with it is ASCII or its half. Those come first. */
	static const struct {
		const char *term, *label;
	} rows[] = {{"IR 87", "iso-2022-jp"}, {"IR 159", "iso-2022-jp"}, {"IR 149", "euc-kr"},
		{"IR 58", "gb18030"}, {"GB18030", "gb18030"}, {"GBK", "gb18030"}, {"IR 192", "utf-8"},
		{"IR 100", "iso-8859-1"}, {"IR 101", "iso-8859-2"}, {"IR 109", "iso-8859-3"},
		{"IR 110", "iso-8859-4"}, {"IR 144", "iso-8859-5"}, {"IR 127", "iso-8859-6"},
		{"IR 126", "iso-8859-7"}, {"IR 138", "iso-8859-8"}, {"IR 148", "iso-8859-9"},
		{"IR 203", "iso-8859-15"}, {"IR 166", "tis-620"}, {"IR 13", "shift_jis"}};
	struct buf spaced;
	struct bytes label = BYTES_LIT("utf-8");

	buf_init(&spaced, 1024);
	terms = bytes_sub(terms, 0, 1000);
	for (size_t i = 0; i < terms.n; i++)
		buf_put_byte(&spaced, terms.p[i] == '_' ? ' ' : ascii_upper(terms.p[i]));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (bytes_find(buf_bytes(&spaced), bytes_of_str(rows[i].term)) < spaced.n) {
			label = bytes_of_str(rows[i].label);
			break;
		}
	}
	buf_done(&spaced);
	return label;
}

/* ESC, intermediate bytes, a final one (ISO 2022). */
static size_t
escape_length(struct bytes b)
{
	size_t n = 1;

	while (n < b.n && n < 4 && b.p[n] >= 0x20 && b.p[n] < 0x30)
		n++;
	return n < b.n ? n + 1 : b.n;
}

/* Only Japanese is decoded by its escapes; the others have bytes above 127 whatever stands before. */
static void
put_without_escapes(struct bytes value, struct buf *out)
{
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == 0x1B)
			i += escape_length(bytes_sub(value, i, value.n)) - 1;
		else
			buf_put_byte(out, value.p[i]);
	}
}

void
dicom_text_put(struct bytes charset, struct bytes value, struct buf *out)
{
	struct buf bare;

	while (value.n > 0 && (value.p[value.n - 1] == 0 || value.p[value.n - 1] == ' '))
		value.n--;
	if (bytes_find_byte(value, 0x1B) == value.n || bytes_eq(charset, BYTES_LIT("iso-2022-jp"))) {
		charset_to_utf8(charset, value, out);
		return;
	}
	buf_init(&bare, value.n);
	put_without_escapes(value, &bare);
	charset_to_utf8(charset, buf_bytes(&bare), out);
	buf_wipe_done(&bare);
}

bool
dicom_text_is(struct bytes value)
{
	size_t letters = 0, others = 0;

	while (value.n > 0 && value.p[value.n - 1] == 0)
		value.n--;
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];

		if (c < ' ' && !ascii_is_space(c) && c != 0x1B)
			return false;
		letters += ascii_is_alnum(c) || c == ' ';
		others += c >= 0x7F;
	}
	return letters >= 3 && others * 2 < letters;
}
