/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules hash`: values as lists of exceptions hold them. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/accounts.h"
#include "cli/rules.h"
#include "lib/base/fd.h"
#include "lib/dlp/except.h"
#include "lib/dlp/fold.h"
#include "lib/seal/digest.h"

enum { INPUT_MAX = 64 * 1024 * 1024 };

struct hasher {
	struct except_key key;
	struct fold_scratch fold;
	struct arena arena; /* of one value */
	size_t line;        /* of standard input; 0: a value of the command line */
	size_t bad;
};

/* The key belongs to root, and the parser reads it. */
static int
make_key(const struct settings *settings, const char *directory, struct except_key *ret_key, struct err *err)
{
	char path[4096];

	if (except_key_make(directory, ret_key, err) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/%s", directory, EXCEPT_KEY_FILE);
	fprintf(stderr, "made %s\n", path);
	return accounts_give(path, NULL, settings->parser_user, EXCEPT_KEY_MODE, err);
}

/* What is not printed is told by its place: a value is nobody's business. */
static void
print_hash(struct hasher *hasher, struct bytes value)
{
	struct folded folded;
	struct except_hash hash;
	char hex[EXCEPT_HEX_SIZE];

	arena_reset(&hasher->arena);
	fold_text(&hasher->fold, &hasher->arena, value, FOLD_TEXT, &folded);
	if (folded.text.n > 0 && except_hash(&hasher->key, folded.text, &hash)) {
		except_format(&hash, hex);
		puts(hex);
		return;
	}
	hasher->bad++;
	if (hasher->line > 0)
		fprintf(stderr, "line %zu: the value is empty or too long\n", hasher->line);
	else
		fprintf(stderr, "a value is empty or too long\n");
}

static int
print_lines(struct hasher *hasher, struct err *err)
{
	struct buf input;
	struct bytes rest, line;
	int ret;

	buf_init(&input, INPUT_MAX);
	ret = fd_read_to_end(STDIN_FILENO, &input, err);
	rest = buf_bytes(&input);
	while (ret == 0 && bytes_next_line(&rest, &line)) {
		hasher->line++;
		line = bytes_trim(line);
		if (line.n > 0)
			print_hash(hasher, line);
	}
	buf_done(&input);
	return ret;
}

static int
print_all(struct hasher *hasher, char **values, struct err *err)
{
	int ret = 0;

	fold_scratch_init(&hasher->fold);
	arena_init(&hasher->arena);
	for (size_t i = 0; values[i] != NULL; i++)
		print_hash(hasher, bytes_of_str(values[i]));
	if (values[0] == NULL)
		ret = print_lines(hasher, err);
	fold_scratch_done(&hasher->fold);
	arena_done(&hasher->arena);
	return ret;
}

static int
hash_all(const struct cli *cli, const char *directory, char **values)
{
	struct hasher hasher = {.bad = 0};
	struct err err = {0};
	int found;

	seal_init();
	found = except_key_read(directory, &hasher.key, &err);
	if (found < 0 || (found == 0 && make_key(cli->settings, directory, &hasher.key, &err) != 0) ||
		print_all(&hasher, values, &err) != 0)
		return cli_fail("rules hash", &err);
	return hasher.bad > 0 ? 1 : 0;
}

static int
hash_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"rules", required_argument, NULL, 'r'},
		{NULL, 0, NULL, 0},
	};
	const char *directory = cli->settings->rules_directory;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		if (c == 'r')
			directory = optarg;
	}
	return hash_all(cli, directory, argv + optind);
}

const struct rules_verb rules_hash = {
	.name = "hash",
	.summary = "values as lists of exceptions hold them",
	.usage = "usage: postseal rules hash [--rules DIR] [VALUE]...\n\n"
		 "  --rules DIR   the folder of packs (rules_directory of the configuration)\n\n"
		 "Prints a line for each value, for 'except:' of a rule or the file that it names. Makes the "
		 "key\n"
		 "DIR/exceptions.key when there is none. Without VALUE it reads standard input, a value a "
		 "line:\n"
		 "what stands on a command line, others may read.\n",
	.run = hash_run,
};
