/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/except.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/seal/digest.h"

enum { PATH_SIZE = 4096, HEX_SIZE = 2 * EXCEPT_KEY_SIZE };

/* The key is two hashes' worth of hexadecimal digits. */
static int
parse_key(struct bytes text, struct except_key *ret_key)
{
	struct except_hash half[2];
	text = bytes_trim(text);
	if (text.n != HEX_SIZE || except_parse(bytes_sub(text, 0, HEX_SIZE / 2), &half[0]) != 0 ||
		except_parse(bytes_sub(text, HEX_SIZE / 2, text.n), &half[1]) != 0)
		return -1;
	memcpy(ret_key->p, half, EXCEPT_KEY_SIZE);
	ret_key->is_there = true;
	return 0;
}

static void
key_path(const char *directory, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/%s", directory, EXCEPT_KEY_FILE);
}

int
except_key_read(const char *directory, struct except_key *ret_key, struct err *err)
{
	char path[PATH_SIZE];
	struct buf text;
	struct err own = {0};
	int ret = 1;
	key_path(directory, path);
	buf_init(&text, 1024);
	if (fd_read_file(path, &text, &own) != 0)
		ret = own.sys_errno == ENOENT ? 0 : err_set(err, own.class, "%s", own.text);
	else if (parse_key(buf_bytes(&text), ret_key) != 0)
		ret = err_set(
			err, ERR_CONFIG, "%s is no key: expected %d hexadecimal digits", path, HEX_SIZE);
	buf_done(&text);
	return ret;
}

int
except_key_make(const char *directory, struct except_key *ret_key, struct err *err)
{
	char path[PATH_SIZE], text[HEX_SIZE + 2];
	struct except_key key = {.is_there = true};
	key_path(directory, path);
	if (access(path, F_OK) == 0)
		return err_set(err, ERR_CONFIG, "%s exists", path);
	seal_random(key.p, sizeof(key.p));
	for (size_t i = 0; i < sizeof(key.p); i++)
		snprintf(text + 2 * i, 3, "%02x", key.p[i]);
	text[HEX_SIZE] = '\n';
	if (fd_write_file(path, bytes_of(text, HEX_SIZE + 1), EXCEPT_KEY_MODE, err) != 0)
		return -1;
	*ret_key = key;
	return 0;
}
