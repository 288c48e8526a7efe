/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/shape.h"

#include "lib/base/ascii.h"

enum { MAX_DEPTH = 40, MAX_ITEMS = 2000 };

struct reader {
	struct arena *arena;
	struct bytes text;
	size_t at;
	int depth;
	size_t items; /* facts made so far */
	bool unknown; /* something was met that is not understood: nothing is claimed */
};

/* A growing list of facts. */
struct list {
	struct facts *p;
	size_t n, cap;
};

static struct facts read_either(struct reader *r);

static void
list_add(struct reader *r, struct list *list, struct facts facts)
{
	if (list->n == list->cap) {
		size_t cap = list->cap * 2 + 8;
		struct facts *p = arena_array(r->arena, cap, sizeof(*p));
		if (list->n > 0)
			memcpy(p, list->p, list->n * sizeof(*p));
		list->p = p;
		list->cap = cap;
	}
	list->p[list->n++] = facts;
	if (++r->items > MAX_ITEMS)
		r->unknown = true;
}

static bool
at_end(const struct reader *r)
{
	return r->unknown || r->at >= r->text.n;
}

static uint8_t
peek(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->text.n ? r->text.p[r->at + ahead] : 0;
}

static bool
skip(struct reader *r, const char *text)
{
	size_t n = strlen(text);
	if (!bytes_eq(bytes_sub(r->text, r->at < r->text.n ? r->at : r->text.n, n), bytes_of_str(text)))
		return false;
	r->at += n;
	return true;
}

static void
set_add(struct byte_set *set, unsigned first, unsigned last)
{
	for (unsigned c = first; c <= last; c++)
		set->bits[c / 64] |= UINT64_C(1) << (c % 64);
}

static void
set_merge(struct byte_set *set, const struct byte_set *other, uint64_t flip)
{
	for (int i = 0; i < 4; i++)
		set->bits[i] |= other->bits[i] ^ flip;
}

/* \d, \w, \s and the like, small or capital; false when it is none of them. */
static bool
class_escape(uint8_t c, struct byte_set *set)
{
	struct byte_set members = {{0}};
	switch (ascii_lower(c)) {
	case 'd':
		set_add(&members, '0', '9');
		break;
	case 'w':
		set_add(&members, '0', '9');
		set_add(&members, 'A', 'Z');
		set_add(&members, 'a', 'z');
		set_add(&members, '_', '_');
		break;
	case 's':
		set_add(&members, '\t', '\r');
		set_add(&members, ' ', ' ');
		break;
	case 'h':
		set_add(&members, '\t', '\t');
		set_add(&members, ' ', ' ');
		set_add(&members, 0xA0, 0xA0);
		break;
	case 'v':
		set_add(&members, '\n', '\r');
		set_add(&members, 0x85, 0x85);
		break;
	default:
		return false;
	}
	set_merge(set, &members, ascii_is_upper(c) ? ~UINT64_C(0) : 0);
	return true;
}

/* The hexadecimal digits behind \x; -1 for what is not read. */
static int
hex_escape(struct reader *r)
{
	int value = 0, digits = 0;
	bool braces = skip(r, "{");
	while (digits < 2 && ascii_hex_value(peek(r, 0)) >= 0 && peek(r, 0) != 0) {
		value = value * 16 + ascii_hex_value(peek(r, 0));
		digits++;
		r->at++;
	}
	return digits == 0 || (braces && !skip(r, "}")) ? -1 : value;
}

/* The byte that an escape stands for, or -1; r->at is behind the letter. */
static int
byte_escape(struct reader *r, uint8_t c)
{
	static const char letters[] = "ntrfea";
	static const char values[] = "\n\t\r\f\033\a";
	const char *letter = strchr(letters, c);
	if (c == 'x')
		return hex_escape(r);
	if (c != 0 && letter)
		return (uint8_t)values[letter - letters];
	return ascii_is_alnum(c) ? -1 : c;
}

