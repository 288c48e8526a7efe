/* SPDX-License-Identifier: Apache-2.0 */
/* Messages out of mailboxes of all forms, each row with what comes out. */
#include "cli/mailbox.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "tests/support/tap.h"

enum { MAX = 100000 };

/* What comes out of one file: messages between bars. */
static const struct {
	const char *name, *file, *want;
} rows[] = {
	{"a message", "Subject: x\n\nhello\n", "|Subject: x\n\nhello\n|"},
	{"an empty file", "", "||"},
	{"no line end", "Subject: x\n\nhello", "|Subject: x\n\nhello|"},
	{"one in an mbox", "From a Mon\nSubject: x\n\nhello\n", "|Subject: x\n\nhello\n|"},
	{"two", "From a\nA: 1\n\none\n\nFrom b\nB: 2\n\ntwo\n\n", "|A: 1\n\none\n||B: 2\n\ntwo\n\n|"},
	{"two with CR LF", "From a\r\nA: 1\r\n\r\none\r\n\r\nFrom b\r\nB: 2\r\n",
		"|A: 1\r\n\r\none\r\n||B: 2\r\n|"},
	{"quoted lines", "From a\nA: 1\n\n>From x\n>>From y\n> From z\n",
		"|A: 1\n\nFrom x\n>From y\n> From z\n|"},
	{"a From without an empty line before", "From a\nA: 1\n\none\nFrom here\n",
		"|A: 1\n\none\nFrom here\n|"},
	{"a From that is no line's start", "From a\nA: 1\n\n\n From here\n", "|A: 1\n\n\n From here\n|"},
	{"the body begins with From", "From a\nA: 1\n\nFrom b\nB: 2\n", "|A: 1\n||B: 2\n|"},
	{"quotes in a file that is a message", "A: 1\n\n>From x\n\nFrom y\n",
		"|A: 1\n\n>From x\n\nFrom y\n|"},
	{"From in other letters", "from a\nA: 1\n", "|from a\nA: 1\n|"},
	{"separators alone", "From a\nFrom b\n", "|From b\n|"},
};

static char folder[] = "/tmp/postseal-mailbox-XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[200];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, struct bytes content)
{
	struct err err;
	if (fd_write_file(path_of(name), content, 0600, &err) != 0)
		tap_ok(false, "write %s: %s", name, err.text);
}

/* Messages between bars; "!" for one that can't be read. With names, these instead. */
enum what { CONTENTS, NAMES };

static void
read_all(const char *name, size_t max, enum what what, struct buf *out)
{
	char *path = mem_strdup(path_of(name));
	struct mailbox *mailbox;
	struct mailbox_message message;
	struct mailbox_progress progress;
	struct err err;
	if (mailbox_open(&path, 1, max, &mailbox, &err) != 0) {
		tap_ok(false, "open: %s", err.text);
		return;
	}
	while (mailbox_next(mailbox, &message)) {
		struct bytes map = {0};
		buf_put_byte(out, '|');
		if (message.fd < 0)
			buf_put_byte(out, '!');
		else if (what == NAMES)
			buf_put_str(out, message.name + strlen(folder) + 1);
		else if (fd_is_sealed(message.fd) && fd_map(message.fd, max, &map, &err) == 0)
			buf_put_bytes(out, map);
		if (message.fd >= 0 && what == CONTENTS)
			tap_ok(map.n == message.size &&
					(message.head.n == map.n || message.head.n >= 65536) &&
					bytes_eq(bytes_sub(map, 0, message.head.n), message.head),
				"size and head");
		buf_put_byte(out, '|');
		fd_unmap(&map);
		fd_close(&message.fd);
	}
	progress = mailbox_progress(mailbox);
	tap_ok(progress.done <= progress.total, "the progress is of the whole");
	mailbox_close(mailbox);
	free(path);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf got;
		buf_init(&got, MAX);
		write_file("mbox", bytes_of_str(rows[i].file));
		read_all("mbox", MAX, CONTENTS, &got);
		tap_bytes(buf_bytes(&got), bytes_of_str(rows[i].want), "%s", rows[i].name);
		buf_done(&got);
	}
	(void)unlink(path_of("mbox"));
}

