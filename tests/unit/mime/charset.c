/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/charset.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/mime/reader.h"
#include "tests/support/tap.h"

static const struct {
	const char *name, *label;
	struct bytes text;
	const char *want;
	enum charset_result result;
} cases[] = {
	{"ASCII", "us-ascii", BYTES_LIT("abc"), "abc", CHARSET_READ},
	{"UTF-8", "utf-8", BYTES_LIT("caf\xC3\xA9"), "caf\xC3\xA9", CHARSET_READ},
	{"UTF-8 with a mark", "utf-8",
		BYTES_LIT("\xEF\xBB\xBF"
			  "a"),
		"a", CHARSET_READ},
	{"no label, UTF-8", "", BYTES_LIT("caf\xC3\xA9"), "caf\xC3\xA9", CHARSET_GUESSED},
	{"no label, windows-1252", "", BYTES_LIT("caf\xE9 \x96"), "caf\xC3\xA9 \xE2\x80\x93",
		CHARSET_GUESSED},
	{"unknown label, readable", "x-nobody-knows", BYTES_LIT("abc \xE9"), "abc \xC3\xA9", CHARSET_GUESSED},
	{"UTF-8 that is not, quite", "utf-8", BYTES_LIT("a\xC3\xA9 \xE9 b"), "a\xC3\xA9 \xC3\xA9 b",
		CHARSET_READ},
	{"latin 1", "ISO-8859-1", BYTES_LIT("\xE9\x93"), "\xC3\xA9\xE2\x80\x9C", CHARSET_READ},
	{"latin 1 that is UTF-8", "iso-8859-1", BYTES_LIT("\xC3\xA9"), "\xC3\xA9", CHARSET_READ},
	{"latin 9", "iso-8859-15", BYTES_LIT("\xA4"), "\xE2\x82\xAC", CHARSET_READ},
	{"spelt oddly", " 'Windows_1252' ", BYTES_LIT("\xE9"), "\xC3\xA9", CHARSET_READ},
	{"Mac", "x-mac-roman", BYTES_LIT("\x8E\xD0"), "\xC3\xA9\xE2\x80\x93", CHARSET_READ},
	{"Cyrillic", "koi8-r", BYTES_LIT("\xC4\xC1"), "\xD0\xB4\xD0\xB0", CHARSET_READ},
	{"DOS", "cp437", BYTES_LIT("\x82"), "\xC3\xA9", CHARSET_READ},
	{"UTF-16 with a mark", "utf-16",
		BYTES_LIT("\xFF\xFE"
			  "a\0b\0"),
		"ab", CHARSET_READ},
	{"UTF-16 without, big", "utf-16", BYTES_LIT("\0a\0b"), "ab", CHARSET_READ},
	{"UTF-16 without, little", "utf-16", BYTES_LIT("a\0b\0"), "ab", CHARSET_READ},
	{"UTF-16 of the other order", "utf-16be", BYTES_LIT("a\0b\0c\0"), "abc", CHARSET_READ},
	{"UTF-16 that is ASCII", "utf-16le", BYTES_LIT("some text\n"), "some text\n", CHARSET_READ},
	{"UTF-16 that is ASCII without spaces", "utf-16", BYTES_LIT("219-09-9999"), "219-09-9999",
		CHARSET_READ},
	{"ASCII that is UTF-16", "us-ascii", BYTES_LIT("a\0b\0c\0d\0"), "abcd", CHARSET_READ},
	{"UTF-32", "utf-32", BYTES_LIT("\0\0\0a\0\0\0b"), "ab", CHARSET_READ},
	{"UTF-7", "utf-7", BYTES_LIT("2+ADE-9 +AOk-"), "219 \xC3\xA9", CHARSET_READ},
	{"HZ", "hz-gb-2312", BYTES_LIT("a ~{<:Ky2;~} ~~b"), "a \xE5\xB7\xB1\xE6\x89\x80\xE4\xB8\x8D ~b",
		CHARSET_READ},
	{"ISO-2022-JP", "iso-2022-jp", BYTES_LIT("\033$B$3$l\033(B"), "\xE3\x81\x93\xE3\x82\x8C",
		CHARSET_READ},
	{"ISO-2022-JP unsaid", "", BYTES_LIT("\033$B$3$l\033(B"), "\xE3\x81\x93\xE3\x82\x8C", CHARSET_READ},
	{"Shift_JIS", "Shift_JIS", BYTES_LIT("\x82\xB1"), "\xE3\x81\x93", CHARSET_READ},
	{"GB 2312", "gb2312", BYTES_LIT("\xD6\xD0"), "\xE4\xB8\xAD", CHARSET_READ},
	{"Big5", "big5", BYTES_LIT("\xA4\xA4"), "\xE4\xB8\xAD", CHARSET_READ},
	{"Korean", "ks_c_5601-1987", BYTES_LIT("\xB0\xA1"), "\xEA\xB0\x80", CHARSET_READ},
	{"EBCDIC", "ibm037", BYTES_LIT("\xC1\xC2\x40\xF1\xF2"), "AB 12", CHARSET_READ},
	{"EBCDIC that is ASCII", "ibm037", BYTES_LIT("AB 12"), "AB 12", CHARSET_READ},
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out;
		enum charset_result result;

		buf_init(&out, 1000);
		result = charset_to_utf8(bytes_of_str(cases[i].label), cases[i].text, &out);
		tap_bytes(buf_bytes(&out), bytes_of_str(cases[i].want), "%s", cases[i].name);
		tap_ok(result == cases[i].result, "%s: result %d", cases[i].name, (int)result);
		buf_done(&out);
	}
}

