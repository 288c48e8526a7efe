/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds one target the files of its corpus, each whole, cut at 16 places, and with 16 bytes changed. The
 * target's name is what follows "replay-" in the program's; arguments are files or folders to take instead.
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/tap.h"

enum { INPUT_MAX = 16 * 1024 * 1024, VARIANTS = 16 };

/* A copy of exactly n bytes, so that the sanitizer sees a read beyond them. */
static void
feed(struct bytes input, size_t changed)
{
	uint8_t *copy = mem_new(input.n, 1);

	if (input.n > 0)
		memcpy(copy, input.p, input.n);
	if (changed < input.n)
		copy[changed] ^= (uint8_t)(1 + changed % 255);
	fuzz_one(bytes_of(copy, input.n));
	free(copy);
}

static void
replay_file(const char *path)
{
	struct buf input;
	struct err err = {0};

	buf_init(&input, INPUT_MAX);
	if (tap_ok(fd_read_file(path, &input, &err) == 0, "%s %s", path, err.text)) {
		struct bytes whole = buf_bytes(&input);

		feed(whole, SIZE_MAX);
		for (size_t i = 0; i < VARIANTS; i++) {
			feed(bytes_sub(whole, 0, whole.n * i / VARIANTS), SIZE_MAX);
			feed(whole, whole.n * i / VARIANTS + i % 7);
		}
	}
	buf_done(&input);
}

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void
replay(const char *path)
{
	struct dirent **entries;
	struct stat st;
	char file[4096];
	int n;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
		replay_file(path);
		return;
	}
	n = scandir(path, &entries, is_file, alphasort);
	tap_ok(n > 0, "%s has files", path);
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);
		replay_file(file);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

int
main(int argc, char **argv)
{
	const char *source = getenv("top_srcdir"), *name = strrchr(argv[0], '-');
	char folder[4096];

	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc == 1) {
		snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", source ? source : ".",
			name ? name + 1 : "");
		replay(folder);
	}
	return tap_done();
}
