/* SPDX-License-Identifier: Apache-2.0 */
/* Names near other values: two words of one name, with others between them. */
#include "lib/dlp/roster_finder.h"

enum {
	NAME_WORDS = 4,
	NAME_TEXT = 80,
	NEAR = 100, /* bytes: farther away, a name has capital letters */
};

enum words { ALL_WORDS, CAPITALS };

/* The last words of a text, those of names and others. */
struct recent {
	struct {
		struct roster_word word;
		size_t from;
		bool names;
	} p[NAME_WORDS];
	size_t n; /* so far */
	struct roster_value value;
};

static void
look_up_pairs(const struct finder *f, struct recent *recent, size_t last, size_t end)
{
	const struct roster_word *now = &recent->p[last % NAME_WORDS].word;

	for (size_t i = 1; i < NAME_WORDS && i <= last; i++) {
		size_t then = (last - i) % NAME_WORDS;

		if (!recent->p[then].names || end - recent->p[then].from > NAME_TEXT)
			continue;
		roster_name(&recent->value, &recent->p[then].word, now);
		finder_look_up(f, recent->p[then].from, end, ROSTER_NAME, &recent->value);
	}
}

static void
take_word(const struct finder *f, struct recent *recent, size_t end)
{
	size_t last = recent->n++, now = last % NAME_WORDS;
	const struct roster_word *word = &recent->p[now].word;

	recent->p[now].names = word->n > 1 && roster_may_name(f->roster, word);
	if (recent->p[now].names)
		look_up_pairs(f, recent, last, end);
}

static size_t
word_end(struct bytes text, size_t at)
{
	while (at < text.n && roster_is_letter(text.p[at]))
		at++;
	return at;
}

/* Words that begin before `end`. One that is passed over stands between the others all the same. */
static void
look_through(const struct finder *f, struct recent *recent, size_t *from, size_t end, enum words words)
{
	const uint8_t *p = f->text.p;
	size_t at = *from;

	for (;;) {
		size_t now = recent->n % NAME_WORDS;

		while (at < end && !roster_is_letter(p[at]))
			at++;
		if (at >= end)
			break;
		if (words == CAPITALS && p[at] >= 'a' && p[at] <= 'z') {
			at = word_end(f->text, at);
			recent->p[now].names = false;
			recent->n++;
			continue;
		}
		recent->p[now].from = at;
		(void)roster_next_word(f->text, &at, &recent->p[now].word);
		take_word(f, recent, at);
	}
	*from = at;
}

static size_t
before(size_t at, size_t n)
{
	return at > n ? at - n : 0;
}

/* Where surroundings meet, each word is read once. */
void
finder_names(const struct finder *f)
{
	size_t n = finder_n(f), done = 0;
	struct recent recent;

	recent.n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct roster_found anchor = *finder_at(f, i);
		size_t from = before(anchor.from, f->reach), end = anchor.to + f->reach;
		size_t next = i + 1 < n ? before(finder_at(f, i + 1)->from, NEAR) : end;

		end = end < f->text.n ? end : f->text.n;
		next = next < end ? next : end;
		if (from > done) {
			recent.n = 0;
			done = word_end(f->text, from); /* the rest of a word */
		}
		look_through(f, &recent, &done, before(anchor.from, NEAR), CAPITALS);
		look_through(f, &recent, &done, anchor.to + NEAR < end ? anchor.to + NEAR : end, ALL_WORDS);
		look_through(f, &recent, &done, next, CAPITALS);
	}
}
