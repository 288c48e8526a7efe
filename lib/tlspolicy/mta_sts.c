/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tlspolicy/mta_sts.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/tlspolicy/hostname.h"

enum { KEY_MAX = 32 };

static bool
starts(struct bytes b, struct bytes prefix)
{
	return b.n >= prefix.n && memcmp(b.p, prefix.p, prefix.n) == 0;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct bytes
trim_blanks(struct bytes b)
{
	while (b.n > 0 && is_blank(b.p[0]))
		b = bytes_sub(b, 1, b.n);
	while (b.n > 0 && is_blank(b.p[b.n - 1]))
		b.n--;
	return b;
}

/* sts-ext-name and sts-policy-ext-name: a letter or digit, then those, "_", "-" and "." */
static bool
is_key(struct bytes key)
{
	if (key.n == 0 || key.n > KEY_MAX || !ascii_is_alnum(key.p[0]))
		return false;
	for (size_t i = 1; i < key.n; i++)
		if (!ascii_is_alnum(key.p[i]) && key.p[i] != '_' && key.p[i] != '-' && key.p[i] != '.')
			return false;
	return true;
}

/* sts-ext-value: printable, without "=", ";" and space. */
static bool
is_record_value(struct bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] <= ' ' || value.p[i] > '~' || value.p[i] == '=' || value.p[i] == ';')
			return false;
	return value.n > 0;
}

static bool
is_id(struct bytes id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!ascii_is_alnum(id.p[i]))
			return false;
	return id.n > 0 && id.n <= EVIDENCE_STS_ID_MAX;
}

/* The fields behind the version. Blanks may surround a ";", which may end the record; none ends it alone. */
static enum mta_sts_record
parse_record(struct bytes rest, char ret_id[EVIDENCE_STS_ID_MAX + 1])
{
	struct bytes id = {0};

	while (trim_blanks(rest).n > 0) {
		struct bytes field = bytes_sub(rest, 0, bytes_find_byte(rest, ';'));
		struct bytes key = trim_blanks(field), value;
		size_t at;

		if (field.n == rest.n && is_blank(field.p[field.n - 1]))
			return MTA_STS_RECORD_BAD;
		rest = bytes_sub(rest, field.n + 1, rest.n);
		at = bytes_find_byte(key, '=');
		if (at >= key.n)
			return MTA_STS_RECORD_BAD;
		value = bytes_sub(key, at + 1, key.n);
		key.n = at;
		if (!is_key(key) || !is_record_value(value))
			return MTA_STS_RECORD_BAD;
		if (id.n == 0 && bytes_eq(key, BYTES_LIT("id")))
			id = value;
	}
	if (!is_id(id))
		return MTA_STS_RECORD_BAD;
	memcpy(ret_id, id.p, id.n);
	ret_id[id.n] = '\0';
	return MTA_STS_RECORD_FOUND;
}

/*
 * Whether a record begins as ours do, and what stands behind. RFC 8461 section 3.1 selects records by the
 * bytes "v=STSv1;", its grammar allows blanks before the delimiter: the grammar finds more policies.
 */
static bool
has_version(struct bytes record, struct bytes *ret_rest)
{
	const struct bytes version = BYTES_LIT("v=STSv1");
	struct bytes rest = bytes_sub(record, version.n, record.n);

	while (rest.n > 0 && is_blank(rest.p[0]))
		rest = bytes_sub(rest, 1, rest.n);
	*ret_rest = bytes_sub(rest, 1, rest.n);
	return starts(record, version) && starts(rest, BYTES_LIT(";"));
}

enum mta_sts_record
mta_sts_parse_records(const struct bytes *records, size_t n, char ret_id[EVIDENCE_STS_ID_MAX + 1])
{
	struct bytes found = {0}, rest;
	size_t n_found = 0;

	for (size_t i = 0; i < n; i++)
		if (has_version(records[i], &rest)) {
			found = rest;
			n_found++;
		}
	if (n_found == 0)
		return MTA_STS_RECORD_NONE;
	return n_found > 1 ? MTA_STS_RECORD_BAD : parse_record(found, ret_id);
}

bool
mta_sts_is_tlsrpt(const struct bytes *records, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += starts(records[i], BYTES_LIT("v=TLSRPTv1;"));
	return found == 1;
}

/* What is read of a policy so far. */
struct parser {
	struct arena *arena;
	bool has_version, has_mode, has_max_age;
	struct evidence_sts sts;
	const char *patterns[EVIDENCE_STS_PATTERNS_MAX];
};

/* Each returns what is wrong, or NULL. */
typedef const char *parse_value(struct parser *parser, struct bytes value);

static const char *
parse_version(struct parser *parser, struct bytes value)
{
	if (parser->has_version)
		return NULL;
	parser->has_version = true;
	return bytes_eq(value, BYTES_LIT("STSv1")) ? NULL : "another version";
}

static const char *
parse_mode(struct parser *parser, struct bytes value)
{
	static const struct {
		struct bytes name;
		enum evidence_sts_state state;
	} modes[] = {
		{BYTES_LIT("enforce"), EVIDENCE_STS_ENFORCE},
		{BYTES_LIT("testing"), EVIDENCE_STS_TESTING},
		{BYTES_LIT("none"), EVIDENCE_STS_OFF},
	};

	if (parser->has_mode)
		return NULL;
	parser->has_mode = true;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (bytes_eq(value, modes[i].name)) {
			parser->sts.state = modes[i].state;
			return NULL;
		}
	return "no such mode";
}

