/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/link.h"

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"

/* base64url of 16 and of 32 bytes. */
enum { ID_TEXT = 22, SECRET_TEXT = 43, LINK_TEXT = ID_TEXT + 1 + SECRET_TEXT };

void
link_new(struct link *link)
{
	seal_random(link->id, sizeof(link->id));
	secret_init(&link->secret, LINK_SECRET_SIZE);
	seal_random(link->secret.p, link->secret.n);
}

void
link_done(struct link *link)
{
	secret_done(&link->secret);
}

static void
derive(const struct link *link, const char *info, size_t n, struct secret *ret_key)
{
	secret_init(ret_key, n);
	seal_hkdf(secret_bytes(&link->secret), bytes_of(link->id, sizeof(link->id)), info, ret_key->p, n);
}

void
link_key(const struct link *link, struct secret *ret_key)
{
	derive(link, "postseal link key v1", LINK_KEY_SIZE, ret_key);
}

void
link_proof(const struct link *link, struct secret *ret_proof)
{
	derive(link, "postseal link proof v1", LINK_PROOF_SIZE, ret_proof);
}

void
link_format(const struct link *link, struct buf *out)
{
	text_put_base64url(out, bytes_of(link->id, sizeof(link->id)));
	buf_put_byte(out, '.');
	text_put_base64url(out, secret_bytes(&link->secret));
}

/* Returns how many characters are no space, of which the first LINK_TEXT are written to `packed`. */
static size_t
pack(struct bytes text, uint8_t packed[LINK_TEXT])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (ascii_is_space(text.p[i]))
			continue;
		if (n < LINK_TEXT)
			packed[n] = text.p[i];
		n++;
	}
	return n;
}

int
link_parse(struct bytes text, struct link *ret_link)
{
	uint8_t packed[LINK_TEXT];
	struct link link = {0};
	int ret = -1;

	if (pack(text, packed) != LINK_TEXT || packed[ID_TEXT] != '.')
		goto out;
	secret_init(&link.secret, LINK_SECRET_SIZE);
	if (text_from_base64url(bytes_of(packed, ID_TEXT), link.id, sizeof(link.id)) != 0 ||
		text_from_base64url(
			bytes_of(packed + ID_TEXT + 1, SECRET_TEXT), link.secret.p, link.secret.n) != 0)
		goto out;
	*ret_link = link;
	link.secret = (struct secret){0};
	ret = 0;
out:
	secret_done(&link.secret);
	mem_wipe(packed, sizeof(packed));
	return ret;
}
