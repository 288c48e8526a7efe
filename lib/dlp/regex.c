/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/regex.h"

#include "lib/base/ascii.h"

enum {
	MAX_DEPTH = 40,
	MAX_NODES = 20000,
	MAX_REPEATS = 4, /* quantifiers inside one another: analyses go through them round by round */
	COUNT_MAX = 100000,
};

struct reader {
	struct arena *arena;
	struct bytes text;
	size_t at;
	int depth;
	size_t nodes;
	bool ignore_case, dot_all; /* of the current group, from here on */
	bool unknown;              /* something was met that is not understood */
};

static struct regex *read_either(struct reader *r);

static struct regex *
new_node(struct reader *r, enum regex_op op)
{
	struct regex *node = arena_alloc(r->arena, sizeof(*node));
	node->op = op;
	if (++r->nodes > MAX_NODES)
		r->unknown = true;
	return node;
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

/*
 * Both cases of every letter. In a negated class both cases of a letter are out: claiming that one of them is
 * in is still true of more texts.
 */
static void
set_both_cases(struct byte_set *set)
{
	for (unsigned c = 'A'; c <= 'Z'; c++) {
		unsigned lower = ascii_lower((uint8_t)c);
		if (byte_set_has(set, c) || byte_set_has(set, lower)) {
			set_add(set, c, c);
			set_add(set, lower, lower);
		}
	}
}

static struct regex *
set_node(struct reader *r, const struct byte_set *set)
{
	struct regex *node = new_node(r, REGEX_SET);
	node->set = *set;
	if (r->ignore_case)
		set_both_cases(&node->set);
	return node;
}

static struct regex *
byte_node(struct reader *r, uint8_t c)
{
	struct byte_set set = {{0}};
	set_add(&set, c, c);
	return set_node(r, &set);
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

static struct regex *
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
	struct byte_set result = {{0}};
	set_merge(&result, &set, negated ? ~UINT64_C(0) : 0);
	return set_node(r, &result);
}

static void
add_child(struct regex *node, struct regex *child)
{
	child->prev = node->last;
	*(node->last ? &node->last->next : &node->first) = child;
	node->last = child;
	if (child->repeats > node->repeats)
		node->repeats = child->repeats;
}

static struct regex *
repeat_node(struct reader *r, struct regex *child, uint32_t low, uint32_t high)
{
	struct regex *node = new_node(r, REGEX_REPEAT);
	add_child(node, child);
	node->low = low;
	node->high = high;
	if (++node->repeats > MAX_REPEATS)
		r->unknown = true;
	return node;
}

static struct regex *
read_escape(struct reader *r)
{
	struct byte_set set = {{0}};
	uint8_t c = peek(r, 0);
	r->at++;
	if (class_escape(c, &set))
		return set_node(r, &set);
	if (c == 'b')
		return new_node(r, REGEX_EDGE);
	if (c != 0 && strchr("BAzZG", c))
		return new_node(r, REGEX_OTHER);
	if (c >= '1' && c <= '9') {
		while (ascii_is_digit(peek(r, 0)))
			r->at++;
		return new_node(r, REGEX_ANYTHING);
	}
	if (c == 'N' || c == 'R') {
		set_add(&set, 0, 255);
		return repeat_node(r, set_node(r, &set), 1, c == 'R' ? 2 : 1);
	}
	int byte = byte_escape(r, c);
	if (byte < 0 || r->at > r->text.n)
		r->unknown = true;
	return byte_node(r, (uint8_t)byte);
}

/* `(?i)`, `(?s-m:`: false when there are others, or no end. */
static bool
read_flags(struct reader *r, bool *ret_ends)
{
	bool on = true;
	for (; peek(r, 0) != 0 && strchr("imsU-", peek(r, 0)); r->at++) {
		if (peek(r, 0) == '-')
			on = false;
		else if (peek(r, 0) == 'i')
			r->ignore_case = on;
		else if (peek(r, 0) == 's')
			r->dot_all = on;
		else if (peek(r, 0) == 'm' && !on)
			r->unknown = true; /* ^ would be something else */
	}
	*ret_ends = skip(r, ")");
	return *ret_ends || skip(r, ":");
}

/* What stands behind `(?`. */
enum group { GROUP_PLAIN, GROUP_AHEAD, GROUP_BEHIND, GROUP_ENDED, GROUP_UNKNOWN };

static enum group
read_group_kind(struct reader *r, bool *ret_negated)
{
	bool ends;
	*ret_negated = false;
	if (skip(r, "="))
		return GROUP_AHEAD;
	if (skip(r, "<="))
		return GROUP_BEHIND;
	*ret_negated = true;
	if (skip(r, "!"))
		return GROUP_AHEAD;
	if (skip(r, "<!"))
		return GROUP_BEHIND;
	*ret_negated = false;
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

static struct regex *
look_node(struct reader *r, enum group kind, bool negated, struct regex *inner)
{
	struct regex *node = new_node(r, kind == GROUP_AHEAD ? REGEX_AHEAD : REGEX_BEHIND);
	node->negated = negated;
	add_child(node, inner);
	return node;
}

static struct regex *
read_group(struct reader *r)
{
	enum group kind = GROUP_PLAIN;
	bool negated = false, ignore_case = r->ignore_case, dot_all = r->dot_all;
	if (peek(r, 0) == '*' || r->depth >= MAX_DEPTH)
		kind = GROUP_UNKNOWN;
	else if (skip(r, "?"))
		kind = read_group_kind(r, &negated);
	if (kind == GROUP_UNKNOWN)
		r->unknown = true;
	if (kind == GROUP_UNKNOWN || kind == GROUP_ENDED)
		return new_node(r, REGEX_CONCAT); /* flags that ended hold from here on */
	r->depth++;
	struct regex *inner = read_either(r);
	r->depth--;
	if (!skip(r, ")"))
		r->unknown = true;
	r->ignore_case = ignore_case;
	r->dot_all = dot_all;
	return kind == GROUP_PLAIN ? inner : look_node(r, kind, negated, inner);
}

static struct regex *
read_dot(struct reader *r)
{
	struct byte_set set = {{0}};
	set_add(&set, 0, 255);
	if (!r->dot_all)
		set.bits[0] &= ~(UINT64_C(1) << '\n');
	return set_node(r, &set);
}

static struct regex *
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
		return new_node(r, REGEX_LINE_START);
	case '$':
		return new_node(r, REGEX_OTHER);
	case '.':
		return read_dot(r);
	default:
		return byte_node(r, c);
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
		else if (ascii_is_digit(c) && values[comma] < COUNT_MAX) {
			values[comma] = values[comma] * 10 + (uint32_t)(c - '0');
			digits[comma] = true;
		} else
			return false;
	}
	if (at >= r->text.n || r->text.p[at] != '}' || !digits[0])
		return false;
	r->at = at + 1;
	*ret_low = values[0];
	*ret_high = !comma ? values[0] : digits[1] ? values[1] : REGEX_ANY;
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
	*ret_high = c == '?' ? 1 : REGEX_ANY;
	r->at++;
	return true;
}

