/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for lib/mime and lib/dlp: the message is one word, and says what the reader is to do with it.
 * What came of it is a label, so that a test sees from outside what is possible inside a worker.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/dlp/cost.h"
#include "lib/dlp/roster.h"
#include "lib/dlp/scan.h"
#include "lib/dlp/seen.h"
#include "lib/dlp/trace.h"
#include "lib/format/formats.h"
#include "lib/format/pdf.h"
#include "lib/mime/view.h"
#include "lib/run/channel.h"
#include "lib/scan/protocol.h"
#include "tests/support/prison.h"

struct ruleset {
	char version[32];
	uint8_t *code; /* a page that can be written and run, as PCRE2 makes them */
};

static uint8_t *page;

struct scan_scratch {
	int unused;
};

const struct format *const formats_table[] = {NULL};

void
formats_init(void)
{
}

void
pdf_use(pdf_open open)
{
	(void)open;
}

void
mime_init(format_table formats)
{
	(void)formats;
}

void
mime_read(struct arena *arena, struct bytes message, const struct mime_limits *limits,
	struct message_text *ret_text)
{
	struct segment *segment = arena_alloc(arena, sizeof(*segment));
	struct bytes file = BYTES_LIT("file ");

	/* "file crash": a text with a file, which says what is to be done by who reads it. */
	if (bytes_starts_nocase(message, file))
		message = limits->files == MIME_FILES_READ ? bytes_sub(message, file.n, message.n)
							   : BYTES_LIT("plain");
	segment->text = arena_bytes(arena, message);
	ret_text->segments = segment;
}

int
view_read_part(struct bytes message, const struct mime_limits *limits, unsigned number, struct buf *out)
{
	(void)limits;
	if (number != 1)
		return 1;
	buf_put_bytes(out, message);
	return 0;
}

/* The folder's one file holds the version; the word "broken" is a fault in it. */
int
ruleset_load(const char *directory, const struct ruleset_limits *limits, struct ruleset **ret_set,
	struct faults *faults)
{
	char path[512];
	struct ruleset *set;
	struct err err = {0};
	struct buf buf;
	int ret = -1;

	(void)limits;
	snprintf(path, sizeof(path), "%s/rules.yaml", directory);
	buf_init(&buf, 31);
	if (fd_read_file(path, &buf, &err) != 0) {
		faults_add(faults, NULL, 0, 0, "%s", err.text);
	} else if (bytes_eq(buf_bytes(&buf), BYTES_LIT("broken"))) {
		faults_add(faults, path, 3, 7, "expected a rule");
	} else {
		set = mem_new(1, sizeof(*set));
		set->code = mmap(
			NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		set->code[0] = 77;
		snprintf(set->version, sizeof(set->version), "%s", buf_cstr(&buf));
		*ret_set = set;
		ret = 0;
	}
	buf_done(&buf);
	return ret;
}

/* Nothing is kept of a word: it is read again. */
int
ruleset_load_compiled(const char *directory, const char *compiled, const struct ruleset_limits *limits,
	struct ruleset **ret_set, struct err *note, struct faults *faults)
{
	(void)compiled;
	(void)note;
	return ruleset_load(directory, limits, ret_set, faults);
}

void
ruleset_free(struct ruleset *set)
{
	if (set != NULL)
		(void)munmap(set->code, 4096);
	free(set);
}

size_t
ruleset_n_rules(const struct ruleset *set)
{
	(void)set;
	return 1;
}

size_t
ruleset_n_folders(const struct ruleset *set)
{
	(void)set;
	return 0;
}

const char *
ruleset_folder(const struct ruleset *set, size_t i)
{
	(void)set;
	(void)i;
	return NULL;
}

const char *
ruleset_version(const struct ruleset *set)
{
	return set->version;
}

struct scan_scratch *
scan_scratch_new(const struct ruleset *set)
{
	page = set->code;
	return mem_new(1, sizeof(struct scan_scratch));
}

void
scan_scratch_use_roster(struct scan_scratch *scratch, const struct roster *roster)
{
	(void)scratch;
	(void)roster;
}

int
roster_open(const char *path, const char *key_path, struct roster **ret_roster, struct err *err)
{
	(void)path;
	(void)key_path;
	(void)ret_roster;
	return err_set(err, ERR_CONFIG, "there is none here");
}

void
roster_close(struct roster *roster)
{
	(void)roster;
}

void
scan_scratch_free(struct scan_scratch *scratch)
{
	free(scratch);
}

void
scan_scratch_forget(struct scan_scratch *scratch)
{
	(void)scratch;
}

static int
do_crash(void)
{
	raise(SIGSEGV);
	_exit(1);
}

/* "die-in 123": a worker with that process id does. */
static int
die_in(struct bytes word)
{
	int64_t pid;

	if (bytes_parse_i64(bytes_sub(word, sizeof("die-in ") - 1, word.n), 1, INT32_MAX, &pid) == 0 &&
		pid == getpid())
		raise(SIGSEGV);
	return 0;
}

static int
do_hang(void)
{
	volatile bool forever = true;

	while (forever)
		;
	return 0;
}

static int
do_exit(void)
{
	_exit(0);
}

static int
do_slow(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 300 * 1000 * 1000}, NULL);
	return 0;
}

