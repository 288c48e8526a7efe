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
	struct bytes line; /* unfolded */
	size_t end;        /* of the next "?=" */
	bool end_is_known;
};

struct word {
	struct bytes charset, text;
	uint8_t encoding; /* 'q' or 'b' */
	size_t behind;    /* where the line goes on */
};

static void
flush(struct words *words)
{
	if (words->pending.n > 0)
		charset_to_utf8(words->charset, buf_bytes(&words->pending), words->out);
	buf_reset(&words->pending);
}

enum { CHARSET_MAX = 64 };

/*
 * The next "?=" at or after `from`. It is sought once for all words that stand before it, so that words
 * without an end cost no look at the whole field each.
 */
static size_t
find_end(struct words *words, size_t from)
{
	struct bytes line = words->line;

	if (!words->end_is_known || words->end < from) {
		words->end = from + bytes_find(bytes_sub(line, from, line.n), BYTES_LIT("?="));
		words->end_is_known = true;
	}
	return words->end;
}

/* A word without "?=" ends at the next white space. */
static bool
parse_word(struct words *words, size_t at, struct word *ret_word)
{
	struct bytes line = words->line;
	size_t charset_n, from, end;

	if (!bytes_eq(bytes_sub(line, at, 2), BYTES_LIT("=?")))
		return false;
	charset_n = bytes_find_byte(bytes_sub(line, at + 2, CHARSET_MAX), '?');
	from = at + 2 + charset_n + 3;
	if (charset_n == CHARSET_MAX || from > line.n || line.p[from - 1] != '?')
		return false;
	ret_word->charset = bytes_sub(line, at + 2, charset_n);
	ret_word->encoding = ascii_lower(line.p[from - 2]);
	if (ret_word->encoding != 'q' && ret_word->encoding != 'b')
		return false;
	end = find_end(words, from);
	ret_word->behind = end + 2;
	if (end == line.n) {
		for (end = from; end < line.n && !ascii_is_space(line.p[end]); end++)
			;
		ret_word->behind = end;
	}
	ret_word->text = bytes_sub(line, from, end - from);
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

/* White space between two words vanishes. */
static void
decode_line(struct words *words)
{
	struct bytes line = words->line;
	bool after_word = false;
	struct word word;

	for (size_t at = 0; at < line.n;) {
		struct bytes plain;
		size_t next;

		if (parse_word(words, at, &word)) {
			take_word(words, &word);
			at = word.behind;
			after_word = true;
			continue;
		}
		next = at + 1 + bytes_find_byte(bytes_sub(line, at + 1, line.n), '=');
		/* Plain text is taken in one piece as far as it goes: its charset is guessed as a whole. */
		while (next < line.n && !(next + 1 < line.n && line.p[next + 1] == '?'))
			next = next + 1 + bytes_find_byte(bytes_sub(line, next + 1, line.n), '=');
		plain = bytes_sub(line, at, next - at);
		if (!(after_word && bytes_trim(plain).n == 0 && parse_word(words, next, &word))) {
			take_plain(words, plain);
			after_word = false;
		}
		at = next;
	}
	flush(words);
}

void
words_decode(struct bytes raw, struct buf *out)
{
	struct words words = {.out = out};
	struct buf line;

	buf_init(&line, raw.n);
	buf_init(&words.pending, raw.n);
	unfold(raw, &line);
	words.line = bytes_trim(buf_bytes(&line));
	decode_line(&words);
	buf_wipe_done(&line);
	buf_wipe_done(&words.pending);
}