/* One member of a class, or the end of a range: its byte, or -1 when it was a set, or unknown. */
static int
class_member(struct reader *r, struct byte_set *set)
{
	uint8_t c = peek(r, 0);
	r->at++;
	if (c == '[' && (peek(r, 0) == ':' || peek(r, 0) == '.' || peek(r, 0) == '='))
		r->unknown = true; /* POSIX classes */
	if (c != '\\')
		return c;
	c = peek(r, 0);
	r->at++;
	if (class_escape(c, set))
		return -1;
	int byte = c == 'b' ? '\b' : byte_escape(r, c);
	if (byte < 0)
		r->unknown = true;
	return byte;
}

static struct facts
read_class(struct reader *r)
{
	struct byte_set set = {{0}};
	bool negated = skip(r, "^"), first = true;
	while (!at_end(r) && (first || peek(r, 0) != ']')) {
		first = false;
		int low = class_member(r, &set), high = low;
		if (low >= 0 && peek(r, 0) == '-' && peek(r, 1) != ']') {
			r->at++;
			high = class_member(r, &set);
			if (high < low)
				r->unknown = true;
		}
		if (low >= 0 && !r->unknown)
			set_add(&set, (unsigned)low, (unsigned)high);
	}
	r->at++;
	/* In a negated class that ignores case both cases are out: claiming one of them is still true. */
	struct byte_set result = {{0}};
	set_merge(&result, &set, negated ? ~UINT64_C(0) : 0);
	return facts_of_set(r->arena, &result);
}

static struct facts
facts_of_byte(struct reader *r, uint8_t c)
{
	struct byte_set set = {{0}};
	set_add(&set, c, c);
	return facts_of_set(r->arena, &set);
}

static struct facts
read_escape(struct reader *r)
{
	struct byte_set set = {{0}};
	uint8_t c = peek(r, 0);
	r->at++;
	if (class_escape(c, &set))
		return facts_of_set(r->arena, &set);
	if (c != 0 && strchr("bBAzZG", c))
		return facts_of_nothing(r->arena);
	if (c >= '1' && c <= '9') {
		while (ascii_is_digit(peek(r, 0)))
			r->at++;
		return facts_of_anything();
	}
	if (c == 'N' || c == 'R') {
		struct facts facts = {.min = 1, .max = c == 'R' ? 2 : 1};
		return facts;
	}
	int byte = byte_escape(r, c);
	if (byte < 0 || r->at > r->text.n) {
		r->unknown = true;
		return facts_of_anything();
	}
	return facts_of_byte(r, (uint8_t)byte);
}

/* `(?i)`, `(?s-m:`: true when they were only flags that change nothing here. */
static bool
read_flags(struct reader *r, bool *ret_ends)
{
	while (peek(r, 0) != 0 && strchr("imsU-", peek(r, 0)))
		r->at++;
	*ret_ends = skip(r, ")");
	return *ret_ends || skip(r, ":");
}

/* Behind `(?`: what kind of group. */
enum group { GROUP_PLAIN, GROUP_LOOK, GROUP_ENDED, GROUP_UNKNOWN };

static enum group
read_group_kind(struct reader *r)
{
	bool ends;
	if (skip(r, "=") || skip(r, "!") || skip(r, "<=") || skip(r, "<!"))
		return GROUP_LOOK;
	if (skip(r, ">") || skip(r, "|"))
		return GROUP_PLAIN;
	if (skip(r, "#")) {
		while (!at_end(r) && !skip(r, ")"))
			r->at++;
		return GROUP_ENDED;
	}
	if (skip(r, "P<") || skip(r, "<") || skip(r, "'")) {
		while (ascii_is_alnum(peek(r, 0)) || peek(r, 0) == '_')
			r->at++;
		return skip(r, ">") || skip(r, "'") ? GROUP_PLAIN : GROUP_UNKNOWN;
	}
	if (!read_flags(r, &ends))
		return GROUP_UNKNOWN;
	return ends ? GROUP_ENDED : GROUP_PLAIN;
}

