/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/parser.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fd.h"

static int
spawn(const struct cli *cli, const char *rules_directory, struct scan_client **ret_client, struct err *err)
{
	const char *program = getenv("POSTSEAL_PARSER");
	struct scan_spawn spawn = {
		.program = program ? program : POSTSEAL_LIBEXECDIR "/postseal-parser",
		.settings_path = cli->config_found ? cli->config_path : NULL,
		.rules_directory = rules_directory,
		.overrides = cli->overrides,
	};

	return scan_client_spawn(&spawn, ret_client, err);
}

int
parser_start(
	const struct cli *cli, const char *rules_directory, struct scan_client **ret_client, struct err *err)
{
	char *path = NULL;
	int ret;

	if (rules_directory != NULL && (path = realpath(rules_directory, NULL)) == NULL)
		return err_sys(err, ERR_CONFIG, "open %s", rules_directory);
	ret = spawn(cli, path, ret_client, err);
	free(path);
	return ret;
}

static int
copy_to_memfd(int from, size_t max, int to, struct err *err)
{
	static uint8_t chunk[65536];
	size_t total = 0;

	for (;;) {
		ssize_t n = read(from, chunk, sizeof(chunk));

		if (n < 0)
			return err_sys(err, ERR_TEMP, "read");
		if (n == 0)
			return fd_memfd_seal(to, err);
		total += (size_t)n;
		if (total > max)
			return err_set(err, ERR_PERM, "longer than message_size_limit (%zu bytes)", max);
		if (fd_write_all(to, bytes_of(chunk, (size_t)n), err) != 0)
			return -1;
	}
}

int
parser_load_message(const char *path, size_t max, int *ret_fd, struct err *err)
{
	bool standard_input = strcmp(path, "-") == 0;
	int from = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), to = -1;
	int ret = -1;

	if (from < 0)
		return err_sys(err, ERR_PERM, "open %s", path);
	if (fd_memfd("postseal-message", &to, err) != 0)
		goto out;
	if (copy_to_memfd(from, max, to, err) != 0) {
		err_add(err, "%s", path);
		goto out;
	}
	*ret_fd = to;
	to = -1;
	ret = 0;
out:
	if (!standard_input)
		fd_close(&from);
	fd_close(&to);
	return ret;
}

const char *
parser_verdict(const struct scan_result *result)
{
	if (scan_has_label(result, "phi"))
		return "phi";
	return result->unscannable ? "unscannable" : "clean";
}
