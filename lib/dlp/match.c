/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/match.h"

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/dlp/match_state.h"

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

static void
free_tables(struct matcher *matcher)
{
	if (matcher->is_mapped)
		return;
	free(matcher->users.from);
	free(matcher->users.sources);
	free(matcher->source_of_set);
	free(matcher->always);
	free(matcher->numeric);
}

void
match_free(struct matcher *matcher)
{
	if (!matcher)
		return;
	for (size_t i = 0; i < matcher->n; i++) {
		pcre2_code_free(matcher->sources[i].code);
		free(matcher->sources[i].text);
		if (!matcher->is_mapped)
			free(matcher->sources[i].anchors);
	}
	free(matcher->sources);
	free(matcher->prepared);
	free_tables(matcher);
	literals_free(matcher->literals);
	term_index_free(matcher->terms);
	pcre2_compile_context_free(matcher->compile);
	image_close(&matcher->image);
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

static bool
all_within(const struct byte_set *set, bool (*is)(uint8_t c))
{
	for (unsigned c = 0; c < 256; c++)
		if (byte_set_has(set, c) && !is((uint8_t)c))
			return false;
	return true;
}

static bool
is_line_break(uint8_t c)
{
	return c == '\n';
}

static bool
is_no_word(uint8_t c)
{
	return !ascii_is_alnum(c);
}

/* Of all bytes, how many pass as the first of a match; 256 when nothing is known. */
static unsigned
count_first(const struct shape_start *start)
{
	unsigned n = 0;
	for (unsigned c = 0; c < 256; c++)
		n += start->min == 0 || byte_set_has(&start->next[0], c);
	return n;
}

static enum entry
choose_entry(const struct shape *shape)
{
	static const double by_line = 0.02, by_capital = 0.04, run_passes = 0.3;
	const struct shape_start *start = &shape->start;
	if (start->run != SHAPE_RUN_ANY && shape->run_hits * run_passes < shape->hits)
		return ENTRY_RUNS;
	if (start->min > 0 && all_within(&start->before, is_line_break) && by_line < shape->hits)
		return ENTRY_LINES;
	if (start->min > 0 && all_within(&start->next[0], ascii_is_upper) &&
		all_within(&start->before, is_no_word) && by_capital < shape->hits)
		return ENTRY_CAPITALS;
	if (shape->n_anchors > 0)
		return ENTRY_ANCHORS;
	return start->min > 0 && all_within(&start->next[0], ascii_is_alnum) &&
			       all_within(&start->before, is_no_word)
		       ? ENTRY_WORDS
		       : ENTRY_ALL;
}

/* Whether the test of a start refuses most places; else PCRE2's own search is faster. */
static enum asking
choose_asking(const struct source *source)
{
	enum { MANY = 100 };
	bool weak = count_first(&source->start) > MANY;
	return weak || source->entry == ENTRY_ALL ? ASK_STRETCH : ASK_ONE;
}

/* Letters of both cases, as literals see them. */
static struct byte_set
in_lower(const struct byte_set *set)
{
	struct byte_set lower = {{0}};
	for (unsigned c = 0; c < 256; c++)
		if (byte_set_has(set, c)) {
			unsigned small = ascii_lower((uint8_t)c);
			lower.bits[small / 64] |= UINT64_C(1) << (small % 64);
		}
	return lower;
}

/* As \b sees it. */
static bool
is_word(uint8_t c)
{
	return ascii_is_alnum(c) || c == '_';
}

static struct byte_set
no_word_bytes(void)
{
	struct byte_set set = {{0}};
	for (unsigned c = 0; c < 256; c++)
		if (!is_word((uint8_t)c))
			set.bits[c / 64] |= UINT64_C(1) << (c % 64);
	return set;
}

/* What stands behind an anchor's text: where it stands right at the start, the start's next byte. */
static struct byte_set
follow_of(const struct shape_anchor *anchor, const struct shape_start *start, size_t n)
{
	static const struct byte_set any = {{~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0)}};
	if (anchor->low == anchor->high && anchor->low + n < start->min)
		return in_lower(&start->next[anchor->low + n]);
	if (anchor->edge_after && n == anchor->text.n && is_word(anchor->text.p[n - 1]))
		return no_word_bytes();
	return any;
}

