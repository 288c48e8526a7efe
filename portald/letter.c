/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/letter.h"

#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/seal/handled.h"

/* RFC 2047 section 2: a word is at most 75 characters; 45 bytes are 60 in base64, with 12 around them. */
enum { WORD_BYTES = 45, FIELD_MAX = 2048, BODY_MAX = 4096 };

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
put_mark(const struct letter *letter, struct bytes from, const char *grouped, struct bytes body,
	struct buf *out)
{
	char to[FIELD_MAX], subject[64];

	snprintf(to, sizeof(to), "<%.*s>", BYTES_FMT(letter->recipient));
	snprintf(subject, sizeof(subject), "Your code is %s", grouped);
	const struct handled_mail mail = {.recipient = letter->recipient,
		.message_id = bytes_of_str(letter->message_id),
		.from = from,
		.to = bytes_of_str(to),
		.subject = bytes_of_str(subject),
		.body = body};

	handled_format(letter->key, &mail, letter->now, out);
}

static void
put_header(const struct letter *letter, const char *grouped, struct bytes body, struct buf *out)
{
	char date[64];
	struct buf from, mark;

	buf_init(&from, FIELD_MAX);
	buf_init(&mark, FIELD_MAX);

	clock_format_mail(letter->now, date, sizeof(date));
	if (letter->organisation[0] != '\0') {
		put_name(&from, letter->organisation);
		buf_put_byte(&from, ' ');
	}
	buf_putf(&from, "<%s>", letter->sender);
	put_mark(letter, buf_bytes(&from), grouped, body, &mark);
	buf_putf(out, "From: %.*s\r\nTo: <%.*s>\r\n", BYTES_FMT(buf_bytes(&from)),
		BYTES_FMT(letter->recipient));
	buf_putf(out, "Subject: Your code is %s\r\n", grouped);
	buf_putf(out, "Date: %s\r\nMessage-ID: %s\r\n", date, letter->message_id);
	/* RFC 3834: no automatic answers to this, please. */
	buf_put_str(out, "Auto-Submitted: auto-generated\r\n");
	buf_putf(out, HANDLED_HEADER ": %s\r\n", buf_cstr(&mark));
	buf_put_str(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			 "Content-Transfer-Encoding: 8bit\r\n\r\n");
	buf_done(&mark);
	buf_done(&from);
}

void
letter_write(const struct letter *letter, struct buf *out)
{
	char grouped[8];
	struct buf body;
	long long minutes = (long long)(letter->lifetime + 59) / 60;

	letter_group_digits(letter->digits, grouped);
	buf_init(&body, BODY_MAX);
	buf_putf(&body, "Your code is\r\n\r\n    %s\r\n\r\n", grouped);
	buf_putf(&body,
		"Type it into the page where you asked for it. It opens your secure\r\n"
		"message%s%s.\r\n\r\n",
		letter->organisation[0] != '\0' ? " from " : "", letter->organisation);
	buf_putf(&body, "The code is good for %lld minute%s, and works once.\r\n\r\n", minutes,
		minutes == 1 ? "" : "s");
	buf_put_str(&body, "Nobody will ever ask you for this code, by telephone or by mail.\r\n"
			   "If you did not ask for it, you need not do anything.\r\n");
	put_header(letter, grouped, buf_bytes(&body), out);
	buf_put_bytes(out, buf_bytes(&body));
	buf_done(&body);
}
