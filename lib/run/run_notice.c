/* SPDX-License-Identifier: Apache-2.0 */
/* sd_notify(3)'s protocol, which is a datagram of lines, and the pid file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/run/run_parts.h"

static int
open_socket(const char *path, int *ret_fd, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	int fd;

	if (n >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@'))
		return err_set(err, ERR_CONFIG, "NOTIFY_SOCKET: expected /path or @name");
	memcpy(address.sun_path, path, n);
	if (path[0] == '@')
		address.sun_path[0] = '\0'; /* an abstract name */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
		connect(fd, (struct sockaddr *)&address,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (path[0] != '@'))) != 0) {
		err_sys(err, ERR_CONFIG, "connect to NOTIFY_SOCKET");
		fd_close(&fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

int
run_notice_open(const char *pid_file, struct run_notice *notice, struct err *err)
{
	const char *path = getenv("NOTIFY_SOCKET");

	*notice = (struct run_notice){-1, -1};
	if (path != NULL && path[0] != '\0' && open_socket(path, &notice->socket, err) != 0)
		return -1;
	if (pid_file == NULL)
		return 0;
	notice->pid_file = open(pid_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (notice->pid_file < 0)
		return err_sys(err, ERR_CONFIG, "open %s", pid_file);
	return 0;
}

void
run_notice_send(const struct run_notice *notice, const char *text)
{
	if (notice->socket >= 0)
		(void)send(notice->socket, text, strlen(text), MSG_NOSIGNAL);
}

void
run_notice_pid(const struct run_notice *notice)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	if (notice->pid_file >= 0)
		(void)fd_write_all(notice->pid_file, bytes_of(text, (size_t)n), NULL);
}

/* The file may lie where this process can't remove it any more: empty, it names nobody. */
void
run_notice_done(struct run_notice *notice)
{
	if (notice->pid_file >= 0 && ftruncate(notice->pid_file, 0) != 0)
		fd_close(&notice->pid_file);
	fd_close(&notice->pid_file);
	fd_close(&notice->socket);
}
