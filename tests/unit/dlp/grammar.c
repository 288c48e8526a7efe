/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/dlp/grammar.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/base/ascii.h"

enum { DEPTH = 3 };

#define PICK(seed, table) ((table)[grammar_random(seed) % (sizeof(table) / sizeof((table)[0]))])

static void make_node(uint64_t *seed, int depth, struct piece *out);

uint32_t
grammar_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

static void
append(char *to, size_t size, const char *text)
{
	size_t n = strlen(to), more = strlen(text);
	if (n + more >= size)
		more = size - 1 - n;
	memcpy(to + n, text, more);
	to[n + more] = '\0';
}

static void
put_pattern(struct piece *piece, const char *text)
{
	append(piece->pattern, sizeof(piece->pattern), text);
}

static void
put_sample(struct piece *piece, size_t i, const char *text)
{
	append(piece->samples[i], sizeof(piece->samples[i]), text);
}

static void
join(struct piece *piece, const struct piece *more)
{
	put_pattern(piece, more->pattern);
	for (size_t i = 0; i < PIECE_SAMPLES; i++)
		put_sample(piece, i, more->samples[i]);
}

/* A pattern, and what it matches. */
struct leaf {
	const char *pattern, *sample;
};

static const struct leaf leaves[] = {{"ssn", "ssn"}, {"dob", "DOB"}, {"mrn", "mrn"}, {"MRN", "MRN"},
	{"patient", "patient"}, {"e11", "E11"}, {"g6pd", "g6pd"}, {"id no", "id no"}, {"\\.", "."},
	{"\\/", "/"}, {"#", "#"}, {":", ":"}, {"-", "-"}, {" ", " "}, {"\\n", "\n"}, {"\\x6d", "m"},
	{"a", "a"}, {"member ", "member "}, {"\\bpt\\b", "pt"}, {"\\Qa.b\\E", "a.b"}, {"12", "12"},
	{"\\d{3}-\\d{2}", "219-09"}, {"[Dd]r\\.?", "Dr."}, {"(?i:mrn)", "Mrn"}, {"h(?:iv|cv)", "hcv"}};

/* A class, and characters of it. */
static const struct leaf classes[] = {{"\\d", "0123456789"}, {"\\w", "aZ_9q"}, {"\\s", " \n"},
	{"[A-Z]", "ABMRZ"}, {"[a-z]", "abmrz"}, {"[0-9]", "0123456789"}, {"[-. ]", "-. "}, {"[ :#]", " :#"},
	{"[^a-z]", "A1- "}, {"\\D", "a -Z"}, {"\\W", " -.:"}, {"\\S", "a1.Z"}, {".", "a1 -"},
	{"[[:digit:]]", "12345"}, {"[A-Za-z0-9._%+-]", "aZ0._"}, {"[aeiou]", "aeiou"}, {"[\\d-]", "12-"},
	{"[^\\d\\n]", "ab -"}, {"x", "x"}, {"[sS]", "sS"}, {"[[:alpha:]]", "abYZ"}, {"[0-9a-f]", "0af9"}};

struct repeat {
	const char *text;
	unsigned low, high;
};

static const struct repeat repeats[] = {{"", 1, 1}, {"{2}", 2, 2}, {"{3}", 3, 3}, {"{4}", 4, 4},
	{"{9}", 9, 9}, {"{1,3}", 1, 3}, {"{5,10}", 5, 10}, {"{2,}", 2, 5}, {"+", 1, 4}, {"*", 0, 3},
	{"?", 0, 1}, {"+?", 1, 3}, {"*?", 0, 2}, {"{0,4}", 0, 4}, {"++", 1, 3}, {"?+", 0, 1},
	{"{3,4}?", 3, 4}};

static const struct repeat group_repeats[] = {{"?", 0, 1}, {"{2}", 2, 2}, {"{1,2}", 1, 2}, {"{0,3}", 0, 3},
	{"+", 1, 2}, {"*", 0, 2}, {"", 1, 1}, {"", 1, 1}};

static void
make_leaf(uint64_t *seed, struct piece *out)
{
	struct leaf leaf = PICK(seed, leaves);
	put_pattern(out, leaf.pattern);
	for (size_t i = 0; i < PIECE_SAMPLES; i++)
		put_sample(out, i, leaf.sample);
}

static void
make_class(uint64_t *seed, struct piece *out)
{
	struct leaf leaf = PICK(seed, classes);
	struct repeat repeat = PICK(seed, repeats);
	put_pattern(out, leaf.pattern);
	put_pattern(out, repeat.text);
	for (size_t i = 0; i < PIECE_SAMPLES; i++) {
		unsigned n = repeat.low + grammar_random(seed) % (repeat.high - repeat.low + 1);
		for (; n > 0; n--) {
			char c[2] = {leaf.sample[grammar_random(seed) % strlen(leaf.sample)], '\0'};
			put_sample(out, i, c);
		}
	}
}

static void
make_concat(uint64_t *seed, int depth, struct piece *out)
{
	for (unsigned n = 2 + grammar_random(seed) % 3; n > 0; n--) {
		struct piece item = {0};
		make_node(seed, depth - 1, &item);
		join(out, &item);
	}
}

static void
make_either(uint64_t *seed, int depth, struct piece *out)
{
	static const char *const opens[] = {"(?:", "(?:", "(", "(?>", "(?|", "(?i:"};
	unsigned n = 2 + grammar_random(seed) % 3;
	unsigned chosen[PIECE_SAMPLES];
	for (size_t i = 0; i < PIECE_SAMPLES; i++)
		chosen[i] = grammar_random(seed) % n;
	put_pattern(out, PICK(seed, opens));
	for (unsigned branch = 0; branch < n; branch++) {
		struct piece item = {0};
		make_node(seed, depth - 1, &item);
		put_pattern(out, branch > 0 ? "|" : "");
		put_pattern(out, item.pattern);
		for (size_t i = 0; i < PIECE_SAMPLES; i++)
			if (chosen[i] == branch)
				put_sample(out, i, item.samples[i]);
	}
	put_pattern(out, ")");
}

