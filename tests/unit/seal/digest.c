/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/digest.h"

#include <pthread.h>

#include "lib/base/text.h"
#include "tests/support/tap.h"

/* RFC 5869 appendix A, test cases 1 and 3. */
static const struct {
	const char *name, *secret, *salt, *info, *want;
} hkdf_cases[] = {
	{"RFC 5869 A.1", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
		"\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9",
		"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
	{"RFC 5869 A.3, no salt and no info", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
		"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
};

static void
test_hkdf(void)
{
	for (size_t i = 0; i < sizeof(hkdf_cases) / sizeof(hkdf_cases[0]); i++) {
		uint8_t secret[22], salt[13], want[42], got[42];
		size_t salt_size = strlen(hkdf_cases[i].salt) / 2;

		text_from_hex(bytes_of_str(hkdf_cases[i].secret), secret, sizeof(secret));
		text_from_hex(bytes_of_str(hkdf_cases[i].salt), salt, salt_size);
		text_from_hex(bytes_of_str(hkdf_cases[i].want), want, sizeof(want));
		seal_hkdf(bytes_of(secret, sizeof(secret)), bytes_of(salt, salt_size), hkdf_cases[i].info,
			got, sizeof(got));
		tap_bytes(bytes_of(got, sizeof(got)), bytes_of(want, sizeof(want)), "HKDF: %s",
			hkdf_cases[i].name);
	}
}

static void
check_hex(const uint8_t digest[DIGEST_SIZE], const char *want, const char *name)
{
	char text[2 * DIGEST_SIZE + 1];

	text_hex(bytes_of(digest, DIGEST_SIZE), text);
	tap_bytes(bytes_of_str(text), bytes_of_str(want), "%s", name);
}

static void
test_digests(void)
{
	/* FIPS 180-4's example; BLAKE2b: the first half of what RFC 7693 appendix A gives. */
	static const char abc_sha256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const char abc_blake2b[] = "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1";
	static const char empty_sha256[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	uint8_t digest[DIGEST_SIZE];
	struct seal_hash *hash;

	seal_sha256(BYTES_LIT("abc"), digest);
	check_hex(digest, abc_sha256, "SHA-256 of abc");
	seal_sha256((struct bytes){0}, digest);
	check_hex(digest, empty_sha256, "SHA-256 of nothing");
	seal_checksum(BYTES_LIT("abc"), digest);
	check_hex(digest, abc_blake2b, "checksum of abc");
	hash = seal_hash_new();
	seal_hash_put(hash, BYTES_LIT("a"));
	seal_hash_put(hash, (struct bytes){0});
	seal_hash_put(hash, BYTES_LIT("bc"));
	seal_hash_end(hash, digest);
	check_hex(digest, abc_sha256, "SHA-256 in pieces");
	seal_hash_free(NULL);
}

static void
test_hmac(void)
{
	const struct bytes ab_c[] = {BYTES_LIT("ab"), BYTES_LIT("c")};
	const struct bytes a_bc[] = {BYTES_LIT("a"), BYTES_LIT("bc")};
	const struct bytes abc[] = {BYTES_LIT("abc")};
	const struct bytes empty_abc[] = {{0}, BYTES_LIT("abc")};
	const struct bytes hi[] = {BYTES_LIT("Hi")};
	const struct {
		const struct bytes *parts;
		size_t n;
	} lists[] = {{ab_c, 2}, {a_bc, 2}, {abc, 1}, {empty_abc, 2}, {NULL, 0}};
	uint8_t macs[5][DIGEST_SIZE], other[DIGEST_SIZE];
	bool all_differ = true;

	for (size_t i = 0; i < 5; i++)
		seal_hmac(BYTES_LIT("key"), lists[i].parts, lists[i].n, macs[i]);
	for (size_t i = 0; i < 5; i++) {
		for (size_t j = 0; j < i; j++)
			all_differ = all_differ && memcmp(macs[i], macs[j], DIGEST_SIZE) != 0;
	}
	tap_ok(all_differ, "no two lists of parts give the same MAC");
	seal_hmac(BYTES_LIT("key"), ab_c, 2, other);
	tap_ok(memcmp(other, macs[0], DIGEST_SIZE) == 0, "the same parts give the same MAC");
	seal_hmac(BYTES_LIT("kez"), ab_c, 2, other);
	tap_ok(memcmp(other, macs[0], DIGEST_SIZE) != 0, "another key gives another MAC");
	/* printf '\0\0\0\0\0\0\0\2Hi' | openssl mac -digest SHA256 -macopt key:Jefe HMAC */
	seal_hmac(BYTES_LIT("Jefe"), hi, 1, other);
	check_hex(other, "a0dfff2d7d530b5677c6f009599002384efacac4fae6f55cd804e5cc6b39ff0f",
		"the MAC is HMAC-SHA-256 over length and part");
}

static void
test_random(void)
{
	uint8_t a[32] = {0}, b[32] = {0};

	seal_random(a, sizeof(a));
	seal_random(b, sizeof(b));
	tap_ok(memcmp(a, b, sizeof(a)) != 0, "random numbers differ");
}

static void *
hash_often(void *failed)
{
	for (int i = 0; i < 200; i++) {
		uint8_t digest[DIGEST_SIZE];
		const struct bytes part[] = {BYTES_LIT("Hi")};

		seal_hmac(BYTES_LIT("Jefe"), part, 1, digest);
		if (i > 0 && memcmp(digest, (uint8_t *)failed + 1, DIGEST_SIZE) != 0)
			*(uint8_t *)failed = 1;
		memcpy((uint8_t *)failed + 1, digest, DIGEST_SIZE);
	}
	return NULL;
}

static void
test_threads(void)
{
	uint8_t failed[4][1 + DIGEST_SIZE] = {{0}};
	pthread_t threads[4];
	bool same = true;

	for (size_t i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, hash_often, failed[i]);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < 4; i++)
		same = same && failed[i][0] == 0 && memcmp(failed[i], failed[0], sizeof(failed[0])) == 0;
	tap_ok(same, "four threads get the same MACs");
}

int
main(void)
{
	test_threads();
	seal_init();
	seal_init();
	test_hkdf();
	test_digests();
	test_hmac();
	test_random();
	return tap_done();
}
