/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/notice.h"

#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/seal/digest.h"
#include "lib/seal/handled.h"

enum { ADDRESS_MAX = 320, FROM_MAX = 1000, DATE_MAX = 100, PART_MAX = 64 * 1024 };

/* What the templates are filled with. */
struct words {
	struct bytes organisation, sender, url, secret, until;
};

/* Text with {x} in it, x being a letter of put_word()'s table. */
static const char text_template[] =
	"{s} sent you a secure message.\r\n"
	"\r\n"
	"It is kept encrypted at {o} and only you can open it.\r\n"
	"To read it, open this link:\r\n"
	"\r\n"
	"{u}/m#{c}\r\n"
	"\r\n"
	"The page will send a one-time code to this mailbox; type it there, and the\r\n"
	"message opens. You need no account and no password.\r\n"
	"\r\n"
	"If the link does not open, go to {u}/m and enter this code:\r\n"
	"\r\n"
	"{c}\r\n"
	"\r\n"
	"Do not pass this mail on: the link is meant for you alone. The message can be\r\n"
	"read until {t}.\r\n"
	"\r\n"
	"{o}\r\n";

static const char html_template[] =
	"<!DOCTYPE html>\r\n"
	"<html lang=\"en\">\r\n"
	"<body style=\"margin:0;padding:24px;background:#f3f5f7;color:#1c2733;"
	"font:16px/1.5 Arial,Helvetica,sans-serif\">\r\n"
	"<div style=\"max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px\">\r\n"
	"<p style=\"margin:0 0 16px\"><strong>{s}</strong> sent you a secure message.</p>\r\n"
	"<p style=\"margin:0 0 24px\">It is kept encrypted at {o} and only you can open it.</p>\r\n"
	"<p style=\"margin:0 0 24px;text-align:center\">\r\n"
	"<a href=\"{u}/m#{c}\"\r\n"
	"style=\"display:inline-block;padding:14px 28px;background:#0b5cad;color:#ffffff;"
	"border-radius:6px;font-weight:bold;text-decoration:none\">Read the message</a></p>\r\n"
	"<p style=\"margin:0 0 16px\">The page will send a one-time code to this mailbox; type it there, and "
	"the\r\n"
	"message opens. You need no account and no password.</p>\r\n"
	"<p style=\"margin:0 0 8px;font-size:14px\">If the button does not work, go to {u}/m\r\n"
	"and enter this code:</p>\r\n"
	"<p style=\"margin:0 0 16px;font:14px/1.4 monospace;word-break:break-all\">{c}</p>\r\n"
	"<p style=\"margin:0;font-size:14px;color:#4a5763\">Do not pass this mail on: the link is meant for "
	"you alone.\r\n"
	"The message can be read until {t}.</p>\r\n"
	"</div>\r\n"
	"<p style=\"max-width:560px;margin:16px auto "
	"0;text-align:center;font-size:13px;color:#4a5763\">{o}</p>"
	"\r\n"
	"</body>\r\n"
	"</html>\r\n";

typedef void (*put_fn)(struct buf *out, struct bytes value);

/* Without control characters: a value is one line. */
static void
put_plain(struct buf *out, struct bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		buf_put_byte(out, value.p[i] < 32 || value.p[i] == 127 ? ' ' : value.p[i]);
}

static void
put_word(struct buf *out, const struct words *words, char letter, put_fn put)
{
	const struct {
		char letter;
		struct bytes value;
	} table[] = {
		{'o', words->organisation},
		{'s', words->sender},
		{'u', words->url},
		{'c', words->secret},
		{'t', words->until},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].letter == letter)
			put(out, table[i].value);
}

static void
fill(struct buf *out, const char *template, const struct words *words, put_fn put)
{
	for (const char *p = template; *p; p++) {
		if (p[0] == '{' && p[1] && p[2] == '}') {
			put_word(out, words, p[1], put);
			p += 2;
		} else {
			buf_put_byte(out, (uint8_t)*p);
		}
	}
}