/* More memory than a worker may have; all of it used. */
static int
do_memory(void)
{
	volatile bool forever = true;

	while (forever)
		memset(mem_new(1, 16 << 20), 1, 16 << 20);
	return 0;
}

/* What a worker that was taken over might send. */
static int
do_lie(void)
{
	(void)channel_send(3, &(struct channel_message){.type = ANSWER_RESULT, .id = 123456},
		clock_mono_ms() + 1000, NULL);
	return 0;
}

static int
do_send_fd(void)
{
	(void)channel_send(3, &(struct channel_message){.type = ANSWER_RESULT, .fds = {0}, .n_fds = 1},
		clock_mono_ms() + 1000, NULL);
	return 0;
}

static int
do_read_code(void)
{
	return page[0];
}

static int
do_write_code(void)
{
	page[0] = 1;
	return 0;
}

static int
do_nothing(void)
{
	return 0;
}

static const struct {
	const char *word;
	int (*act)(void);
} acts[] = {
	{"count-fds", prison_count_fds},
	{"pid", getpid},
	{"crash", do_crash},
	{"hang", do_hang},
	{"exit", do_exit},
	{"slow", do_slow},
	{"memory", do_memory},
	{"lie", do_lie},
	{"send-fd", do_send_fd},
	{"read-code", do_read_code},
	{"write-code", do_write_code},
	{"plain", do_nothing},
};

/* What the word makes of this worker, as a number; "none" for a word that nobody knows. */
static const char *
obey(struct arena *arena, struct bytes word)
{
	int ret = prison_run(word);

	if (ret >= 0)
		return arena_strf(arena, "%d", ret);
	if (bytes_starts_nocase(word, BYTES_LIT("die-in ")))
		return arena_strf(arena, "%d", die_in(word));
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (bytes_eq(word, bytes_of_str(acts[i].word)))
			return arena_strf(arena, "%d", acts[i].act());
	return "none";
}

void
scan_text_noting(const struct ruleset *set, struct scan_scratch *scratch, const struct message_text *text,
	const struct scan_notes *notes, struct arena *arena, struct scan_result *ret_result)
{
	struct label *label = arena_alloc(arena, sizeof(*label));

	(void)scratch;
	(void)notes;
	label->name = obey(arena, bytes_trim(text->segments->text));
	*ret_result = (struct scan_result){.labels = label, .ruleset_version = set->version};
}

/* The other job: what the word makes of it is the subject. */
void
view_read(struct arena *arena, struct bytes message, const struct mime_limits *limits,
	struct message_view *ret_view)
{
	struct view_part *part = arena_alloc(arena, sizeof(*part));

	(void)limits;
	*part = (struct view_part){.number = 1, .name = "a.bin", .type = "application/octet-stream"};
	*ret_view = (struct message_view){.text = arena_bytes(arena, message),
		.subject = bytes_of_str(obey(arena, message)),
		.parts = part};
}

void
trace_init(struct trace *trace, struct arena *arena, enum trace_values values)
{
	*trace = (struct trace){.arena = arena, .values = values};
}

struct seen_segment *
seen_text(const struct ruleset *set, struct scan_scratch *scratch, const struct message_text *text,
	struct arena *arena)
{
	struct seen_segment *seen = arena_alloc(arena, sizeof(*seen));

	(void)set;
	(void)scratch;
	seen->part = "body";
	seen->text = text->segments->text;
	return seen;
}

void
costs_init(struct costs *costs, const struct ruleset *set)
{
	(void)set;
	*costs = (struct costs){.bytes = 1};
}

void
costs_done(struct costs *costs)
{
	(void)costs;
}