static void
keep_anchor(struct matcher *matcher, const struct shape_start *start, const struct shape_anchor *shape,
	struct anchor *anchor)
{
	static const enum anchor_kind kinds[] = {[SHAPE_LITERAL] = ANCHOR_LITERAL,
		[SHAPE_DIGIT] = ANCHOR_DIGIT,
		[SHAPE_DIGITS] = ANCHOR_DIGITS,
		[SHAPE_LINE] = ANCHOR_LINE};
	struct bytes text = bytes_sub(shape->text, 0, LITERAL_MAX); /* its start is enough */
	*anchor = (struct anchor){.kind = kinds[shape->kind],
		.edge_before = shape->edge_before,
		.edge_after = shape->edge_after && text.n == shape->text.n,
		.run = shape->run,
		.low = shape->low,
		.high = shape->high,
		.gap = shape->gap};
	if (anchor->kind == ANCHOR_LITERAL && text.n == 1 && !shape->edge_before) {
		anchor->kind = ANCHOR_BYTE;
		anchor->byte = text.p[0];
	} else if (anchor->kind == ANCHOR_LITERAL) {
		struct byte_set follow = follow_of(shape, start, text.n);
		anchor->literal = literals_add(matcher->literals, text,
			shape->edge_before ? LITERAL_AT_WORD : LITERAL_ANYWHERE, &follow);
	}
}

static void
keep_shape(struct matcher *matcher, struct source *source, const struct shape *shape)
{
	source->start = shape->start;
	source->entry = choose_entry(shape);
	source->asking = choose_asking(source);
	if (source->entry != ENTRY_ANCHORS)
		return;
	source->n_anchors = shape->n_anchors;
	source->anchors = mem_new(shape->n_anchors, sizeof(*source->anchors));
	for (size_t i = 0; i < shape->n_anchors; i++)
		keep_anchor(matcher, &source->start, &shape->anchors[i], &source->anchors[i]);
}

/* What only a pattern's own text can tell. */
static int
check_pattern(struct bytes pattern, struct match_fault *fault)
{
	for (size_t i = 0; i < pattern.n; i++)
		if (pattern.p[i] >= 0x80)
			return refuse(fault, i,
				"a pattern is ASCII: the text it meets has no accents and no typographic "
				"signs");
	return 0;
}

/*
 * Where single places are asked for, PCRE2 must not look ahead, at each of them, for the last character that
 * it needs: that costs more than the try.
 */
static int
compile(const struct matcher *matcher, struct bytes pattern, struct source *source, struct match_fault *fault)
{
	uint32_t options = PCRE2_MULTILINE | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C |
			   PCRE2_USE_OFFSET_LIMIT |
			   (source->letter_case == MATCH_ANY_CASE ? PCRE2_CASELESS : 0) |
			   (source->asking == ASK_ONE ? PCRE2_NO_START_OPTIMIZE : 0);
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
	source->jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
	source->code = code;
	return 0;
}

static int
read_pattern(struct matcher *matcher, struct bytes pattern, struct source *source, struct match_fault *fault)
{
	struct arena arena;
	struct shape shape;
	arena_init(&arena);
	shape_read(&arena, pattern, source->letter_case == MATCH_ANY_CASE ? REGEX_ANY_CASE : REGEX_EXACT_CASE,
		&shape);
	keep_shape(matcher, source, &shape);
	arena_done(&arena);
	if (compile(matcher, pattern, source, fault) == 0)
		return 0;
	free(source->anchors);
	return -1;
}

/* What is known of it is in the image. */
static int
take_pattern(struct matcher *matcher, struct bytes pattern, struct source *source, struct match_fault *fault)
{
	const struct source *prepared = match_next_prepared(matcher, pattern);
	if (!prepared || prepared->letter_case != source->letter_case)
		return refuse(fault, 0, "the compiled rules are of other packs");
	*source = *prepared;
	return compile(matcher, pattern, source, fault);
}

static bool
find_known(const struct matcher *matcher, struct bytes pattern, enum match_case letter_case,
	uint32_t *ret_source)
{
	for (size_t i = 0; i < matcher->n; i++) {
		const struct source *known = &matcher->sources[i];
		if (known->code && known->letter_case == letter_case &&
			bytes_eq(pattern, bytes_of_str(known->text))) {
			*ret_source = (uint32_t)i;
			return true;
		}
	}
	return false;
}

