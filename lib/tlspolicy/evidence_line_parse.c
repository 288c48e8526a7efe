/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader is lenient and simple: at its end it writes the evidence again, and any difference to what it
 * read is an error.
 */
#include "lib/base/text.h"
#include "lib/tlspolicy/evidence_line.h"
#include "lib/tlspolicy/hostname.h"

enum { FIELDS_MAX = 8 };

/* What is read so far, with room for all that one host or the domain may have. */
struct reader {
	struct arena *arena;
	struct evidence *evidence;
	struct evidence_mx *mx; /* the last one */
	const char **patterns, **match;
};

struct word {
	struct bytes fields[FIELDS_MAX];
	size_t n;
};

typedef bool read_word(struct reader *reader, const struct word *word);

/* A name of one of n things, as `name_of` gives them. */
#define READ_NAME(field, name_of, n, ret)                                                                    \
	do {                                                                                                 \
		int value_ = 0;                                                                              \
		while (value_ < (int)(n) && !bytes_eq((field), bytes_of_str(name_of(value_))))               \
			value_++;                                                                            \
		if (value_ == (int)(n))                                                                      \
			return false;                                                                        \
		*(ret) = value_;                                                                             \
	} while (0)

static bool
read_number(struct bytes field, int64_t max, int64_t *ret_number)
{
	return bytes_parse_i64(field, 0, max, ret_number) == 0;
}

static bool
read_flag(struct bytes field, bool *ret_flag)
{
	int64_t number;

	if (!read_number(field, 1, &number))
		return false;
	*ret_flag = number == 1;
	return true;
}

static bool
read_text(struct reader *reader, struct bytes field, const char **ret_text)
{
	char *text;
	size_t n = 0;

	if (field.n > 3 * EVIDENCE_TEXT_MAX)
		return false;
	text = arena_alloc(reader->arena, field.n + 1);
	if (field.n == 1 && field.p[0] == '%')
		field.n = 0;
	for (size_t i = 0; i < field.n; i++) {
		uint8_t c = field.p[i];

		if (c == '%') {
			if (text_from_hex(bytes_sub(field, i + 1, 2), &c, 1) < 0)
				return false;
			i += 2;
		}
		text[n++] = (char)c;
	}
	*ret_text = text;
	return n <= EVIDENCE_TEXT_MAX;
}

static bool
read_optional(struct reader *reader, struct bytes field, const char **ret_text)
{
	*ret_text = NULL;
	return bytes_eq(field, BYTES_LIT("-")) || read_text(reader, field, ret_text);
}

static bool
read_host(struct bytes field, struct arena *arena, const char **ret_name)
{
	char name[HOSTNAME_SIZE];

	if (!hostname_parse(field, name))
		return false;
	*ret_name = arena_str(arena, bytes_of_str(name));
	return true;
}

static bool
read_domain(struct reader *reader, const struct word *word)
{
	return word->n == 1 && read_text(reader, word->fields[0], &reader->evidence->domain);
}

static bool
read_times(struct reader *reader, const struct word *word)
{
	return word->n == 2 && read_number(word->fields[0], INT64_MAX, &reader->evidence->looked) &&
	       read_number(word->fields[1], INT64_MAX, &reader->evidence->until);
}

static bool
read_mx_state(struct reader *reader, const struct word *word)
{
	struct evidence *evidence = reader->evidence;
	int64_t dropped;
	int state;

	if (word->n != 3 || !read_flag(word->fields[1], &evidence->mx_secure) ||
		!read_number(word->fields[2], UINT16_MAX, &dropped))
		return false;
	READ_NAME(word->fields[0], evidence_mx_state_name, EVIDENCE_MX_STATES, &state);
	evidence->mx_state = (enum evidence_mx_state)state;
	evidence->n_mx_dropped = (size_t)dropped;
	return true;
}

static bool
read_mx(struct reader *reader, const struct word *word)
{
	struct evidence *evidence = reader->evidence;
	struct evidence_mx *mx = &evidence->mx[evidence->n_mx];
	int64_t preference;
	int addresses, tlsa;

	if (word->n != 5 || evidence->n_mx == EVIDENCE_MX_MAX ||
		!read_host(word->fields[0], reader->arena, &mx->name) ||
		!read_number(word->fields[1], UINT16_MAX, &preference) ||
		!read_optional(reader, word->fields[4], &mx->tlsa_base))
		return false;
	READ_NAME(word->fields[2], evidence_dns_name, EVIDENCE_DNS_STATES, &addresses);
	READ_NAME(word->fields[3], evidence_tlsa_state_name, EVIDENCE_TLSA_STATES, &tlsa);
	mx->preference = (uint16_t)preference;
	mx->addresses_state = (enum evidence_dns)addresses;
	mx->tlsa_state = (enum evidence_tlsa_state)tlsa;
	evidence->n_mx++;
	reader->mx = mx;
	return true;
}

