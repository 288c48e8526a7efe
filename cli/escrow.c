/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `postseal escrow`: what is in the store. Without the recovery key that is sizes, dates and states; with it,
 * addresses and the messages themselves.
 */
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/seal/digest.h"
#include "lib/seal/envelope.h"
#include "lib/store/store.h"

enum { ID_TEXT = 2 * STORE_ID_SIZE + 1, TIME_TEXT = 32, ADDRESS_MAX = 4096, STATES = STORE_EXPIRED + 1 };

struct escrow_question {
	const struct cli *cli;
	enum cli_format format;
	const char *key_path, *certificate_path, *output_path;
	struct store *store;
	struct seal_key *key; /* NULL when none was given */
	struct arena arena;
	json_t *list;
};

static void
count_states(const struct store_object *object, size_t counts[STATES])
{
	for (size_t i = 0; i < STATES; i++)
		counts[i] = 0;
	for (size_t i = 0; i < object->n_recipients; i++)
		if ((size_t)object->recipients[i].state < STATES)
			counts[object->recipients[i].state]++;
}

static void
print_line(const struct store_object *object)
{
	char id[ID_TEXT], created[TIME_TEXT], expires[TIME_TEXT];
	size_t counts[STATES];
	const char *before = "";

	text_hex(bytes_of(object->id, STORE_ID_SIZE), id);
	clock_format_utc(object->created, created, sizeof(created));
	clock_format_utc(object->expires, expires, sizeof(expires));
	count_states(object, counts);
	printf("%s  %s  %s  %10zu  %zu (", id, created, expires, object->size, object->n_recipients);
	for (size_t i = 0; i < STATES; i++) {
		if (counts[i] == 0)
			continue;
		printf("%s%zu %s", before, counts[i], store_state_name((enum store_state)i));
		before = ", ";
	}
	puts(")");
}

static json_t *
object_json(const struct store_object *object)
{
	char id[ID_TEXT], created[TIME_TEXT], expires[TIME_TEXT];

	text_hex(bytes_of(object->id, STORE_ID_SIZE), id);
	clock_format_utc(object->created, created, sizeof(created));
	clock_format_utc(object->expires, expires, sizeof(expires));
	return json_pack("{s:s, s:s, s:s, s:I}", "id", id, "created", created, "expires", expires, "size",
		(json_int_t)object->size);
}

static json_t *
line_json(const struct store_object *object)
{
	json_t *json = object_json(object), *states = json_object();
	size_t counts[STATES];

	count_states(object, counts);
	for (size_t i = 0; i < STATES; i++)
		if (counts[i] > 0)
			json_object_set_new(states, store_state_name((enum store_state)i),
				json_integer((json_int_t)counts[i]));
	json_object_set_new(json, "recipients", json_integer((json_int_t)object->n_recipients));
	json_object_set_new(json, "states", states);
	return json;
}

static bool
list_one(void *context, const struct store_object *object)
{
	struct escrow_question *question = context;

	if (question->format == CLI_JSON)
		json_array_append_new(question->list, line_json(object));
	else
		print_line(object);
	return true;
}

static void
print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}

static int
escrow_list(struct escrow_question *question, const char *id, struct err *err)
{
	(void)id;
	if (question->format == CLI_JSON)
		question->list = json_array();
	else
		printf("%-32s  %-20s  %-20s  %10s  %s\n", "ID", "CREATED", "EXPIRES", "SIZE", "RECIPIENTS");
	if (store_list(question->store, list_one, question, err) != 0) {
		json_decref(question->list);
		return -1;
	}
	if (question->format == CLI_JSON)
		print_json(question->list);
	return 0;
}

/* The object that the user named. Returns 1, 0 (said on standard error) or -1. */
static int
find(struct escrow_question *question, const char *text, struct store_object *ret_object, struct err *err)
{
	uint8_t id[STORE_ID_SIZE];
	int ret;

	if (text_from_hex(bytes_of_str(text), id, sizeof(id)) != 0)
		return err_set(err, ERR_USAGE, "an ID has %d hexadecimal digits: see `postseal escrow list`",
			2 * STORE_ID_SIZE);
	ret = store_find_object(question->store, &question->arena, id, ret_object, err);
	if (ret == 0)
		fprintf(stderr, "postseal escrow: no message %s in the store\n", text);
	return ret;
}

