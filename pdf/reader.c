/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/reader.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/run/sandbox.h"
#include "pdf/document.h"

enum { OPEN_FILES = 8, HIGH_FD = 20 };

/* For the handler, which is given nothing. One a process. */
static struct answer answer;

int
reader_confine(const struct pdf_bounds *bounds, struct err *err)
{
	const struct sandbox_spec spec = {.memory_limit = (uint64_t)bounds->memory_mib << 20,
		.cpu_seconds = bounds->seconds,
		.file_size = 1,
		.open_files = OPEN_FILES};

	return sandbox_confine(&spec, err);
}

/* glibc, GLib and C++ end like this when memory can't be had. */
static void
on_abort(int number)
{
	(void)number;
	answer_end_now(&answer, PDF_LIMIT_MEMORY);
}

static void
catch_aborts(void)
{
	const struct sigaction action = {.sa_handler = on_abort};

	(void)sigaction(SIGABRT, &action, NULL);
	(void)sigaction(SIGTRAP, &action, NULL);
}

/* By way of high numbers, so that neither is closed for the other. */
static int
keep_only(int request, int answers)
{
	if (dup2(request, HIGH_FD) < 0 || dup2(answers, HIGH_FD + 1) < 0)
		return -1;
	if (dup2(HIGH_FD, READER_REQUEST_FD) < 0 || dup2(HIGH_FD + 1, READER_ANSWER_FD) < 0)
		return -1;
	return close_range(READER_ANSWER_FD + 1, ~0U, 0);
}

static int
read_request(struct bytes *ret_pdf, uint32_t *ret_most)
{
	uint8_t head[PDF_FRAME_HEADER + 4];
	struct bytes rest = bytes_of(head, sizeof(head));
	uint8_t *pdf;
	uint32_t n;

	if (fd_read_exact(READER_REQUEST_FD, head, sizeof(head), NULL) != 0 ||
		pdf_take_number(&rest) != PDF_READ)
		return -1;
	n = pdf_take_number(&rest);
	*ret_most = pdf_take_number(&rest);
	if (n < 4)
		return -1;
	n -= 4;
	pdf = malloc(n + 1);
	if (pdf == NULL || fd_read_exact(READER_REQUEST_FD, pdf, n, NULL) != 0)
		return -1;
	*ret_pdf = bytes_of(pdf, n);
	return 0;
}

_Noreturn void
reader_run(int request, int answers, const struct pdf_bounds *bounds)
{
	struct bytes pdf;
	uint32_t most;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || keep_only(request, answers) != 0 ||
		reader_confine(bounds, NULL) != 0)
		_exit(EX_OSERR);
	if (read_request(&pdf, &most) != 0)
		_exit(EX_TEMPFAIL);
	answer_init(&answer, READER_ANSWER_FD, most);
	catch_aborts();
	document_read(pdf, &answer);
	answer_end(&answer);
}
