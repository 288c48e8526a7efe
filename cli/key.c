/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `postseal key`: makes the keys of a site, and says whether those that are there are as they should be.
 * It never replaces a key: what an old one sealed, no new one opens.
 */
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <jansson.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/accounts.h"
#include "cli/cli.h"
#include "cli/keyfiles.h"
#include "lib/base/clock.h"
#include "lib/seal/digest.h"
#include "lib/seal/envelope.h"

enum {
	SELECT_PORTAL = 1,
	SELECT_RECOVERY = 2,
	SELECT_INDEX = 4,
	SELECT_REINJECT = 8,
	SELECT_ALL = 15,
	PORTAL_DAYS = 3 * 365,
	RECOVERY_DAYS = 10 * 365,
};

struct key_question {
	const struct cli *cli;
	unsigned selected;
	const char *directory;
	enum cli_format format;
	struct arena arena;
	struct keyfile files[KEYFILES];
};

static bool
is_there(const struct keyfile *file)
{
	struct stat st;

	return lstat(file->path, &st) == 0;
}

static void
say_kept(const struct keyfile *file)
{
	printf("%s: is there, kept\n", file->path);
}

static int
give(const struct keyfile *file, struct err *err)
{
	if (accounts_give(file->path, file->user, file->group, file->mode, err) != 0)
		return -1;
	printf("%s: made\n", file->path);
	return 0;
}

/* A certificate without its key is fine: keys of recovery are kept elsewhere, and a milter needs none. */
static int
make_pair(const struct keyfile *certificate, const struct keyfile *key, const char *name, int days,
	struct err *err)
{
	if (is_there(certificate)) {
		say_kept(certificate);
		if (is_there(key))
			say_kept(key);
		return 0;
	}
	if (is_there(key))
		return err_set(err, ERR_CONFIG, "%s is there without its certificate %s; neither was changed",
			key->path, certificate->path);
	if (seal_key_make(name, days, key->path, certificate->path, err) != 0 || give(key, err) != 0)
		return -1;
	return give(certificate, err);
}

static int
make_hash_key(const struct keyfile *file, struct err *err)
{
	if (is_there(file)) {
		say_kept(file);
		return 0;
	}
	if (seal_hash_key_make(file->path, err) != 0)
		return -1;
	return give(file, err);
}

static int
make_recovery(const struct keyfile *files, struct err *err)
{
	bool was_there = is_there(&files[KEYFILE_RECOVERY_CERTIFICATE]);

	if (make_pair(&files[KEYFILE_RECOVERY_CERTIFICATE], &files[KEYFILE_RECOVERY_KEY], "Postseal recovery",
		    RECOVERY_DAYS, err) != 0)
		return -1;
	if (!was_there)
		printf("Move %s off this machine, to where it is safe: it opens every message.\n",
			files[KEYFILE_RECOVERY_KEY].path);
	return 0;
}

static int
key_init(const struct key_question *question, struct err *err)
{
	const struct keyfile *files = question->files;
	unsigned selected = question->selected ? question->selected : SELECT_ALL;

	if (question->directory != NULL && mkdir(question->directory, 0755) != 0 && errno != EEXIST)
		return err_sys(err, ERR_CONFIG, "make %s", question->directory);
	if ((selected & SELECT_PORTAL) != 0 &&
		make_pair(&files[KEYFILE_PORTAL_CERTIFICATE], &files[KEYFILE_PORTAL_KEY], "Postseal portal",
			PORTAL_DAYS, err) != 0)
		return -1;
	if ((selected & SELECT_RECOVERY) != 0 && make_recovery(files, err) != 0)
		return -1;
	if ((selected & SELECT_INDEX) != 0 && make_hash_key(&files[KEYFILE_INDEX], err) != 0)
		return -1;
	if ((selected & SELECT_REINJECT) != 0 && make_hash_key(&files[KEYFILE_REINJECT], err) != 0)
		return -1;
	return 0;
}

/* What `key list` knows about one file. */
struct key_state {
	bool there;
	struct stat st;
	struct seal_certificate *certificate;
	char problem[320]; /* empty: as it should be */
};

static const char *
user_name(struct arena *arena, uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);

	return pw ? arena_strf(arena, "%s", pw->pw_name) : arena_strf(arena, "%u", (unsigned)uid);
}

