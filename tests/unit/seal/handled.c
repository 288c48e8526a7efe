/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/handled.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/seal/digest.h"
#include "tests/support/tap.h"

enum { NOW = 1795417689 };

static const struct bytes key = BYTES_LIT("0123456789abcdef0123456789abcdef");
static const struct handled_mail mail = {
	.recipient = BYTES_LIT("ann@example.org"),
	.message_id = BYTES_LIT("<1@mail.example>"),
	.from = BYTES_LIT("a@b.example"),
	.to = BYTES_LIT("ann@example.org"),
	.subject = BYTES_LIT("Secure message"),
	.body = BYTES_LIT("text\r\n"),
};

/* Each part of the mail changed in turn. */
static void
test_other_mail(struct bytes value)
{
	static const struct {
		const char *name;
		size_t part;
		struct bytes text;
		bool want;
	} table[] = {
		{"case of the recipient", offsetof(struct handled_mail, recipient),
			BYTES_LIT("Ann@Example.ORG"), true},
		{"space around a value", offsetof(struct handled_mail, subject),
			BYTES_LIT(" Secure message "), true},
		{"a line end more", offsetof(struct handled_mail, body), BYTES_LIT("text\r\n\r\n"), true},
		{"another recipient", offsetof(struct handled_mail, recipient), BYTES_LIT("bob@example.org"),
			false},
		{"another message", offsetof(struct handled_mail, message_id), BYTES_LIT("<2@mail.example>"),
			false},
		{"no message id", offsetof(struct handled_mail, message_id), BYTES_LIT(""), false},
		{"another name", offsetof(struct handled_mail, from), BYTES_LIT("PHI <a@b.example>"), false},
		{"another To", offsetof(struct handled_mail, to), BYTES_LIT("PHI <ann@example.org>"), false},
		{"another subject", offsetof(struct handled_mail, subject), BYTES_LIT("PHI"), false},
		{"another body", offsetof(struct handled_mail, body), BYTES_LIT("PHI\r\n"), false},
		{"text moved from one part to the next", offsetof(struct handled_mail, subject),
			BYTES_LIT("Secure messagetext"), false},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct handled_mail other = mail;

		memcpy((char *)&other + table[i].part, &table[i].text, sizeof(table[i].text));
		tap_ok(handled_check(key, value, &other, NOW) == table[i].want, "fits: %s", table[i].name);
	}
}

static void
test_fits(void)
{
	struct buf mark;

	buf_init(&mark, 256);
	handled_format(key, &mail, NOW, &mark);
	struct bytes value = buf_bytes(&mark);

	tap_ok(bytes_starts_nocase(value, BYTES_LIT("v1; t=1795417689; m=")) && value.n == 20 + 64,
		"its form");
	const struct {
		const char *name;
		struct bytes key;
		int64_t now;
		bool want;
	} times[] = {
		{"itself", key, NOW, true},
		{"six days later", key, NOW + HANDLED_LIFETIME, true},
		{"a second after that", key, NOW + HANDLED_LIFETIME + 1, false},
		{"the clock was set back an hour", key, NOW - 3600, true},
		{"a mark from the future", key, NOW - 3601, false},
		{"another key", BYTES_LIT("1123456789abcdef0123456789abcdef"), NOW, false},
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		tap_ok(handled_check(times[i].key, value, &mail, times[i].now) == times[i].want, "fits: %s",
			times[i].name);
	test_other_mail(value);
	buf_done(&mark);
}

/* Every single change of a true mark must break it. */
static void
test_changes(void)
{
	static const char *const forms[] = {"", "v1", "v1;", "v1; t=1",
		"v1; t=1795417689; m=", "v2; t=1795417689; m=00", "v1; m=00; t=1795417689", "v1; t=-1; m=00",
		"v1; t=99999999999999999999; m=00"};
	struct buf mark;
	size_t wrong = 0;

	buf_init(&mark, 256);
	handled_format(key, &mail, NOW, &mark);
	for (size_t i = 0; i < mark.n; i++) {
		uint8_t was = mark.p[i];

		for (unsigned bit = 0; bit < 8; bit++) {
			mark.p[i] = (uint8_t)(was ^ (1u << bit));
			/* Hexadecimal digits of the other case, and white space for white space, are the
			 * same. */
			bool same = (mark.p[i] | 0x20) == (was | 0x20) &&
				    ((was | 0x20) >= 'a' && (was | 0x20) <= 'f') && i >= 20;

			if (!same && handled_check(key, buf_bytes(&mark), &mail, NOW))
				wrong++;
		}
		mark.p[i] = was;
	}
	tap_ok(wrong == 0, "no bit of a mark can be turned: %zu could", wrong);
	tap_ok(!handled_check(key, bytes_sub(buf_bytes(&mark), 0, mark.n - 1), &mail, NOW), "cut short");
	buf_put_str(&mark, "; x=1");
	tap_ok(!handled_check(key, buf_bytes(&mark), &mail, NOW), "something behind it");
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		tap_ok(!handled_check(key, bytes_of_str(forms[i]), &mail, NOW), "no mark: '%s'", forms[i]);
	buf_done(&mark);
}

static void
test_key_file(void)
{
	static const struct {
		const char *name, *content;
		unsigned mode;
		int ret;
	} table[] = {
		{"as setup makes it", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
			0600, 0},
		{"upper case, no line end",
			"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0640, 0},
		{"too short", "0001\n", 0600, -1},
		{"too long", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00\n", 0600,
			-1},
		{"no digits", "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0600, -1},
		{"empty", "", 0600, -1},
		{"everybody may read it",
			"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0644, -1},
	};
	char path[] = "/tmp/postseal-handled-XXXXXX";
	int fd = mkstemp(path);

	fd_close(&fd);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct secret got = {0};
		struct err err = {0};

		fd_write_file(path, bytes_of_str(table[i].content), table[i].mode, &err);
		tap_ok(handled_key_read(path, &got, &err) == table[i].ret, "key file: %s", table[i].name);
		tap_ok(table[i].ret < 0 ? got.p == NULL : got.n == HANDLED_KEY_SIZE && got.p[31] == 0x1F,
			"key file: %s: what is read", table[i].name);
		secret_done(&got);
	}
	unlink(path);
}

int
main(void)
{
	seal_init();
	test_fits();
	test_changes();
	test_key_file();
	return tap_done();
}
