/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/tap.h"

#include <stdarg.h>

static struct {
	int n, failed;
} tap;

static void
print_name(bool ok, const char *fmt, va_list ap)
{
	if (tap.n++ == 0)
		setvbuf(stdout, NULL, _IOLBF, 0);
	if (!ok)
		tap.failed++;
	printf("%s %d - ", ok ? "ok" : "not ok", tap.n);
	vprintf(fmt, ap);
	putchar('\n');
}

bool
tap_check(bool ok, const char *condition, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_name(ok, fmt, ap);
	va_end(ap);
	if (!ok)
		printf("# %s:%d: %s\n", file, line, condition);
	return ok;
}

static void
print_bytes(const char *what, struct bytes b)
{
	printf("# %s (%zu bytes): ", what, b.n);
	for (size_t i = 0; i < b.n && i < 2000; i++) {
		if (b.p[i] >= 32 && b.p[i] < 127 && b.p[i] != '\\')
			putchar(b.p[i]);
		else
			printf("\\x%02x", b.p[i]);
	}
	putchar('\n');
}

bool
tap_check_bytes(struct bytes got, struct bytes want, const char *file, int line, const char *fmt, ...)
{
	bool ok = bytes_eq(got, want);
	va_list ap;

	va_start(ap, fmt);
	print_name(ok, fmt, ap);
	va_end(ap);
	if (!ok) {
		printf("# %s:%d\n", file, line);
		print_bytes("got", got);
		print_bytes("want", want);
	}
	return ok;
}

void
tap_skip(const char *why)
{
	tap.n++;
	printf("ok %d - # SKIP %s\n", tap.n, why);
}

int
tap_done(void)
{
	printf("1..%d\n", tap.n);
	return tap.failed ? 1 : 0;
}