static bool
is_ascii(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] > 126)
			return false;
	return true;
}

/* As it is when it is ASCII (our lines are short), else in base64. */
static void
put_part(struct buf *body, const char *boundary, const char *type, struct bytes content)
{
	bool ascii = is_ascii(content);

	buf_putf(body, "--%s\r\nContent-Type: %s; charset=%s\r\nContent-Transfer-Encoding: %s\r\n\r\n",
		boundary, type, ascii ? "us-ascii" : "utf-8", ascii ? "7bit" : "base64");
	if (ascii)
		buf_put_bytes(body, content);
	else
		text_put_base64_lines(body, content);
	buf_put_str(body, "\r\n");
}

static void
put_body(struct buf *body, const char *boundary, const struct words *words)
{
	struct buf part;

	buf_init(&part, PART_MAX);
	fill(&part, text_template, words, put_plain);
	put_part(body, boundary, "text/plain", buf_bytes(&part));
	buf_reset(&part);
	fill(&part, html_template, words, text_put_html);
	put_part(body, boundary, "text/html", buf_bytes(&part));
	buf_putf(body, "--%s--\r\n", boundary);
	buf_wipe_done(&part);
}

/* An address that can stand in a header field as it is. */
static bool
is_plain_address(struct bytes address)
{
	for (size_t i = 0; i < address.n; i++)
		if (address.p[i] <= ' ' || address.p[i] > 126 || strchr("<>()[]:;,\\\"", address.p[i]))
			return false;
	return address.n > 0 && address.n <= ADDRESS_MAX;
}

static void
add(struct notice *notice, const char *name, const char *value)
{
	notice->fields[notice->n++] = (struct notice_field){name, bytes_of_str(value)};
}

/*
 * Whether a field of the original can stand in ours: a CR or LF that folds nothing would begin a field, or
 * the body, of its sender's choice in a mail that we make.
 */
static bool
is_one_field(struct bytes value)
{
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i], next = i + 1 < value.n ? value.p[i + 1] : 0;

		if (c == '\0' || (c == '\r' && next != '\n') || (c == '\n' && next != ' ' && next != '\t'))
			return false;
	}
	return value.n > 0;
}