static bool
read_address(struct reader *reader, const struct word *word)
{
	struct evidence_mx *mx = reader->mx;
	struct evidence_address *address;
	size_t n = word->fields[0].n / 2;

	if (mx == NULL || word->n != 1 || (n != 4 && n != 16) || mx->n_addresses == EVIDENCE_ADDRESSES_MAX)
		return false;
	if (mx->addresses == NULL)
		mx->addresses = arena_array(reader->arena, EVIDENCE_ADDRESSES_MAX, sizeof(*mx->addresses));
	address = &mx->addresses[mx->n_addresses++];
	address->n = (uint8_t)n;
	return text_from_hex(word->fields[0], address->bytes, n) == 0;
}

static bool
read_tlsa(struct reader *reader, const struct word *word)
{
	struct evidence_mx *mx = reader->mx;
	size_t n = word->n == 4 ? word->fields[3].n / 2 : 0;
	int64_t usage, selector, matching;
	uint8_t *data;

	if (mx == NULL || word->n != 4 || n > EVIDENCE_TLSA_DATA_MAX || mx->n_tlsa == EVIDENCE_TLSA_MAX ||
		!read_number(word->fields[0], UINT8_MAX, &usage) ||
		!read_number(word->fields[1], UINT8_MAX, &selector) ||
		!read_number(word->fields[2], UINT8_MAX, &matching))
		return false;
	data = arena_alloc(reader->arena, n);
	if (text_from_hex(word->fields[3], data, n) < 0)
		return false;
	if (mx->tlsa == NULL)
		mx->tlsa = arena_array(reader->arena, EVIDENCE_TLSA_MAX, sizeof(*mx->tlsa));
	mx->tlsa[mx->n_tlsa++] = (struct evidence_tlsa){
		(uint8_t)usage, (uint8_t)selector, (uint8_t)matching, bytes_of(data, n)};
	return true;
}

static bool
read_probe(struct reader *reader, const struct word *word)
{
	struct evidence_probe *probe;
	int64_t version;
	int result, certificate, dane;

	if (reader->mx == NULL || word->n != 6)
		return false;
	probe = &reader->mx->probe;
	READ_NAME(word->fields[0], evidence_probe_name, EVIDENCE_PROBE_RESULTS, &result);
	READ_NAME(word->fields[1], evidence_certificate_name, EVIDENCE_CERTIFICATES, &certificate);
	READ_NAME(word->fields[2], evidence_dane_name, EVIDENCE_DANE_MATCHINGS, &dane);
	if (!read_number(word->fields[3], UINT16_MAX, &version) ||
		!read_flag(word->fields[4], &probe->requiretls) ||
		!read_number(word->fields[5], INT64_MAX, &probe->when))
		return false;
	probe->result = (enum evidence_probe_result)result;
	probe->certificate = (enum evidence_certificate)certificate;
	probe->dane = (enum evidence_dane_match)dane;
	probe->tls_version = (uint16_t)version;
	return true;
}

static bool
read_sts(struct reader *reader, const struct word *word)
{
	struct evidence_sts *sts = &reader->evidence->sts;
	int state, fault;

	if (word->n != 6 || !read_optional(reader, word->fields[2], &sts->id) ||
		!read_number(word->fields[3], INT64_MAX, &sts->max_age) ||
		!read_number(word->fields[4], INT64_MAX, &sts->fetched) ||
		!read_number(word->fields[5], INT64_MAX, &sts->until))
		return false;
	READ_NAME(word->fields[0], evidence_sts_state_name, EVIDENCE_STS_STATES, &state);
	READ_NAME(word->fields[1], evidence_sts_fault_name, EVIDENCE_STS_FAULTS, &fault);
	sts->state = (enum evidence_sts_state)state;
	sts->fault = (enum evidence_sts_fault)fault;
	return true;
}

