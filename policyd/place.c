/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/place.h"

#include <netdb.h>
#include <stdio.h>
#include <sys/un.h>

static int
parse_unix(struct bytes path, struct place *place, struct err *err)
{
	struct sockaddr_un *address = (struct sockaddr_un *)&place->address;

	if (path.n == 0 || path.n >= sizeof(address->sun_path))
		return err_set(err, ERR_CONFIG, "%s: the path is empty or too long", place->text);
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path.p, path.n);
	place->n = sizeof(*address);
	return 0;
}

static int
look_up(struct bytes host, struct bytes port, int flags, struct place *place, struct err *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV},
			*found = NULL;
	char name[256], service[8];
	int failed;

	if (host.n == 0 || host.n >= sizeof(name) || port.n == 0 || port.n >= sizeof(service))
		return err_set(err, ERR_CONFIG, "%s: expected unix:/path or host:port", place->text);
	snprintf(name, sizeof(name), "%.*s", BYTES_FMT(host));
	snprintf(service, sizeof(service), "%.*s", BYTES_FMT(port));
	failed = getaddrinfo(name, service, &hints, &found);
	if (failed != 0 || found->ai_addrlen > sizeof(place->address))
		return err_set(err, ERR_CONFIG, "%s: %s", place->text, gai_strerror(failed));
	memcpy(&place->address, found->ai_addr, found->ai_addrlen);
	place->n = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

static int
parse(struct bytes text, int flags, struct place *ret_place, struct err *err)
{
	struct place place = {0};
	struct bytes host;
	size_t at = text.n;

	snprintf(place.text, sizeof(place.text), "%.*s", (int)(text.n < 200 ? text.n : 200),
		(const char *)text.p);
	if (bytes_starts_nocase(text, BYTES_LIT("unix:"))) {
		if (parse_unix(bytes_sub(text, 5, text.n), &place, err) < 0)
			return -1;
	} else {
		while (at > 0 && text.p[at - 1] != ':')
			at--;
		host = bytes_sub(text, 0, at > 0 ? at - 1 : 0);
		if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
			host = bytes_sub(host, 1, host.n - 2);
		if (look_up(host, bytes_sub(text, at, text.n), flags, &place, err) < 0)
			return -1;
	}
	*ret_place = place;
	return 0;
}

int
place_resolve(struct bytes text, struct place *ret_place, struct err *err)
{
	return parse(text, 0, ret_place, err);
}

int
place_parse(struct bytes text, struct place *ret_place, struct err *err)
{
	return parse(text, AI_NUMERICHOST, ret_place, err);
}

int
place_of_host(struct bytes host, struct bytes port, struct place *ret_place, struct err *err)
{
	struct place place = {0};

	snprintf(place.text, sizeof(place.text), "%.*s:%.*s", (int)(host.n < 200 ? host.n : 200),
		(const char *)host.p, (int)(port.n < 8 ? port.n : 8), (const char *)port.p);
	if (look_up(host, port, AI_NUMERICHOST, &place, err) < 0)
		return -1;
	*ret_place = place;
	return 0;
}
