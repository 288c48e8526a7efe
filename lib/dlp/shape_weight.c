/* SPDX-License-Identifier: Apache-2.0 */
/* How often something stands in ordinary mail: a guess, by which anchors are compared. */
#include "lib/dlp/shape_facts.h"

#include "lib/base/ascii.h"

/* Which share of the bytes is this letter, small or capital. */
static const double letter_share[26] = {0.063, 0.012, 0.025, 0.029, 0.088, 0.016, 0.015, 0.036, 0.058, 0.002,
	0.008, 0.031, 0.021, 0.058, 0.063, 0.017, 0.001, 0.051, 0.051, 0.067, 0.024, 0.008, 0.013, 0.003,
	0.015, 0.001};

static const struct {
	uint8_t byte;
	double share;
} sign_share[] = {
	{' ', 0.15}, {'\n', 0.022}, {'.', 0.013}, {',', 0.011}, {'-', 0.008}, {':', 0.008}, {'/', 0.004}};

static const double a_digit = 0.004, a_sign = 0.002, at_an_edge = 0.25, a_common_word = 0.004,
		    as_a_word = 0.9;

/* Words that letters' shares would take for rare. */
static const char *const common_words[] = {"about", "after", "all", "and", "any", "are", "been", "but", "can",
	"for", "from", "had", "has", "have", "her", "his", "if", "in", "is", "it", "may", "more", "my", "new",
	"no", "not", "of", "on", "one", "or", "our", "out", "she", "that", "the", "their", "them", "there",
	"they", "this", "time", "to", "was", "we", "were", "what", "when", "which", "will", "with", "would",
	"you", "your"};

/* Of the runs of digits in mail, how many are so long; a longer one is as rare as the last. */
static const double run_share[] = {0, 0.3, 0.3, 0.1, 0.15, 0.04, 0.03, 0.02, 0.02, 0.01, 0.02};
static const double digit_hits = 0.02, run_hits = 0.008, line_hits = 0.02;

static double
byte_share(uint8_t c)
{
	if (ascii_is_alpha(c))
		return letter_share[ascii_lower(c) - 'a'];
	if (ascii_is_digit(c))
		return a_digit;
	for (size_t i = 0; i < sizeof(sign_share) / sizeof(sign_share[0]); i++)
		if (sign_share[i].byte == c)
			return sign_share[i].share;
	return a_sign;
}

static bool
is_common(struct bytes text)
{
	enum { LONGEST = 5 };
	struct bytes word = bytes_trim(text);
	for (size_t i = 0; word.n <= LONGEST && i < sizeof(common_words) / sizeof(common_words[0]); i++)
		if (word.n > 0 && common_words[i][0] == word.p[0] &&
			bytes_eq(word, bytes_of_str(common_words[i])))
			return true;
	return false;
}

/* Behind the first two, letters follow from those before: each of them says less. */
static double
literal_hits(const struct shape_anchor *anchor)
{
	static const double at_most = 0.25, times = 4;
	double hits = 1;
	if (is_common(anchor->text))
		return a_common_word * (anchor->edge_before ? as_a_word : 1) *
		       (anchor->edge_after ? as_a_word : 1);
	for (size_t i = 0; i < anchor->text.n; i++) {
		double share = byte_share(anchor->text.p[i]);
		hits *= i < 2 ? share : share * times < at_most ? share * times : at_most;
	}
	return hits * (anchor->edge_before ? at_an_edge : 1) * (anchor->edge_after ? at_an_edge : 1);
}

double
shape_run_hits(shape_run run)
{
	double share = 0;
	for (uint32_t i = 1; i < sizeof(run_share) / sizeof(run_share[0]); i++)
		if (run >> i & 1)
			share += run_share[i];
	if (run >> 11 != 0)
		share += 0.01;
	return share * run_hits;
}

/* A wide or endless stretch in front of the anchor means many places where the match may begin. */
static double
width_factor(const struct shape_anchor *anchor)
{
	enum { NO_BOUND = 200, A_WORD = 10, PLACES = 4 };
	if (anchor->high != SHAPE_ANY)
		return 1 + (double)(anchor->high - anchor->low) / PLACES;
	return byte_set_has(&anchor->gap, ' ') || byte_set_has(&anchor->gap, 'e') == 0 ? NO_BOUND : A_WORD;
}

static double
anchor_hits(const struct shape_anchor *anchor)
{
	switch (anchor->kind) {
	case SHAPE_LITERAL:
		return literal_hits(anchor);
	case SHAPE_DIGIT:
		return digit_hits;
	case SHAPE_DIGITS:
		return shape_run_hits(anchor->run);
	case SHAPE_LINE:
		break;
	}
	return line_hits;
}

double
shape_hits(const struct shape_anchor *anchors, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		double hits = anchor_hits(&anchors[i]);
		sum += hits * width_factor(&anchors[i]);
	}
	return sum;
}
