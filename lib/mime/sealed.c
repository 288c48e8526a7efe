/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/sealed.h"

#include "lib/base/ascii.h"
#include "lib/mime/decode.h"

/*
 * Cuts the next element off *b: its tag, and its content into *ret_content. An indefinite length takes all
 * that is left. Returns false when it is not well formed.
 */
static bool
next_element(struct bytes *b, uint8_t *ret_tag, struct bytes *ret_content)
{
	size_t n, at = 2;

	if (b->n < 2)
		return false;
	n = b->p[1];
	if (n == 0x80)
		n = b->n - 2;
	else if (n > 0x80) {
		size_t octets = n & 0x7F;

		if (octets > 4 || b->n < 2 + octets)
			return false;
		for (n = 0; octets > 0; octets--)
			n = n << 8 | b->p[at++];
	}
	if (n > b->n - at)
		return false;
	*ret_tag = b->p[0];
	*ret_content = bytes_sub(*b, at, n);
	*b = bytes_sub(*b, at + n, b->n);
	return true;
}

/* version, [0] originator info?, SET OF recipient info (not empty), encrypted content */
static bool
is_enveloped(struct bytes data)
{
	uint8_t tag;
	struct bytes content;

	if (!next_element(&data, &tag, &content) || tag != 0x02 || content.n == 0)
		return false;
	if (!next_element(&data, &tag, &content))
		return false;
	if (tag == 0xA0 && !next_element(&data, &tag, &content))
		return false;
	if (tag != 0x31 || content.n < 16)
		return false;
	/* With indefinite lengths the set's end is not known here. */
	return data.n == 0 || (next_element(&data, &tag, &content) && tag == 0x30);
}

/* The content type's OID and the structure itself. */
static bool
open_content_info(struct bytes content, struct bytes *ret_oid, struct bytes *ret_data)
{
	struct bytes info, wrapped;
	uint8_t tag;

	if (!next_element(&content, &tag, &info) || tag != 0x30 || bytes_trim(content).n > 0)
		return false;
	if (!next_element(&info, &tag, ret_oid) || tag != 0x06)
		return false;
	if (!next_element(&info, &tag, &wrapped) || tag != 0xA0)
		return false;
	return next_element(&wrapped, &tag, ret_data) && tag == 0x30;
}

enum sealed_kind
sealed_cms(struct bytes content)
{
	static const struct {
		struct bytes oid;
		enum sealed_kind kind;
	} rows[] = {
		{BYTES_LIT("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03"), SEALED_ENCRYPTED},
		{BYTES_LIT("\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17"), SEALED_ENCRYPTED},
		{BYTES_LIT("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"), SEALED_SIGNED},
	};
	struct bytes oid, data;

	if (!open_content_info(content, &oid, &data))
		return SEALED_NOT;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (bytes_eq(oid, rows[i].oid))
			return rows[i].kind == SEALED_ENCRYPTED && !is_enveloped(data) ? SEALED_NOT
										       : rows[i].kind;
	}
	return SEALED_NOT;
}

/* An octet string in one piece, or in BER's many. */
static void
put_octets(uint8_t tag, struct bytes value, struct buf *out)
{
	if (tag == 0x04)
		buf_put_bytes(out, value);
	while (tag == 0x24 && value.n > 0) {
		struct bytes piece;
		uint8_t inner;

		if (!next_element(&value, &inner, &piece) || inner != 0x04)
			return;
		buf_put_bytes(out, piece);
	}
}

int
sealed_put_signed(struct bytes content, struct buf *out)
{
	struct bytes oid, data, skipped, inner, wrapped, octets;
	uint8_t tag;
	size_t before = out->n;

	if (sealed_cms(content) != SEALED_SIGNED || !open_content_info(content, &oid, &data))
		return 1;
	/* version, digest algorithms, then what is signed: its type and, unless it stands elsewhere, [0] */
	if (!next_element(&data, &tag, &skipped) || tag != 0x02 || !next_element(&data, &tag, &skipped) ||
		tag != 0x31 || !next_element(&data, &tag, &inner) || tag != 0x30)
		return 1;
	if (!next_element(&inner, &tag, &skipped) || tag != 0x06 || !next_element(&inner, &tag, &wrapped) ||
		tag != 0xA0 || !next_element(&wrapped, &tag, &octets))
		return 1;
	put_octets(tag, octets, out);
	return out->n > before ? 0 : 1;
}

/* Session key packets and encrypted data; a signed or merely compressed message starts with others. */
static bool
is_encrypted_packet(uint8_t header)
{
	unsigned tag = header & 0x40 ? header & 0x3FU : (header >> 2) & 0x0FU;

	return (header & 0x80) && (tag == 1 || tag == 3 || tag == 9 || tag == 18 || tag == 20);
}

static bool
is_armor_line(struct bytes line)
{
	for (size_t i = 0; i < line.n; i++) {
		uint8_t c = line.p[i];

		if (!ascii_is_alnum(c) && c != '+' && c != '/' && c != '=')
			return false;
	}
	return true;
}

bool
sealed_is_pgp_message(struct bytes text)
{
	struct bytes line, first = {NULL, 0};
	uint8_t header;
	struct buf buf;
	bool ended = false, in_body = false;

	text = bytes_trim(text);
	if (!bytes_next_line(&text, &line) ||
		!bytes_eq(bytes_trim(line), BYTES_LIT("-----BEGIN PGP MESSAGE-----")))
		return false;
	while (!ended && bytes_next_line(&text, &line)) {
		line = bytes_trim(line);
		ended = bytes_eq(line, BYTES_LIT("-----END PGP MESSAGE-----"));
		if (line.n == 0)
			in_body = true;
		else if (!ended && in_body && !is_armor_line(line))
			return false;
		else if (!in_body && !ended && (line.n > 200 || bytes_find(line, BYTES_LIT(": ")) == line.n))
			return false;
		if (in_body && first.n == 0 && line.n >= 8)
			first = bytes_sub(line, 0, 8);
	}
	if (!ended || bytes_trim(text).n > 0 || first.n < 8)
		return false;
	buf_init(&buf, 64);
	decode_put(DECODE_BASE64, first, &buf);
	header = buf.n > 0 ? buf.p[0] : 0;
	buf_done(&buf);
	return is_encrypted_packet(header);
}

bool
sealed_is_pgp_signed(struct bytes text)
{
	return bytes_starts_nocase(bytes_trim(text), BYTES_LIT("-----BEGIN PGP SIGNED MESSAGE-----"));
}
