/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/link.h"

#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "tests/support/tap.h"

static const char known[] = "AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

static const struct {
	const char *name, *text;
	int want;
} parse_cases[] = {
	{"as written", "AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", 0},
	{"spaces and line ends",
		" AAECAwQFBgcI CQoLDA0ODw .\r\nAAECAwQFBgcICQoLDA0O\tDxAREhMUFRYXGBkaGxwdHh8 ", 0},
	{"nothing", "", -1},
	{"no secret", "AAECAwQFBgcICQoLDA0ODw.", -1},
	{"no dot", "AAECAwQFBgcICQoLDA0ODwAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", -1},
	{"one character too many", "AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A", -1},
	{"one too few", "AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh", -1},
	{"dot elsewhere", "AAECAwQFBgcICQoLDA0OD.wAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", -1},
	{"plus of plain base64", "AAECAwQFBgcICQoLDA0OD+.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", -1},
	{"padding", "AAECAwQFBgcICQoLDA0ODw==.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", -1},
	{"spare bits in the id", "AAECAwQFBgcICQoLDA0ODx.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", -1},
	{"spare bits in the secret", "AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9",
		-1},
	{"no-break space", "AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH\xc2\xa0", -1},
};

static void
test_parse(void)
{
	for (size_t i = 0; i < sizeof(parse_cases) / sizeof(parse_cases[0]); i++) {
		struct link link = {0};
		int ret = link_parse(bytes_of_str(parse_cases[i].text), &link);

		tap_ok(ret == parse_cases[i].want, "parse: %s", parse_cases[i].name);
		if (ret == 0)
			tap_ok(link.id[15] == 15 && link.secret.n == 32 && link.secret.p[31] == 31,
				"values: %s", parse_cases[i].name);
		else
			tap_ok(link.secret.p == NULL, "nothing given out: %s", parse_cases[i].name);
		link_done(&link);
	}
}

/* The portal's script computes the same two with WebCrypto; Python's hmac module gave these. */
static void
test_derivation(void)
{
	static const char want_key[] = "ccd85410c290a060c6fae8491c4989b93e93ebc0a5e73464272dcdb86fe1acd7";
	static const char want_proof[] = "7fa5d72c75dd4f23056aaaf040d1425f18ce64ea07fbe170bedd9649e5fb99f5";
	struct secret key = {0}, proof = {0};
	char text[65];
	struct link link = {0};

	tap_ok(link_parse(bytes_of_str(known), &link) == 0, "the known link");
	link_key(&link, &key);
	text_hex(secret_bytes(&key), text);
	tap_bytes(bytes_of_str(text), bytes_of_str(want_key), "link key");
	link_proof(&link, &proof);
	text_hex(secret_bytes(&proof), text);
	tap_bytes(bytes_of_str(text), bytes_of_str(want_proof), "link proof");
	secret_done(&key);
	secret_done(&proof);
	link_done(&link);
}

static void
test_new(void)
{
	struct link one, two, again = {0};
	struct buf text;

	link_new(&one);
	link_new(&two);
	tap_ok(memcmp(one.id, two.id, LINK_ID_SIZE) != 0 &&
			!secret_eq(secret_bytes(&one.secret), secret_bytes(&two.secret)),
		"two links differ");
	buf_init(&text, 256);
	link_format(&one, &text);
	tap_ok(text.n == 66 && bytes_find_byte(buf_bytes(&text), '.') == 22, "66 characters, a dot at 22");
	tap_ok(link_parse(buf_bytes(&text), &again) == 0, "what was written is read");
	tap_ok(memcmp(again.id, one.id, LINK_ID_SIZE) == 0 &&
			secret_eq(secret_bytes(&again.secret), secret_bytes(&one.secret)),
		"and is the same link");
	buf_wipe_done(&text);
	link_done(&again);
	link_done(&two);
	link_done(&one);
	tap_ok(one.secret.p == NULL, "a link that is done holds nothing");
}

int
main(void)
{
	seal_init();
	test_parse();
	test_derivation();
	test_new();
	return tap_done();
}
