/* SPDX-License-Identifier: Apache-2.0 */
/* Tests err, fd, log and clock: what touches the world. */
#include "lib/base/clock.h"
#include "lib/base/err.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/tap.h"

static void
test_err(void)
{
	struct err err;
	char big[400];

	errno = ENOENT;
	tap_ok(err_sys(&err, ERR_TEMP, "open %s", "/x") == -1, "always -1");
	err_add(&err, "load keyring");
	tap_ok(strcmp(err.text, "load keyring: open /x: No such file or directory") == 0, "context in front");
	tap_ok(err.sys_errno == ENOENT && err.class == ERR_TEMP, "class and errno kept");
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	err_set(&err, ERR_PERM, "%s", big);
	err_add(&err, "%s", big);
	tap_ok(strlen(err.text) == sizeof(err.text) - 1, "cut at its size");
	tap_ok(err_set(NULL, ERR_PERM, "nobody listens") == -1, "no err wanted");
}

static void
test_write_file(void)
{
	char path[] = "/tmp/postseal-test-XXXXXX";
	struct stat st;
	struct buf buf;
	struct err err;
	int fd = mkstemp(path);

	fd_close(&fd);
	tap_ok(fd == -1, "a closed descriptor is -1");
	tap_ok(fd_write_file(path, BYTES_LIT("new content"), 0640, &err) == 0, "written");
	stat(path, &st);
	tap_ok((st.st_mode & 07777) == 0640, "the mode is exact");
	buf_init(&buf, 100);
	tap_ok(fd_read_file(path, &buf, &err) == 0, "read");
	tap_bytes(buf_bytes(&buf), BYTES_LIT("new content"), "content");
	buf_done(&buf);
	buf_init(&buf, 5);
	tap_ok(fd_read_file(path, &buf, &err) == -1 && err.class == ERR_PERM, "longer than the buffer");
	buf_done(&buf);
	unlink(path);
	tap_ok(fd_write_file("/nonexistent/x", BYTES_LIT(""), 0600, &err) == -1, "no such folder");
}

static void
test_memfd(void)
{
	struct bytes map;
	struct err err;
	int fd;

	tap_ok(fd_memfd("test", &fd, &err) == 0, "made");
	tap_ok(!fd_is_sealed(fd), "not sealed yet");
	fd_write_all(fd, BYTES_LIT("message"), &err);
	tap_ok(fd_memfd_seal(fd, &err) == 0 && fd_is_sealed(fd), "sealed");
	tap_ok(write(fd, "x", 1) == -1 && ftruncate(fd, 0) == -1, "nobody can change it");
	tap_ok(fd_map(fd, 6, &map, &err) == -1, "longer than allowed");
	tap_ok(fd_map(fd, 7, &map, &err) == 0, "mapped");
	tap_bytes(map, BYTES_LIT("message"), "its content");
	fd_unmap(&map);
	fd_close(&fd);
}

/* Standard error goes to a pipe for one record. */
static void
test_log(void)
{
	static const struct log_field fields[] = {
		{"queue_id", BYTES_LIT("4ABC")},
		{"forged", BYTES_LIT("a\" b\\\nerror: x\xff")},
	};
	int saved = dup(STDERR_FILENO), pipe_fds[2];
	char line[500];
	ssize_t n;

	if (pipe(pipe_fds) != 0)
		return;
	dup2(pipe_fds[1], STDERR_FILENO);
	log_open("test", LOG_TO_STDERR, LOG_LEVEL_INFO);
	log_record(LOG_LEVEL_INFO, "decision", fields, 2);
	log_debug("below the level");
	log_error("two\nlines");
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipe_fds[1]);
	n = read(pipe_fds[0], line, sizeof(line) - 1);
	line[n > 0 ? n : 0] = '\0';
	close(pipe_fds[0]);
	tap_ok(strstr(line, "decision queue_id=\"4ABC\" forged=\"a\\\" b\\\\\\x0aerror: x\\xff\"\n") != NULL,
		"a value can't forge a record");
	tap_ok(strstr(line, "error: two?lines\n") != NULL, "nor a text a line");
	tap_ok(strstr(line, "below") == NULL, "below the level is silent");
}

static void
test_clock(void)
{
	char text[64];

	clock_format_utc(1795417689, text, sizeof(text));
	tap_ok(strcmp(text, "2026-11-23T07:08:09Z") == 0, "RFC 3339: %s", text);
	clock_format_mail(1795417689, text, sizeof(text));
	tap_ok(strcmp(text, "Mon, 23 Nov 2026 07:08:09 +0000") == 0, "RFC 5322: %s", text);
	tap_ok(clock_left_ms(clock_mono_ms() - 5) == 0, "a deadline that is past");
	tap_ok(clock_left_ms(INT64_MAX) > 0, "one that never comes");
}

int
main(void)
{
	test_err();
	test_write_file();
	test_memfd();
	test_log();
	test_clock();
	return tap_done();
}
