/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/match.h"

#include "lib/base/mem.h"
#include "lib/dlp/match_state.h"

enum {
	NARROW = 64,     /* a literal's place that is known to so many bytes makes small windows */
	LITERAL_MAX = 6, /* the start of a literal is enough, and keeps the automaton small */
};

struct matcher *
match_new(const struct match_limits *limits)
{
	struct matcher *matcher = mem_new(1, sizeof(*matcher));
	matcher->limits = *limits;
	matcher->literals = literals_new();
	matcher->terms = term_index_new();
	matcher->compile = pcre2_compile_context_create(NULL);
	if (!matcher->compile)
		mem_exhausted(0);
	pcre2_set_newline(matcher->compile, PCRE2_NEWLINE_LF);
	pcre2_set_max_pattern_length(matcher->compile, MATCH_MAX_PATTERN);
	return matcher;
}

void
match_free(struct matcher *matcher)
{
	if (!matcher)
		return;
	for (size_t i = 0; i < matcher->n; i++) {
		pcre2_code_free(matcher->sources[i].code);
		free(matcher->sources[i].text);
		free(matcher->sources[i].needed);
	}
	free(matcher->sources);
	literals_free(matcher->literals);
	term_index_free(matcher->terms);
	pcre2_compile_context_free(matcher->compile);
	free(matcher);
}

static struct source *
add_source(struct matcher *matcher)
{
	size_t size = sizeof(*matcher->sources);
	matcher->sources = mem_grow(matcher->sources, matcher->n * size, (matcher->n + 1) * size);
	return &matcher->sources[matcher->n++];
}

static int
refuse(struct match_fault *fault, size_t offset, const char *text)
{
	fault->offset = offset;
	snprintf(fault->text, sizeof(fault->text), "%s", text);
	return -1;
}

/*
 * Whether the pattern is only ever tried at few places. Then PCRE2 must not look ahead, at each of them, for
 * the last character that it needs: that costs more than the try.
 */
static bool
is_narrow(struct bytes pattern)
{
	struct arena arena;
	struct shape shape;
	arena_init(&arena);
	shape_read(&arena, pattern, &shape);
	bool narrow = shape.n_literals > 0 || (shape.digits > 0 && shape.before_digit <= NARROW);
	for (size_t i = 0; i < shape.n_literals; i++)
		narrow = narrow && shape.literals[i].high - shape.literals[i].low <= NARROW;
	arena_done(&arena);
	return narrow;
}

/* Compiles and checks what only a pattern's own text can tell. */
static int
compile(const struct matcher *matcher, struct bytes pattern, enum match_case letter_case,
	pcre2_code **ret_code, struct match_fault *fault)
{
	for (size_t i = 0; i < pattern.n; i++)
		if (pattern.p[i] >= 0x80)
			return refuse(fault, i,
				"a pattern is ASCII: the text it meets has no accents and no typographic "
				"signs");
	uint32_t options = PCRE2_MULTILINE | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C |
			   PCRE2_USE_OFFSET_LIMIT | (letter_case == MATCH_ANY_CASE ? PCRE2_CASELESS : 0) |
			   (is_narrow(pattern) ? PCRE2_NO_START_OPTIMIZE : 0);
	int number;
	PCRE2_SIZE offset;
	pcre2_code *code = pcre2_compile(pattern.p, pattern.n, options, &number, &offset, matcher->compile);
	if (!code) {
		PCRE2_UCHAR message[160];
		pcre2_get_error_message(number, message, sizeof(message));
		return refuse(fault, offset, (const char *)message);
	}
	uint32_t match_empty = 0;
	pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &match_empty);
	if (match_empty != 0) {
		pcre2_code_free(code);
		return refuse(fault, 0, "the pattern may match the empty text");
	}
	*ret_code = code;
	return 0;
}

static void
keep_shape(struct matcher *matcher, struct source *source, struct bytes pattern)
{
	struct arena arena;
	struct shape shape;
	arena_init(&arena);
	shape_read(&arena, pattern, &shape);
	source->max = shape.max;
	source->digits = shape.known ? shape.digits : 0;
	source->before_digit = shape.before_digit;
	source->n_needed = shape.n_literals;
	source->needed = mem_new(shape.n_literals, sizeof(*source->needed));
	for (size_t i = 0; i < shape.n_literals; i++) {
		struct bytes start = bytes_sub(shape.literals[i].text, 0, LITERAL_MAX);
		source->needed[i] = (struct needed){literals_add(matcher->literals, start),
			shape.literals[i].low, shape.literals[i].high};
	}
	arena_done(&arena);
}

int
match_add_pattern(struct matcher *matcher, struct bytes pattern, enum match_case letter_case,
	uint32_t *ret_source, struct match_fault *ret_fault)
{
	for (size_t i = 0; i < matcher->n; i++) {
		const struct source *known = &matcher->sources[i];
		if (known->code && known->letter_case == letter_case &&
			bytes_eq(pattern, bytes_of_str(known->text))) {
			*ret_source = (uint32_t)i;
			return 0;
		}
	}
	pcre2_code *code;
	if (compile(matcher, pattern, letter_case, &code, ret_fault) < 0)
		return -1;
	struct source *source = add_source(matcher);
	source->code = code;
	source->text = mem_strndup(pattern.p, pattern.n);
	source->letter_case = letter_case;
	source->jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
	keep_shape(matcher, source, pattern);
	*ret_source = (uint32_t)matcher->n - 1;
	return 0;
}

uint32_t
match_add_set(struct matcher *matcher)
{
	add_source(matcher)->set = (uint32_t)matcher->n_sets++;
	return (uint32_t)matcher->n - 1;
}

int
match_add_term(struct matcher *matcher, uint32_t set, struct bytes term, enum match_case letter_case)
{
	return term_index_add(matcher->terms, term, matcher->sources[set].set,
		letter_case == MATCH_EXACT_CASE ? TERM_EXACT_CASE : TERM_ANY_CASE);
}

void
match_end(struct matcher *matcher)
{
	literals_end(matcher->literals);
	term_index_end(matcher->terms);
}

size_t
match_n_sources(const struct matcher *matcher)
{
	return matcher->n;
}

const char *
match_pattern(const struct matcher *matcher, uint32_t source)
{
	return matcher->sources[source].text;
}
