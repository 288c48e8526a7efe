/* SPDX-License-Identifier: Apache-2.0 */
/* Tests buf, arena and secret: what owns memory on the base floor. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/secret.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/tap.h"

static void
test_buf_limit(void)
{
	struct buf buf;

	buf_init(&buf, 8);
	buf_put_str(&buf, "12345");
	buf_putf(&buf, "%d", 678);
	tap_bytes(buf_bytes(&buf), BYTES_LIT("12345678"), "filled to the brim");
	tap_ok(!buf_full(&buf), "the brim is not beyond it");
	buf_put_byte(&buf, 'x');
	tap_ok(buf_full(&buf), "one byte more is");
	buf_putf(&buf, "%s", "");
	tap_bytes(buf_bytes(&buf), BYTES_LIT("12345678"), "and changed nothing");
	tap_ok(strcmp(buf_cstr(&buf), "12345678") == 0, "a C string even at the brim");
	buf_reset(&buf);
	tap_ok(!buf_full(&buf) && buf.n == 0, "empty again");
	buf_putf(&buf, "%s", "123456789");
	tap_ok(buf_full(&buf) && buf.n == 0, "a formatted text that is too long adds nothing");
	buf_done(&buf);
}

static void
test_buf_growth(void)
{
	struct buf buf;
	bool same = true;

	buf_init(&buf, 100000);
	for (int i = 0; i < 100000; i++)
		buf_put_byte(&buf, (uint8_t)(i % 251));
	for (int i = 0; i < 100000; i++)
		same = same && buf.p[i] == i % 251;
	tap_ok(same && buf.n == 100000 && !buf_full(&buf), "100,000 single bytes");
	buf_wipe_done(&buf);
	tap_ok(buf.p == NULL && buf.n == 0, "gone");
}

static void
test_arena(void)
{
	struct arena arena;
	bool zero = true;
	char *big, *small;

	arena_init(&arena);
	small = arena_strf(&arena, "%s-%d", "abc", 7);
	big = arena_alloc(&arena, 100000);
	for (int i = 0; i < 100000; i++)
		zero = zero && big[i] == 0;
	tap_ok(zero, "memory comes zeroed");
	memset(big, 'x', 100000);
	tap_ok(strcmp(small, "abc-7") == 0, "what was there before is untouched");
	tap_ok((uintptr_t)arena_alloc(&arena, 1) % _Alignof(max_align_t) == 0, "aligned after odd sizes");
	arena_reset(&arena);
	tap_ok(arena.used == 0, "reset");
	big = arena_alloc(&arena, 1000);
	zero = true;
	for (int i = 0; i < 1000; i++)
		zero = zero && big[i] == 0;
	tap_ok(zero, "memory is zero again after a reset: the next message sees nothing of the last");
	arena_done(&arena);
}

static void
write_key(const char *path, const char *content, mode_t mode)
{
	FILE *out = fopen(path, "w");

	fputs(content, out);
	fclose(out);
	chmod(path, mode);
}

static void
test_secret_files(void)
{
	static const struct {
		const char *name, *content;
		mode_t mode;
		size_t max;
		int ret;
	} table[] = {
		{"owner only", "key", 0600, 10, 0},
		{"owner and group", "key", 0640, 10, 0},
		{"others may read", "key", 0604, 10, -1},
		{"others may write", "key", 0602, 10, -1},
		{"too long", "0123456789x", 0600, 10, -1},
		{"empty", "", 0600, 10, -1},
	};
	char path[] = "/tmp/postseal-test-XXXXXX";
	int fd = mkstemp(path);

	close(fd);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct secret secret = {0};
		struct err err = {0};
		int ret;

		write_key(path, table[i].content, table[i].mode);
		ret = secret_read_file(path, table[i].max, &secret, &err);
		tap_ok(ret == table[i].ret, "%s", table[i].name);
		tap_ok(ret == 0 ? secret_eq(secret_bytes(&secret), bytes_of_str(table[i].content))
				: err.class == ERR_CONFIG && secret.p == NULL,
			"%s: outcome", table[i].name);
		secret_done(&secret);
	}
	unlink(path);
}

int
main(void)
{
	test_buf_limit();
	test_buf_growth();
	test_arena();
	test_secret_files();
	return tap_done();
}