static const char *
group_name(struct arena *arena, gid_t gid)
{
	const struct group *gr = getgrgid(gid);

	return gr ? arena_strf(arena, "%s", gr->gr_name) : arena_strf(arena, "%u", (unsigned)gid);
}

/* Owners are judged where the users exist: a site that one user runs for himself has none of them. */
static void
check_owner(const struct keyfile *file, struct key_state *state)
{
	const struct passwd *pw = file->user && *file->user ? getpwnam(file->user) : NULL;
	const struct group *gr = file->group && *file->group ? getgrnam(file->group) : NULL;

	if (pw != NULL && state->st.st_uid != pw->pw_uid)
		snprintf(state->problem, sizeof(state->problem), "%s must own it", file->user);
	else if (gr != NULL && state->st.st_gid != gr->gr_gid)
		snprintf(state->problem, sizeof(state->problem), "group %s must be able to read it",
			file->group);
}

static void
check_certificate(const struct keyfile *file, struct key_state *state)
{
	struct err err;

	if (seal_certificate_load(file->path, &state->certificate, &err) != 0)
		snprintf(state->problem, sizeof(state->problem), "%s", err.text);
	else if (seal_certificate_not_after(state->certificate) < clock_wall())
		snprintf(state->problem, sizeof(state->problem), "it has expired");
}

/* With one key for both, the portal's key would open every message without a link. */
static void
check_recovery(const struct keyfile *files, struct key_state *state)
{
	struct seal_certificate *portal = NULL;

	check_certificate(&files[KEYFILE_RECOVERY_CERTIFICATE], state);
	if (state->certificate != NULL &&
		seal_certificate_load(files[KEYFILE_PORTAL_CERTIFICATE].path, &portal, NULL) == 0 &&
		seal_certificate_same_key(portal, state->certificate))
		snprintf(state->problem, sizeof(state->problem), "it has the portal's key");
	seal_certificate_free(portal);
}

/* Whether a private key, when this user may read it, is one and fits its certificate. */
static void
check_private(const struct keyfile *file, const struct keyfile *certificate, struct key_state *state)
{
	struct seal_key *key = NULL;
	struct err err;

	if (access(file->path, R_OK) == 0 && seal_key_load(file->path, certificate->path, &key, &err) != 0)
		snprintf(state->problem, sizeof(state->problem), "%s", err.text);
	seal_key_free(key);
}

static void
look_at(const struct keyfile *files, size_t i, struct key_state *state)
{
	const struct keyfile *file = &files[i];

	*state = (struct key_state){0};
	state->there = lstat(file->path, &state->st) == 0;
	if (!state->there) {
		if (i != KEYFILE_RECOVERY_KEY)
			snprintf(state->problem, sizeof(state->problem),
				"missing: `postseal key init` makes it");
		return;
	}
	if (!S_ISREG(state->st.st_mode)) {
		snprintf(state->problem, sizeof(state->problem), "not a regular file");
		return;
	}
	if (i == KEYFILE_PORTAL_CERTIFICATE)
		check_certificate(file, state);
	else if (i == KEYFILE_RECOVERY_CERTIFICATE)
		check_recovery(files, state);
	else if (i == KEYFILE_PORTAL_KEY || i == KEYFILE_RECOVERY_KEY)
		check_private(file, &files[i - 1], state);
	if (state->problem[0] == '\0')
		check_owner(file, state);
	if ((state->st.st_mode & 07777 & ~file->mode) != 0)
		snprintf(state->problem, sizeof(state->problem), "mode %04o, at most %04o is right",
			(unsigned)(state->st.st_mode & 07777), file->mode);
}

static void
print_text(struct arena *arena, const struct keyfile *file, const struct key_state *state)
{
	char until[32];

	printf("%s: %s\n", file->name, file->path);
	if (!state->there && state->problem[0] == '\0')
		puts("  not on this machine, as it should be");
	if (state->there)
		printf("  owner %s:%s, mode %04o\n", user_name(arena, state->st.st_uid),
			group_name(arena, state->st.st_gid), (unsigned)(state->st.st_mode & 07777));
	if (state->certificate != NULL) {
		clock_format_utc(seal_certificate_not_after(state->certificate), until, sizeof(until));
		printf("  %s, good until %s\n  SHA-256 %s\n", seal_certificate_subject(state->certificate),
			until, seal_certificate_fingerprint(state->certificate));
	}
	if (state->problem[0] != '\0')
		printf("  WRONG: %s\n", state->problem);
}

