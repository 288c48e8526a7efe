/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utf8.h"
#include "lib/mime/reader_state.h"
#include "lib/mime/words.h"

enum { NAME_MAX_SHOWN = 64 };

/* Written by programs for programs; a name that ends in '*' stands for all that start like it. Sorted by eye.
 */
static const struct bytes transport_fields[] = {
	BYTES_LIT("received*"),
	BYTES_LIT("x-received*"),
	BYTES_LIT("return-path"),
	BYTES_LIT("delivered-to"),
	BYTES_LIT("x-original-to"),
	BYTES_LIT("envelope-to"),
	BYTES_LIT("dkim-*"),
	BYTES_LIT("domainkey-*"),
	BYTES_LIT("x-dkim*"),
	BYTES_LIT("x-google-*"),
	BYTES_LIT("x-gm-*"),
	BYTES_LIT("arc-*"),
	BYTES_LIT("authentication-results*"),
	BYTES_LIT("x-authentication-*"),
	BYTES_LIT("autocrypt*"),
	BYTES_LIT("openpgp"),
	BYTES_LIT("message-id"),
	BYTES_LIT("resent-message-id"),
	BYTES_LIT("in-reply-to"),
	BYTES_LIT("references"),
	BYTES_LIT("thread-index"),
	BYTES_LIT("date"),
	BYTES_LIT("resent-date"),
	BYTES_LIT("delivery-date"),
	BYTES_LIT("mime-version"),
	BYTES_LIT("content-type"),
	BYTES_LIT("content-transfer-encoding"),
	BYTES_LIT("content-disposition"),
	BYTES_LIT("content-id"),
	BYTES_LIT("content-length"),
	BYTES_LIT("content-language"),
	BYTES_LIT("content-class"),
	BYTES_LIT("lines"),
	BYTES_LIT("status"),
	BYTES_LIT("x-status"),
	BYTES_LIT("x-uid*"),
	BYTES_LIT("x-keywords"),
	BYTES_LIT("x-mozilla-*"),
	BYTES_LIT("user-agent"),
	BYTES_LIT("x-mailer"),
	BYTES_LIT("x-mimeole"),
	BYTES_LIT("x-mimetrack"),
	BYTES_LIT("x-priority"),
	BYTES_LIT("x-msmail-*"),
	BYTES_LIT("x-ms-*"),
	BYTES_LIT("x-microsoft-*"),
	BYTES_LIT("x-forefront-*"),
	BYTES_LIT("x-exchange-*"),
	BYTES_LIT("x-eopattributedmessage"),
	BYTES_LIT("x-originatororg"),
	BYTES_LIT("x-originating-ip"),
	BYTES_LIT("x-spam*"),
	BYTES_LIT("x-virus*"),
	BYTES_LIT("x-proofpoint*"),
	BYTES_LIT("x-mimecast*"),
	BYTES_LIT("x-barracuda*"),
	BYTES_LIT("x-ironport*"),
	BYTES_LIT("x-amavis*"),
	BYTES_LIT("x-rspamd*"),
	BYTES_LIT("x-postfix*"),
	BYTES_LIT("x-mailman*"),
	BYTES_LIT("x-beenthere"),
	BYTES_LIT("x-sg-*"),
	BYTES_LIT("x-ses-*"),
	BYTES_LIT("x-mailgun-*"),
	BYTES_LIT("x-face"),
	BYTES_LIT("face"),
	BYTES_LIT("list-*"),
	BYTES_LIT("precedence"),
	BYTES_LIT("feedback-id"),
	BYTES_LIT("errors-to"),
	BYTES_LIT("importance"),
	BYTES_LIT("priority"),
	BYTES_LIT("tls-required"),
};

static bool
is_transport(struct bytes name)
{
	for (size_t i = 0; i < sizeof(transport_fields) / sizeof(transport_fields[0]); i++) {
		struct bytes row = transport_fields[i];

		if (row.p[row.n - 1] == '*' ? bytes_starts_nocase(name, bytes_sub(row, 0, row.n - 1))
					    : bytes_eq_nocase(name, row))
			return true;
	}
	return false;
}

static void
note_trait(struct reader *reader, struct bytes name, struct bytes value)
{
	if (bytes_eq_nocase(name, BYTES_LIT("dkim-signature")))
		reader->text->traits |= TRAIT_DKIM;
	else if (bytes_eq_nocase(name, BYTES_LIT("list-id")) ||
		 bytes_eq_nocase(name, BYTES_LIT("list-unsubscribe")))
		reader->text->traits |= TRAIT_LIST;
	else if (bytes_eq_nocase(name, BYTES_LIT("precedence")) &&
		 (bytes_eq_nocase(value, BYTES_LIT("bulk")) || bytes_eq_nocase(value, BYTES_LIT("list"))))
		reader->text->traits |= TRAIT_LIST;
}

/* What no field name may hold is shown as a question mark. */
static const char *
printable_name(struct arena *arena, struct bytes name)
{
	char *copy = arena_str(arena, bytes_sub(name, 0, NAME_MAX_SHOWN));

	for (char *p = copy; *p != '\0'; p++) {
		if (*p <= ' ' || *p > '~')
			*p = '?';
	}
	return copy;
}

/*
 * Names that say nothing of their value. Any other may be the first word of a text that lacks a header, or a
 * label that somebody invented: "Patient: Ann Miller" is no field, whatever it looks like.
 */
static bool
is_usual(struct bytes name)
{
	static const char *const names[] = {"Subject", "From", "To", "Cc", "Bcc", "Sender", "Reply-To",
		"Comments", "Keywords", "Organization", "Thread-Topic", "Auto-Submitted",
		"Content-Description", "Return-Receipt-To", "Disposition-Notification-To", "Newsgroups",
		"Mail-Followup-To"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_eq_nocase(name, bytes_of_str(names[i])))
			return true;
	return bytes_starts_nocase(name, BYTES_LIT("X-")) ||
	       bytes_starts_nocase(name, BYTES_LIT("Resent-")) ||
	       bytes_starts_nocase(name, BYTES_LIT("Content-"));
}

static void
take_field(struct reader *reader, struct bytes name, struct bytes value, const struct place *place)
{
	struct buf text;
	const char *part;

	if (is_transport(name) || value.n == 0)
		return;
	part = arena_strf(reader->arena, "%sheader %s", place->prefix, printable_name(reader->arena, name));
	buf_init(&text, (name.n + value.n) * 4 + 64);
	if (!is_usual(name)) {
		utf8_put_clean(&text, name);
		buf_put_str(&text, ": ");
	}
	words_decode(value, &text);
	reader_add_segment(reader, SEGMENT_HEADER, part, buf_bytes(&text));
	buf_wipe_done(&text);
}

void
reader_take_headers(struct reader *reader, GMimeObject *object, const struct place *place)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(object);
	int n = g_mime_header_list_get_count(list);

	for (int i = 0; i < n; i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
		struct bytes name = bytes_of_str(g_mime_header_get_name(header));
		struct bytes value = bytes_trim(bytes_of_str(g_mime_header_get_raw_value(header)));

		if (reader->headers++ >= reader->limits.headers) {
			reader_flag(reader, UNSCANNABLE_HEADERS);
			return;
		}
		/* Only what the sender of this very message says of it. */
		if (place->prefix[0] == '\0' && GMIME_IS_MESSAGE(object))
			note_trait(reader, name, value);
		take_field(reader, name, value, place);
	}
}
