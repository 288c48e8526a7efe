/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/program.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/run/sandbox.h"
#include "pdf/files.h"
#include "pdf/host.h"
#include "pdf/pages.h"

enum { CONTROL_FD = 3 };

#define CODE_TABLES "/usr/share/poppler"

/* Only standard error is left, for what goes wrong up to now. */
static int
close_others(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		return -1;
	return close_range(CONTROL_FD + 1, ~0U, 0);
}

/* Its readers are confined further: they may do less than this, and have a group of pipes only. */
static int
confine(const char *user, struct err *err)
{
	const struct sandbox_spec spec = {
		.user = user, .may = MAY_RECEIVE_FDS | MAY_FORK | MAY_SIGNAL_CHILDREN};

	if (sandbox_drop_user(&spec, err) != 0)
		return -1;
	return sandbox_confine(&spec, err);
}

static int
fail(const char *what)
{
	fprintf(stderr, "postseal-pdf: %s\n", what);
	return EX_OSERR;
}

int
program_main(int argc, char **argv)
{
	struct err err = {0};
	int type = 0;
	socklen_t n = sizeof(type);

	if (argc != 2 || getsockopt(CONTROL_FD, SOL_SOCKET, SO_TYPE, &type, &n) != 0) {
		fputs("usage: postseal-pdf USER\nReads PDFs for postseal-parser, which starts it.\n", stderr);
		return EX_USAGE;
	}
	/* Started by a descriptor, it has that one's number for a name. */
	(void)prctl(PR_SET_NAME, "postseal-pdf");
	(void)setlocale(LC_ALL, "C.UTF-8");
	/* It ends with its connection: what the supervisor still finishes needs it. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	files_load(CODE_TABLES);
	pages_init();
	if (close_others() != 0)
		return fail("descriptors can not be closed");
	if (confine(argv[1], &err) != 0)
		return fail(err.text);
	files_close();
	/* Libraries write there what they think of a file: nothing of a message may be said. */
	(void)dup2(STDOUT_FILENO, STDERR_FILENO);
	/* What libraries do at an exit is nothing for a prison. */
	_exit(host_serve(CONTROL_FD, &err) == 0 ? EX_OK : EX_TEMPFAIL);
}
