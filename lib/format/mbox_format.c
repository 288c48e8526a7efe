/* SPDX-License-Identifier: Apache-2.0 */
/* A mailbox as one file (RFC 4155): messages, each behind a line "From ". */
#include "lib/format/formats.h"
#include "lib/mime/sniff.h"

static bool
begins(struct bytes b)
{
	return b.n > 5 && bytes_eq(bytes_sub(b, 0, 5), BYTES_LIT("From "));
}

static bool
is_mbox(struct bytes content)
{
	struct bytes line;

	return begins(content) && bytes_next_line(&content, &line) && sniff_is_message(content);
}

/*
 * Where the message that `rest` begins with ends. Some writers leave out the empty line before "From ", some
 * do not quote a "From " of the text: it begins a message when fields follow.
 */
static size_t
message_end(struct bytes rest)
{
	size_t at = 0;

	while (at < rest.n) {
		size_t n = bytes_find(bytes_sub(rest, at, rest.n), BYTES_LIT("\nFrom "));
		struct bytes next, line;

		at += n;
		if (at >= rest.n)
			break;
		next = bytes_sub(rest, at + 1, rest.n);
		(void)bytes_next_line(&next, &line);
		if (sniff_is_message(next))
			return at + 1;
		at += 1;
	}
	return rest.n;
}

static void
read_mbox(struct format_out *out, struct bytes content)
{
	while (content.n > 0 && format_spend(out, 0)) {
		size_t n = message_end(content);
		struct bytes message = bytes_sub(content, 0, n), line;

		(void)bytes_next_line(&message, &line);
		if (message.n > 0)
			format_tell_message(out, message);
		content = bytes_sub(content, n, content.n);
	}
}

const struct format mbox_format = {
	.name = "mbox",
	.types = (const char *const[]){"application/mbox", "application/x-mbox", "text/x-mbox", NULL},
	.extensions = (const char *const[]){"mbox", "mbx", "mbs", NULL},
	.is_text = false,
	.is = is_mbox,
	.read = read_mbox,
};
