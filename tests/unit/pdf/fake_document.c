/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for the reading of a document: the file is one word, and says what the reader is to do. What came
 * of it is told as text.
 */
#include "pdf/document.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "pdf/reader.h"
#include "tests/support/prison.h"

static int
do_crash(void)
{
	raise(SIGSEGV);
	return 0;
}

static int
do_exit(void)
{
	_exit(0);
}

/* Says who it is first, past its answers. */
static int
do_hang(void)
{
	const pid_t pid = getpid();
	volatile bool forever = true;

	(void)fd_write_all(READER_ANSWER_FD, bytes_of(&pid, sizeof(pid)), NULL);
	while (forever)
		;
	return 0;
}

/* As GLib, C++ and poppler do when there is no more. */
static int
do_memory(void)
{
	volatile bool forever = true;

	while (forever)
		memset(g_malloc(16 << 20), 1, 16 << 20);
	return 0;
}

/* How often this process was asked before. */
static int
do_remember(void)
{
	static int asked;

	return asked++;
}

static const struct {
	const char *word;
	int (*act)(void);
} acts[] = {
	{"crash", do_crash},
	{"exit", do_exit},
	{"hang", do_hang},
	{"memory", do_memory},
	{"remember", do_remember},
	{"count-fds", prison_count_fds},
	{"pid", getpid},
	{"uid", (int (*)(void))getuid},
};

void
document_read(struct bytes pdf, struct answer *answer)
{
	int ret = prison_run(pdf);
	char text[32];

	for (size_t i = 0; ret < 0 && i < sizeof(acts) / sizeof(acts[0]); i++)
		if (bytes_eq(pdf, bytes_of_str(acts[i].word)))
			ret = acts[i].act();
	snprintf(text, sizeof(text), "%d", ret);
	answer_text(answer, PDF_OTHER, bytes_of(NULL, 0), bytes_of_str(text));
}