static json_t *
to_json(struct arena *arena, const struct keyfile *file, const struct key_state *state)
{
	json_t *object = json_pack("{s:s, s:s, s:b, s:b}", "name", file->name, "path", file->path, "there",
		state->there, "ok", state->problem[0] == '\0');
	char until[32];

	if (state->there) {
		json_object_set_new(object, "owner", json_string(user_name(arena, state->st.st_uid)));
		json_object_set_new(object, "group", json_string(group_name(arena, state->st.st_gid)));
		json_object_set_new(object, "mode",
			json_string(arena_strf(arena, "%04o", (unsigned)(state->st.st_mode & 07777))));
	}
	if (state->certificate != NULL) {
		clock_format_utc(seal_certificate_not_after(state->certificate), until, sizeof(until));
		json_object_set_new(
			object, "fingerprint", json_string(seal_certificate_fingerprint(state->certificate)));
		json_object_set_new(
			object, "subject", json_string(seal_certificate_subject(state->certificate)));
		json_object_set_new(object, "expires", json_string(until));
	}
	if (state->problem[0] != '\0')
		json_object_set_new(object, "problem", json_string(state->problem));
	return object;
}

static int
key_list(struct key_question *question)
{
	json_t *list = json_array();
	size_t wrong = 0;

	for (size_t i = 0; i < KEYFILES; i++) {
		struct key_state state;

		look_at(question->files, i, &state);
		wrong += state.problem[0] != '\0';
		if (question->format == CLI_JSON)
			json_array_append_new(list, to_json(&question->arena, &question->files[i], &state));
		else
			print_text(&question->arena, &question->files[i], &state);
		seal_certificate_free(state.certificate);
	}
	if (question->format == CLI_JSON) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(list);
	return wrong > 0 ? 1 : 0;
}

static int
run_verb(struct key_question *question, const char *verb)
{
	struct err err;

	seal_init();
	keyfiles_get(question->cli->settings, question->directory, &question->arena, question->files);
	if (strcmp(verb, "init") == 0)
		return key_init(question, &err) == 0 ? 0 : cli_fail("key", &err);
	if (strcmp(verb, "list") == 0)
		return key_list(question);
	return cli_usage_error("key", "unknown verb '%s'", verb);
}

static int
key_run(const struct cli *cli, int argc, char **argv)
{
	enum { DIRECTORY = 0x100, FORMAT };
	static const struct option options[] = {
		{"portal", no_argument, NULL, SELECT_PORTAL},
		{"recovery", no_argument, NULL, SELECT_RECOVERY},
		{"index", no_argument, NULL, SELECT_INDEX},
		{"reinject", no_argument, NULL, SELECT_REINJECT},
		{"all", no_argument, NULL, SELECT_ALL},
		{"directory", required_argument, NULL, DIRECTORY},
		{"format", required_argument, NULL, FORMAT},
		{NULL, 0, NULL, 0},
	};
	struct key_question question = {.cli = cli};
	int c, ret;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		if (c == DIRECTORY)
			question.directory = optarg;
		else if (c == FORMAT && cli_parse_format("key", optarg, &question.format) != 0)
			return 2;
		else if (c < DIRECTORY)
			question.selected |= (unsigned)c;
	}
	if (optind == argc)
		return cli_usage_error("key", "needs one verb: init or list");
	if (argc - optind > 1)
		return cli_usage_error("key", "unexpected argument '%s'", argv[optind + 1]);
	arena_init(&question.arena);
	ret = run_verb(&question, argv[optind]);
	arena_done(&question.arena);
	return ret;
}

const struct cli_command cli_key = {
	.name = "key",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "make the keys of this site, or list them",
	.usage = "usage: postseal key init [--portal] [--recovery] [--index] [--reinject] [--all] "
		 "[--directory DIR]\n"
		 "       postseal key list [--directory DIR] [--format text|json]\n\n"
		 "  init          make the keys that are missing (all, or those named); none is ever "
		 "replaced\n"
		 "  list          show each file, whose it is, its fingerprint and expiry; exit 1 when one "
		 "is wrong\n"
		 "  --directory   portal.pem, portal.key and so on in DIR instead of the configured paths\n\n"
		 "The portal's key opens the outer layer of stored messages: only the vault reads it. The "
		 "recovery\n"
		 "key opens everything: keep it off this machine. Index and reinject key are for keyed "
		 "hashes.\n",
	.run = key_run,
};
