/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/known.h"

#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/file_hash.h"

enum { LINE_MAX_BYTES = 4096, HEX_SIZE = 2 * FILE_HASH_SIZE };

struct known {
	struct buf hashes; /* FILE_HASH_SIZE bytes each, in order */
};

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, FILE_HASH_SIZE);
}

/* "\" in front says that sha256sum escaped the name. */
static int
read_line(struct bytes line, uint8_t hash[FILE_HASH_SIZE])
{
	if (line.p[0] == '\\')
		line = bytes_sub(line, 1, line.n);
	if (line.n > HEX_SIZE && !ascii_is_space(line.p[HEX_SIZE]))
		return -1;
	return text_from_hex(bytes_sub(line, 0, HEX_SIZE), hash, FILE_HASH_SIZE);
}

int
known_parse(const char *file, struct bytes content, struct known **ret_known, struct faults *faults)
{
	struct known *known = mem_new(1, sizeof(*known));
	size_t before = faults->n;
	struct bytes line;

	buf_init(&known->hashes, (size_t)KNOWN_FILES_MAX * FILE_HASH_SIZE);
	for (int number = 1; bytes_next_line(&content, &line); number++) {
		uint8_t hash[FILE_HASH_SIZE];

		line = bytes_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (read_line(line, hash) != 0)
			faults_add(faults, file, number, 1,
				"expected 64 hexadecimal digits and a name, as sha256sum writes them");
		buf_put(&known->hashes, hash, sizeof(hash));
	}
	if (buf_full(&known->hashes))
		faults_add(faults, file, 0, 0, "more than %d files", KNOWN_FILES_MAX);
	if (faults->n > before) {
		known_free(known);
		return -1;
	}
	if (known->hashes.n > 0)
		qsort(known->hashes.p, known->hashes.n / FILE_HASH_SIZE, FILE_HASH_SIZE, compare);
	*ret_known = known;
	return 0;
}

int
known_load(const char *path, struct known **ret_known, struct faults *faults)
{
	struct err err = {0};
	struct buf content;
	int ret = -1;

	buf_init(&content, (size_t)KNOWN_FILES_MAX * LINE_MAX_BYTES);
	if (fd_read_file(path, &content, &err) != 0)
		faults_add(faults, path, 0, 0, "%s", err.text);
	else
		ret = known_parse(path, buf_bytes(&content), ret_known, faults);
	buf_done(&content);
	return ret;
}

void
known_free(struct known *known)
{
	if (known == NULL)
		return;
	buf_done(&known->hashes);
	free(known);
}

bool
known_has(const void *context, struct bytes content)
{
	const struct known *known = context;
	uint8_t hash[FILE_HASH_SIZE];

	if (known->hashes.n == 0)
		return false;
	file_hash(content, hash);
	return bsearch(hash, known->hashes.p, known->hashes.n / FILE_HASH_SIZE, FILE_HASH_SIZE, compare) !=
	       NULL;
}
