/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/words.h"

#include "lib/base/ascii.h"
#include "lib/mime/charset.h"
#include "lib/mime/decode.h"

/* Neighbouring words of one charset are decoded together, since some programs cut characters in two. */
struct words {
	struct buf *out;
	struct buf pending; /* decoded bytes, still in `charset` */
	struct bytes charset;
};

struct word {
	struct bytes charset, text;
	uint8_t encoding; /* 'q' or 'b' */
	size_t n;         /* of the whole word */
};

static void
flush(struct words *words)
{
	if (words->pending.n > 0)
		charset_to_utf8(words->charset, buf_bytes(&words->pending), words->out);
	buf_reset(&words->pending);
}

/* How far the end of a word is sought: words without one must not cost a look at the whole field each. */
enum { WORD_MAX = 8192, CHARSET_MAX = 64 };

/* A word without "?=" ends at the next white space. */
static size_t
text_length(struct bytes text, size_t *ret_behind)
{
	struct bytes near = bytes_sub(text, 0, WORD_MAX);
	size_t n = bytes_find(near, BYTES_LIT("?="));

	*ret_behind = n + 2;
	if (n == near.n) {
		for (n = 0; n < text.n && !ascii_is_space(text.p[n]); n++)
			;
		*ret_behind = n;
	}
	return n;
}

static bool
parse_word(struct bytes b, struct word *ret_word)
{
	size_t charset_n, text_n, behind;
	struct bytes rest;

	if (b.n < 6 || b.p[0] != '=' || b.p[1] != '?')
		return false;
	rest = bytes_sub(b, 2, b.n);
	charset_n = bytes_find_byte(bytes_sub(rest, 0, CHARSET_MAX), '?');
	if (charset_n == 0 || charset_n == CHARSET_MAX || charset_n + 3 > rest.n ||
		rest.p[charset_n + 2] != '?')
		return false;
	ret_word->charset = bytes_sub(rest, 0, charset_n);
	ret_word->encoding = ascii_lower(rest.p[charset_n + 1]);
	if (ret_word->encoding != 'q' && ret_word->encoding != 'b')
		return false;
	rest = bytes_sub(rest, charset_n + 3, rest.n);
	text_n = text_length(rest, &behind);
	ret_word->text = bytes_sub(rest, 0, text_n);
	ret_word->n = 2 + charset_n + 3 + behind;
	return true;
}

static void
put_q(struct buf *out, struct bytes text)
{
	for (size_t i = 0; i < text.n; i++) {
		int high = i + 2 < text.n ? ascii_hex_value(text.p[i + 1]) : -1;
		int low = i + 2 < text.n ? ascii_hex_value(text.p[i + 2]) : -1;

		if (text.p[i] == '=' && i + 2 < text.n && high >= 0 && low >= 0) {
			buf_put_byte(out, (uint8_t)(high << 4 | low));
			i += 2;
		} else
			buf_put_byte(out, text.p[i] == '_' ? ' ' : text.p[i]);
	}
}

static void
take_word(struct words *words, const struct word *word)
{
	if (words->pending.n > 0 && !bytes_eq_nocase(words->charset, word->charset))
		flush(words);
	words->charset = word->charset;
	if (word->encoding == 'b')
		decode_put(DECODE_BASE64, word->text, &words->pending);
	else
		put_q(&words->pending, word->text);
}

/* Text that is no encoded word: 8-bit bytes are UTF-8, or guessed. */
static void
take_plain(struct words *words, struct bytes text)
{
	flush(words);
	charset_to_utf8(bytes_of(NULL, 0), text, words->out);
}

/* Line breaks of folding vanish, the space behind them stays; what else breaks lines becomes a space. */
static void
unfold(struct bytes raw, struct buf *out)
{
	for (size_t i = 0; i < raw.n; i++) {
		uint8_t c = raw.p[i];
		bool folds = i + 1 >= raw.n || raw.p[i + 1] == ' ' || raw.p[i + 1] == '\t' ||
			     raw.p[i + 1] == '\r' || raw.p[i + 1] == '\n';

		if (c != '\r' && c != '\n')
			buf_put_byte(out, c);
		else if (!folds && c == '\n')
			buf_put_byte(out, ' ');
	}
}

/* Where the next word could start; white space before it vanishes when a word stood before that. */
static size_t
plain_length(struct bytes b)
{
	size_t n = bytes_find(bytes_sub(b, 1, b.n), BYTES_LIT("=?"));

	return n + 1;
}

static void
decode_line(struct words *words, struct bytes line)
{
	bool after_word = false;
	struct word word;

	while (line.n > 0) {
		size_t n;

		if (parse_word(line, &word)) {
			take_word(words, &word);
			line = bytes_sub(line, word.n, line.n);
			after_word = true;
			continue;
		}
		n = plain_length(line);
		if (!(after_word && bytes_trim(bytes_sub(line, 0, n)).n == 0 &&
			    parse_word(bytes_sub(line, n, line.n), &word))) {
			take_plain(words, bytes_sub(line, 0, n));
			after_word = false;
		}
		line = bytes_sub(line, n, line.n);
	}
	flush(words);
}

void
words_decode(struct bytes raw, struct buf *out)
{
	struct words words = {.out = out};
	struct buf line;
	struct bytes trimmed;

	buf_init(&line, raw.n);
	buf_init(&words.pending, raw.n);
	unfold(raw, &line);
	trimmed = bytes_trim(buf_bytes(&line));
	if (bytes_find(trimmed, BYTES_LIT("=?")) == trimmed.n)
		take_plain(&words, trimmed);
	else
		decode_line(&words, trimmed);
	buf_wipe_done(&line);
	buf_wipe_done(&words.pending);
}