/* One to ten digits; what is above the maximum is the maximum. */
static const char *
parse_max_age(struct parser *parser, struct bytes value)
{
	int64_t max_age;

	if (parser->has_max_age)
		return NULL;
	parser->has_max_age = true;
	if (value.n > 10 || value.n == 0 || !ascii_is_digit(value.p[0]) ||
		bytes_parse_i64(value, 0, INT64_C(9999999999), &max_age) < 0)
		return "max_age is no number of seconds";
	parser->sts.max_age = max_age < MTA_STS_MAX_AGE_MAX ? max_age : MTA_STS_MAX_AGE_MAX;
	return NULL;
}

static const char *
parse_mx(struct parser *parser, struct bytes value)
{
	bool star = starts(value, BYTES_LIT("*."));
	char name[HOSTNAME_SIZE];

	if (parser->sts.n_patterns == EVIDENCE_STS_PATTERNS_MAX)
		return "too many hosts";
	if (value.n > 0 && value.p[value.n - 1] == '.')
		return "a host with a dot at its end";
	if (!hostname_parse(bytes_sub(value, star ? 2 : 0, value.n), name))
		return "a host that is no name";
	parser->patterns[parser->sts.n_patterns++] =
		arena_strf(parser->arena, "%s%s", star ? "*." : "", name);
	return NULL;
}

/* An extension: whatever it says, it must be text. */
static const char *
parse_other(struct parser *parser, struct bytes value)
{
	(void)parser;
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] < ' ' || value.p[i] == 0x7f)
			return "a control character";
	if (value.n == 0)
		return "no value";
	return utf8_is_valid(value) ? NULL : "no UTF-8";
}

static const struct {
	struct bytes key;
	parse_value *parse;
} keys[] = {
	{BYTES_LIT("version"), parse_version},
	{BYTES_LIT("mode"), parse_mode},
	{BYTES_LIT("max_age"), parse_max_age},
	{BYTES_LIT("mx"), parse_mx},
};

static const char *
parse_line(struct parser *parser, struct bytes line)
{
	struct bytes key, value;

	key = bytes_sub(line, 0, bytes_find_byte(line, ':'));
	if (key.n == line.n)
		return "no colon";
	if (!is_key(key))
		return "no key";
	value = trim_blanks(bytes_sub(line, key.n + 1, line.n));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (bytes_eq(key, keys[i].key))
			return keys[i].parse(parser, value);
	return parse_other(parser, value);
}

static const char *
what_is_missing(const struct parser *parser)
{
	if (!parser->has_version)
		return "no version";
	if (!parser->has_mode)
		return "no mode";
	if (!parser->has_max_age)
		return "no max_age";
	if (parser->sts.n_patterns == 0 && parser->sts.state != EVIDENCE_STS_OFF)
		return "no mx";
	return NULL;
}

/* Empty lines are not in the grammar. At the end, where editors leave them, they do no harm. */
static struct bytes
trim_end(struct bytes text)
{
	while (text.n > 0 && (is_blank(text.p[text.n - 1]) || text.p[text.n - 1] == '\n' ||
				     (text.p[text.n - 1] == '\r' && text.n > 1)))
		text.n--;
	return text;
}

/* A line ends in LF or CR LF; a CR elsewhere is a control character, which no value may hold. */
int
mta_sts_parse_policy(struct arena *arena, struct bytes text, struct evidence_sts *ret_sts, struct err *err)
{
	struct parser parser = {.arena = arena};
	const char *fault = NULL, **patterns;
	struct bytes line;
	unsigned number = 0;

	if (text.n > MTA_STS_POLICY_MAX)
		return err_set(err, ERR_PERM, "policy longer than %d bytes", MTA_STS_POLICY_MAX);
	text = trim_end(text);
	while (bytes_next_line(&text, &line)) {
		number++;
		fault = parse_line(&parser, line);
		if (fault != NULL)
			return err_set(err, ERR_PERM, "policy, line %u: %s", number, fault);
	}
	fault = what_is_missing(&parser);
	if (fault != NULL)
		return err_set(err, ERR_PERM, "policy: %s", fault);
	patterns = arena_array(arena, parser.sts.n_patterns + 1, sizeof(*patterns));
	for (size_t i = 0; i < parser.sts.n_patterns; i++)
		patterns[i] = parser.patterns[i];
	ret_sts->state = parser.sts.state;
	ret_sts->max_age = parser.sts.max_age;
	ret_sts->patterns = patterns;
	ret_sts->n_patterns = parser.sts.n_patterns;
	return 0;
}

static bool
pattern_allows(const char *pattern, const char *host)
{
	if (pattern[0] == '*') {
		host = strchr(host, '.');
		pattern++;
	}
	return host != NULL && strcmp(pattern, host) == 0;
}

bool
mta_sts_allows(const struct evidence_sts *sts, const char *host)
{
	for (size_t i = 0; i < sts->n_patterns; i++)
		if (pattern_allows(sts->patterns[i], host))
			return true;
	return false;
}

bool
mta_sts_enforced(const struct evidence_sts *sts, int64_t now)
{
	return sts->state == EVIDENCE_STS_ENFORCE && now <= sts->until;
}
