/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/view.h"

#include "lib/mime/sanitize.h"
#include "tests/support/tap.h"

#define TAIL "</body></html>"
#define PNG64 "iVBORw0KGgoAAAANSUhEUg=="

static const struct mime_limits limits = {.depth = 30, .parts = 100, .headers = 200, .text = 1 << 20};

/* "text" "html" without its head, attachments as "1 name type size;" */
static const struct {
	const char *name;
	struct bytes message;
	const char *text, *html, *parts;
} cases[] = {
	{"plain", BYTES_LIT("\r\nhello\r\n"), "hello\n", NULL, ""},
	{"HTML only", BYTES_LIT("Content-Type: text/html\n\n<p>a</p><script>x</script><p onclick=x>b"),
		"a\n\nb", "<p>a</p><p>b</p>", ""},
	{"both",
		BYTES_LIT("Content-Type: multipart/alternative; boundary=b\n\n--b\n\na\n--b\nContent-Type: "
			  "text/html\n\n<i>c\n--b--\n"),
		"a", "<i>c</i>", ""},
	{"two texts", BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\nb\n--b--\n"),
		"a\n\nb", NULL, ""},
	{"charset and encoding",
		BYTES_LIT("Content-Type: text/html; charset=iso-8859-1\n"
			  "Content-Transfer-Encoding: quoted-printable\n\ncaf=E9"),
		"caf\xC3\xA9", "caf\xC3\xA9", ""},
	{"flowed", BYTES_LIT("Content-Type: text/plain; format=flowed\n\na \nb\n"), "a b", NULL, ""},
	{"an attachment",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\nContent-Type: "
			  "application/pdf; name=\"x.pdf\"\nContent-Transfer-Encoding: "
			  "base64\n\nJVBERg==\n--b--\n"),
		"a", NULL, "1 x.pdf application/pdf 4;"},
	{"a text that is attached",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\nContent-Disposition: "
			  "attachment\n\nabc\n--b--\n"),
		"a", NULL, "1 attachment-1.txt text/plain 3;"},
	{"a name with a path",
		BYTES_LIT("Content-Disposition: attachment; filename=\"..\\\\..\\\\a/.b\\\"c.txt\"\n\nabc"),
		"", NULL, "1 bc.txt text/plain 3;"},
	{"a type that is none", BYTES_LIT("Content-Type: a\"b/<c>; name=d\n\nabc"), "", NULL,
		"1 attachment-1.bin application/octet-stream 3;"},
	{"an enclosed message",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\nContent-Type: "
			  "message/rfc822\n\nSubject: in\n\nx\n--b--\n"),
		"a", NULL, "1 attachment-1.eml message/rfc822 14;"},
	{"a picture of its own",
		BYTES_LIT(
			"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img "
			"src=\"cid:a%40b\">\n--b\nContent-Type: image/png\nContent-ID: <a@b>\n"
			"Content-Transfer-Encoding: base64\n\n" PNG64 "\n--b--\n"),
		"", "<img src=\"data:image/png;base64," PNG64 "\">", ""},
	{"a picture that is a page",
		BYTES_LIT(
			"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img "
			"src=\"cid:a\">\n--b\nContent-Type: image/png\nContent-ID: <a>\n\n<svg "
			"onload=x>\n--b--\n"),
		"", "<img>", "1 attachment-1.png image/png 14;"},
	{"a picture from elsewhere", BYTES_LIT("Content-Type: text/html\n\n<img src=\"http://x/y.png\">"), "",
		"<img>", ""},
};

static struct bytes
body_of(struct bytes html)
{
	size_t n = bytes_find(html, BYTES_LIT(SANITIZE_HEAD));

	if (html.n == 0 || n != 0 || !bytes_ends_nocase(html, BYTES_LIT(TAIL)))
		return html;
	return bytes_sub(
		html, sizeof(SANITIZE_HEAD) - 1, html.n - (sizeof(SANITIZE_HEAD) - 1) - sizeof(TAIL) + 1);
}

