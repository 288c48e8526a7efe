/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/literal.h"

#include "lib/base/ascii.h"
#include "lib/base/mem.h"

struct literal {
	uint32_t offset, n; /* in `text` */
	uint32_t shorter;   /* the longest other literal that ends where this one does, plus one */
};

/* A state of the automaton. */
struct state {
	uint32_t literal; /* the longest that ends here, plus one */
	uint32_t fail;
};

struct literals {
	struct buf text;
	struct literal *list;
	size_t n;
	uint8_t class_of[256]; /* 0 = a byte of no literal */
	size_t n_classes;
	uint32_t *next; /* n_states rows of n_classes: where the next row begins; the top bit says that the
			   state has literals */
	struct state *states;
	size_t n_states;
};

#define HAS_LITERAL UINT32_C(0x80000000)

struct literals *
literals_new(void)
{
	struct literals *literals = mem_new(1, sizeof(*literals));
	buf_init(&literals->text, 1 << 24);
	return literals;
}

void
literals_free(struct literals *literals)
{
	if (!literals)
		return;
	buf_done(&literals->text);
	free(literals->list);
	free(literals->next);
	free(literals->states);
	free(literals);
}

static struct bytes
text_of(const struct literals *literals, size_t number)
{
	const struct literal *literal = &literals->list[number];
	return bytes_sub(buf_bytes(&literals->text), literal->offset, literal->n);
}

uint32_t
literals_add(struct literals *literals, struct bytes text)
{
	for (size_t i = 0; i < literals->n; i++)
		if (bytes_eq(text_of(literals, i), text))
			return (uint32_t)i;
	literals->list = mem_grow(literals->list, literals->n * sizeof(*literals->list),
		(literals->n + 1) * sizeof(*literals->list));
	literals->list[literals->n] =
		(struct literal){.offset = (uint32_t)literals->text.n, .n = (uint32_t)text.n};
	buf_put_bytes(&literals->text, text);
	return (uint32_t)literals->n++;
}

size_t
literals_n(const struct literals *literals)
{
	return literals->n;
}

size_t
literals_length(const struct literals *literals, uint32_t number)
{
	return literals->list[number].n;
}

static void
set_classes(struct literals *literals)
{
	literals->n_classes = 1;
	for (size_t i = 0; i < literals->text.n; i++) {
		uint8_t c = literals->text.p[i];
		if (literals->class_of[c] == 0)
			literals->class_of[c] = (uint8_t)literals->n_classes++;
	}
	for (int c = 'A'; c <= 'Z'; c++)
		literals->class_of[c] = literals->class_of[ascii_lower((uint8_t)c)];
}

static void
add_path(struct literals *literals, size_t number)
{
	struct bytes text = text_of(literals, number);
	uint32_t at = 0;
	for (size_t i = 0; i < text.n; i++) {
		uint32_t *step = &literals->next[at * literals->n_classes + literals->class_of[text.p[i]]];
		if (*step == 0)
			*step = (uint32_t)literals->n_states++;
		at = *step;
	}
	literals->states[at].literal = (uint32_t)number + 1;
}

/* Fills the missing steps of one state from its fail state, and hands fail states to its own steps. */
static void
complete_state(struct literals *literals, uint32_t at, uint32_t *queue, size_t *queued)
{
	struct state *state = &literals->states[at];
	const uint32_t *fail_row = &literals->next[state->fail * literals->n_classes];
	uint32_t *row = &literals->next[at * literals->n_classes];
	for (size_t c = 0; c < literals->n_classes; c++) {
		if (row[c] == 0) {
			row[c] = at == 0 ? 0 : fail_row[c];
			continue;
		}
		literals->states[row[c]].fail = at == 0 ? 0 : fail_row[c];
		queue[(*queued)++] = row[c];
	}
	uint32_t inherited = literals->states[state->fail].literal;
	if (state->literal != 0)
		literals->list[state->literal - 1].shorter = inherited;
	else if (at != 0)
		state->literal = inherited;
}

void
literals_end(struct literals *literals)
{
	set_classes(literals);
	size_t most = literals->text.n + 1;
	literals->next = mem_new(most * literals->n_classes, sizeof(*literals->next));
	literals->states = mem_new(most, sizeof(*literals->states));
	literals->n_states = 1;
	for (size_t i = 0; i < literals->n; i++)
		add_path(literals, i);
	uint32_t *queue = mem_new(most, sizeof(*queue));
	size_t queued = 0;
	complete_state(literals, 0, queue, &queued);
	for (size_t i = 0; i < queued; i++)
		complete_state(literals, queue[i], queue, &queued);
	free(queue);
	for (size_t i = 0; i < literals->n_states * literals->n_classes; i++) {
		uint32_t state = literals->next[i];
		literals->next[i] = state * (uint32_t)literals->n_classes |
				    (literals->states[state].literal != 0 ? HAS_LITERAL : 0);
	}
}

static void
report(const struct literals *literals, uint32_t state, size_t end, uint32_t *heads, struct buf *hits)
{
	for (uint32_t number = literals->states[state].literal; number != 0;) {
		const struct literal *literal = &literals->list[--number];
		struct literal_hit hit = {number, (uint32_t)(end - literal->n), heads[number]};
		buf_put(hits, &hit, sizeof(hit));
		heads[number] = (uint32_t)(hits->n / sizeof(hit));
		number = literal->shorter;
	}
}

void
literals_scan(const struct literals *literals, struct bytes text, uint32_t *heads, struct buf *hits)
{
	if (literals->n == 0)
		return;
	const uint32_t *next = literals->next;
	const uint8_t *class_of = literals->class_of;
	uint32_t row = 0;
	for (size_t i = 0; i < text.n; i++) {
		row = next[row + class_of[text.p[i]]];
		if (row & HAS_LITERAL) {
			row &= ~HAS_LITERAL;
			report(literals, row / (uint32_t)literals->n_classes, i + 1, heads, hits);
		}
	}
}