static void
make_group(uint64_t *seed, int depth, struct piece *out)
{
	struct repeat repeat = PICK(seed, group_repeats);
	struct piece item = {0};
	make_node(seed, depth - 1, &item);
	put_pattern(out, grammar_random(seed) % 3 ? "(?:" : "(");
	put_pattern(out, item.pattern);
	put_pattern(out, ")");
	put_pattern(out, repeat.text);
	for (size_t i = 0; i < PIECE_SAMPLES; i++) {
		unsigned n = repeat.low + grammar_random(seed) % (repeat.high - repeat.low + 1);
		for (; n > 0; n--)
			put_sample(out, i, item.samples[i]);
	}
}

/* A look ahead whose sample is the start of what comes; a look behind; or one that must not hold. */
static void
make_look(uint64_t *seed, int depth, struct piece *out)
{
	static const char *const refused[] = {"(?!no\\b)", "(?<!no )", "(?!\\d{4})", "(?<![a-z])", "(?<!-)",
		"(?!0{3})", "(?![^ ]{12})", "(?<!\\w)"};
	struct piece item = {0};
	make_node(seed, depth - 1, &item);
	switch (grammar_random(seed) % 4) {
	case 0:
		put_pattern(out, "(?=");
		put_pattern(out, item.pattern);
		put_pattern(out, ")");
		break;
	case 1:
		put_pattern(out, "(?<=dob |#)");
		for (size_t i = 0; i < PIECE_SAMPLES; i++)
			put_sample(out, i, i % 2 ? "#" : "dob ");
		break;
	default:
		put_pattern(out, PICK(seed, refused));
		break;
	}
	join(out, &item);
}

static void
make_back_reference(uint64_t *seed, int depth, struct piece *out)
{
	struct piece first = {0}, between = {0};
	make_node(seed, depth - 1, &first);
	make_leaf(seed, &between);
	put_pattern(out, "(");
	join(out, &first);
	put_pattern(out, ")");
	join(out, &between);
	put_pattern(out, "\\g{-1}");
	for (size_t i = 0; i < PIECE_SAMPLES; i++)
		put_sample(out, i, first.samples[i]);
}

static void
make_node(uint64_t *seed, int depth, struct piece *out)
{
	static void (*const makers[])(uint64_t *, int, struct piece *) = {make_concat, make_concat,
		make_concat, make_either, make_either, make_group, make_group, make_look,
		make_back_reference};
	uint32_t choice = grammar_random(seed);
	if (depth > 0 && choice % 4 != 0)
		PICK(seed, makers)(seed, depth, out);
	else if (choice % 8 < 4)
		make_leaf(seed, out);
	else
		make_class(seed, out);
}

void
grammar_pattern(uint64_t *seed, struct piece *ret_piece)
{
	static const char *const starts[] = {
		"", "", "", "\\b", "\\b", "\\b", "^", "\\B", "(?i)", "(?s)", "\\b(?!00)"};
	static const char *const ends[] = {"", "", "", "\\b", "\\b", "$", "\\B", "(?!\\d)", "(?=\\s|$)"};
	memset(ret_piece, 0, sizeof(*ret_piece));
	put_pattern(ret_piece, PICK(seed, starts));
	make_concat(seed, DEPTH, ret_piece);
	put_pattern(ret_piece, PICK(seed, ends));
}

/* One change that most patterns notice. */
static void
put_near_miss(uint64_t *seed, struct bytes sample, struct buf *text)
{
	static const char strange[] = " \n-.:aZ09x#_\303";
	size_t at = sample.n > 0 ? grammar_random(seed) % sample.n : 0;
	uint8_t c = sample.n > 0 ? sample.p[at] : ' ';
	bool swapped = false;
	buf_put_bytes(text, bytes_sub(sample, 0, at));
	switch (grammar_random(seed) % 5) {
	case 0:
		break;
	case 1:
		buf_put_byte(text, c);
		buf_put_byte(text, c);
		break;
	case 2:
		buf_put_byte(text, (uint8_t)strange[grammar_random(seed) % (sizeof(strange) - 1)]);
		break;
	case 3:
		buf_put_byte(text, (uint8_t)strange[grammar_random(seed) % (sizeof(strange) - 1)]);
		buf_put_byte(text, c);
		break;
	default:
		swapped = ascii_is_alpha(c);
		buf_put_byte(text, swapped ? c ^ 0x20 : c);
		break;
	}
	buf_put_bytes(text, bytes_sub(sample, at + 1 < sample.n ? at + 1 : sample.n, sample.n));
}

void
grammar_scrap(uint64_t *seed, const struct piece *piece, struct buf *text)
{
	static const char *const between[] = {" ", " ", "\n", "", ", ", "-", "the ", "no ", "dob ", "#", "12",
		"and so on ", "\303\237", "a", "0", ". "};
	struct bytes sample = bytes_of_str(piece->samples[grammar_random(seed) % PIECE_SAMPLES]);
	switch (grammar_random(seed) % 8) {
	case 0:
	case 1:
	case 2:
		buf_put_bytes(text, sample);
		break;
	case 3:
	case 4:
		put_near_miss(seed, sample, text);
		break;
	case 5:
		buf_put_bytes(text, bytes_sub(sample, 0, sample.n / 2));
		break;
	default:
		break;
	}
	buf_put_str(text, PICK(seed, between));
}
