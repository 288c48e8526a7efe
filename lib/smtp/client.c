/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/smtp/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/base/ascii.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/utf8.h"

enum { REPLY_LINE_MAX = 1024, REPLY_LINES_MAX = 100, CHUNK = 16 * 1024, ADDRESS_MAX = 320 };

enum extension { EXT_DSN = 1 << 0, EXT_8BITMIME = 1 << 1, EXT_SMTPUTF8 = 1 << 2 };

struct connection {
	int fd;
	int64_t deadline;
	unsigned extensions; /* enum extension */
	char in[REPLY_LINE_MAX];
	size_t n_in;
};

/*
 * An address in angle brackets on a command line must not be able to say more than an address. A local part
 * in quotes may have spaces and brackets in it, RFC 5321 section 4.1.2.
 */
static bool
address_is_plain(struct bytes address)
{
	bool quoted = false;

	if (address.n > ADDRESS_MAX || !utf8_is_valid(address))
		return false;
	for (size_t i = 0; i < address.n; i++) {
		uint8_t c = address.p[i];

		if (c < ' ' || c == 127 || (!quoted && (c == ' ' || c == '<' || c == '>')))
			return false;
		if (c == '"')
			quoted = !quoted;
		else if (c == '\\' && quoted && ++i < address.n &&
			 (address.p[i] < ' ' || address.p[i] == 127))
			return false;
	}
	return !quoted;
}

static bool
is_ascii(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] > 127)
			return false;
	return true;
}

/* host:port or [host]:port, numeric: no name service is asked on this way. */
static int
parse_server(const char *server, struct sockaddr_storage *ret_address, socklen_t *ret_size, struct err *err)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;
	const char *colon = strrchr(server, ':');
	char host[INET6_ADDRSTRLEN + 2];
	size_t n = colon ? (size_t)(colon - server) : 0;
	int64_t port = 0;

	*ret_address = (struct sockaddr_storage){0};
	if (!colon || bytes_parse_i64(bytes_of_str(colon + 1), 1, 65535, &port) < 0)
		return err_set(err, ERR_CONFIG, "'%s' is not host:port", server);
	if (n >= 2 && server[0] == '[' && server[n - 1] == ']') {
		server++;
		n -= 2;
	}
	if (n >= sizeof(host))
		return err_set(err, ERR_CONFIG, "the host of '%s' is too long", server);
	memcpy(host, server, n);
	host[n] = '\0';
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		*ret_size = sizeof(*v4);
	} else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		*ret_size = sizeof(*v6);
	} else {
		return err_set(err, ERR_CONFIG, "'%s' is not a numeric address", host);
	}
	return 0;
}

/* Until the socket is ready, or ERR_TEMP when the deadline passed. */
static int
await(struct connection *conn, short events, struct err *err)
{
	struct pollfd pfd = {.fd = conn->fd, .events = events};
	int n;

	do {
		n = poll(&pfd, 1, clock_left_ms(conn->deadline));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, ERR_TEMP, "poll");
	if (n == 0)
		return err_set(err, ERR_TEMP, "timed out");
	return 0;
}

static int
dial(struct connection *conn, const char *server, struct err *err)
{
	struct sockaddr_storage address;
	socklen_t size = 0, length = sizeof(int);
	int one = 1, failure = 0;

	if (parse_server(server, &address, &size, err) < 0)
		return -1;
	conn->fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (conn->fd < 0)
		return err_sys(err, ERR_TEMP, "socket");
	setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(conn->fd, (struct sockaddr *)&address, size) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return err_sys(err, ERR_TEMP, "connect");
	if (await(conn, POLLOUT, err) < 0)
		return err_add(err, "connect");
	if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &failure, &length) < 0)
		failure = errno;
	errno = failure;
	return failure ? err_sys(err, ERR_TEMP, "connect") : 0;
}

