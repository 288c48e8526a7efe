/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/option.h"

#include "lib/base/ascii.h"

enum { DOMAINS_MAX = 10000 };

struct unit {
	const char *letter;
	int64_t factor;
};

static const struct unit size_units[] = {
	{"G", INT64_C(1) << 30}, {"M", INT64_C(1) << 20}, {"K", INT64_C(1) << 10}, {NULL, 1}};
static const struct unit time_units[] = {
	{"w", 7 * 24 * 3600}, {"d", 24 * 3600}, {"h", 3600}, {"m", 60}, {"s", 1}, {NULL, 1}};

static const char **
text_field(const struct option_row *option, struct settings *settings)
{
	return (const char **)(void *)((uint8_t *)settings + option->offset);
}

static const char *
text_of(const struct option_row *option, const struct settings *settings)
{
	return *(const char *const *)(const void *)((const uint8_t *)settings + option->offset);
}

static int64_t
number_of(const struct option_row *option, const struct settings *settings)
{
	return *(const int64_t *)(const void *)((const uint8_t *)settings + option->offset);
}

/* The units of a type of number, NULL for a bare one or for no number at all. */
static const struct unit *
units_of(enum option_type type)
{
	return type == OPTION_SIZE ? size_units : type == OPTION_TIME ? time_units : NULL;
}

static bool
is_number(enum option_type type)
{
	return type == OPTION_NUMBER || type == OPTION_SIZE || type == OPTION_TIME;
}

/* In the largest unit that leaves no rest. */
static void
format_number(const struct unit *units, int64_t value, struct buf *out)
{
	const struct unit *unit = units;

	while (unit != NULL && unit->letter != NULL && (value == 0 || value % unit->factor != 0))
		unit++;
	if (unit == NULL || unit->letter == NULL)
		buf_putf(out, "%lld", (long long)value);
	else
		buf_putf(out, "%lld%s", (long long)(value / unit->factor), unit->letter);
}

static int
parse_number(const struct option_row *option, struct bytes value, int64_t *ret_value)
{
	const struct unit *unit = units_of(option->type);
	int64_t factor = 1, number;

	for (; unit != NULL && unit->letter != NULL; unit++) {
		if (!bytes_ends_nocase(value, bytes_of_str(unit->letter)))
			continue;
		factor = unit->factor;
		value.n--;
		break;
	}
	value = bytes_trim(value);
	if (bytes_parse_i64(value, 0, INT64_MAX / factor, &number) != 0)
		return -1;
	number *= factor;
	if (number < option->min || number > option->max)
		return -1;
	*ret_value = number;
	return 0;
}

static int
read_number(
	const struct option_row *option, struct bytes value, struct settings *settings, struct buf *expected)
{
	static const char *const names[] = {[OPTION_SIZE] = "a size from ",
		[OPTION_TIME] = "a time from ",
		[OPTION_NUMBER] = "a number from "};
	static const char *const suffixes[] = {
		[OPTION_SIZE] = " (K, M, G)", [OPTION_TIME] = " (s, m, h, d, w)", [OPTION_NUMBER] = ""};
	int64_t *field = (int64_t *)(void *)((uint8_t *)settings + option->offset);

	if (parse_number(option, value, field) == 0)
		return 0;
	buf_put_str(expected, names[option->type]);
	format_number(units_of(option->type), option->min, expected);
	buf_put_str(expected, " to ");
	format_number(units_of(option->type), option->max, expected);
	buf_put_str(expected, suffixes[option->type]);
	return -1;
}

/* Letters, digits, hyphens, underscores and dots; no empty label. */
static bool
is_host(struct bytes b)
{
	bool dot = true;

	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] == '.' && dot)
			return false;
		if (!ascii_is_alnum(b.p[i]) && b.p[i] != '-' && b.p[i] != '_' && b.p[i] != '.')
			return false;
		dot = b.p[i] == '.';
	}
	return b.n > 0 && b.n <= 253 && !dot;
}

static bool
is_optional_host(struct bytes b)
{
	return b.n == 0 || is_host(b);
}

