/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/fold.h"

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"

enum {
	INPUT_MAX = 1 << 30,
	BLOCK = 16,     /* that the compiler makes one instruction of */
	WORD_LOOK = 64, /* how far ahead a word is read to see whether it is a mixed one */
};

/* What an ASCII byte is to the fold. */
enum byte_class { PLAIN, SPACE, BREAK, NOTHING, QUOTE_MARK, HIGH };

/* What the current word holds so far. */
enum word_mark { WORD_LATIN = 1, WORD_FOREIGN = 2 };

enum pending { NO_SPACE, ONE_SPACE, ONE_BREAK };

struct folder {
	struct bytes in;
	size_t at;
	uint8_t *out; /* there is room for all that can come */
	size_t n;
	enum fold_mode mode;
	struct buf *steps;
	size_t shift; /* original minus folded place, of the last step */
	enum pending pending;
	size_t pending_at;
	bool line_start;
	unsigned word;       /* enum word_mark */
	size_t decided_upto; /* the word that ends here is judged: */
	bool decided_mixed;
};

static enum byte_class
byte_class(const struct folder *f, uint8_t c)
{
	if (c >= 0x80)
		return HIGH;
	if (c == ' ' || c == '\t')
		return SPACE;
	if (c == '\n' || c == '\r' || c == '\v' || c == '\f')
		return BREAK;
	if (c < 0x20 || c == 0x7F)
		return NOTHING;
	if (c == '>' && f->line_start && f->mode == FOLD_TEXT)
		return QUOTE_MARK;
	if (c == '_' && f->mode == FOLD_FILENAME)
		return SPACE;
	return PLAIN;
}

/* Notes that what is written next came from `from`. */
static void
mark(struct folder *f, size_t from)
{
	size_t shift = from - f->n;
	if (shift == f->shift)
		return;
	f->shift = shift;
	struct fold_step step = {(uint32_t)f->n, (uint32_t)from};
	buf_put(f->steps, &step, sizeof(step));
}

static void
flush_space(struct folder *f)
{
	if (f->pending != NO_SPACE && f->n > 0) {
		mark(f, f->pending_at);
		f->out[f->n++] = f->pending == ONE_BREAK ? '\n' : ' ';
	}
	f->pending = NO_SPACE;
	f->line_start = false;
}

static void
add_space(struct folder *f, enum pending kind, size_t from)
{
	if (f->pending == NO_SPACE)
		f->pending_at = from;
	if (kind > f->pending)
		f->pending = kind;
	if (kind == ONE_BREAK)
		f->line_start = true;
	f->word = 0;
}

static void
put(struct folder *f, const void *text, size_t n, size_t from)
{
	flush_space(f);
	mark(f, from);
	memcpy(f->out + f->n, text, n);
	f->n += n;
}

static bool
is_plain(const struct folder *f, uint8_t c)
{
	return c > ' ' && c < 0x7F && (c != '_' || f->mode != FOLD_FILENAME);
}

/* A block of printable ASCII in which plain bytes stand around every space; reads one byte behind it. */
static bool
is_plain_block(const uint8_t *p)
{
	uint8_t odd = 0;
	for (size_t i = 0; i < BLOCK; i++) {
		bool printable = (uint8_t)(p[i] - ' ') < 0x7F - ' ';
		bool next_plain = (uint8_t)(p[i + 1] - '!') < 0x7F - '!';
		bool lone = p[i] != ' ' || next_plain;
		odd |= (uint8_t)(printable && lone ? 0 : 1);
	}
	return odd == 0;
}

/* Where the stretch of plain ASCII with single spaces ends that `at` is in; `end` or before. */
static size_t
plain_end(const struct folder *f, size_t at, size_t end)
{
	const uint8_t *p = f->in.p;
	while (at < end) {
		bool single = p[at] == ' ' && at + 1 < f->in.n && is_plain(f, p[at + 1]);
		if (!single && !is_plain(f, p[at]))
			break;
		at++;
	}
	return at;
}

/* Copies a stretch of plain ASCII with single spaces in one go: nearly all of nearly every text. */
static void
copy_plain(struct folder *f)
{
	size_t from = f->at, to = f->at, end = f->at;
	const uint8_t *p = f->in.p;
	while (to == end && to < f->in.n) {
		end = to + BLOCK < f->in.n ? to + BLOCK : f->in.n;
		bool whole = f->mode != FOLD_FILENAME && to + BLOCK < f->in.n && is_plain_block(p + to);
		to = whole ? end : plain_end(f, to, end);
	}
	put(f, p + from, to - from, from);
	f->at = to;
	f->word = to > from && ascii_is_alnum(p[to - 1]) ? WORD_LATIN : 0;
}