/* Separators at every place around the reader's chunk; a line that is longer than it. */
static void
test_chunks(void)
{
	enum { CHUNK = 65536 };
	static uint8_t line[2 * CHUNK];
	memset(line, 'x', sizeof(line));
	for (size_t pad = CHUNK - 24; pad < CHUNK + 8; pad++) {
		struct buf file, got, want;
		buf_init(&file, 4 * CHUNK);
		buf_init(&got, 4 * CHUNK);
		buf_init(&want, 4 * CHUNK);
		buf_put_str(&file, "From a\n");
		buf_put(&file, line, pad);
		buf_put_str(&file, "\n\nFrom b\n>From c\n");
		buf_put_str(&want, "|");
		buf_put(&want, line, pad);
		buf_put_str(&want, "\n||From c\n|");
		write_file("mbox", buf_bytes(&file));
		read_all("mbox", 4 * CHUNK, CONTENTS, &got);
		tap_ok(bytes_eq(buf_bytes(&got), buf_bytes(&want)), "a separator behind %zu bytes", pad);
		buf_done(&file);
		buf_done(&got);
		buf_done(&want);
	}
	(void)unlink(path_of("mbox"));
}

static void
expect(const char *name, size_t max, enum what what, const char *want, const char *why)
{
	struct buf got;
	buf_init(&got, MAX);
	read_all(name, max, what, &got);
	tap_bytes(buf_bytes(&got), bytes_of_str(want), "%s", why);
	buf_done(&got);
}

static void
test_too_long(void)
{
	write_file("mbox",
		BYTES_LIT("From a\nA: 1\n\nFrom b\n0123456789012345678901234567890\n\nFrom c\nC: 3\n"));
	expect("mbox", 20, CONTENTS, "|A: 1\n||!||C: 3\n|",
		"one that is too long, and the next all the same");
	write_file("mbox", BYTES_LIT("0123456789012345678901234567890"));
	expect("mbox", 20, CONTENTS, "|!|", "a file that is too long");
	(void)unlink(path_of("mbox"));
}

static void
test_folders(void)
{
	static const char *const folders[] = {"md", "md/cur", "md/new", "md/tmp", "plain", "plain/sub"};
	static const char *const files[] = {"md/cur/2:2,S", "md/cur/1:2,", "md/new/3", "md/tmp/half",
		"md/dovecot.index", "plain/b.eml", "plain/a.mbox", "plain/sub/c.eml"};
	size_t n_folders = sizeof(folders) / sizeof(folders[0]), n_files = sizeof(files) / sizeof(files[0]);
	for (size_t i = 0; i < n_folders; i++)
		(void)mkdir(path_of(folders[i]), 0700);
	for (size_t i = 0; i < n_files; i++)
		write_file(files[i], strstr(files[i], "mbox") ? BYTES_LIT("From a\nA: 1\n\nFrom b\nB: 1\n")
							      : BYTES_LIT("A: 1\n\nx\n"));
	expect("md", MAX, NAMES, "|md/cur/1:2,||md/cur/2:2,S||md/new/3|",
		"a Maildir: what is in cur and new");
	expect("plain", MAX, NAMES, "|plain/a.mbox#1||plain/a.mbox#2||plain/b.eml||plain/sub/c.eml|",
		"a folder of messages and mboxes");
	expect("gone", MAX, NAMES, "|!|", "a path that is not there");
	for (size_t i = 0; i < n_files; i++)
		(void)unlink(path_of(files[i]));
	for (size_t i = n_folders; i > 0; i--)
		(void)rmdir(path_of(folders[i - 1]));
}

int
main(void)
{
	if (!mkdtemp(folder)) {
		tap_ok(false, "a folder");
		return tap_done();
	}
	test_rows();
	test_chunks();
	test_too_long();
	test_folders();
	(void)rmdir(folder);
	return tap_done();
}