static struct facts
read_group(struct reader *r)
{
	enum group kind = GROUP_PLAIN;
	if (peek(r, 0) == '*' || ++r->depth > MAX_DEPTH)
		kind = GROUP_UNKNOWN;
	else if (skip(r, "?"))
		kind = read_group_kind(r);
	if (kind == GROUP_UNKNOWN)
		r->unknown = true;
	struct facts facts = facts_of_nothing(r->arena);
	if (kind == GROUP_PLAIN || kind == GROUP_LOOK) {
		struct facts inner = read_either(r);
		if (!skip(r, ")"))
			r->unknown = true;
		if (kind == GROUP_PLAIN)
			facts = inner;
	}
	r->depth--;
	return facts;
}

static struct facts
read_atom(struct reader *r)
{
	uint8_t c = peek(r, 0);
	r->at++;
	switch (c) {
	case '(':
		return read_group(r);
	case '[':
		return read_class(r);
	case '\\':
		return read_escape(r);
	case '^':
	case '$':
		return facts_of_nothing(r->arena);
	case '.': {
		struct facts facts = {.min = 1, .max = 1};
		return facts;
	}
	default:
		return facts_of_byte(r, c);
	}
}

/* `{2}`, `{2,}`, `{2,5}`. */
static bool
read_braces(struct reader *r, uint32_t *ret_low, uint32_t *ret_high)
{
	uint32_t values[2] = {0, 0};
	size_t at = r->at + 1, n = 0;
	bool comma = false, digits[2] = {false, false};
	for (; at < r->text.n && n < 12 && r->text.p[at] != '}'; at++, n++) {
		uint8_t c = r->text.p[at];
		if (c == ',' && !comma)
			comma = true;
		else if (ascii_is_digit(c) && values[comma] < 100000) {
			values[comma] = values[comma] * 10 + (uint32_t)(c - '0');
			digits[comma] = true;
		} else
			return false;
	}
	if (at >= r->text.n || r->text.p[at] != '}' || !digits[0])
		return false;
	r->at = at + 1;
	*ret_low = values[0];
	*ret_high = !comma ? values[0] : digits[1] ? values[1] : SHAPE_ANY;
	return true;
}

static bool
read_quantifier(struct reader *r, uint32_t *ret_low, uint32_t *ret_high)
{
	uint8_t c = peek(r, 0);
	if (c == '{') {
		/* Later versions of PCRE2 take more forms for quantifiers: not for us to tell. */
		r->unknown = !read_braces(r, ret_low, ret_high);
		return !r->unknown;
	}
	if (c != '*' && c != '+' && c != '?')
		return false;
	*ret_low = c == '+';
	*ret_high = c == '?' ? 1 : SHAPE_ANY;
	r->at++;
	return true;
}

static struct facts
read_concat(struct reader *r)
{
	struct list list = {0};
	while (!at_end(r) && peek(r, 0) != '|' && peek(r, 0) != ')') {
		struct facts atom = read_atom(r);
		uint32_t low, high;
		while (read_quantifier(r, &low, &high)) {
			atom = facts_repeat(r->arena, &atom, low, high);
			if (peek(r, 0) == '?' || peek(r, 0) == '+')
				r->at++;
		}
		list_add(r, &list, atom);
	}
	return facts_concat(r->arena, list.p, list.n);
}

static struct facts
read_either(struct reader *r)
{
	struct list list = {0};
	do
		list_add(r, &list, read_concat(r));
	while (skip(r, "|"));
	return facts_either(r->arena, list.p, list.n);
}

void
shape_read(struct arena *arena, struct bytes pattern, struct shape *ret_shape)
{
	struct reader r = {.arena = arena, .text = pattern};
	struct facts facts = read_either(&r);
	*ret_shape = (struct shape){.max = SHAPE_ANY};
	if (r.unknown || r.at != pattern.n)
		return;
	facts_settle(&facts);
	*ret_shape = (struct shape){
		.known = true,
		.max = facts.max,
		.digits = facts.digits,
		.before_digit = facts.before_digit,
		.literals = facts.need,
		.n_literals = facts.n_need,
	};
}