/* What the rest of the word adds to its marks. */
static unsigned
look_ahead(struct folder *f, size_t at)
{
	unsigned marks = 0;
	for (int i = 0; i < WORD_LOOK && at < f->in.n; i++) {
		char text[FOLD_POINT_MAX] = {0};
		uint32_t code_point = utf8_next(f->in, &at);
		enum fold_class class = FOLD_ASCII;
		if (code_point < 0x80)
			text[0] = (char)code_point;
		else
			class = fold_point(code_point, text);
		if (class == FOLD_SPACE || class == FOLD_BREAK ||
			(class == FOLD_ASCII && !ascii_is_alnum((uint8_t)text[0])))
			break;
		if (class == FOLD_ASCII)
			marks |= WORD_LATIN;
		else if (class == FOLD_KEEP)
			marks |= WORD_FOREIGN;
	}
	f->decided_upto = at;
	return marks;
}

/*
 * Whether the word that holds the look-alike at `from` is a mixed one (Latin letters or digits beside it), or
 * holds nothing but look-alikes: then they are read as Latin. A plain Russian or Greek word is left alone.
 */
static bool
is_mixed(struct folder *f, size_t from)
{
	if (f->word != 0 && from < f->decided_upto)
		return f->decided_mixed;
	unsigned marks = f->word | look_ahead(f, from);
	f->decided_mixed = (marks & WORD_LATIN) || !(marks & WORD_FOREIGN);
	return f->decided_mixed;
}

static void
fold_high(struct folder *f)
{
	size_t from = f->at;
	char text[FOLD_POINT_MAX] = {0};
	enum fold_class class = fold_point(utf8_next(f->in, &f->at), text);
	switch (class) {
	case FOLD_DROP:
		return;
	case FOLD_SPACE:
	case FOLD_BREAK:
		add_space(f, class == FOLD_BREAK ? ONE_BREAK : ONE_SPACE, from);
		return;
	case FOLD_LOOKALIKE:
		if (!is_mixed(f, from))
			break;
		put(f, text, strlen(text), from);
		f->word |= WORD_LATIN;
		return;
	case FOLD_ASCII:
		put(f, text, strlen(text), from);
		f->word = ascii_is_alnum((uint8_t)text[0]) ? f->word | WORD_LATIN : 0;
		return;
	case FOLD_KEEP:
		break;
	}
	put(f, f->in.p + from, f->at - from, from);
	f->word |= WORD_FOREIGN;
}

static void
fold_next(struct folder *f)
{
	enum byte_class class = byte_class(f, f->in.p[f->at]);
	switch (class) {
	case PLAIN:
		copy_plain(f);
		return;
	case HIGH:
		fold_high(f);
		return;
	case SPACE:
	case BREAK:
		add_space(f, class == BREAK ? ONE_BREAK : ONE_SPACE, f->at);
		break;
	case QUOTE_MARK:
	case NOTHING:
		break;
	}
	f->at++;
}

void
fold_scratch_init(struct fold_scratch *scratch)
{
	buf_init(&scratch->text, (size_t)INPUT_MAX * 2);
	buf_init(&scratch->steps, (size_t)INPUT_MAX * 16);
	buf_init(&scratch->rewritten, (size_t)INPUT_MAX * 2);
	buf_init(&scratch->rewritten_steps, (size_t)INPUT_MAX * 16);
}

void
fold_scratch_done(struct fold_scratch *scratch)
{
	buf_wipe_done(&scratch->text);
	buf_done(&scratch->steps);
	buf_wipe_done(&scratch->rewritten);
	buf_done(&scratch->rewritten_steps);
}

void
fold_text(struct fold_scratch *scratch, struct arena *arena, struct bytes text, enum fold_mode mode,
	struct folded *ret_folded)
{
	text = bytes_sub(text, 0, INPUT_MAX);
	buf_reset(&scratch->text);
	buf_reset(&scratch->steps);
	/* The longest growth is a two-byte "1/2" sign to three bytes. */
	struct folder f = {
		.in = text,
		.mode = mode,
		.out = buf_room(&scratch->text, text.n + text.n / 2 + 8),
		.steps = &scratch->steps,
		.line_start = true,
	};
	while (f.at < f.in.n)
		fold_next(&f);
	struct folded first = {bytes_of(f.out, f.n), (const void *)scratch->steps.p,
		scratch->steps.n / sizeof(struct fold_step)};
	buf_reset(&scratch->rewritten);
	buf_reset(&scratch->rewritten_steps);
	bool rewritten =
		mode != FOLD_TERM && fold_numbers(&first, &scratch->rewritten, &scratch->rewritten_steps);
	struct bytes steps = buf_bytes(rewritten ? &scratch->rewritten_steps : &scratch->steps);
	ret_folded->text = arena_bytes(arena, rewritten ? buf_bytes(&scratch->rewritten) : first.text);
	/* A shorter text would leave the end of this one for the next message. */
	mem_wipe(f.out, f.n);
	mem_wipe(scratch->rewritten.p, scratch->rewritten.n);
	steps = arena_bytes(arena, steps);
	ret_folded->steps = (const void *)steps.p;
	ret_folded->n_steps = steps.n / sizeof(struct fold_step);
}

size_t
fold_original(const struct folded *folded, size_t at)
{
	size_t low = 0, high = folded->n_steps;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (folded->steps[middle].folded <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return at;
	const struct fold_step *step = &folded->steps[low - 1];
	return step->original + (at - step->folded);
}
