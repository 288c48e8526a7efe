/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/expr.h"

#include <stdarg.h>

#include "lib/base/ascii.h"

enum token {
	T_END,
	T_NAME,
	T_NUMBER,
	T_OPEN,
	T_CLOSE,
	T_AT_LEAST,
	T_LESS,
	T_COLON,
	T_AND,
	T_OR,
	T_NOT,
	T_WITHIN,
	T_SAME_RECORD,
	T_SAME_SEGMENT,
	T_COUNT,
	T_DISTINCT,
	T_TRAIT,
	T_LABEL,
	T_BAD,
};

static const struct {
	const char *text;
	enum token token;
} words[] = {
	{"and", T_AND},
	{"or", T_OR},
	{"not", T_NOT},
	{"within", T_WITHIN},
	{"same-record", T_SAME_RECORD},
	{"same-segment", T_SAME_SEGMENT},
	{"count", T_COUNT},
	{"distinct", T_DISTINCT},
	{"trait", T_TRAIT},
	{"label", T_LABEL},
};

struct parser {
	struct arena *arena;
	struct bytes text;
	const struct expr_names *names;
	struct expr_faults *faults;
	size_t at; /* behind the current token */
	size_t token_at;
	enum token token;
	struct bytes name;
	int64_t number;
	int depth;
	bool failed;
};

static struct expr *parse_or(struct parser *p);

static struct expr *fail_at(struct parser *p, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* NULL when there is no room. */
static struct expr_fault *
add_fault(struct parser *p, size_t at)
{
	if (p->faults->n == EXPR_MAX_FAULTS)
		return NULL;
	struct expr_fault *fault = &p->faults->list[p->faults->n++];
	*fault = (struct expr_fault){.column = at + 1};
	return fault;
}

/* A fault of form: nothing behind it can be understood. Returns NULL. */
static struct expr *
fail_at(struct parser *p, size_t at, const char *fmt, ...)
{
	if (p->failed)
		return NULL;
	p->failed = true;
	struct expr_fault *fault = add_fault(p, at);
	if (!fault)
		return NULL;
	va_list args;
	va_start(args, fmt);
	vsnprintf(fault->text, sizeof(fault->text), fmt, args);
	va_end(args);
	return NULL;
}

/* The name here is not known; reading goes on, for others. */
static void
fault_unknown(struct parser *p, enum expr_unknown unknown)
{
	static const struct {
		const char *before, *behind;
	} texts[] = {
		[EXPR_NO_SUBJECT] = {"no rule and no kind is called", ""},
		[EXPR_NO_TRAIT] = {"no trait is called", ""},
		[EXPR_NO_LABEL] = {"no label", " is defined before this one"},
	};
	struct expr_fault *fault = p->failed ? NULL : add_fault(p, p->token_at);
	if (!fault)
		return;
	fault->unknown = unknown;
	fault->name = p->name;
	snprintf(fault->text, sizeof(fault->text), "%s '%.*s'%s", texts[unknown].before, BYTES_FMT(p->name),
		texts[unknown].behind);
}

static enum token
word_token(struct bytes name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bytes_eq(name, bytes_of_str(words[i].text)))
			return words[i].token;
	return T_NAME;
}

bool
expr_is_word(struct bytes name)
{
	return word_token(name) != T_NAME;
}

static bool
is_name_byte(uint8_t c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_';
}

static enum token
read_name(struct parser *p)
{
	size_t from = p->at;
	while (p->at < p->text.n && is_name_byte(p->text.p[p->at]))
		p->at++;
	p->name = bytes_sub(p->text, from, p->at - from);
	if (!ascii_is_digit(p->name.p[0]))
		return word_token(p->name);
	return bytes_parse_i64(p->name, 0, EXPR_MAX_NUMBER, &p->number) == 0 ? T_NUMBER : T_BAD;
}

static enum token
read_sign(struct parser *p)
{
	uint8_t c = p->text.p[p->at++];
	switch (c) {
	case '(':
		return T_OPEN;
	case ')':
		return T_CLOSE;
	case ':':
		return T_COLON;
	case '<':
		return T_LESS;
	case '>':
		if (p->at < p->text.n && p->text.p[p->at] == '=') {
			p->at++;
			return T_AT_LEAST;
		}
		break;
	}
	return T_BAD;
}

static void
advance(struct parser *p)
{
	while (p->at < p->text.n && ascii_is_space(p->text.p[p->at]))
		p->at++;
	p->token_at = p->at;
	if (p->at == p->text.n)
		p->token = T_END;
	else if (is_name_byte(p->text.p[p->at]))
		p->token = read_name(p);
	else
		p->token = read_sign(p);
}