/* Appends to a list that is made with its first item. */
static bool
read_item(struct reader *reader, const struct word *word, const char ***list, size_t *n)
{
	if (word->n != 1 || *n == EVIDENCE_STS_PATTERNS_MAX)
		return false;
	if (*list == NULL)
		*list = arena_array(reader->arena, EVIDENCE_STS_PATTERNS_MAX, sizeof(**list));
	return read_text(reader, word->fields[0], &(*list)[(*n)++]);
}

static bool
read_pattern(struct reader *reader, const struct word *word)
{
	struct evidence_sts *sts = &reader->evidence->sts;
	bool good = read_item(reader, word, &reader->patterns, &sts->n_patterns);

	sts->patterns = reader->patterns;
	return good;
}

static bool
read_match(struct reader *reader, const struct word *word)
{
	struct evidence_override *override = &reader->evidence->override;
	bool good = read_item(reader, word, &reader->match, &override->n_match);

	override->match = reader->match;
	return good;
}

static bool
read_tlsrpt(struct reader *reader, const struct word *word)
{
	return word->n == 1 && read_flag(word->fields[0], &reader->evidence->tlsrpt);
}

static bool
read_override(struct reader *reader, const struct word *word)
{
	struct evidence_override *override = &reader->evidence->override;

	return word->n == 5 && tls_level_parse(word->fields[0], &override->level) &&
	       read_number(word->fields[1], INT64_MAX, &override->date) &&
	       read_number(word->fields[2], INT64_MAX, &override->until) &&
	       read_text(reader, word->fields[3], &override->owner) &&
	       read_optional(reader, word->fields[4], &override->reason);
}

static const struct {
	struct bytes key;
	read_word *read;
} words[] = {
	{BYTES_LIT("domain"), read_domain},
	{BYTES_LIT("times"), read_times},
	{BYTES_LIT("mx"), read_mx_state},
	{BYTES_LIT("host"), read_mx},
	{BYTES_LIT("address"), read_address},
	{BYTES_LIT("tlsa"), read_tlsa},
	{BYTES_LIT("probe"), read_probe},
	{BYTES_LIT("sts"), read_sts},
	{BYTES_LIT("pattern"), read_pattern},
	{BYTES_LIT("tlsrpt"), read_tlsrpt},
	{BYTES_LIT("override"), read_override},
	{BYTES_LIT("match"), read_match},
};

static bool
read_one(struct reader *reader, struct bytes text)
{
	size_t key = bytes_find_byte(text, '=');
	struct bytes rest = bytes_sub(text, key + 1, text.n);
	struct word word = {0};

	for (bool more = true; more;) {
		size_t end = bytes_find_byte(rest, ',');

		if (word.n == FIELDS_MAX)
			return false;
		word.fields[word.n++] = bytes_sub(rest, 0, end);
		more = end < rest.n;
		rest = bytes_sub(rest, end + 1, rest.n);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bytes_eq(words[i].key, bytes_sub(text, 0, key)))
			return words[i].read(reader, &word);
	return false;
}

static bool
is_same(const struct evidence *evidence, struct bytes line)
{
	struct buf again;
	bool same;

	buf_init(&again, line.n);
	evidence_line_put(evidence, &again);
	same = !buf_full(&again) && bytes_eq(buf_bytes(&again), line);
	buf_done(&again);
	return same;
}

int
evidence_line_parse(struct arena *arena, struct bytes line, struct evidence **ret_evidence, struct err *err)
{
	struct evidence *evidence = arena_alloc(arena, sizeof(*evidence));
	struct reader reader = {.arena = arena, .evidence = evidence};
	struct bytes rest = line;

	if (line.n > EVIDENCE_LINE_MAX || !bytes_starts_nocase(line, BYTES_LIT(EVIDENCE_LINE_VERSION " ")))
		return err_set(err, ERR_PERM, "no evidence of this version");
	evidence->mx = arena_array(arena, EVIDENCE_MX_MAX, sizeof(*evidence->mx));
	evidence->domain = "";
	rest = bytes_sub(rest, sizeof(EVIDENCE_LINE_VERSION), rest.n);
	while (rest.n > 0) {
		struct bytes text = bytes_sub(rest, 0, bytes_find_byte(rest, ' '));

		rest = bytes_sub(rest, text.n + 1, rest.n);
		if (!read_one(&reader, text))
			return err_set(err, ERR_PERM, "evidence with a malformed word");
	}
	if (!is_same(evidence, line))
		return err_set(err, ERR_PERM, "evidence in an order or a form that is not ours");
	*ret_evidence = evidence;
	return 0;
}
