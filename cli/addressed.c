/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/addressed.h"

#include "lib/base/ascii.h"
#include "lib/base/fd.h"
#include "lib/plan/address.h"

enum { HEAD_MAX = 1024 * 1024 };

struct list {
	struct bytes *p;
	size_t n, max;
};

/* Behind the quoted string or the comment that starts at `at`; at its end when it has none. */
static size_t
skip_quoted(struct bytes text, size_t at)
{
	uint8_t end = text.p[at] == '(' ? ')' : '"';

	for (at++; at < text.n && text.p[at] != end; at++)
		if (text.p[at] == '\\')
			at++;
	return at + 1;
}

static bool
parts_words(uint8_t c)
{
	return ascii_is_space(c) || c == ',' || c == ';' || c == ':' || c == '<' || c == '>';
}

static void
add_word(struct arena *arena, struct bytes word, struct list *list)
{
	struct bytes address;

	if (list->n < list->max && bytes_find_byte(word, '@') < word.n &&
		address_read(arena, word, &address) == 0)
		list->p[list->n++] = address;
}

/* Every word of the field that is an address; names in quotes and comments are none. */
static void
add_addresses(struct arena *arena, struct bytes value, struct list *list)
{
	size_t at = 0, from = 0;

	while (at < value.n) {
		uint8_t c = value.p[at];

		if (c != '"' && c != '(' && !parts_words(c)) {
			at++;
			continue;
		}
		add_word(arena, bytes_sub(value, from, at - from), list);
		at = parts_words(c) ? at + 1 : skip_quoted(value, at);
		from = at;
	}
	if (from < value.n)
		add_word(arena, bytes_sub(value, from, value.n), list);
}

/* The next field with its continuation lines, folds and all; false at the end of the header. */
static bool
next_field(struct bytes *rest, struct bytes *ret_field)
{
	struct bytes all = *rest, line;

	if (!bytes_next_line(rest, &line) || line.n == 0)
		return false;
	while (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t'))
		bytes_next_line(rest, &line);
	*ret_field = bytes_sub(all, 0, all.n - rest->n);
	return true;
}

enum role { ROLE_PATH, ROLE_FROM, ROLE_TO, ROLE_DELIVERED, ROLES };

static enum role
role_of(struct bytes name)
{
	static const struct {
		struct bytes name;
		enum role role;
	} roles[] = {
		{BYTES_LIT("Return-Path"), ROLE_PATH},
		{BYTES_LIT("From"), ROLE_FROM},
		{BYTES_LIT("To"), ROLE_TO},
		{BYTES_LIT("Cc"), ROLE_TO},
		{BYTES_LIT("Bcc"), ROLE_TO},
		{BYTES_LIT("X-Original-To"), ROLE_DELIVERED},
		{BYTES_LIT("Delivered-To"), ROLE_DELIVERED},
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (bytes_eq_nocase(roles[i].name, name))
			return roles[i].role;
	return ROLES;
}

void
addressed_read(struct arena *arena, struct bytes head, struct addressed *ret_addressed)
{
	struct bytes path[1], from[1], delivered[ADDRESSED_MAX], field;
	struct list lists[ROLES] = {
		[ROLE_PATH] = {path, 0, 1},
		[ROLE_FROM] = {from, 0, 1},
		[ROLE_TO] = {ret_addressed->recipients, 0, ADDRESSED_MAX},
		[ROLE_DELIVERED] = {delivered, 0, ADDRESSED_MAX},
	};

	while (next_field(&head, &field)) {
		size_t colon = bytes_find_byte(field, ':');
		enum role role = role_of(bytes_trim(bytes_sub(field, 0, colon)));

		if (role != ROLES)
			add_addresses(arena, bytes_sub(field, colon + 1, field.n), &lists[role]);
	}
	ret_addressed->sender = lists[ROLE_PATH].n > 0   ? path[0]
				: lists[ROLE_FROM].n > 0 ? from[0]
							 : bytes_of("", 0);
	ret_addressed->n_recipients = lists[ROLE_TO].n;
	if (lists[ROLE_TO].n == 0) {
		memcpy(ret_addressed->recipients, delivered, sizeof(*delivered) * lists[ROLE_DELIVERED].n);
		ret_addressed->n_recipients = lists[ROLE_DELIVERED].n;
	}
}

void
addressed_load(struct arena *arena, int message_fd, struct addressed *ret_addressed)
{
	struct bytes message;

	*ret_addressed = (struct addressed){.n_recipients = 0};
	if (fd_map(message_fd, SIZE_MAX, &message, NULL) != 0)
		return;
	addressed_read(arena, arena_bytes(arena, bytes_sub(message, 0, HEAD_MAX)), ret_addressed);
	fd_unmap(&message);
}

struct bytes
addressed_domain(struct arena *arena, struct bytes address)
{
	size_t at = address.n;
	uint8_t *domain;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	if (at == 0)
		return BYTES_LIT("(none)");
	domain = arena_alloc(arena, address.n - at + 1);
	for (size_t i = at; i < address.n; i++) {
		if (address.p[i] > 126)
			return BYTES_LIT("(not ASCII)");
		domain[i - at] = ascii_lower(address.p[i]);
	}
	return bytes_of(domain, address.n - at);
}
