/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/letter.h"

#include "lib/seal/handled.h"
#include "tests/support/tap.h"

static void
write(const char *organisation, const char *digits, struct buf *out)
{
	const struct letter letter = {
		.recipient = BYTES_LIT("ann@example.org"),
		.sender = "portal@clinic.example",
		.organisation = organisation,
		.digits = digits,
		.message_id = "<code.00@clinic.example>",
		.key = BYTES_LIT("0123456789abcdef0123456789abcdef"),
		.now = 0,
		.lifetime = 900,
	};

	letter_write(&letter, out);
}

static bool
holds(const struct buf *buf, const char *text)
{
	return bytes_find(buf_bytes(buf), bytes_of_str(text)) < buf->n;
}

/* What stands behind `name: ` in the header. */
static struct bytes
field(struct bytes letter, const char *name)
{
	size_t at = bytes_find(letter, bytes_of_str(name));
	struct bytes rest = bytes_sub(letter, at + strlen(name), SIZE_MAX);

	return bytes_sub(rest, 0, bytes_find(rest, BYTES_LIT("\r\n")));
}

/* Its mark is what the milter will check: over what really stands in the letter. */
static void
test_mark(void)
{
	struct buf out;

	buf_init(&out, LETTER_MAX);
	write("Lakemont \"LMC\" Center", "012345", &out);
	struct bytes letter = buf_bytes(&out), mark = field(letter, "\r\nX-Postseal-Handled: ");
	struct handled_mail mail = {.recipient = BYTES_LIT("ann@example.org"),
		.message_id = field(letter, "\r\nMessage-ID: "),
		.from = field(letter, "From: "),
		.to = field(letter, "\r\nTo: "),
		.subject = field(letter, "\r\nSubject: "),
		.body = bytes_sub(letter, bytes_find(letter, BYTES_LIT("\r\n\r\n")) + 4, SIZE_MAX)};

	tap_ok(handled_check(BYTES_LIT("0123456789abcdef0123456789abcdef"), mark, &mail, 0),
		"its mark fits it");
	mail.body.n -= 10;
	tap_ok(!handled_check(BYTES_LIT("0123456789abcdef0123456789abcdef"), mark, &mail, 0),
		"and no other body");
	buf_done(&out);
}

static void
test_content(void)
{
	static const char *const want[] = {
		"From: \"Lakemont \\\"LMC\\\" Center\" <portal@clinic.example>\r\n",
		"To: <ann@example.org>\r\n",
		"Subject: Your code is 012 345\r\n",
		"Message-ID: <code.00@clinic.example>\r\n",
		"\r\nX-Postseal-Handled: v1; t=0; m=",
		"Auto-Submitted: auto-generated\r\n",
		"    012 345\r\n",
		"good for 15 minutes",
		"Nobody will ever ask you for this code",
	};
	struct buf out;
	bool lines_ok = true;

	buf_init(&out, LETTER_MAX);
	write("Lakemont \"LMC\" Center", "012345", &out);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		tap_ok(holds(&out, want[i]), "holds: %s", want[i]);
	for (size_t i = 0; i < out.n; i++)
		lines_ok = lines_ok && (out.p[i] != '\n' || (i > 0 && out.p[i - 1] == '\r'));
	tap_ok(lines_ok && !buf_full(&out), "every line ends in CR LF");
	buf_reset(&out);
	write("Klinik Köln", "012345", &out);
	tap_ok(holds(&out, "From: =?utf-8?B?S2xpbmlrIEvDtmxu?= <portal@clinic.example>\r\n"),
		"a name beyond ASCII");
	buf_reset(&out);
	write("", "012345", &out);
	tap_ok(holds(&out, "From: <portal@clinic.example>\r\n"), "no name");
	buf_done(&out);
}

static void
test_words(void)
{
	struct buf out;

	buf_init(&out, 4096);
	for (int i = 0; i < 40; i++)
		buf_put_str(&out, "ä東");
	struct bytes text = buf_bytes(&out), rest, line;
	struct buf words;
	bool short_enough = true;

	buf_init(&words, 4096);
	letter_encode_words(&words, text);
	rest = buf_bytes(&words);
	while (bytes_next_line(&rest, &line))
		short_enough = short_enough && line.n <= 76;
	tap_ok(short_enough, "no encoded word is too long");
	tap_ok(bytes_find(buf_bytes(&words), BYTES_LIT("\r\n =?utf-8?B?")) < words.n, "folded");
	buf_done(&out);
	buf_done(&words);
}

int
main(void)
{
	test_content();
	test_mark();
	test_words();
	return tap_done();
}
