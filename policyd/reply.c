/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/reply.h"

void
reply_begin(struct reply *reply)
{
	reply->code = 0;
	reply->offers = 0;
	reply->n_lines = 0;
	reply->n = 0;
}

static unsigned
offer_of(struct bytes text)
{
	static const struct {
		struct bytes keyword;
		enum reply_offer offer;
	} table[] = {
		{BYTES_LIT("STARTTLS"), OFFERS_STARTTLS},
		{BYTES_LIT("REQUIRETLS"), OFFERS_REQUIRETLS},
	};
	struct bytes keyword = bytes_sub(text, 0, bytes_find_byte(text, ' '));

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (bytes_eq_nocase(keyword, table[i].keyword))
			return table[i].offer;
	return 0;
}

/* The same code on each line; "-" behind it, a space or nothing on the last one. */
static enum reply_result
take_line(struct reply *reply, struct bytes line)
{
	int64_t code;

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (++reply->n_lines > REPLY_LINES_MAX ||
		bytes_parse_i64(bytes_sub(line, 0, 3), 200, 599, &code) < 0 ||
		(reply->n_lines > 1 && (int)code != reply->code))
		return REPLY_MALFORMED;
	reply->code = (int)code;
	if (line.n > 3 && line.p[3] != '-' && line.p[3] != ' ')
		return REPLY_MALFORMED;
	if (reply->n_lines > 1 && line.n > 4)
		reply->offers |= offer_of(bytes_sub(line, 4, line.n));
	return line.n > 3 && line.p[3] == '-' ? REPLY_PARTIAL : REPLY_READ;
}

enum reply_result
reply_feed(struct reply *reply, struct bytes *rest)
{
	enum reply_result result = REPLY_PARTIAL;

	while (result == REPLY_PARTIAL && rest->n > 0) {
		size_t end = bytes_find_byte(*rest, '\n');
		struct bytes piece = bytes_sub(*rest, 0, end);

		if (piece.n > sizeof(reply->line) - reply->n)
			return REPLY_MALFORMED;
		memcpy(reply->line + reply->n, piece.p, piece.n);
		reply->n += piece.n;
		if (end == rest->n) {
			*rest = bytes_sub(*rest, end, 0);
			break;
		}
		*rest = bytes_sub(*rest, end + 1, rest->n);
		result = take_line(reply, bytes_of(reply->line, reply->n));
		reply->n = 0;
	}
	return result;
}
