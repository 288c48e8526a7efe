/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/mfi_socket.h"

#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/fd.h"

enum { LISTENER_FD_MAX = 256 };

/* The path of unix:/path or local:/path, or NULL for a network address. */
static const char *
unix_path(const struct settings *settings)
{
	static const char *const prefixes[] = {"unix:", "local:"};
	const char *socket = settings->milter_socket;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (bytes_starts_nocase(bytes_of_str(socket), bytes_of_str(prefixes[i])))
			return socket + strlen(prefixes[i]);
	return socket[0] == '/' ? socket : NULL;
}

/* libmilter removes a socket file that is in its way: not one that somebody listens on. */
static int
refuse_live(const char *path, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	int fd, ret;

	if (n >= sizeof(address.sun_path))
		return err_set(err, ERR_CONFIG, "%s: the path is too long", path);
	memcpy(address.sun_path, path, n);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(err, ERR_TEMP, "socket");
	ret = connect(fd, (struct sockaddr *)&address, sizeof(address));
	if (ret == 0 || errno == EAGAIN || errno == EINPROGRESS)
		ret = err_set(err, ERR_TEMP, "%s: another program listens there", path);
	else
		ret = 0;
	fd_close(&fd);
	return ret;
}

int
mfi_socket_prepare(const struct settings *settings, struct err *err)
{
	const char *path = unix_path(settings);

	umask(0177); /* until its mode is set, the socket is nobody else's */
	return path ? refuse_live(path, err) : 0;
}

/* -1: as it is. Only root can give it away. */
static int
find_owner(const struct settings *settings, uid_t *ret_user, gid_t *ret_group, struct err *err)
{
	const struct passwd *user = NULL;
	const struct group *group = NULL;

	if (*settings->milter_user && geteuid() == 0) {
		user = getpwnam(settings->milter_user);
		if (!user)
			return err_set(err, ERR_CONFIG, "no user %s", settings->milter_user);
	}
	if (*settings->milter_socket_group) {
		group = getgrnam(settings->milter_socket_group);
		if (!group && geteuid() == 0)
			return err_set(err, ERR_CONFIG, "no group %s", settings->milter_socket_group);
	}
	*ret_user = user ? user->pw_uid : (uid_t)-1;
	*ret_group = group ? group->gr_gid : (gid_t)-1;
	return 0;
}

static int
give_to_group(const struct settings *settings, const char *path, struct err *err)
{
	mode_t mode = (mode_t)strtoul(settings->milter_socket_mode, NULL, 8);
	uid_t user;
	gid_t group;

	if (find_owner(settings, &user, &group, err) < 0)
		return -1;
	if (chown(path, user, group) < 0 && (geteuid() == 0 || errno != EPERM))
		return err_sys(err, ERR_CONFIG, "chown %s", path);
	if (chmod(path, mode) < 0)
		return err_sys(err, ERR_CONFIG, "chmod %s", path);
	return 0;
}

/* libmilter does not tell; at this point there is no other listener. */
static int
find_listener(void)
{
	for (int fd = 3; fd < LISTENER_FD_MAX; fd++) {
		socklen_t size = sizeof(int);
		int listens = 0;

		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens)
			return fd;
	}
	return -1;
}

int
mfi_socket_finish(const struct settings *settings, int *ret_listener, struct err *err)
{
	const char *path = unix_path(settings);
	int fd = find_listener(), one = 1;

	umask(077);
	if (path && give_to_group(settings, path, err) < 0)
		return -1;
	/* Connections inherit it. Without, two writes in a row cost 40 ms: Nagle and delayed ACK. */
	if (!path && fd >= 0 && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0)
		return err_sys(err, ERR_TEMP, "TCP_NODELAY");
	*ret_listener = fd;
	return 0;
}