/* The address, as valid UTF-8 without control characters: it goes to a terminal. NULL: not opened. */
static const char *
open_address(struct escrow_question *question, const struct store_recipient *recipient, struct err *err)
{
	struct buf plain, clean;
	char *text = NULL;

	buf_init(&plain, ADDRESS_MAX);
	buf_init(&clean, 3 * ADDRESS_MAX);
	if (seal_open(recipient->sealed_address, question->key, &plain, err) == 0) {
		for (size_t i = 0; i < plain.n; i++)
			if (plain.p[i] < 32 || plain.p[i] == 127)
				plain.p[i] = '?';
		(void)utf8_put_clean(&clean, buf_bytes(&plain));
		text = arena_str(&question->arena, buf_bytes(&clean));
	}
	buf_done(&plain);
	buf_done(&clean);
	return text;
}

static int
show_recipient(struct escrow_question *question, const struct store_recipient *recipient, json_t *list,
	struct err *err)
{
	const char *state = store_state_name(recipient->state), *address = NULL;
	char link[ID_TEXT], opened[TIME_TEXT] = "";

	if (question->key != NULL) {
		address = open_address(question, recipient, err);
		if (address == NULL)
			return -1;
	}
	text_hex(bytes_of(recipient->link_id, STORE_ID_SIZE), link);
	if (recipient->opened != 0)
		clock_format_utc(recipient->opened, opened, sizeof(opened));
	if (question->format == CLI_JSON) {
		json_array_append_new(list, json_pack("{s:s, s:s, s:s?, s:s?}", "link", link, "state", state,
						    "opened", opened[0] ? opened : NULL, "address", address));
		return 0;
	}
	printf("recipient  %s  %s%s%s%s%s\n", link, state, opened[0] ? ", first opened " : "", opened,
		address ? "  " : "", address ? address : "");
	return 0;
}

static void
print_object(const struct store_object *object)
{
	char id[ID_TEXT], created[TIME_TEXT], expires[TIME_TEXT];

	text_hex(bytes_of(object->id, STORE_ID_SIZE), id);
	clock_format_utc(object->created, created, sizeof(created));
	clock_format_utc(object->expires, expires, sizeof(expires));
	printf("id         %s\ncreated    %s\nexpires    %s\nsize       %zu\n", id, created, expires,
		object->size);
}

static int
escrow_show(struct escrow_question *question, const char *id, struct err *err)
{
	json_t *list = json_array(), *json;
	struct store_object object;
	int ret = find(question, id, &object, err);

	if (ret != 1)
		goto out;
	if (question->format == CLI_TEXT)
		print_object(&object);
	for (size_t i = 0; i < object.n_recipients; i++) {
		ret = show_recipient(question, &object.recipients[i], list, err);
		if (ret != 0)
			goto out;
	}
	if (question->format == CLI_JSON) {
		json = object_json(&object);
		json_object_set(json, "recipients", list);
		print_json(json);
	}
	json_decref(list);
	return 0;
out:
	json_decref(list);
	return ret == 0 ? 1 : -1;
}

static int
open_both(struct escrow_question *question, const struct store_object *object, struct buf *message,
	struct err *err)
{
	struct buf sealed, inner;
	int ret;

	buf_init(&sealed, object->size);
	buf_init(&inner, object->size);
	ret = store_read(question->store, object->id, &sealed, err);
	if (ret == 1)
		ret = seal_open(buf_bytes(&sealed), question->key, &inner, err) == 0 &&
				      seal_open(buf_bytes(&inner), question->key, message, err) == 0
			      ? 1
			      : -1;
	buf_done(&sealed);
	buf_done(&inner);
	return ret;
}

/* A new file that only its owner reads; never over an old one. */
static int
write_new_file(const char *path, struct bytes content, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int ret;

	if (fd < 0)
		return err_sys(err, ERR_CONFIG, "create %s", path);
	ret = fd_write_all(fd, content, err);
	if (ret == 0 && fsync(fd) != 0)
		ret = err_sys(err, ERR_TEMP, "fsync");
	fd_close(&fd);
	if (ret != 0)
		(void)unlink(path);
	return ret == 0 ? 0 : err_add(err, "%s", path);
}

static bool
goes_to_stdout(const struct escrow_question *question)
{
	return question->output_path == NULL || strcmp(question->output_path, "-") == 0;
}

static int
escrow_recover(struct escrow_question *question, const char *id, struct err *err)
{
	struct store_object object;
	struct buf message;
	int ret = find(question, id, &object, err);

	if (ret != 1)
		return ret == 0 ? 1 : -1;
	buf_init(&message, object.size);
	ret = open_both(question, &object, &message, err);
	if (ret == 1)
		ret = goes_to_stdout(question)
			      ? fd_write_all(STDOUT_FILENO, buf_bytes(&message), err)
			      : write_new_file(question->output_path, buf_bytes(&message), err);
	else if (ret == 0)
		ret = err_set(err, ERR_TEMP, "it was removed just now");
	buf_wipe_done(&message);
	return ret;
}

