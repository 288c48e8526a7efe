/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/charset.h"

#include <errno.h>
#include <iconv.h>

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

enum kind {
	KIND_ASCII,  /* ASCII bytes mean ASCII: valid UTF-8 under such a label is UTF-8 */
	KIND_STATE,  /* 7-bit with escapes */
	KIND_WIDE2,  /* UTF-16 */
	KIND_WIDE4,  /* UTF-32 */
	KIND_EBCDIC, /* nothing is where ASCII has it */
	KIND_UTF8,
	KIND_HZ,
};

/*
 * The labels, each spelt in lower case without punctuation. As in browsers and mail programs the older name
 * of a family stands for its largest member: what calls itself iso-8859-1 is windows-1252.
 */
static const struct charset {
	const char *name; /* for iconv_open() */
	enum kind kind;
	const char *labels;
} charsets[] = {
	{"UTF-8", KIND_UTF8,
		" utf8 unicode11utf8 usascii ascii ansix341968 ansi iso646us us 646 default unknown8bit "
		"xunknown 8bit 7bit "
		"binary none cp65001 utf8mb4 xuser xuserdefined "},
	{"WINDOWS-1252", KIND_ASCII,
		" windows1252 cp1252 xcp1252 xansi iso88591 iso885911987 latin1 l1 isoir100 ibm819 cp819 "
		"iso88591windows "},
	{"WINDOWS-1250", KIND_ASCII, " windows1250 cp1250 xcp1250 "},
	{"WINDOWS-1251", KIND_ASCII, " windows1251 cp1251 xcp1251 "},
	{"WINDOWS-1253", KIND_ASCII, " windows1253 cp1253 xcp1253 "},
	{"WINDOWS-1254", KIND_ASCII, " windows1254 cp1254 xcp1254 iso88599 latin5 l5 "},
	{"WINDOWS-1255", KIND_ASCII, " windows1255 cp1255 xcp1255 "},
	{"WINDOWS-1256", KIND_ASCII, " windows1256 cp1256 xcp1256 "},
	{"WINDOWS-1257", KIND_ASCII, " windows1257 cp1257 xcp1257 "},
	{"WINDOWS-1258", KIND_ASCII, " windows1258 cp1258 xcp1258 "},
	{"CP874", KIND_ASCII, " windows874 cp874 tis620 iso885911 dos874 "},
	{"ISO-8859-2", KIND_ASCII, " iso88592 latin2 l2 iso885921987 "},
	{"ISO-8859-3", KIND_ASCII, " iso88593 latin3 l3 "},
	{"ISO-8859-4", KIND_ASCII, " iso88594 latin4 l4 "},
	{"ISO-8859-5", KIND_ASCII, " iso88595 cyrillic "},
	{"ISO-8859-6", KIND_ASCII, " iso88596 arabic asmo708 ecma114 iso88596e iso88596i "},
	{"ISO-8859-7", KIND_ASCII, " iso88597 greek greek8 elot928 ecma118 "},
	{"ISO-8859-8", KIND_ASCII, " iso88598 hebrew iso88598e iso88598i logical visual "},
	{"ISO-8859-10", KIND_ASCII, " iso885910 latin6 l6 "},
	{"ISO-8859-13", KIND_ASCII, " iso885913 latin7 "},
	{"ISO-8859-14", KIND_ASCII, " iso885914 latin8 "},
	{"ISO-8859-15", KIND_ASCII, " iso885915 latin9 l9 latin0 "},
	{"ISO-8859-16", KIND_ASCII, " iso885916 latin10 "},
	{"KOI8-R", KIND_ASCII, " koi8r koi8 koi cskoi8r "},
	{"KOI8-U", KIND_ASCII, " koi8u koi8ru "},
	{"MACINTOSH", KIND_ASCII, " macintosh mac macroman xmacroman macosroman xmac csmacintosh applemac "},
	{"MAC-CENTRALEUROPE", KIND_ASCII, " maccentraleurope xmaccentraleurroman xmacce macce "},
	{"MAC-CYRILLIC", KIND_ASCII, " maccyrillic xmaccyrillic xmacukrainian "},
	{"CP437", KIND_ASCII, " cp437 ibm437 437 dos437 "},
	{"CP850", KIND_ASCII, " cp850 ibm850 850 dos850 "},
	{"CP852", KIND_ASCII, " cp852 ibm852 852 "},
	{"CP858", KIND_ASCII, " cp858 ibm858 ibm00858 "},
	{"CP862", KIND_ASCII, " cp862 ibm862 862 "},
	{"CP866", KIND_ASCII, " cp866 ibm866 866 "},
	{"HP-ROMAN8", KIND_ASCII, " hproman8 roman8 r8 "},
	{"GB18030", KIND_ASCII, " gb18030 gbk xgbk cp936 ms936 gb2312 gb231280 chinese euccn isoir58 cngb "},
	{"BIG5-HKSCS", KIND_ASCII, " big5 big5hkscs xxbig5 cnbig5 big5tw cp950 "},
	{"EUC-TW", KIND_ASCII, " euctw xeuctw "},
	{"CP932", KIND_ASCII, " shiftjis sjis xsjis mskanji cp932 ms932 windows31j windows932 "},
	{"EUC-JP", KIND_ASCII, " eucjp xeucjp ujis "},
	{"CP949", KIND_ASCII,
		" cp949 uhc euckr ksc56011987 ksc5601 ksc56011989 korean windows949 ks5601 kscksc5601 "},
	{"JOHAB", KIND_ASCII, " johab cp1361 "},
	{"TCVN", KIND_ASCII, " tcvn tcvn5712 "},
	{"VISCII", KIND_ASCII, " viscii "},
	{"ARMSCII-8", KIND_ASCII, " armscii8 "},
	{"GEORGIAN-PS", KIND_ASCII, " georgianps "},
	{"PT154", KIND_ASCII, " pt154 cp154 "},
	{"ISO-2022-JP-2", KIND_STATE,
		" iso2022jp iso2022jp2 iso2022jp1 csiso2022jp jis jis7 cp50220 cp50221 iso2022jpms "},
	{"ISO-2022-JP-3", KIND_STATE, " iso2022jp3 iso2022jp2004 "},
	{"ISO-2022-KR", KIND_STATE, " iso2022kr csiso2022kr "},
	{"ISO-2022-CN", KIND_STATE, " iso2022cn iso2022cnext "},
	{"UTF-7", KIND_STATE, " utf7 unicode11utf7 unicode20utf7 xunicode20utf7 csutf7 "},
	{"GB18030", KIND_HZ, " hz hzgb2312 hzgb "},
	{"UTF-16LE", KIND_WIDE2,
		" utf16le utf16 unicode ucs2 iso10646ucs2 csunicode unicodefffe ucs2le utf16bom utf16xbom "},
	{"UTF-16BE", KIND_WIDE2, " utf16be ucs2be unicodefeff unicodebig "},
	{"UTF-32LE", KIND_WIDE4, " utf32le utf32 ucs4 iso10646ucs4 ucs4le "},
	{"UTF-32BE", KIND_WIDE4, " utf32be ucs4be "},
	{"IBM037", KIND_EBCDIC, " ibm037 cp037 ebcdiccpus ebcdiccpca "},
	{"IBM500", KIND_EBCDIC, " ibm500 cp500 ebcdiccpbe "},
	{"IBM1047", KIND_EBCDIC, " ibm1047 cp1047 ebcdic xebcdic "},
	{"IBM1140", KIND_EBCDIC, " ibm1140 ibm01140 cp1140 ebcdicus37euro "},
};

