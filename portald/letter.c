/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/letter.h"

#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

/* RFC 2047 section 2: a word is at most 75 characters; 45 bytes are 60 in base64, with 12 around them. */
enum { WORD_BYTES = 45 };

void
letter_group_digits(const char *digits, char text[8])
{
	snprintf(text, 8, "%.3s %.3s", digits, digits + 3);
}

static bool
is_plain(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~')
			return false;
	return true;
}

/* A word never ends inside a character (RFC 2047 section 5). */
void
letter_encode_words(struct buf *out, struct bytes text)
{
	size_t from = 0;

	if (is_plain(text)) {
		buf_put_bytes(out, text);
		return;
	}
	while (from < text.n) {
		size_t end = from, at = from;

		while (at < text.n) {
			utf8_next(text, &at);
			if (at - from > WORD_BYTES)
				break;
			end = at;
		}
		if (from > 0)
			buf_put_str(out, "\r\n ");
		buf_put_str(out, "=?utf-8?B?");
		text_put_base64(out, bytes_sub(text, from, end - from));
		buf_put_str(out, "?=");
		from = end;
	}
}

static void
put_name(struct buf *out, const char *name)
{
	struct bytes text = bytes_of_str(name);

	if (!is_plain(text)) {
		letter_encode_words(out, text);
		return;
	}
	buf_put_byte(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_put_byte(out, '\\');
		buf_put_byte(out, text.p[i]);
	}
	buf_put_byte(out, '"');
}

static void
put_header(const struct letter *letter, const char *grouped, struct buf *out)
{
	char date[64];

	clock_format_mail(letter->now, date, sizeof(date));
	buf_put_str(out, "From: ");
	if (letter->organisation[0] != '\0') {
		put_name(out, letter->organisation);
		buf_put_byte(out, ' ');
	}
	buf_putf(out, "<%s>\r\nTo: <%.*s>\r\n", letter->sender, BYTES_FMT(letter->recipient));
	buf_putf(out, "Subject: Your code is %s\r\n", grouped);
	buf_putf(out, "Date: %s\r\nMessage-ID: %s\r\n", date, letter->message_id);
	/* RFC 3834: no automatic answers to this, please. */
	buf_put_str(out, "Auto-Submitted: auto-generated\r\n");
	buf_putf(out, "X-Postseal-Handled: %s\r\n", letter->handled);
	buf_put_str(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			 "Content-Transfer-Encoding: 8bit\r\n\r\n");
}

void
letter_write(const struct letter *letter, struct buf *out)
{
	char grouped[8];
	long long minutes = (long long)(letter->lifetime + 59) / 60;

	letter_group_digits(letter->digits, grouped);
	put_header(letter, grouped, out);
	buf_putf(out, "Your code is\r\n\r\n    %s\r\n\r\n", grouped);
	buf_putf(out,
		"Type it into the page where you asked for it. It opens your secure\r\n"
		"message%s%s.\r\n\r\n",
		letter->organisation[0] != '\0' ? " from " : "", letter->organisation);
	buf_putf(out, "The code is good for %lld minute%s, and works once.\r\n\r\n", minutes,
		minutes == 1 ? "" : "s");
	buf_put_str(out, "Nobody will ever ask you for this code, by telephone or by mail.\r\n"
			 "If you did not ask for it, you need not do anything.\r\n");
}