/* Each returns 0, 1 (the answer is no, said already) or -1. */
static const struct verb {
	const char *name;
	enum { VERB_LISTS, VERB_NEEDS_ID, VERB_NEEDS_KEY } needs;
	int (*run)(struct escrow_question *question, const char *id, struct err *err);
} verbs[] = {
	{"list", VERB_LISTS, escrow_list},
	{"show", VERB_NEEDS_ID, escrow_show},
	{"recover", VERB_NEEDS_KEY, escrow_recover},
};

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int
run_verb(struct escrow_question *question, const struct verb *verb, const char *id, struct err *err)
{
	const struct settings *settings = question->cli->settings;
	const struct store_options options = {.directory = settings->store_directory, .read_only = true};
	const char *certificate =
		question->certificate_path ? question->certificate_path : settings->recovery_certificate;
	int ret = -1;

	seal_init();
	arena_init(&question->arena);
	if (store_open(&options, &question->store, err) == 0 &&
		(question->key_path == NULL ||
			seal_key_load(question->key_path, certificate, &question->key, err) == 0))
		ret = verb->run(question, id, err);
	seal_key_free(question->key);
	store_close(question->store);
	arena_done(&question->arena);
	return ret;
}

static int
check_usage(const struct escrow_question *question, const struct verb *verb, int n_arguments)
{
	if (n_arguments != (verb->needs == VERB_LISTS ? 1 : 2))
		return cli_usage_error("escrow", "%s takes %s", verb->name,
			verb->needs == VERB_LISTS ? "no arguments" : "one ID");
	if (verb->needs != VERB_NEEDS_KEY)
		return 0;
	if (question->key_path == NULL)
		return cli_usage_error("escrow", "recover needs --key FILE, the recovery key");
	if (question->output_path == NULL && isatty(STDOUT_FILENO) == 1)
		return cli_usage_error("escrow",
			"standard output is a terminal, which keeps what it showed: give -o FILE, or -o -");
	return 0;
}

static int
parse_options(struct escrow_question *question, int argc, char **argv)
{
	enum { KEY = 0x100, CERTIFICATE, FORMAT };
	static const struct option options[] = {
		{"key", required_argument, NULL, KEY},
		{"certificate", required_argument, NULL, CERTIFICATE},
		{"format", required_argument, NULL, FORMAT},
		{"output", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		if (c == KEY)
			question->key_path = optarg;
		else if (c == CERTIFICATE)
			question->certificate_path = optarg;
		else if (c == 'o')
			question->output_path = optarg;
		else if (cli_parse_format("escrow", optarg, &question->format) != 0)
			return 2;
	}
	return 0;
}

static int
escrow_run(const struct cli *cli, int argc, char **argv)
{
	struct escrow_question question = {.cli = cli};
	const struct verb *verb;
	struct err err = {0};
	int ret;

	if (parse_options(&question, argc, argv) != 0)
		return 2;
	if (argc == optind)
		return cli_usage_error("escrow", "needs a verb: list, show or recover");
	verb = find_verb(argv[optind]);
	if (verb == NULL)
		return cli_usage_error("escrow", "unknown verb '%s'", argv[optind]);
	if (check_usage(&question, verb, argc - optind) != 0)
		return 2;
	ret = run_verb(&question, verb, argv[optind + 1], &err);
	return ret < 0 ? cli_fail("escrow", &err) : ret;
}

const struct cli_command cli_escrow = {
	.name = "escrow",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "list stored messages, or recover one with the recovery key",
	.usage = "usage: postseal escrow list [--format text|json]\n"
		 "       postseal escrow show ID [--key FILE] [--format text|json]\n"
		 "       postseal escrow recover ID --key FILE [--certificate FILE] [-o FILE]\n\n"
		 "  list       every message: its ID, dates, size, and the states of its recipients\n"
		 "  show       one message; with the recovery key, its recipients' addresses too\n"
		 "  recover    the original message, byte for byte, to standard output or a new file\n\n"
		 "  --key FILE           the recovery key\n"
		 "  --certificate FILE   its certificate (recovery_certificate of the configuration)\n"
		 "  -o, --output FILE    a new file that only you can read; - is standard output, even a "
		 "terminal\n\n"
		 "It reads the store and changes nothing. Exit status 1: there is no such message.\n",
	.run = escrow_run,
};
