/* SPDX-License-Identifier: Apache-2.0 */
/* A matcher's tables to an image and from one. Pattern's code is not in it: PCRE2 compiles that anew. */
#include "lib/base/mem.h"
#include "lib/dlp/match_state.h"

void
match_save(const struct matcher *matcher, struct buf *out)
{
	size_t words = matcher->n / 64 + 1, n_literals = literals_n(matcher->literals);
	struct source *sources = mem_new(matcher->n, sizeof(*sources));
	struct buf anchors, texts;
	buf_init(&anchors, out->max);
	buf_init(&texts, out->max);
	for (size_t i = 0; i < matcher->n; i++) {
		sources[i] = matcher->sources[i];
		sources[i].code = NULL;
		sources[i].anchors = NULL;
		sources[i].text = NULL;
		buf_put(&anchors, matcher->sources[i].anchors, sources[i].n_anchors * sizeof(struct anchor));
		buf_put_str(&texts, matcher->sources[i].text ? matcher->sources[i].text : "");
		buf_put_byte(&texts, '\0');
	}
	image_put(out, sources, matcher->n * sizeof(*sources));
	image_put(out, anchors.p, anchors.n);
	image_put(out, texts.p, texts.n);
	image_put(out, matcher->users.from, (n_literals + 1) * sizeof(uint32_t));
	image_put(out, matcher->users.sources, matcher->users.from[n_literals] * sizeof(uint32_t));
	image_put(out, matcher->always, words * sizeof(uint64_t));
	image_put(out, matcher->numeric, words * sizeof(uint64_t));
	image_put(out, matcher->source_of_set, matcher->n_sets * sizeof(uint32_t));
	literals_save(matcher->literals, out);
	term_index_save(matcher->terms, out);
	free(sources);
	buf_done(&anchors);
	buf_done(&texts);
}

/* Anchors and texts stand one behind the other, in the order of the sources. */
static bool
take_sources(struct matcher *matcher, struct image *image)
{
	size_t n_anchors, n_texts, anchor = 0;
	const struct source *sources = image_take(image, sizeof(*sources), &matcher->n_prepared);
	const struct anchor *anchors = image_take(image, sizeof(*anchors), &n_anchors);
	const char *texts = image_take(image, 1, &n_texts), *end = texts + n_texts;
	matcher->prepared = mem_new(matcher->n_prepared, sizeof(*sources));
	for (size_t i = 0; !image->failed && i < matcher->n_prepared; i++) {
		struct source *source = &matcher->prepared[i];
		const char *nul = memchr(texts, '\0', (size_t)(end - texts));
		*source = sources[i];
		if (!nul || source->n_anchors > n_anchors - anchor)
			return false;
		source->anchors = (struct anchor *)(uintptr_t)(anchors + anchor);
		source->text = (char *)(uintptr_t)texts;
		anchor += source->n_anchors;
		texts = nul + 1;
	}
	return !image->failed;
}

struct matcher *
match_map(const struct match_limits *limits, struct image *image)
{
	struct matcher *matcher = match_new(limits);
	size_t n[5];
	bool whole = take_sources(matcher, image);
	matcher->users.from = (uint32_t *)(uintptr_t)image_take(image, sizeof(uint32_t), &n[0]);
	matcher->users.sources = (uint32_t *)(uintptr_t)image_take(image, sizeof(uint32_t), &n[1]);
	matcher->always = (uint64_t *)(uintptr_t)image_take(image, sizeof(uint64_t), &n[2]);
	matcher->numeric = (uint64_t *)(uintptr_t)image_take(image, sizeof(uint64_t), &n[3]);
	matcher->source_of_set = (uint32_t *)(uintptr_t)image_take(image, sizeof(uint32_t), &n[4]);
	literals_free(matcher->literals);
	term_index_free(matcher->terms);
	matcher->literals = literals_map(image);
	matcher->terms = term_index_map(image);
	matcher->image = *image;
	*image = (struct image){.failed = false};
	matcher->is_mapped = true;
	size_t words = matcher->n_prepared / 64 + 1;
	if (whole && !matcher->image.failed && n[0] == literals_n(matcher->literals) + 1 && n[2] == words &&
		n[3] == words)
		return matcher;
	match_free(matcher);
	return NULL;
}

bool
match_is_mapped(const struct matcher *matcher)
{
	return matcher->is_mapped;
}

bool
match_fits_image(const struct matcher *matcher)
{
	return !matcher->is_stale && matcher->n == matcher->n_prepared;
}

/* What comes next in the image; NULL when it is something else. */
struct source *
match_next_prepared(struct matcher *matcher, struct bytes pattern)
{
	struct source *next = matcher->n < matcher->n_prepared ? &matcher->prepared[matcher->n] : NULL;
	if (next && bytes_eq(pattern, bytes_of_str(next->text)))
		return next;
	matcher->is_stale = true;
	return NULL;
}
