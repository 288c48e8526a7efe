/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pattern_tree.h"

#include "lib/base/ascii.h"

enum { MAX_DEPTH = 60, MAX_NODES = 20000 };

struct reader {
	struct arena *arena;
	struct bytes text;
	size_t at, nodes;
	int depth;
	bool unknown;
};

static struct pattern_tree *read_either(struct reader *r);

bool
byte_set_meets(const struct byte_set *a, const struct byte_set *b)
{
	for (int i = 0; i < 4; i++)
		if ((a->bits[i] & b->bits[i]) != 0)
			return true;
	return false;
}

void
byte_set_join(struct byte_set *set, const struct byte_set *other)
{
	for (int i = 0; i < 4; i++)
		set->bits[i] |= other->bits[i];
}

static void
add_byte(struct byte_set *set, unsigned c)
{
	set->bits[c / 64] |= UINT64_C(1) << (c % 64);
}

/* Both cases: what is told of a pattern that minds the case is then told a little too often. */
static void
add_range(struct byte_set *set, unsigned low, unsigned high)
{
	for (unsigned c = low; c <= high; c++) {
		add_byte(set, ascii_lower((uint8_t)c));
		add_byte(set, ascii_upper((uint8_t)c));
	}
}

static void
invert(struct byte_set *set)
{
	for (int i = 0; i < 4; i++)
		set->bits[i] = ~set->bits[i];
}

static bool
at_end(const struct reader *r)
{
	return r->unknown || r->at >= r->text.n;
}

static uint8_t
peek(const struct reader *r)
{
	return r->at < r->text.n ? r->text.p[r->at] : 0;
}

static uint8_t
take(struct reader *r)
{
	if (r->at >= r->text.n) {
		r->unknown = true;
		return 0;
	}
	return r->text.p[r->at++];
}

static bool
skip(struct reader *r, const char *text)
{
	size_t n = strlen(text);
	if (r->at > r->text.n || !bytes_eq(bytes_sub(r->text, r->at, n), bytes_of_str(text)))
		return false;
	r->at += n;
	return true;
}

static struct pattern_tree *
new_node(struct reader *r, enum pattern_tree_kind kind)
{
	struct pattern_tree *node = arena_alloc(r->arena, sizeof(*node));
	node->kind = kind;
	node->at = r->at;
	node->may_be_empty = kind == PATTERN_NOTHING;
	if (++r->nodes > MAX_NODES)
		r->unknown = true;
	return node;
}

/* \d, \w, \s, \h, \v and their opposites. */
static bool
add_class(struct byte_set *set, uint8_t letter)
{
	static const struct {
		char letter;
		struct {
			uint8_t low, high;
		} ranges[4];
	} classes[] = {
		{'d', {{'0', '9'}}},
		{'w', {{'0', '9'}, {'A', 'Z'}, {'_', '_'}}},
		{'s', {{'\t', '\r'}, {' ', ' '}}},
		{'h', {{'\t', '\t'}, {' ', ' '}}},
		{'v', {{'\n', '\r'}}},
	};
	struct byte_set members = {{0}};
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (classes[i].letter != ascii_lower(letter))
			continue;
		for (size_t j = 0; j < 4 && classes[i].ranges[j].high != 0; j++)
			add_range(&members, classes[i].ranges[j].low, classes[i].ranges[j].high);
		if (ascii_is_upper(letter))
			invert(&members);
		byte_set_join(set, &members);
		return true;
	}
	return false;
}

/* The byte that an escape names; 0 with `unknown` set when it is not read. */
static uint8_t
named_byte(struct reader *r, uint8_t letter)
{
	static const char letters[] = "ntrfea", values[] = "\n\t\r\f\033\a";
	const char *found = letter ? strchr(letters, letter) : NULL;
	if (found)
		return (uint8_t)values[found - letters];
	if (letter == 'x') {
		int high = ascii_hex_value(take(r)), low = ascii_hex_value(take(r));
		r->unknown = r->unknown || high < 0 || low < 0;
		return r->unknown ? 0 : (uint8_t)(high * 16 + low);
	}
	r->unknown = r->unknown || ascii_is_alnum(letter);
	return letter;
}