enum { N_CHARSETS = sizeof(charsets) / sizeof(charsets[0]), LABEL_MAX = 40 };

/* Written once, before any message is read. */
static iconv_t converters[N_CHARSETS];
static unsigned missing;
static bool is_open;

void
charset_init(void)
{
	if (is_open)
		return;
	is_open = true;
	for (size_t i = 0; i < N_CHARSETS; i++) {
		/* A charset is loaded by its first use at the latest: use it now. */
		char in[] = "abcd", out[64];
		char *in_p = in, *out_p = out;
		size_t in_n = 4, out_n = sizeof(out);

		converters[i] = iconv_open("UTF-8", charsets[i].name);
		if (converters[i] == (iconv_t)-1)
			missing++;
		else
			(void)iconv(converters[i], &in_p, &in_n, &out_p, &out_n);
	}
}

unsigned
charset_missing(void)
{
	return missing;
}

/* " label " without punctuation, for a search in the lists; an empty string when it is too long. */
static void
fold_label(struct bytes label, char folded[LABEL_MAX + 3])
{
	size_t n = 0;

	label = bytes_sub(label, 0, bytes_find_byte(label, '*'));
	folded[n++] = ' ';
	for (size_t i = 0; i < label.n && n <= LABEL_MAX; i++) {
		if (ascii_is_alnum(label.p[i]))
			folded[n++] = (char)ascii_lower(label.p[i]);
	}
	folded[n++] = ' ';
	folded[n] = '\0';
}

static const struct charset *
find(struct bytes label)
{
	char folded[LABEL_MAX + 3];

	fold_label(label, folded);
	if (folded[1] == ' ')
		return NULL;
	for (size_t i = 0; i < N_CHARSETS; i++) {
		if (strstr(charsets[i].labels, folded) != NULL)
			return &charsets[i];
	}
	return NULL;
}

