/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/roster_names.h"

enum { WORDS_MAX = 6 };

struct words {
	size_t n;
	struct roster_word p[WORDS_MAX];
};

static bool
is_in(const struct roster_word *word, const char *const *list)
{
	for (size_t i = 0; list[i]; i++)
		if (bytes_eq(bytes_of(word->text, word->n), bytes_of_str(list[i])))
			return true;
	return false;
}

/* Titles and suffixes. */
static bool
is_decoration(const struct roster_word *word)
{
	static const char *const list[] = {"dr", "esq", "ii", "iii", "iv", "jr", "junior", "md", "miss", "mr",
		"mrs", "ms", "phd", "prof", "rn", "senior", "sr", NULL};

	return is_in(word, list);
}

/* "van der Berg": not a name by itself. */
static bool
is_particle(const struct roster_word *word)
{
	static const char *const list[] = {"al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos",
		"du", "el", "la", "le", "of", "st", "ter", "van", "von", "y", NULL};

	return is_in(word, list);
}

/* Words of two letters or more that are part of the name. */
static void
add_words(struct words *words, struct bytes text)
{
	size_t at = 0;

	while (words->n < WORDS_MAX && roster_next_word(text, &at, &words->p[words->n]))
		if (words->p[words->n].n > 1 && !is_decoration(&words->p[words->n]))
			words->n++;
}

/* Words from `from` to before `end` as one. */
static void
join(const struct words *words, size_t from, size_t end, struct roster_word *ret_word)
{
	ret_word->n = 0;
	for (size_t i = from; i < end; i++)
		for (size_t j = 0; j < words->p[i].n && ret_word->n < sizeof(ret_word->text); j++)
			ret_word->text[ret_word->n++] = words->p[i].text[j];
}

static bool
give_all(const struct words *given, const struct words *last, const struct roster_pairs *pairs)
{
	struct roster_word joined;

	for (size_t i = 0; i < given->n; i++)
		for (size_t j = 0; j < last->n; j++)
			if (!is_particle(&last->p[j]) || last->n == 1)
				pairs->pair(pairs->context, &given->p[i], &last->p[j]);
	if (given->n == 0 || last->n == 0)
		return false;
	if (last->n > 1) {
		join(last, 0, last->n, &joined);
		for (size_t i = 0; i < given->n; i++)
			pairs->pair(pairs->context, &given->p[i], &joined);
	}
	if (given->n > 1) {
		join(given, 0, 2, &joined);
		pairs->pair(pairs->context, &joined, &last->p[last->n - 1]);
	}
	return true;
}

/* "Maria Garcia Lopez": who can tell where the surname begins? */
static bool
give_running(const struct words *words, const struct roster_pairs *pairs)
{
	struct words given = {0}, last = {0};
	size_t first = 1;

	if (words->n < 2)
		return false;
	while (first < words->n - 1 && !is_particle(&words->p[first]))
		first++;
	given.n = first;
	memcpy(given.p, words->p, first * sizeof(given.p[0]));
	last.n = words->n - first;
	memcpy(last.p, words->p + first, last.n * sizeof(last.p[0]));
	for (size_t i = 1; i < first; i++)
		pairs->pair(pairs->context, &words->p[0], &words->p[i]);
	if (words->n > 2 && last.n == 1) {
		join(words, words->n - 2, words->n, &last.p[0]);
		pairs->pair(pairs->context, &words->p[0], &last.p[0]);
		last.p[0] = words->p[words->n - 1];
	}
	return give_all(&given, &last, pairs);
}

bool
roster_split_name(struct bytes whole, struct bytes first, struct bytes middle, struct bytes last,
	const struct roster_pairs *pairs)
{
	struct words given = {0}, family = {0}, running = {0};
	size_t comma = bytes_find_byte(whole, ',');

	add_words(&given, first);
	add_words(&given, middle);
	add_words(&family, last);
	if (given.n > 0 && family.n > 0)
		return give_all(&given, &family, pairs);
	given.n = family.n = 0;
	if (comma < whole.n) {
		add_words(&family, bytes_sub(whole, 0, comma));
		add_words(&given, bytes_sub(whole, comma, whole.n));
		if (given.n > 0)
			return give_all(&given, &family, pairs);
	}
	add_words(&running, whole); /* also "John Smith, Jr." */
	return give_running(&running, pairs);
}