/* A member of a class: its byte, or -1 when it was a class by itself. */
static int
read_member(struct reader *r, struct byte_set *set)
{
	uint8_t c = take(r);
	if (c == '[' && (peek(r) == ':' || peek(r) == '.' || peek(r) == '='))
		r->unknown = true;
	if (c != '\\')
		return c;
	c = take(r);
	if (c == 'b')
		return '\b';
	return add_class(set, c) ? -1 : named_byte(r, c);
}

static void
read_class(struct reader *r, struct byte_set *set)
{
	bool inverted = skip(r, "^");
	for (bool first = true; !at_end(r) && (first || peek(r) != ']'); first = false) {
		int low = read_member(r, set), high = low;
		if (low >= 0 && peek(r) == '-' && r->at + 1 < r->text.n && r->text.p[r->at + 1] != ']') {
			r->at++;
			high = read_member(r, set);
			r->unknown = r->unknown || high < low;
		}
		if (low >= 0 && !r->unknown)
			add_range(set, (unsigned)low, (unsigned)high);
	}
	take(r);
	if (inverted)
		invert(set);
}

static void
read_escape(struct reader *r, struct pattern_tree *node)
{
	uint8_t c = take(r);
	if (add_class(&node->set, c))
		return;
	if (c != 0 && strchr("bBAzZGK", c)) {
		node->kind = PATTERN_NOTHING;
		node->may_be_empty = true;
	} else if (c == 'R' || c == 'N') {
		add_byte(&node->set, '\n');
		if (c == 'N')
			invert(&node->set);
	} else if (c >= '0' && c <= '9') {
		r->unknown = true; /* a back reference or an octal number */
	} else {
		uint8_t byte = named_byte(r, c);
		add_range(&node->set, byte, byte);
	}
}

enum group { GROUP_PLAIN, GROUP_KEEPS, GROUP_LOOK, GROUP_ENDED };

/* Behind `(?`. */
static enum group
read_group_kind(struct reader *r)
{
	if (skip(r, "=") || skip(r, "!") || skip(r, "<=") || skip(r, "<!"))
		return GROUP_LOOK;
	if (skip(r, ">"))
		return GROUP_KEEPS;
	if (skip(r, "|"))
		return GROUP_PLAIN;
	if (skip(r, "P<") || skip(r, "<") || skip(r, "'")) {
		while (ascii_is_alnum(peek(r)) || peek(r) == '_')
			r->at++;
		r->unknown = !skip(r, ">") && !skip(r, "'");
		return GROUP_PLAIN;
	}
	while (peek(r) != 0 && strchr("imsU-", peek(r)))
		r->at++;
	if (skip(r, ")"))
		return GROUP_ENDED;
	r->unknown = r->unknown || !skip(r, ":");
	return GROUP_PLAIN;
}

static struct pattern_tree *
read_group(struct reader *r, struct pattern_tree *nothing)
{
	enum group kind = GROUP_PLAIN;
	if (peek(r) == '*' || ++r->depth > MAX_DEPTH)
		r->unknown = true;
	else if (skip(r, "?"))
		kind = read_group_kind(r);
	if (kind == GROUP_ENDED || r->unknown) {
		r->depth--;
		return nothing;
	}
	struct pattern_tree *inner = read_either(r);
	r->unknown = r->unknown || !skip(r, ")");
	r->depth--;
	inner->keeps = inner->keeps || kind == GROUP_KEEPS;
	return kind == GROUP_LOOK ? nothing : inner;
}