/* RFC 5322 section 3.3 and nothing behind it but the name of the zone: any text could stand there. */
static bool
is_date(struct bytes value)
{
	static const char *const forms[] = {"%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z",
		"%a, %d %b %Y %H:%M %z", "%d %b %Y %H:%M %z"};
	char text[DATE_MAX + 1];
	const char *rest = NULL;
	struct tm tm = {0};

	value = bytes_trim(value);
	if (value.n > DATE_MAX || !is_one_field(value))
		return false;
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	for (size_t i = 0; !rest && i < sizeof(forms) / sizeof(forms[0]); i++)
		rest = strptime(text, forms[i], &tm);
	if (!rest)
		return false;
	rest += strspn(rest, " \t");
	if (*rest == '(') {
		rest += 1 + strspn(rest + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ+-0123456789");
		rest += *rest == ')';
	}
	return *rest == '\0';
}

/* The original's, when it has one, and one that can stand in a notice. */
static const struct field *
usable(const struct message *message, enum field_kind kind)
{
	const struct field *field = fields_first(&message->fields, kind);

	if (!field || fields_count(&message->fields, kind) != 1 || field->value.n > FROM_MAX ||
		!is_one_field(field->value) || (kind == FIELD_DATE && !is_date(field->value)))
		return NULL;
	return field;
}

unsigned
notice_keep(const struct message *message)
{
	return (usable(message, FIELD_FROM) ? KEEP_FROM : 0) | (usable(message, FIELD_DATE) ? KEEP_DATE : 0);
}

/* The original's, so that people know who wrote; else the envelope's sender, else ours. */
static const char *
from_value(struct message *message)
{
	const struct field *from = usable(message, FIELD_FROM);

	if (from)
		return arena_str(&message->arena, from->value);
	if (is_plain_address(message->sender))
		return arena_strf(&message->arena, " <%.*s>", BYTES_FMT(message->sender));
	return arena_strf(&message->arena, " <%s>", message->snapshot->settings->notice_sender);
}

static const char *
date_value(struct message *message, int64_t now)
{
	const struct field *date = usable(message, FIELD_DATE);
	char text[64];

	if (date)
		return arena_str(&message->arena, date->value);
	clock_format_mail(now, text, sizeof(text));
	return arena_strf(&message->arena, " %s", text);
}

static void
add_fields(struct message *message, struct bytes recipient, const struct link *link, unsigned keep,
	const char *boundary, struct bytes body, struct notice *notice)
{
	struct arena *arena = &message->arena;
	int64_t now = clock_wall();
	char id[2 * LINK_ID_SIZE + 1];
	const char *message_id, *from = from_value(message), *to, *subject;
	struct buf mark;

	text_hex(bytes_of(link->id, LINK_ID_SIZE), id);
	message_id = arena_strf(arena, " <%s@%s>", id, message->snapshot->hostname);
	to = is_plain_address(recipient) ? arena_strf(arena, " %.*s", BYTES_FMT(recipient))
					 : " undisclosed-recipients:;";
	subject = is_plain_address(message->sender)
			  ? arena_strf(arena, " Secure message from %.*s", BYTES_FMT(message->sender))
			  : " Secure message";
	const struct handled_mail mail = {.recipient = recipient,
		.message_id = bytes_of_str(message_id),
		.from = bytes_of_str(from),
		.to = bytes_of_str(to),
		.subject = bytes_of_str(subject),
		.body = body};

	buf_init(&mark, 400);
	handled_format(secret_bytes(&message->snapshot->reinject_key), &mail, now, &mark);
	if (!(keep & KEEP_DATE))
		add(notice, "Date", date_value(message, now));
	if (!(keep & KEEP_FROM))
		add(notice, "From", from);
	add(notice, "To", to);
	add(notice, "Subject", subject);
	add(notice, "Message-ID", message_id);
	add(notice, "MIME-Version", " 1.0");
	add(notice, "Content-Type",
		arena_strf(arena, " multipart/alternative;\n\tboundary=\"%s\"", boundary));
	add(notice, HANDLED_HEADER, arena_strf(arena, " %s", buf_cstr(&mark)));
	buf_done(&mark);
}

void
notice_make(struct message *message, struct bytes recipient, const struct link *link, unsigned keep,
	struct notice *ret_notice, struct buf *body)
{
	const struct settings *settings = message->snapshot->settings;
	struct words words = {
		.organisation = bytes_of_str(settings->organisation),
		.sender = is_plain_address(message->sender) ? message->sender : BYTES_LIT("Somebody"),
		.url = bytes_of_str(settings->portal_url),
	};
	char until[32], random[33], boundary[64];
	uint8_t noise[16];
	struct buf secret;

	clock_format_utc(clock_wall() + settings->escrow_lifetime, until, sizeof(until));
	words.until = bytes_of(until, 10); /* the day */
	seal_random(noise, sizeof(noise));
	text_hex(bytes_of(noise, sizeof(noise)), random);
	snprintf(boundary, sizeof(boundary), "=_postseal_%s", random);
	buf_init(&secret, 200);
	link_format(link, &secret);
	words.secret = buf_bytes(&secret);
	*ret_notice = (struct notice){0};
	put_body(body, boundary, &words);
	add_fields(message, recipient, link, keep, boundary, buf_bytes(body), ret_notice);
	buf_wipe_done(&secret);
}

void
notice_format(const struct notice *notice, struct bytes body, struct buf *out)
{
	for (size_t i = 0; i < notice->n; i++) {
		buf_put_str(out, notice->fields[i].name);
		buf_put_byte(out, ':');
		buf_put_bytes(out, notice->fields[i].value);
		buf_put_str(out, "\r\n");
	}
	buf_put_str(out, "\r\n");
	buf_put_bytes(out, body);
}