static const struct charset *
find_name(const char *name)
{
	for (size_t i = 0; i < N_CHARSETS; i++) {
		if (strcmp(charsets[i].name, name) == 0)
			return &charsets[i];
	}
	return NULL;
}

const char *
charset_name(struct bytes label)
{
	const struct charset *charset = find(label);

	return charset != NULL ? charset->name : NULL;
}

void
charset_each(void (*visit)(const char *label, void *context), void *context)
{
	for (size_t i = 0; i < N_CHARSETS; i++) {
		struct bytes rest = bytes_of_str(charsets[i].labels);

		while (rest.n > 1) {
			char label[LABEL_MAX + 3];
			size_t n;

			rest = bytes_trim(rest);
			n = bytes_find_byte(rest, ' ');
			memcpy(label, rest.p, n < LABEL_MAX ? n : LABEL_MAX);
			label[n < LABEL_MAX ? n : LABEL_MAX] = '\0';
			visit(label, context);
			rest = bytes_sub(rest, n, rest.n);
		}
	}
}

/* What a text looks like, byte by byte. */
struct looks {
	size_t high, controls, spaces, escapes, zeros[4];
};

static struct looks
look(struct bytes text)
{
	struct looks looks = {0};

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c >= 0x80)
			looks.high++;
		else if (c == 0)
			looks.zeros[i % 4]++;
		else if (c == 0x1B)
			looks.escapes++;
		else if (ascii_is_space(c))
			looks.spaces++;
		else if (c < 0x20 || c == 0x7F)
			looks.controls++;
	}
	return looks;
}

/* UTF-8 as far as it is, windows-1252 where it is not: never fails, and shows every ASCII byte but NUL. */
static void
put_lenient(struct bytes text, struct buf *out)
{
	static const uint16_t high[32] = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
		0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019,
		0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD,
		0x017E, 0x0178};

	for (size_t at = 0; at < text.n;) {
		size_t from = at;
		uint8_t c = text.p[at];
		uint32_t code_point = utf8_next(text, &at);

		if (code_point == UTF8_REPLACEMENT && at == from + 1)
			code_point = c < 0xA0 ? high[c - 0x80] : c;
		if (code_point != 0)
			utf8_put(out, code_point);
	}
}

/* Without what its escapes and controls can't mean; the looks say whether a person would see text. */
static enum charset_result
guess(struct bytes text, const struct looks *looks, struct buf *out)
{
	size_t zeros = looks->zeros[0] + looks->zeros[1] + looks->zeros[2] + looks->zeros[3];
	bool no_spaces = looks->spaces * 50 < text.n, valid = utf8_is_valid(text);

	if (zeros == 0 && valid)
		buf_put_bytes(out, text);
	else
		put_lenient(text, out);
	if ((looks->controls + zeros) * 20 > text.n ||
		(!valid && looks->high * 3 > text.n && no_spaces && text.n >= 16))
		return CHARSET_UNREADABLE;
	return CHARSET_GUESSED;
}

/* Returns the bytes that had no meaning, each written as U+FFFD. */
static size_t
convert(const struct charset *charset, struct bytes text, size_t unit, struct buf *out)
{
	iconv_t converter = converters[charset - charsets];
	char *in = (char *)(uintptr_t)text.p;
	size_t in_n = text.n, bad = 0;

	if (converter == (iconv_t)-1)
		return text.n;
	iconv(converter, NULL, NULL, NULL, NULL);
	while (in_n > 0) {
		char piece[4096];
		char *to = piece;
		size_t to_n = sizeof(piece);
		size_t done = iconv(converter, &in, &in_n, &to, &to_n);
		int why = errno;

		buf_put(out, piece, (size_t)(to - piece));
		if (done != (size_t)-1 || why == E2BIG)
			continue;
		utf8_put(out, UTF8_REPLACEMENT);
		bad += unit;
		in += in_n < unit ? in_n : unit;
		in_n -= in_n < unit ? in_n : unit;
	}
	return bad;
}

/* The order of the bytes shows in where the zeros of Latin text, spaces and digits stand. */
static enum charset_result
convert_wide(const struct charset *charset, struct bytes text, const struct looks *looks, struct buf *out)
{
	size_t unit = charset->kind == KIND_WIDE2 ? 2 : 4;
	size_t even = looks->zeros[0] + looks->zeros[2], odd = looks->zeros[1] + looks->zeros[3];
	const char *name = charset->name;

	if (unit == 2 && even != odd)
		name = even > odd ? "UTF-16BE" : "UTF-16LE";
	if (unit == 4 && looks->zeros[0] != looks->zeros[3])
		name = looks->zeros[0] > looks->zeros[3] ? "UTF-32BE" : "UTF-32LE";
	return convert(find_name(name), text, unit, out) * 4 > text.n ? CHARSET_UNREADABLE : CHARSET_READ;
}