static struct pattern_tree *
read_atom(struct reader *r)
{
	struct pattern_tree *node = new_node(r, PATTERN_SET);
	uint8_t c = take(r);
	switch (c) {
	case '(':
		node->kind = PATTERN_NOTHING;
		node->may_be_empty = true;
		return read_group(r, node);
	case '[':
		read_class(r, &node->set);
		break;
	case '\\':
		read_escape(r, node);
		break;
	case '^':
	case '$':
		node->kind = PATTERN_NOTHING;
		node->may_be_empty = true;
		break;
	case '.':
		add_byte(&node->set, '\n');
		invert(&node->set);
		break;
	default:
		add_range(&node->set, c, c);
	}
	return node;
}

/* `{2}`, `{2,}`, `{2,5}`. */
static bool
read_braces(struct reader *r, uint32_t *ret_low, uint32_t *ret_high)
{
	struct bytes rest = bytes_sub(r->text, r->at + 1, 16);
	size_t end = bytes_find_byte(rest, '}'), comma = bytes_find_byte(bytes_sub(rest, 0, end), ',');
	int64_t low, high;
	if (end == rest.n || bytes_parse_i64(bytes_sub(rest, 0, comma), 0, 65535, &low) < 0)
		return false;
	high = comma == end ? low : SHAPE_ANY;
	if (comma + 1 < end &&
		bytes_parse_i64(bytes_sub(rest, comma + 1, end - comma - 1), 0, 65535, &high) < 0)
		return false;
	r->at += end + 2;
	*ret_low = (uint32_t)low;
	*ret_high = (uint32_t)high;
	return true;
}

static bool
read_quantifier(struct reader *r, uint32_t *ret_low, uint32_t *ret_high)
{
	uint8_t c = peek(r);
	if (c == '{')
		return read_braces(r, ret_low, ret_high);
	if (c == 0 || !strchr("*+?", c))
		return false;
	*ret_low = c == '+';
	*ret_high = c == '?' ? 1 : SHAPE_ANY;
	r->at++;
	return true;
}

/* An atom with its quantifiers. */
static struct pattern_tree *
read_piece(struct reader *r)
{
	size_t at = r->at;
	struct pattern_tree *piece = read_atom(r);
	uint32_t low, high;
	while (!r->unknown && read_quantifier(r, &low, &high)) {
		struct pattern_tree *repeat = new_node(r, PATTERN_REPEAT);
		repeat->at = at;
		repeat->low = low;
		repeat->high = high;
		repeat->first = piece;
		repeat->set = piece->set;
		repeat->may_be_empty = low == 0 || piece->may_be_empty;
		repeat->keeps = skip(r, "+");
		skip(r, "?");
		piece = repeat;
	}
	return piece;
}

static struct pattern_tree *
read_concat(struct reader *r)
{
	struct pattern_tree *concat = new_node(r, PATTERN_CONCAT), **link = &concat->first;
	concat->may_be_empty = true;
	while (!at_end(r) && peek(r) != '|' && peek(r) != ')') {
		struct pattern_tree *piece = read_piece(r);
		if (concat->may_be_empty)
			byte_set_join(&concat->set, &piece->set);
		concat->may_be_empty = concat->may_be_empty && piece->may_be_empty;
		*link = piece;
		link = &piece->next;
	}
	/* A group of one thing is that thing. */
	return concat->first && !concat->first->next ? concat->first : concat;
}

static struct pattern_tree *
read_either(struct reader *r)
{
	struct pattern_tree *either = new_node(r, PATTERN_EITHER), **link = &either->first;
	do {
		struct pattern_tree *branch = read_concat(r);
		byte_set_join(&either->set, &branch->set);
		either->may_be_empty = either->may_be_empty || branch->may_be_empty;
		*link = branch;
		link = &branch->next;
	} while (!r->unknown && skip(r, "|"));
	return either->first->next ? either : either->first;
}

const struct pattern_tree *
pattern_tree_read(struct arena *arena, struct bytes pattern)
{
	struct reader r = {.arena = arena, .text = pattern};
	const struct pattern_tree *tree = read_either(&r);
	return r.unknown || r.at != pattern.n ? NULL : tree;
}
