/* SPDX-License-Identifier: Apache-2.0 */
/* Packs as a file of tables: used for what it was made of, and for nothing else. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/dlp/scan.h"
#include "tests/support/tap.h"

static const struct ruleset_limits limits = {200000, 1000, 20000};

/* What the test itself stands on. */
static void
must(bool done)
{
	if (!done)
		abort();
}

static const char pack[] =
	"pack: one\n"
	"rules:\n"
	"  - id: number\n"
	"    title: a number\n"
	"    kind: identifier\n"
	"    patterns: ['\\bno\\. (\\d{4,})', '\\b\\d{3}-\\d{2}-\\d{4}\\b', '^[A-Z][a-z]+ [A-Z]\\.']\n"
	"    confidence: 60\n"
	"    evidence: [{terms: [red, 'blue-green'], within: 9, add: 5}]\n"
	"    tests: {hit: ['no. 1234', '219-09-9998', 'Ann B.'], miss: ['no. 1', '19-09-9998']}\n"
	"  - id: word\n"
	"    title: a word\n"
	"    kind: health\n"
	"    terms: dict:words\n"
	"    confidence: 60\n"
	"    tests: {hit: [zebra, 'striped horse'], miss: [lion]}\n";

static const char words[] = "zebra\nstriped horse\nverylongwordindeed\n";

struct fixture {
	char folder[64], pack[96], dict[96], words[128], file[96];
};

static void
write_text(const char *path, struct bytes text)
{
	FILE *out = fopen(path, "w");
	must(out != NULL);
	must(fwrite(text.p, 1, text.n, out) == text.n);
	must(fclose(out) == 0);
}

static void
start(struct fixture *f)
{
	snprintf(f->folder, sizeof(f->folder), "/tmp/postseal-compiled.XXXXXX");
	must(mkdtemp(f->folder) != NULL);
	snprintf(f->pack, sizeof(f->pack), "%s/one.yaml", f->folder);
	snprintf(f->dict, sizeof(f->dict), "%s/dict", f->folder);
	snprintf(f->words, sizeof(f->words), "%s/words.txt", f->dict);
	snprintf(f->file, sizeof(f->file), "%s/compiled", f->folder);
	must(mkdir(f->dict, 0755) == 0);
	write_text(f->pack, bytes_of_str(pack));
	write_text(f->words, bytes_of_str(words));
}

static void
stop(struct fixture *f)
{
	unlink(f->file);
	unlink(f->words);
	rmdir(f->dict);
	unlink(f->pack);
	rmdir(f->folder);
}

static int
compile(const struct fixture *f)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	faults_init(faults);
	int ret = ruleset_compile(f->folder, f->file, &limits, faults);
	faults_done(faults);
	free(faults);
	return ret;
}

/* Loads; the set judges texts as it should, however it was made. Returns why the file was not used. */
static void
load(const struct fixture *f, char why[256])
{
	static const struct {
		const char *text;
		size_t findings;
	} rows[] = {{"no. 1234 red zebra", 2}, {"219-09-9998", 1}, {"a striped\nhorse", 1},
		{"Ann B. verylongwordindeed", 2}, {"19-09-9998 stripedhorse verylongwordinde", 0}};
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	struct err note;
	size_t right = 0;
	faults_init(faults);
	must(ruleset_load_compiled(f->folder, f->file, &limits, &set, &note, faults) == 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct segment segment = {
			.view = SEGMENT_TEXT, .part = "body/text", .text = bytes_of_str(rows[i].text)};
		struct message_text text = {.segments = &segment};
		struct scan_scratch *scratch = scan_scratch_new(set);
		struct scan_result result;
		struct arena arena;
		size_t n = 0;
		arena_init(&arena);
		scan_text(set, scratch, &text, &arena, &result);
		for (const struct finding *finding = result.findings; finding; finding = finding->next)
			n++;
		right += n == rows[i].findings;
		scan_scratch_free(scratch);
		arena_done(&arena);
	}
	must(right == sizeof(rows) / sizeof(rows[0]));
	snprintf(why, 256, "%s", note.text);
	ruleset_free(set);
	faults_done(faults);
	free(faults);
}

static void
test_used(struct fixture *f)
{
	char why[256];
	load(f, why);
	tap_ok(strstr(why, "No such file") != NULL, "none: made anew");
	tap_ok(compile(f) == 0, "compiled");
	load(f, why);
	tap_ok(why[0] == '\0', "used%s", why);
}

static void
test_other_packs(struct fixture *f)
{
	char why[256], other[2048];
	snprintf(other, sizeof(other), "%s# more\n", pack);
	write_text(f->pack, bytes_of_str(other));
	load(f, why);
	tap_ok(strstr(why, "the packs have changed") != NULL, "another pack: %s", why);
	write_text(f->pack, bytes_of_str(pack));
	write_text(f->words, bytes_of_str("zebra\nstriped horse\nverylongwordindeed\nzebu\n"));
	load(f, why);
	tap_ok(strstr(why, "refer to has changed") != NULL, "another dictionary: %s", why);
	write_text(f->words, bytes_of_str(words));
	load(f, why);
	tap_ok(why[0] == '\0', "as it was: used again");
}

/* Every 97th byte turned over, and every 997th length. */
static void
test_damage(struct fixture *f)
{
	struct buf whole;
	struct err err;
	char why[256];
	size_t used = 0, tried = 0;
	buf_init(&whole, 1 << 24);
	must(fd_read_file(f->file, &whole, &err) == 0);
	for (size_t i = 0; i < whole.n; i += i < 200 ? 1 : whole.n / 97, tried++) {
		whole.p[i] ^= 0x40;
		write_text(f->file, buf_bytes(&whole));
		whole.p[i] ^= 0x40;
		load(f, why);
		used += why[0] == '\0';
	}
	for (size_t n = 0; n < whole.n; n += whole.n / 31 + 1, tried++) {
		write_text(f->file, bytes_sub(buf_bytes(&whole), 0, n));
		load(f, why);
		used += why[0] == '\0';
	}
	tap_ok(used == 0, "%zu damaged files, %zu used", tried, used);
	write_text(f->file, buf_bytes(&whole));
	load(f, why);
	tap_ok(why[0] == '\0', "whole again: used");
	buf_done(&whole);
}

/* A set with a fault is not compiled, and what is there stays. */
static void
test_fault(struct fixture *f)
{
	char why[256];
	write_text(f->pack, bytes_of_str("pack: one\nrules: [{id: x}]\n"));
	tap_ok(compile(f) == -1, "packs with a fault");
	write_text(f->pack, bytes_of_str(pack));
	load(f, why);
	tap_ok(why[0] == '\0', "the file of before is still good");
}

int
main(void)
{
	struct fixture f;
	start(&f);
	test_used(&f);
	test_other_packs(&f);
	test_damage(&f);
	test_fault(&f);
	stop(&f);
	return tap_done();
}