/* An atom with its quantifiers. */
static struct regex *
read_item(struct reader *r)
{
	struct regex *atom = read_atom(r);
	uint32_t low, high;
	while (read_quantifier(r, &low, &high)) {
		atom = repeat_node(r, atom, low, high);
		if (peek(r, 0) == '?' || peek(r, 0) == '+')
			r->at++;
	}
	return atom;
}

/* A group without a quantifier is no more than its members. */
static void
append(struct regex *node, struct regex *item)
{
	if (item->op != REGEX_CONCAT) {
		add_child(node, item);
		return;
	}
	for (struct regex *member = item->first, *next; member; member = next) {
		next = member->next;
		member->next = NULL;
		add_child(node, member);
	}
}

static struct regex *
read_concat(struct reader *r)
{
	struct regex *node = new_node(r, REGEX_CONCAT);
	while (!at_end(r) && peek(r, 0) != '|' && peek(r, 0) != ')')
		append(node, read_item(r));
	return node;
}

static struct regex *
read_either(struct reader *r)
{
	struct regex *first = read_concat(r);
	if (at_end(r) || peek(r, 0) != '|')
		return first;
	struct regex *node = new_node(r, REGEX_EITHER);
	add_child(node, first);
	while (skip(r, "|"))
		add_child(node, read_concat(r));
	return node;
}

const struct regex *
regex_read(struct arena *arena, struct bytes pattern, enum regex_case letter_case)
{
	struct reader r = {.arena = arena, .text = pattern, .ignore_case = letter_case == REGEX_ANY_CASE};
	const struct regex *root = read_either(&r);
	return r.unknown || r.at != pattern.n ? NULL : root;
}