static void
test_unreadable(void)
{
	struct buf out;
	struct bytes ebcdic =
		BYTES_LIT("\xD7\xC1\xE3\xC9\xC5\xD5\xE3\x40\xC4\xC5\xC1\xE3\xC8\x40\xF2\xF1\xF9\x60\xF0\xF9");

	buf_init(&out, 1000);
	tap_ok(charset_to_utf8(BYTES_LIT("x-own"), ebcdic, &out) == CHARSET_UNREADABLE,
		"text in a charset of one's own is unreadable");
	tap_ok(charset_to_utf8(BYTES_LIT(""), BYTES_LIT("\1\2\3\4\5\6abc\7"), &out) == CHARSET_UNREADABLE,
		"bytes that are no text are");
	buf_done(&out);
}

static void
decode_one(const char *label, void *context)
{
	struct buf out;

	buf_init(&out, 1000);
	(void)charset_to_utf8(bytes_of_str(label), BYTES_LIT("abc \xE9\xA1"), &out);
	if (out.n == 0 || charset_name(bytes_of_str(label)) == NULL)
		++*(int *)context;
	buf_done(&out);
}

/* In a process that can open no file: the worker's sandbox allows none. */
static int
decode_all_confined(void)
{
	const struct rlimit none = {0, 0};
	const struct mime_limits limits = {.depth = 9, .parts = 9, .headers = 9, .text = 10000};
	struct message_text text;
	struct arena arena;
	int failed = 0;

	if (setrlimit(RLIMIT_NOFILE, &none) != 0 || dup(1) != -1)
		return 100;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out;

		buf_init(&out, 1000);
		(void)charset_to_utf8(bytes_of_str(cases[i].label), cases[i].text, &out);
		failed += !bytes_eq(buf_bytes(&out), bytes_of_str(cases[i].want));
		buf_done(&out);
	}
	charset_each(decode_one, &failed);
	/* The parser itself meets charsets in addresses and file names, of which some were never loaded. */
	arena_init(&arena);
	mime_read(&arena,
		BYTES_LIT("To: =?ibm1026?q?x?= <a@b.example>\nSubject: =?koi8-r?q?=C4?=\n"
			  "Content-Disposition: attachment; filename*=ibm871''%C4; "
			  "filename=\"=?big5?b?pKQ=?=\"\n\nx"),
		&limits, &text);
	failed += text.segments == NULL;
	arena_done(&arena);
	return failed;
}

static void
test_confined(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(decode_all_confined());
	tap_ok(pid > 0 && waitpid(pid, &status, 0) == pid, "a child that can open nothing");
	tap_ok(status == 0, "decodes every charset (%d)", status);
}

int
main(void)
{
	mime_init(NULL);
	tap_ok(charset_missing() == 0, "all converters are there");
	test_cases();
	test_unreadable();
	test_confined();
	return tap_done();
}
