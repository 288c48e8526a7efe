/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal roster`: makes and checks the keyed hashes of the organisation's patients. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/accounts.h"
#include "cli/cli.h"
#include "cli/roster_columns.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/dlp/roster_build.h"
#include "lib/seal/digest.h"
#include "lib/seal/envelope.h"

enum { BAD_ROWS_SHOWN = 20, PROGRESS_ROWS = 20000, ROSTER_MODE = 0640 };

#define INPUT_MAX (INT64_C(8) << 30)

struct roster_question {
	const struct cli *cli;
	const char *input, *output, *key, *columns;
	enum roster_date_order order;
	bool strict;
	int argc;
	char **argv;
};

struct building {
	const struct roster_question *question;
	struct roster_builder *builder;
	struct roster_columns columns;
	struct csv csv;
	struct csv_row row;
	size_t size; /* of the input */
	size_t rows, bad, partly;
};

/* Says where, never what. */
static void
complain(struct building *b, size_t *count, const char *why)
{
	if (++*count <= BAD_ROWS_SHOWN)
		fprintf(stderr, "%s:%zu: %s\n", b->question->input, b->row.line, why);
	if (*count == BAD_ROWS_SHOWN)
		fprintf(stderr, "(more of this kind are only counted)\n");
}

static void
name_columns(unsigned faults, struct buf *text)
{
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		if (faults & (1U << i))
			buf_putf(text, "%s%s", text->n > 0 ? ", " : "",
				roster_column_name((enum roster_column)i));
}

static int
add_row(struct building *b, struct err *err)
{
	struct roster_field fields[CSV_FIELDS_MAX];
	struct roster_row row;
	struct buf text;
	size_t n = 0;

	for (size_t i = 0; i < b->columns.n; i++)
		if (b->columns.p[i].field < b->row.n)
			fields[n++] = (struct roster_field){
				b->columns.p[i].column, b->row.fields[b->columns.p[i].field]};
	switch (roster_builder_add(b->builder, fields, n, &row)) {
	case ROSTER_ADDED:
		break;
	case ROSTER_ADDED_PARTLY:
		buf_init(&text, 200);
		name_columns(row.faults, &text);
		buf_put_str(&text, ": cannot be read, left out");
		complain(b, &b->partly, buf_cstr(&text));
		buf_done(&text);
		break;
	case ROSTER_REFUSED:
		complain(b, &b->bad, "fewer than two attributes: the row is left out");
		break;
	case ROSTER_FULL:
		return err_set(err, ERR_PERM, "more than %d people", ROSTER_PERSONS_MAX);
	}
	return 0;
}

static void
show_progress(const struct building *b)
{
	if (b->question->cli->tty && b->rows % PROGRESS_ROWS == 0)
		fprintf(stderr, "\r%3zu %%  %zu rows",
			b->size > 0 ? (b->size - b->csv.rest.n) * 100 / b->size : 100, b->rows);
}

static int
add_rows(struct building *b, struct err *err)
{
	int ret = csv_next(&b->csv, &b->row);

	if (ret <= 0)
		return err_set(err, ERR_PERM, "%s: no header row", b->question->input);
	if (roster_columns_read(&b->row, b->question->columns, &b->columns, err) != 0)
		return err_add(err, "%s", b->question->input);
	while ((ret = csv_next(&b->csv, &b->row)) != 0) {
		b->rows++;
		if (ret < 0)
			complain(b, &b->bad, "not a CSV row");
		else if (add_row(b, err) != 0)
			return -1;
		show_progress(b);
	}
	if (b->question->cli->tty)
		fprintf(stderr, "\r100 %%  %zu rows\n", b->rows);
	return 0;
}

static int
write_image(struct building *b, struct err *err)
{
	const char *output = b->question->output;
	struct bytes image;

	if (b->question->strict && b->bad + b->partly > 0)
		return err_set(err, ERR_PERM, "%zu rows are not as they should be: nothing was written",
			b->bad + b->partly);
	if (b->rows == b->bad)
		return err_set(err, ERR_PERM, "no row can be used: nothing was written");
	if (roster_builder_end(b->builder, &image, err) != 0 ||
		fd_write_file(output, image, ROSTER_MODE, err) != 0 ||
		accounts_give(output, NULL, b->question->cli->settings->parser_user, ROSTER_MODE, err) != 0)
		return -1;
	printf("%s: %zu people of %zu rows, %zu rows left out, %zu in part; %zu bytes\n", output,
		b->rows - b->bad, b->rows, b->bad, b->partly, image.n);
	return 0;
}

static int
make_key(const struct roster_question *question, struct err *err)
{
	if (access(question->key, F_OK) == 0)
		return 0;
	if (seal_hash_key_make(question->key, err) != 0 ||
		accounts_give(question->key, NULL, question->cli->settings->parser_user, ROSTER_MODE, err) !=
			0)
		return -1;
	printf("%s: made\n", question->key);
	return 0;
}

static int
roster_build(const struct roster_question *question, struct err *err)
{
	struct building *b = mem_new(1, sizeof(*b));
	struct secret key = {0};
	struct buf input;
	int ret = -1;

	buf_init(&input, INPUT_MAX);
	b->question = question;
	if (make_key(question, err) != 0 || roster_read_key(question->key, &key, err) != 0 ||
		fd_read_file(question->input, &input, err) != 0)
		goto out;
	b->size = input.n;
	b->builder = roster_builder_new(secret_bytes(&key), question->order, clock_wall());
	csv_init(&b->csv, buf_bytes(&input));
	ret = add_rows(b, err);
	if (ret == 0)
		ret = write_image(b, err);
	csv_done(&b->csv);
out:
	roster_builder_free(b->builder);
	secret_done(&key);
	buf_wipe_done(&input);
	free(b);
	return ret;
}

static int
roster_check(const struct roster_question *question, struct err *err)
{
	struct roster *roster = NULL;
	const struct roster_header *header;
	char made[40];

	if (roster_open(question->argv[0], question->key, &roster, err) != 0)
		return -1;
	header = roster_header(roster);
	clock_format_utc((int64_t)header->made, made, sizeof(made));
	printf("%s: whole; made %s; %" PRIu64 " people, %" PRIu64 " values, %zu bytes\n", question->argv[0],
		made, header->persons, header->entries, roster_size(roster));
	for (int i = 0; i < ROSTER_TYPES; i++)
		printf("  %-13s %" PRIu64 "\n", roster_type_name((enum roster_type)i), header->counts[i]);
	roster_close(roster);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const struct roster_question *question, struct err *err);
	int arguments;
} verbs[] = {
	{"build", roster_build, 0},
	{"check", roster_check, 1},
};

static int
run_verb(struct roster_question *question, const char *name)
{
	struct err err = {0};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) != 0)
			continue;
		if (question->argc != verbs[i].arguments)
			return cli_usage_error("roster", "%s takes %d file names", name, verbs[i].arguments);
		if (verbs[i].arguments == 0 && (!question->input || !question->output))
			return cli_usage_error("roster", "%s needs --input and --output", name);
		return verbs[i].run(question, &err) == 0 ? 0 : cli_fail("roster", &err);
	}
	return cli_usage_error("roster", "unknown verb '%s'", name);
}

static int
roster_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"input", required_argument, NULL, 'i'},
		{"output", required_argument, NULL, 'o'},
		{"key", required_argument, NULL, 'k'},
		{"columns", required_argument, NULL, 'c'},
		{"day-first", no_argument, NULL, 'd'},
		{"strict", no_argument, NULL, 's'},
		{NULL, 0, NULL, 0},
	};
	struct roster_question question = {.cli = cli, .key = cli->settings->roster_key_file};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		if (c == 'd')
			question.order = ROSTER_DAY_FIRST;
		if (c == 's')
			question.strict = true;
		const char **text = c == 'i'   ? &question.input
				    : c == 'o' ? &question.output
				    : c == 'k' ? &question.key
				    : c == 'c' ? &question.columns
					       : NULL;
		if (text)
			*text = optarg;
	}
	if (optind == argc)
		return cli_usage_error("roster", "needs a verb");
	question.argc = argc - optind - 1;
	question.argv = argv + optind + 1;
	seal_init();
	return run_verb(&question, argv[optind]);
}

const struct cli_command cli_roster = {
	.name = "roster",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "make the keyed hashes of the organisation's patients",
	.usage =
		"usage: postseal roster build --input CSV --output FILE [--key FILE] [--columns LIST]\n"
		"                             [--day-first] [--strict]\n"
		"       postseal roster check FILE [--key FILE]\n\n"
		"  build  read people (name, birth date, record number, address, e-mail, phone), a row each\n"
		"  check  say whether a roster is whole, and what it holds\n"
		"  --columns    which title stands for what: name=Patient,birth-date=DOB\n"
		"  --day-first  03/04/1961 is the 3rd of April\n"
		"  --strict     write nothing when a row is not as it should be\n\n"
		"The key (roster_key_file of the configuration) is made when it is not there.\n",
	.run = roster_run,
};