static bool
is_ipv6_literal(struct bytes b)
{
	if (b.n < 4 || b.p[0] != '[' || b.p[b.n - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < b.n; i++)
		if (ascii_hex_value(b.p[i]) < 0 && b.p[i] != ':' && b.p[i] != '.')
			return false;
	return true;
}

static bool
is_port(struct bytes b)
{
	int64_t port;

	return bytes_parse_i64(b, 1, 65535, &port) == 0;
}

static bool
is_host_port(struct bytes b)
{
	size_t colon = b.n;

	while (colon > 0 && b.p[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return false;
	return is_port(bytes_sub(b, colon, b.n)) &&
	       (is_host(bytes_sub(b, 0, colon - 1)) || is_ipv6_literal(bytes_sub(b, 0, colon - 1)));
}

static bool
is_path(struct bytes b)
{
	return b.n > 0 && b.p[0] == '/';
}

static bool
is_optional_path(struct bytes b)
{
	return b.n == 0 || is_path(b);
}

static bool
is_listen(struct bytes b)
{
	if (bytes_starts_nocase(b, BYTES_LIT("unix:")))
		return is_path(bytes_sub(b, 5, b.n));
	return is_host_port(b);
}

static bool
is_servers(struct bytes b)
{
	for (size_t end = 0; b.n > 0; b = bytes_sub(b, end + 1, b.n)) {
		while (b.n > 0 && b.p[0] == ' ')
			b = bytes_sub(b, 1, b.n);
		end = bytes_find_byte(b, ',');
		if (!is_listen(bytes_sub(b, 0, end)))
			return false;
	}
	return true;
}

static bool
is_milter_socket(struct bytes b)
{
	size_t colon = bytes_find_byte(b, ':'), at;
	struct bytes kind = bytes_sub(b, 0, colon), rest = bytes_sub(b, colon + 1, b.n);

	if (bytes_eq(kind, BYTES_LIT("unix")) || bytes_eq(kind, BYTES_LIT("local")))
		return is_path(rest);
	if (!bytes_eq(kind, BYTES_LIT("inet")) && !bytes_eq(kind, BYTES_LIT("inet6")))
		return false;
	at = bytes_find_byte(rest, '@');
	if (at == rest.n)
		return false; /* without a host libmilter would listen to the world */
	return is_port(bytes_sub(rest, 0, at)) && rest.n > at + 1;
}

static bool
is_url(struct bytes b)
{
	struct bytes prefix = BYTES_LIT("https://");
	struct bytes host = bytes_sub(b, prefix.n, b.n);

	return bytes_starts_nocase(b, prefix) &&
	       (is_host(host) || is_ipv6_literal(host) || is_host_port(host));
}

static bool
is_account(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (!ascii_is_alnum(b.p[i]) && b.p[i] != '_' && (i == 0 || (b.p[i] != '-' && b.p[i] != '.')))
			return false;
	return b.n <= 32;
}

static bool
is_mode(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < '0' || b.p[i] > '7')
			return false;
	return b.n == 3 || (b.n == 4 && b.p[0] == '0');
}

static bool
is_address(struct bytes b)
{
	size_t at = bytes_find_byte(b, '@');

	if (at == 0 || at > 64)
		return false;
	for (size_t i = 0; i < at; i++)
		if (!ascii_is_alnum(b.p[i]) && strchr("!#$%&'*+-/=?^_`{|}~.", b.p[i]) == NULL)
			return false;
	return is_host(bytes_sub(b, at + 1, b.n));
}

static bool
is_text(struct bytes b)
{
	return b.n > 0 && b.n <= 1000;
}

static bool
is_optional_text(struct bytes b)
{
	return b.n == 0 || is_text(b);
}

/* What a text must look like, by its type. */
static const struct {
	bool (*is)(struct bytes b);
	const char *expected;
} text_forms[] = {
	[OPTION_TEXT] = {is_text, "a text"},
	[OPTION_OPTIONAL_TEXT] = {is_optional_text, "at most 1000 bytes"},
	[OPTION_PATH] = {is_path, "an absolute path"},
	[OPTION_OPTIONAL_PATH] = {is_optional_path, "an absolute path, or nothing"},
	[OPTION_NAME] = {is_account, "the name of a user or group, or nothing"},
	[OPTION_MODE] = {is_mode, "a file mode in octal, like 0660"},
	[OPTION_ADDRESS] = {is_address, "a mail address, local@domain"},
	[OPTION_HOST] = {is_optional_host, "a host name, or nothing"},
	[OPTION_HOST_PORT] = {is_host_port, "host:port"},
	[OPTION_LISTEN] = {is_listen, "host:port or unix:/path"},
	[OPTION_SERVERS] = {is_servers, "host:port or unix:/path, more with commas between, or nothing"},
	[OPTION_MILTER_SOCKET] = {is_milter_socket, "unix:/path, inet:port@host or inet6:port@host"},
	[OPTION_URL] = {is_url, "https://host or https://host:port, with nothing behind it"},
};

static bool
is_separator(uint8_t c)
{
	return ascii_is_space(c) || c == ',';
}

/* Cuts the next word of a list off, as Postfix does: commas or white space stand between. */
static bool
next_word(struct bytes *rest, struct bytes *ret_word)
{
	size_t n = 0;

	while (rest->n > 0 && is_separator(rest->p[0]))
		*rest = bytes_sub(*rest, 1, rest->n);
	while (n < rest->n && !is_separator(rest->p[n]))
		n++;
	*ret_word = bytes_sub(*rest, 0, n);
	*rest = bytes_sub(*rest, n, rest->n);
	return n > 0;
}

static const char *
lower_copy(struct arena *arena, struct bytes word)
{
	char *copy = arena_str(arena, word);

	for (char *at = copy; *at != '\0'; at++)
		*at = (char)ascii_lower((uint8_t)*at);
	return copy;
}

static int
read_domains(
	const struct option_row *option, struct bytes value, struct settings *settings, struct buf *expected)
{
	struct str_list *list = (struct str_list *)(void *)((uint8_t *)settings + option->offset);
	struct bytes rest = value, word;
	const char **items;
	size_t n = 0;

	while (next_word(&rest, &word))
		n++;
	if (n > DOMAINS_MAX) {
		buf_putf(expected, "at most %d domains", (int)DOMAINS_MAX);
		return -1;
	}
	items = arena_array(&settings->arena, n + 1, sizeof(*items));
	rest = value;
	for (n = 0; next_word(&rest, &word); n++) {
		if (!is_host(bytes_sub(word, word.p[0] == '.', word.n))) {
			buf_putf(expected, "domains, but '%.*s' is none", (int)(word.n < 60 ? word.n : 60),
				(const char *)word.p);
			return -1;
		}
		items[n] = lower_copy(&settings->arena, word);
	}
	*list = (struct str_list){items, n};
	return 0;
}

static int
read_choice(
	const struct option_row *option, struct bytes value, struct settings *settings, struct buf *expected)
{
	struct bytes rest = bytes_of_str(option->choices), word;

	while (next_word(&rest, &word)) {
		if (word.p[0] == '|' || !bytes_eq_nocase(word, value))
			continue;
		*text_field(option, settings) = arena_str(&settings->arena, word);
		return 0;
	}
	buf_put_str(expected, option->choices);
	return -1;
}

int
option_read(
	const struct option_row *option, struct bytes value, struct settings *settings, struct buf *expected)
{
	if (is_number(option->type))
		return read_number(option, value, settings, expected);
	if (option->type == OPTION_DOMAINS)
		return read_domains(option, value, settings, expected);
	if (option->type == OPTION_CHOICE)
		return read_choice(option, value, settings, expected);
	if (!text_forms[option->type].is(value)) {
		buf_put_str(expected, text_forms[option->type].expected);
		return -1;
	}
	*text_field(option, settings) = arena_str(&settings->arena, value);
	return 0;
}

void
option_format(const struct option_row *option, const struct settings *settings, struct buf *out)
{
	if (is_number(option->type)) {
		format_number(units_of(option->type), number_of(option, settings), out);
	} else if (option->type == OPTION_DOMAINS) {
		const struct str_list *list =
			(const struct str_list *)(const void *)((const uint8_t *)settings + option->offset);

		for (size_t i = 0; i < list->n; i++)
			buf_putf(out, "%s%s", i > 0 ? ", " : "", list->items[i]);
	} else {
		buf_put_str(out, text_of(option, settings));
	}
}