int
match_add_pattern(struct matcher *matcher, struct bytes pattern, enum match_case letter_case,
	uint32_t *ret_source, struct match_fault *ret_fault)
{
	struct source source = {.letter_case = letter_case};
	if (find_known(matcher, pattern, letter_case, ret_source))
		return 0;
	if (check_pattern(pattern, ret_fault) < 0)
		return -1;
	if ((matcher->is_mapped ? take_pattern : read_pattern)(matcher, pattern, &source, ret_fault) < 0)
		return -1;
	source.text = mem_strndup(pattern.p, pattern.n);
	*add_source(matcher) = source;
	*ret_source = (uint32_t)matcher->n - 1;
	return 0;
}

uint32_t
match_add_set(struct matcher *matcher)
{
	if (matcher->is_mapped)
		match_next_prepared(matcher, bytes_of_str(""));
	struct source *source = add_source(matcher);
	*source = (struct source){.set = (uint32_t)matcher->n_sets++};
	return (uint32_t)matcher->n - 1;
}

int
match_add_term(struct matcher *matcher, uint32_t set, struct bytes term, enum match_case letter_case)
{
	if (matcher->is_mapped)
		return 0;
	static const enum term_case cases[] = {
		[MATCH_ANY_CASE] = TERM_ANY_CASE,
		[MATCH_EXACT_CASE] = TERM_EXACT_CASE,
		[MATCH_CAPITAL] = TERM_CAPITAL,
	};
	return term_index_add(matcher->terms, term, matcher->sources[set].set, cases[letter_case]);
}

static void
set_bit(uint64_t *bits, size_t at)
{
	bits[at / 64] |= UINT64_C(1) << (at % 64);
}

static bool
needs_digit(const struct anchor *anchor)
{
	return anchor->kind == ANCHOR_DIGIT || anchor->kind == ANCHOR_DIGITS;
}

/* Which sources wake up by which literal, by any digit, or always. */
static void
note_source(struct matcher *matcher, size_t number, uint32_t *count)
{
	const struct source *source = &matcher->sources[number];
	if (!source->code)
		matcher->source_of_set[source->set] = (uint32_t)number;
	else if (source->entry == ENTRY_RUNS)
		set_bit(matcher->numeric, number);
	else if (source->entry != ENTRY_ANCHORS)
		set_bit(matcher->always, number);
	for (size_t i = 0; i < source->n_anchors; i++) {
		const struct anchor *anchor = &source->anchors[i];
		if (anchor->kind == ANCHOR_LITERAL)
			count[anchor->literal]++;
		else
			set_bit(needs_digit(anchor) ? matcher->numeric : matcher->always, number);
	}
}

static void
fill_users(struct matcher *matcher)
{
	size_t n = literals_n(matcher->literals);
	struct users *users = &matcher->users;
	uint32_t *count = mem_new(n + 1, sizeof(*count));
	for (size_t i = 0; i < matcher->n; i++)
		note_source(matcher, i, count);
	users->from = mem_new(n + 1, sizeof(*users->from));
	for (size_t i = 0; i < n; i++)
		users->from[i + 1] = users->from[i] + count[i];
	users->sources = mem_new(users->from[n] + 1, sizeof(*users->sources));
	for (size_t i = 0; i < matcher->n; i++)
		for (size_t j = 0; j < matcher->sources[i].n_anchors; j++) {
			const struct anchor *anchor = &matcher->sources[i].anchors[j];
			if (anchor->kind == ANCHOR_LITERAL)
				users->sources[users->from[anchor->literal] + --count[anchor->literal]] =
					(uint32_t)i;
		}
	free(count);
}

void
match_end(struct matcher *matcher)
{
	size_t words = matcher->n / 64 + 1;
	if (matcher->is_mapped)
		return;
	literals_end(matcher->literals);
	term_index_end(matcher->terms);
	matcher->always = mem_new(words, sizeof(*matcher->always));
	matcher->numeric = mem_new(words, sizeof(*matcher->numeric));
	matcher->source_of_set = mem_new(matcher->n_sets, sizeof(*matcher->source_of_set));
	fill_users(matcher);
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

enum match_case
match_pattern_case(const struct matcher *matcher, uint32_t source)
{
	return matcher->sources[source].letter_case;
}
