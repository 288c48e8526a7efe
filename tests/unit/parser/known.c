/* SPDX-License-Identifier: Apache-2.0 */
/* Files that somebody has looked at: how a list is read, and that it is only those that are not told. */
#include "parser/known.h"

#include "lib/mime/reader.h"
#include "tests/support/tap.h"

static const char list[] =
	"# our logos\n"
	"\n"
	"f464c05697b1372fa44e54159ecc88f36d11f8750acc2ffe825d603bbe1cf9d1  logo.png\n"
	"\\4BDDBDC130B86153832E94C55F2EFA90F81CDFF3935E7034091DAC75E4E3FB0C  odd\\\\name.png\n";

static const struct {
	const char *name, *content;
	size_t faults;
} cases[] = {
	{"an empty list", "", 0},
	{"a comment", "# nothing yet\n", 0},
	{"a word", "logo.png\n", 1},
	{"a digit too few", "f464c05697b1372fa44e54159ecc88f36d11f8750acc2ffe825d603bbe1cf9d  logo.png\n", 1},
	{"each fault is told", "a\n# b\nc\n", 2},
	{"a longer hash", "f464c05697b1372fa44e54159ecc88f36d11f8750acc2ffe825d603bbe1cf9d10  logo.png\n", 1},
};

static void
test_lists(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct known *known = NULL;
		struct faults faults;
		int ret;

		faults_init(&faults);
		ret = known_parse("known-files", bytes_of_str(cases[i].content), &known, &faults);
		tap_ok(ret == (cases[i].faults > 0 ? -1 : 0) && faults.n == cases[i].faults, "%s",
			cases[i].name);
		tap_ok(ret != 0 || !known_has(known, BYTES_LIT("x")), "%s: nothing is in it", cases[i].name);
		known_free(known);
		faults_done(&faults);
	}
}

/* Whether a message with this attachment, in base64, is said to have something unread. */
static bool
is_unread(const struct known *known, const char *attachment)
{
	const struct mime_limits limits = {.depth = 30,
		.parts = 100,
		.headers = 100,
		.text = 1 << 20,
		.is_known = known_has,
		.known = known};
	struct message_text text;
	struct arena arena;
	struct buf message;
	bool is_unread;

	buf_init(&message, 4096);
	buf_putf(&message, "Content-Type: application/x-own\nContent-Transfer-Encoding: base64\n\n%s\n",
		attachment);
	arena_init(&arena);
	mime_read(&arena, buf_bytes(&message), &limits, &text);
	is_unread = text.unread != NULL;
	arena_done(&arena);
	buf_done(&message);
	return is_unread;
}

static void
test_messages(void)
{
	struct known *known = NULL;
	struct faults faults;

	faults_init(&faults);
	if (known_parse("known-files", bytes_of_str(list), &known, &faults) == 0) {
		tap_ok(!is_unread(known, "AQJsb2dv"), "a file of the list");
		tap_ok(!is_unread(known, "AQJzZWNvbmQ="), "another, whose name was escaped");
		tap_ok(is_unread(known, "AQJsb2dvIQ=="), "a file that begins as one of them");
		tap_ok(is_unread(known, "AQJsb2c="), "a part of one");
	}
	tap_ok(faults.n == 0, "the list is well-formed");
	known_free(known);
	faults_done(&faults);
}

int
main(void)
{
	mime_init(NULL);
	test_lists();
	test_messages();
	return tap_done();
}