/* What stands here, for a message; `what` says what was expected. */
static struct expr *
expected(struct parser *p, const char *what)
{
	if (p->token == T_END)
		return fail_at(p, p->token_at, "the condition ends where %s was expected", what);
	struct bytes here = bytes_sub(p->text, p->token_at, p->at - p->token_at);
	return fail_at(p, p->token_at, "expected %s, not '%.*s'", what, (int)(here.n > 40 ? 40 : here.n),
		(const char *)here.p);
}

static bool
take(struct parser *p, enum token token, const char *what)
{
	if (p->token != token) {
		expected(p, what);
		return false;
	}
	advance(p);
	return true;
}

static struct expr *
new_expr(struct parser *p, enum expr_op op)
{
	struct expr *expr = arena_alloc(p->arena, sizeof(*expr));
	expr->op = op;
	expr->column = p->token_at + 1;
	return expr;
}

static struct expr *
negated(struct parser *p, struct expr *inner)
{
	struct expr *expr = new_expr(p, EXPR_NOT);
	expr->column = inner->column;
	expr->first = inner;
	return expr;
}

static bool
take_number(struct parser *p, int64_t max, int64_t *ret_number)
{
	if (p->token == T_NUMBER && p->number > max) {
		fail_at(p, p->token_at, "a confidence is 0 to %d", (int)max);
		return false;
	}
	*ret_number = p->number;
	return take(p, T_NUMBER, "a number");
}

/* A rule or a kind. */
static bool
take_subject(struct parser *p, struct expr *expr)
{
	if (p->token != T_NAME) {
		expected(p, "a rule or a kind");
		return false;
	}
	int index = p->names->kind(p->names->names, p->name);
	expr->subject = EXPR_KIND;
	if (index < 0) {
		index = p->names->rule(p->names->names, p->name);
		expr->subject = EXPR_RULE;
	}
	if (index < 0)
		fault_unknown(p, EXPR_NO_SUBJECT);
	expr->index = (unsigned)index;
	advance(p);
	return true;
}

static struct expr *
parse_match(struct parser *p)
{
	struct expr *expr = new_expr(p, EXPR_MATCH);
	if (!take_subject(p, expr))
		return NULL;
	enum token sign = p->token;
	if (sign != T_AT_LEAST && sign != T_LESS)
		return expr;
	int64_t confidence;
	advance(p);
	if (!take_number(p, 100, &confidence))
		return NULL;
	expr->min_confidence = (int)confidence;
	return sign == T_LESS ? negated(p, expr) : expr;
}

/* Inside the parentheses of count() and distinct(). */
static bool
take_counted(struct parser *p, struct expr *expr)
{
	int64_t confidence = 0;
	if (!take(p, T_OPEN, "'('") || !take_subject(p, expr))
		return false;
	if (p->token == T_AT_LEAST) {
		advance(p);
		if (!take_number(p, 100, &confidence))
			return false;
	}
	expr->min_confidence = (int)confidence;
	return take(p, T_CLOSE, "')'");
}

static struct expr *
parse_count(struct parser *p)
{
	struct expr *expr = new_expr(p, p->token == T_COUNT ? EXPR_COUNT : EXPR_DISTINCT);
	advance(p);
	if (!take_counted(p, expr))
		return NULL;
	enum token sign = p->token;
	if (sign != T_AT_LEAST && sign != T_LESS)
		return expected(p, "'>=' or '<'");
	advance(p);
	if (!take_number(p, EXPR_MAX_NUMBER, &expr->number))
		return NULL;
	return sign == T_LESS ? negated(p, expr) : expr;
}

static struct expr *
parse_property(struct parser *p)
{
	bool is_trait = p->token == T_TRAIT;
	struct expr *expr = new_expr(p, is_trait ? EXPR_TRAIT : EXPR_LABEL);
	advance(p);
	if (!take(p, T_COLON, is_trait ? "':' and a trait" : "':' and a label"))
		return NULL;
	if (p->token == T_END || !is_name_byte(p->text.p[p->token_at]))
		return expected(p, is_trait ? "a trait" : "a label");
	int index = (is_trait ? p->names->trait : p->names->label)(p->names->names, p->name);
	if (index < 0)
		fault_unknown(p, is_trait ? EXPR_NO_TRAIT : EXPR_NO_LABEL);
	expr->index = (unsigned)index;
	advance(p);
	return expr;
}

static struct expr *
parse_group(struct parser *p)
{
	if (p->depth++ >= EXPR_MAX_DEPTH)
		return fail_at(p, p->token_at, "more than %d levels of parentheses", EXPR_MAX_DEPTH);
	advance(p);
	struct expr *expr = parse_or(p);
	p->depth--;
	return expr && take(p, T_CLOSE, "')'") ? expr : NULL;
}