/* HZ (RFC 1843): "~{" and "~}" around pairs of 7-bit bytes, which are GB 2312 with the high bits off. */
static size_t
convert_hz(const struct charset *charset, struct bytes text, struct buf *out)
{
	struct buf gb;
	bool in_pairs = false;
	size_t bad;

	buf_init(&gb, text.n);
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i], next = i + 1 < text.n ? text.p[i + 1] : 0;

		if (c == '~' && (next == '{' || next == '}' || next == '~' || next == '\n')) {
			in_pairs = next == '{' || (in_pairs && next != '}');
			if (next == '~')
				buf_put_byte(&gb, '~');
			i++;
		} else {
			in_pairs = in_pairs && c != '\n';
			buf_put_byte(&gb, in_pairs && c > 0x20 ? (uint8_t)(c | 0x80) : c);
		}
	}
	bad = convert(charset, buf_bytes(&gb), 1, out);
	buf_wipe_done(&gb);
	return bad;
}

/* A byte order mark is believed before any label. */
static const struct charset *
by_mark(struct bytes *text)
{
	static const struct {
		struct bytes mark;
		const char *name;
	} rows[] = {
		{BYTES_LIT("\xEF\xBB\xBF"), "UTF-8"},
		{BYTES_LIT("\xFF\xFE\0\0"), "UTF-32LE"},
		{BYTES_LIT("\0\0\xFE\xFF"), "UTF-32BE"},
		{BYTES_LIT("\xFF\xFE"), "UTF-16LE"},
		{BYTES_LIT("\xFE\xFF"), "UTF-16BE"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (bytes_eq(bytes_sub(*text, 0, rows[i].mark.n), rows[i].mark)) {
			*text = bytes_sub(*text, rows[i].mark.n, text->n);
			return find_name(rows[i].name);
		}
	}
	return NULL;
}

/* What the bytes themselves say, where a label is missing, unknown or plainly wrong. */
static const struct charset *
by_looks(const struct charset *labelled, struct bytes text, const struct looks *looks)
{
	size_t even = looks->zeros[0] + looks->zeros[2], odd = looks->zeros[1] + looks->zeros[3];
	bool is_wide = labelled != NULL && (labelled->kind == KIND_WIDE2 || labelled->kind == KIND_WIDE4);

	if (!is_wide && (even + odd) * 4 > text.n && text.n >= 4) {
		if ((even + odd) * 3 > text.n * 2)
			return find_name("UTF-32LE");
		return even > odd * 4 || odd > even * 4 ? find_name("UTF-16LE") : labelled;
	}
	if (is_wide && even + odd == 0 && utf8_is_valid(text) && looks->controls * 50 <= text.n &&
		(looks->high == 0 || looks->spaces * 30 >= text.n))
		return find_name("UTF-8");
	if (looks->escapes > 0 && looks->high == 0 &&
		(labelled == NULL || labelled->kind <= KIND_ASCII || labelled->kind == KIND_UTF8) &&
		(bytes_find(text, BYTES_LIT("\033$B")) < text.n ||
			bytes_find(text, BYTES_LIT("\033$@")) < text.n))
		return find_name("ISO-2022-JP-2");
	if (labelled != NULL && labelled->kind == KIND_EBCDIC && looks->high == 0 && looks->spaces > 0)
		return find_name("UTF-8");
	return labelled;
}

enum charset_result
charset_to_utf8(struct bytes label, struct bytes text, struct buf *out)
{
	const struct charset *charset = by_mark(&text), *labelled;
	struct looks looks = look(text);
	size_t start = out->n, bad;

	labelled = charset != NULL ? charset : find(label);
	charset = by_looks(labelled, text, &looks);
	if (charset == NULL || charset->kind == KIND_UTF8)
		return guess(text, &looks, out) == CHARSET_UNREADABLE ? CHARSET_UNREADABLE
		       : charset == NULL                              ? CHARSET_GUESSED
								      : CHARSET_READ;
	if (charset->kind == KIND_WIDE2 || charset->kind == KIND_WIDE4)
		return convert_wide(charset, text, &looks, out);
	if (charset->kind == KIND_ASCII && utf8_is_valid(text)) {
		buf_put_bytes(out, text);
		return CHARSET_READ;
	}
	bad = charset->kind == KIND_HZ ? convert_hz(charset, text, out) : convert(charset, text, 1, out);
	if (bad * 8 <= text.n)
		return CHARSET_READ;
	out->n = start;
	return guess(text, &looks, out);
}