static void
check(size_t i, struct arena *arena)
{
	struct message_view view;
	struct buf parts;

	buf_init(&parts, 10000);
	view_read(arena, cases[i].message, &limits, &view);
	tap_bytes(view.text, bytes_of_str(cases[i].text), "%s: text", cases[i].name);
	tap_ok((view.html.n > 0) == (cases[i].html != NULL), "%s: HTML or none", cases[i].name);
	if (cases[i].html != NULL)
		tap_bytes(bytes_trim(body_of(view.html)), bytes_of_str(cases[i].html), "%s: HTML",
			cases[i].name);
	for (const struct view_part *part = view.parts; part != NULL; part = part->next)
		buf_putf(&parts, "%u %s %s %zu;", part->number, part->name, part->type, part->size);
	tap_bytes(buf_bytes(&parts), bytes_of_str(cases[i].parts), "%s: attachments", cases[i].name);
	tap_ok(!view.incomplete, "%s: complete", cases[i].name);
	buf_done(&parts);
}

static void
test_fields(struct arena *arena)
{
	struct message_view view;

	view_read(arena,
		BYTES_LIT("From: =?utf-8?q?J=C3=A9?= <a@b.example>\nTo: x@y.example,\n z@y.example\n"
			  "Subject: a\xE2\x80\xAE"
			  "b\x01"
			  "c\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nReply-To: r@b.example\n\nx"),
		&limits, &view);
	tap_bytes(view.from, BYTES_LIT("J\xC3\xA9 <a@b.example>"), "From");
	tap_bytes(view.to, BYTES_LIT("x@y.example, z@y.example"), "To");
	tap_bytes(view.subject, BYTES_LIT("abc"), "Subject without characters that turn the text around");
	tap_bytes(view.date, BYTES_LIT("Mon, 1 Jan 2024 00:00:00 +0000"), "Date");
	tap_bytes(view.reply_to, BYTES_LIT("r@b.example"), "Reply-To");
	tap_bytes(view.cc, BYTES_LIT(""), "Cc, which is missing");
}

static void
test_parts(void)
{
	struct bytes message = BYTES_LIT("Content-Type: multipart/mixed; "
					 "boundary=b\n\n--b\n\na\n--b\nContent-Type: application/x; name=a\n"
					 "Content-Transfer-Encoding: base64\n\nAAEC\n--b\nContent-Type: "
					 "message/rfc822\n\nSubject: in\n\nx\n--b--\n");
	struct buf out;

	buf_init(&out, 1000);
	tap_ok(view_read_part(message, &limits, 1, &out) == 0, "the first attachment");
	tap_bytes(buf_bytes(&out), BYTES_LIT("\0\1\2"), "decoded");
	buf_reset(&out);
	tap_ok(view_read_part(message, &limits, 2, &out) == 0, "the second");
	tap_bytes(buf_bytes(&out), BYTES_LIT("Subject: in\n\nx"), "is the enclosed message");
	tap_ok(view_read_part(message, &limits, 3, &out) == 1, "there is no third");
	tap_ok(view_read_part(message, &limits, 0, &out) == 1, "nor one of number 0");
	tap_ok(view_read_part(BYTES_LIT(""), &limits, 1, &out) == 1, "nor any in nothing");
	buf_done(&out);
}

static void
test_incomplete(struct arena *arena)
{
	static const struct mime_limits narrow = {.depth = 2, .parts = 3, .headers = 10, .text = 1000};
	struct message_view view;

	view_read(arena,
		BYTES_LIT(
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\nb\n--b\n\nc\n--b--\n"),
		&narrow, &view);
	tap_ok(view.incomplete, "more parts than are shown");
	tap_bytes(view.text, BYTES_LIT("a\n\nb"), "the others are");
}

int
main(void)
{
	struct arena arena;

	mime_init(NULL);
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(i, &arena);
	test_fields(&arena);
	test_parts();
	test_incomplete(&arena);
	arena_done(&arena);
	return tap_done();
}