static struct expr *
parse_not(struct parser *p)
{
	size_t nots = 0;
	while (p->token == T_NOT) {
		nots++;
		advance(p);
	}
	struct expr *expr;
	if (p->token == T_OPEN)
		expr = parse_group(p);
	else if (p->token == T_COUNT || p->token == T_DISTINCT)
		expr = parse_count(p);
	else if (p->token == T_TRAIT || p->token == T_LABEL)
		expr = parse_property(p);
	else if (p->token == T_NAME)
		expr = parse_match(p);
	else
		expr = expected(p, "a rule, a kind, count(), distinct(), trait:, label:, 'not' or '('");
	return expr && nots % 2 == 1 ? negated(p, expr) : expr;
}

bool
expr_has_place(const struct expr *expr)
{
	if (expr->op == EXPR_MATCH)
		return true;
	if (expr->op != EXPR_OR)
		return false;
	for (const struct expr *member = expr->first; member; member = member->next)
		if (!expr_has_place(member))
			return false;
	return true;
}

/* A group with a place inside but none of its own would be measured by no one: refused. */
static struct expr *
check_near(struct parser *p, struct expr *near, size_t at)
{
	size_t placed = 0;
	for (const struct expr *member = near->first; member; member = member->next) {
		if (expr_has_place(member))
			placed++;
		else if (member->op == EXPR_AND || member->op == EXPR_OR || member->op == EXPR_NEAR)
			return fail_at(p, member->column - 1,
				"this group has no place that 'within' could measure: only alternatives of "
				"rules "
				"and kinds have");
	}
	if (placed < 2)
		return fail_at(p, at, "'within' needs two rules or kinds joined by 'and' before it");
	if (placed > EXPR_MAX_NEAR)
		return fail_at(p, at, "'within' measures at most %d rules or kinds", EXPR_MAX_NEAR);
	return near;
}

static bool
is_bound(enum token token)
{
	return token == T_WITHIN || token == T_SAME_RECORD || token == T_SAME_SEGMENT;
}

static enum expr_bound
bound_of(enum token token)
{
	return token == T_SAME_RECORD    ? EXPR_SAME_RECORD
	       : token == T_SAME_SEGMENT ? EXPR_SAME_SEGMENT
					 : EXPR_DISTANCE;
}

/* The chain's end: what makes an "and" a "near". */
static struct expr *
parse_distance(struct parser *p, struct expr *chain)
{
	size_t at = p->token_at;
	struct expr *near = chain;
	if (chain->op != EXPR_AND) {
		near = new_expr(p, EXPR_AND);
		near->column = chain->column;
		near->first = chain;
	}
	near->op = EXPR_NEAR;
	near->bound = bound_of(p->token);
	advance(p);
	if (near->bound == EXPR_DISTANCE && !take_number(p, EXPR_MAX_NUMBER, &near->number))
		return NULL;
	return check_near(p, near, at);
}

static struct expr *
parse_and(struct parser *p)
{
	struct expr *first = parse_not(p), *chain = first;
	struct expr **link = first ? &first->next : NULL;
	while (chain && p->token == T_AND) {
		advance(p);
		struct expr *member = parse_not(p);
		if (!member)
			return NULL;
		if (chain == first) {
			chain = new_expr(p, EXPR_AND);
			chain->column = first->column;
			chain->first = first;
		}
		*link = member;
		link = &member->next;
	}
	return chain && is_bound(p->token) ? parse_distance(p, chain) : chain;
}

static struct expr *
parse_or(struct parser *p)
{
	struct expr *first = parse_and(p), *chain = first;
	struct expr **link = first ? &first->next : NULL;
	while (chain && p->token == T_OR) {
		advance(p);
		struct expr *member = parse_and(p);
		if (!member)
			return NULL;
		if (chain == first) {
			chain = new_expr(p, EXPR_OR);
			chain->column = first->column;
			chain->first = first;
		}
		*link = member;
		link = &member->next;
	}
	return chain;
}

int
expr_parse(struct arena *arena, struct bytes text, const struct expr_names *names, struct expr **ret_expr,
	struct expr_faults *ret_faults)
{
	struct parser p = {.arena = arena, .text = text, .names = names, .faults = ret_faults};
	ret_faults->n = 0;
	advance(&p);
	struct expr *expr = parse_or(&p);
	if (expr && p.token != T_END)
		expr = expected(&p, "'and', 'or', 'within' or the end");
	if (!expr || ret_faults->n > 0)
		return -1;
	*ret_expr = expr;
	return 0;
}