static int
write_all(struct connection *conn, struct bytes b, struct err *err)
{
	while (b.n > 0) {
		ssize_t n = send(conn->fd, b.p, b.n, MSG_NOSIGNAL);

		if (n > 0) {
			b = bytes_sub(b, (size_t)n, b.n);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return err_sys(err, ERR_TEMP, "write");
		if (await(conn, POLLOUT, err) < 0)
			return -1;
	}
	return 0;
}

static int
read_more(struct connection *conn, struct err *err)
{
	for (;;) {
		ssize_t n;

		if (await(conn, POLLIN, err) < 0)
			return -1;
		n = recv(conn->fd, conn->in + conn->n_in, sizeof(conn->in) - conn->n_in, 0);
		if (n > 0) {
			conn->n_in += (size_t)n;
			return 0;
		}
		if (n == 0)
			return err_set(err, ERR_TEMP, "the server closed the connection");
		if (errno != EINTR && errno != EAGAIN)
			return err_sys(err, ERR_TEMP, "read");
	}
}

/* One line into `line`, without its end. */
static int
read_line(struct connection *conn, char line[static REPLY_LINE_MAX], struct bytes *ret_line, struct err *err)
{
	for (;;) {
		struct bytes rest = bytes_of(conn->in, conn->n_in);
		size_t end = bytes_find_byte(rest, '\n');

		if (end < rest.n) {
			memcpy(line, conn->in, end);
			*ret_line = bytes_trim(bytes_of(line, end));
			conn->n_in -= end + 1;
			memmove(conn->in, conn->in + end + 1, conn->n_in);
			return 0;
		}
		if (conn->n_in == sizeof(conn->in))
			return err_set(err, ERR_PEER, "reply line too long");
		if (read_more(conn, err) < 0)
			return -1;
	}
}

static void
note_extension(struct connection *conn, struct bytes text)
{
	static const struct {
		struct bytes keyword;
		enum extension bit;
	} table[] = {
		{BYTES_LIT("DSN"), EXT_DSN},
		{BYTES_LIT("8BITMIME"), EXT_8BITMIME},
		{BYTES_LIT("SMTPUTF8"), EXT_SMTPUTF8},
	};
	struct bytes keyword = bytes_sub(text, 0, bytes_find_byte(text, ' '));

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (bytes_eq_nocase(keyword, table[i].keyword))
			conn->extensions |= table[i].bit;
}

/* A whole reply, RFC 5321 section 4.2: the same code on each line, a space behind it on the last. */
static int
read_reply(struct connection *conn, int *ret_code, struct err *err)
{
	char text[REPLY_LINE_MAX];
	struct bytes line = {0};
	int64_t code = 0, first = 0;

	for (int n = 0; n < REPLY_LINES_MAX; n++) {
		if (read_line(conn, text, &line, err) < 0)
			return -1;
		if (bytes_parse_i64(bytes_sub(line, 0, 3), 200, 599, &code) < 0 || (n > 0 && code != first))
			return err_set(err, ERR_PEER, "what came is not an SMTP reply");
		first = code;
		if (line.n > 4)
			note_extension(conn, bytes_sub(line, 4, line.n));
		if (line.n == 3 || line.p[3] == ' ') {
			*ret_code = (int)code;
			return 0;
		}
		if (line.p[3] != '-')
			return err_set(err, ERR_PEER, "what came is not an SMTP reply");
	}
	return err_set(err, ERR_PEER, "reply of too many lines");
}

/* The reply's text stays out of errors: it may quote an address. */
static enum smtp_outcome
judge(const char *step, int code, int want, struct err *err)
{
	if (code / 100 == want)
		return SMTP_ACCEPTED;
	if (code / 100 == 5) {
		err_set(err, ERR_PERM, "%s was answered by %d", step, code);
		return SMTP_REFUSED_PERM;
	}
	err_set(err, ERR_TEMP, "%s was answered by %d", step, code);
	return SMTP_REFUSED_TEMP;
}

static enum smtp_outcome
broken(const char *step, struct err *err)
{
	err_add(err, "%s", step);
	return SMTP_REFUSED_TEMP;
}

/* Sends `line` (unless it is empty: the greeting) and waits for a reply of the class `want`. */
static enum smtp_outcome
command(struct connection *conn, const char *step, struct bytes line, int want, struct err *err)
{
	int code = 0;

	if (write_all(conn, line, err) < 0 || read_reply(conn, &code, err) < 0)
		return broken(step, err);
	return judge(step, code, want, err);
}

static enum smtp_outcome
greet(struct connection *conn, const char *hostname, struct err *err)
{
	enum smtp_outcome outcome = command(conn, "connect", (struct bytes){0}, 2, err);
	char line[512];
	int n = snprintf(line, sizeof(line), "EHLO %s\r\n", hostname);

	if (outcome != SMTP_ACCEPTED)
		return outcome;
	if (n < 0 || (size_t)n >= sizeof(line)) {
		err_set(err, ERR_CONFIG, "host name too long");
		return SMTP_REFUSED_TEMP;
	}
	conn->extensions = 0;
	return command(conn, "EHLO", bytes_of(line, (size_t)n), 2, err);
}

static enum smtp_outcome
envelope(struct connection *conn, const struct smtp_message *message, struct err *err)
{
	bool utf8 = !is_ascii(message->sender) || !is_ascii(message->recipient);
	bool eight = !is_ascii(message->header) || !is_ascii(message->content);
	enum smtp_outcome outcome;
	char line[ADDRESS_MAX + 128];
	int n;

	if (utf8 && !(conn->extensions & EXT_SMTPUTF8)) {
		err_set(err, ERR_PERM, "the server does not offer SMTPUTF8, which an address needs");
		return SMTP_REFUSED_PERM;
	}
	n = snprintf(line, sizeof(line), "MAIL FROM:<%.*s>%s%s%s\r\n", BYTES_FMT(message->sender),
		message->headers_only_in_bounces && (conn->extensions & EXT_DSN) ? " RET=HDRS" : "",
		eight && (conn->extensions & EXT_8BITMIME) ? " BODY=8BITMIME" : "", utf8 ? " SMTPUTF8" : "");
	outcome = command(conn, "MAIL", bytes_of(line, (size_t)n), 2, err);
	if (outcome != SMTP_ACCEPTED)
		return outcome;
	n = snprintf(line, sizeof(line), "RCPT TO:<%.*s>\r\n", BYTES_FMT(message->recipient));
	outcome = command(conn, "RCPT", bytes_of(line, (size_t)n), 2, err);
	if (outcome != SMTP_ACCEPTED)
		return outcome;
	return command(conn, "DATA", BYTES_LIT("DATA\r\n"), 3, err);
}

/*
 * RFC 5321 section 4.5.2 for leading dots; every CR LF, LF or CR becomes one CR LF, so that nothing in the
 * content can end the data where we don't (SMTP smuggling).
 */
static int
send_content(struct connection *conn, struct bytes content, struct err *err)
{
	uint8_t out[CHUNK + 8];
	size_t n = 0;
	bool line_start = true;

	for (size_t i = 0; i < content.n; i++) {
		uint8_t c = content.p[i];

		if (c == '\r' || c == '\n') {
			if (c == '\r' && i + 1 < content.n && content.p[i + 1] == '\n')
				i++;
			out[n++] = '\r';
			out[n++] = '\n';
			line_start = true;
		} else {
			if (c == '.' && line_start)
				out[n++] = '.';
			out[n++] = c;
			line_start = false;
		}
		if (n >= CHUNK) {
			if (write_all(conn, bytes_of(out, n), err) < 0)
				return -1;
			n = 0;
		}
	}
	if (!line_start) {
		out[n++] = '\r';
		out[n++] = '\n';
	}
	return write_all(conn, bytes_of(out, n), err);
}

static enum smtp_outcome
data(struct connection *conn, const struct smtp_message *message, struct err *err)
{
	int code = 0;

	if ((message->header.n > 0 && send_content(conn, message->header, err) < 0) ||
		send_content(conn, message->content, err) < 0)
		return broken("content", err);
	if (message->commit && message->commit(message->context, err) < 0)
		return broken("commit", err);
	/* A dot line of which a byte is missing accepts nothing, and the connection is closed at once. */
	if (write_all(conn, BYTES_LIT(".\r\n"), err) < 0)
		return broken("end of data", err);
	if (read_reply(conn, &code, err) < 0) {
		err_add(err, "the answer to the end of data");
		return SMTP_UNKNOWN;
	}
	return judge("end of data", code, 2, err);
}

enum smtp_outcome
smtp_send(const struct smtp_message *message, struct err *err)
{
	struct connection conn = {.fd = -1, .deadline = message->deadline_ms};
	enum smtp_outcome outcome;

	if (!address_is_plain(message->sender) || !address_is_plain(message->recipient) ||
		message->recipient.n == 0) {
		err_set(err, ERR_PERM, "an address has characters that can't be sent");
		return SMTP_REFUSED_PERM;
	}
	if (dial(&conn, message->server, err) < 0) {
		outcome = broken(message->server, err);
		goto out;
	}
	outcome = greet(&conn, message->hostname, err);
	if (outcome == SMTP_ACCEPTED)
		outcome = envelope(&conn, message, err);
	if (outcome == SMTP_ACCEPTED)
		outcome = data(&conn, message, err);
	if (outcome == SMTP_ACCEPTED)
		write_all(&conn, BYTES_LIT("QUIT\r\n"), NULL);
out:
	fd_close(&conn.fd);
	return outcome;
}
