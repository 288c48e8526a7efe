/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The experiment: texts that repeat what one of the pattern's repeats takes, and then fail, each twice as
 * long as the one before. Steps are counted by PCRE2's callouts, one before each item of the pattern, so that
 * the answer is the same on any machine.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "lib/base/mem.h"
#include "lib/dlp/lint_state.h"
#include "lib/dlp/pattern_tree.h"

enum {
	SIZE_START = 128,
	DOUBLINGS = 3,
	STEPS_MAX = 400000,
	STEPS_FEW = 20000, /* fewer are no trouble, however they grow */
	ATTACKS_MAX = 12,
	SAMPLE_MAX = 400,
	MANY = 300 /* in percent: what a doubled text may cost */
};

struct experiment {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	size_t steps;
	int attacks;
	struct buf before; /* what stands before the repeat */
	struct lint_growth *growth;
};

static int
count_step(pcre2_callout_block *block, void *context)
{
	struct experiment *e = context;
	(void)block;
	return ++e->steps > STEPS_MAX ? PCRE2_ERROR_CALLOUT : 0;
}

/* The steps of all matches in the text; more than STEPS_MAX when it was given up. */
static size_t
steps_of(struct experiment *e, struct bytes text)
{
	PCRE2_SIZE from = 0;
	int found;
	e->steps = 0;
	do {
		found = pcre2_match(e->code, text.p, text.n, from, 0, e->data, e->context);
		const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(e->data);
		from = found > 0 && ends[1] > from ? ends[1] : text.n;
	} while (found > 0 && from < text.n);
	return found == PCRE2_ERROR_CALLOUT || found == PCRE2_ERROR_NOMATCH || found > 0 ? e->steps
											 : STEPS_MAX + 1;
}

/* Where the text before the pump stands: once, or before each. */
enum attack { ATTACK_ONCE, ATTACK_EACH };

static void
write_attack(const struct experiment *e, struct bytes pump, enum attack attack, size_t size, struct buf *text)
{
	buf_reset(text);
	if (attack == ATTACK_ONCE)
		buf_put_bytes(text, buf_bytes(&e->before));
	do {
		if (attack == ATTACK_EACH)
			buf_put_bytes(text, buf_bytes(&e->before));
		buf_put_bytes(text, pump);
	} while (text->n < size);
	buf_put_byte(text, '\1'); /* nothing takes that: here it fails */
}

static void
note_growth(struct experiment *e, const struct pattern_tree *repeat, struct bytes pump, size_t size,
	const size_t steps[2])
{
	struct lint_growth *growth = e->growth;
	growth->grows = true;
	growth->at = repeat->at;
	growth->size = size;
	growth->steps[0] = steps[0];
	growth->given_up = steps[1] > STEPS_MAX;
	growth->steps[1] = growth->given_up ? STEPS_MAX : steps[1];
	size_t n = pump.n < sizeof(growth->pump) - 1 ? pump.n : sizeof(growth->pump) - 1;
	for (size_t i = 0; i < n; i++)
		growth->pump[i] = pump.p[i] >= ' ' && pump.p[i] < 0x7F ? (char)pump.p[i] : '?';
	growth->pump[n] = '\0';
}

static void
try_attack(struct experiment *e, const struct pattern_tree *repeat, struct bytes pump, enum attack attack)
{
	struct buf text;
	size_t size = SIZE_START, steps[2], growths = 0;
	buf_init(&text, 1 << 16);
	write_attack(e, pump, attack, size, &text);
	steps[0] = steps_of(e, buf_bytes(&text));
	for (int i = 0; i < DOUBLINGS && !e->growth->grows; i++, size *= 2, steps[0] = steps[1]) {
		write_attack(e, pump, attack, size * 2, &text);
		steps[1] = steps[0] > STEPS_MAX ? steps[0] : steps_of(e, buf_bytes(&text));
		bool many = steps[1] > STEPS_MAX || steps[1] * 100 > steps[0] * MANY;
		if (!many)
			break;
		if (++growths >= 2 && steps[1] > STEPS_FEW)
			note_growth(e, repeat,
				attack == ATTACK_ONCE ? pump
						      : bytes_sub(buf_bytes(&text), 0, e->before.n + pump.n),
				size, steps);
	}
	buf_done(&text);
}

/* A byte of the set: the wanted one, else one that is easy to read. */
static uint8_t
pick(const struct byte_set *set, uint8_t wanted)
{
	static const char easy[] = "aA1 -.,";
	if (byte_set_has(set, wanted))
		return wanted;
	for (size_t i = 0; easy[i]; i++)
		if (byte_set_has(set, (uint8_t)easy[i]))
			return (uint8_t)easy[i];
	for (unsigned c = '!'; c < 0x7F; c++)
		if (byte_set_has(set, (uint8_t)c))
			return (uint8_t)c;
	return '\n';
}

/* A short text that the tree matches, but for its assertions. */
static void
write_sample(const struct pattern_tree *tree, uint8_t wanted, struct buf *out)
{
	bool grew = true;
	switch (tree->kind) {
	case PATTERN_SET:
		buf_put_byte(out, pick(&tree->set, wanted));
		break;
	case PATTERN_CONCAT:
		for (const struct pattern_tree *t = tree->first; t; t = t->next)
			write_sample(t, wanted, out);
		break;
	case PATTERN_EITHER:
		write_sample(tree->first, wanted, out);
		break;
	case PATTERN_REPEAT:
		for (uint32_t i = 0; i < tree->low && !buf_full(out) && grew; i++) {
			size_t before = out->n;
			write_sample(tree->first, wanted, out);
			grew = out->n > before;
		}
		break;
	case PATTERN_NOTHING:
		break;
	}
}

/* Each kind of byte that the repeat takes is tried as pump. */
static void
attack_repeat(struct experiment *e, const struct pattern_tree *repeat)
{
	static const uint8_t wanted[] = {'a', '1', ' '};
	struct buf pump;
	buf_init(&pump, SAMPLE_MAX);
	for (size_t i = 0; i < sizeof(wanted) && !e->growth->grows && e->attacks < ATTACKS_MAX; i++) {
		if (i > 0 && !byte_set_has(&repeat->set, wanted[i]))
			continue;
		buf_reset(&pump);
		write_sample(repeat->first, wanted[i], &pump);
		if (pump.n == 0 || buf_full(&pump))
			continue;
		e->attacks++;
		try_attack(e, repeat, buf_bytes(&pump), ATTACK_ONCE);
		if (!e->growth->grows && e->before.n > 0 && !buf_full(&e->before))
			try_attack(e, repeat, buf_bytes(&pump), ATTACK_EACH);
	}
	buf_done(&pump);
}

static void
attack_all(struct experiment *e, const struct pattern_tree *tree)
{
	size_t start = e->before.n;
	if (e->growth->grows || e->attacks >= ATTACKS_MAX)
		return;
	if (pattern_tree_is_endless(tree))
		attack_repeat(e, tree);
	for (const struct pattern_tree *t = tree->first; t; t = t->next) {
		attack_all(e, t);
		if (tree->kind == PATTERN_CONCAT)
			write_sample(t, 'a', &e->before);
	}
	e->before.n = start;
}

void
lint_cost(struct bytes pattern, enum match_case letter_case, const struct pattern_tree *tree,
	struct lint_growth *ret_growth)
{
	struct experiment e = {.growth = ret_growth};
	/* Repeats that give nothing back still run over the text, from each start anew: that is to be
	 * counted. */
	uint32_t options = PCRE2_MULTILINE | PCRE2_AUTO_CALLOUT | PCRE2_NO_START_OPTIMIZE |
			   PCRE2_NO_AUTO_POSSESS | (letter_case == MATCH_ANY_CASE ? PCRE2_CASELESS : 0);
	int number;
	PCRE2_SIZE offset;
	*ret_growth = (struct lint_growth){.grows = false};
	e.code = pcre2_compile(pattern.p, pattern.n, options, &number, &offset, NULL);
	if (!e.code)
		return;
	e.data = pcre2_match_data_create_from_pattern(e.code, NULL);
	e.context = pcre2_match_context_create(NULL);
	if (!e.data || !e.context)
		mem_exhausted(0);
	pcre2_set_callout(e.context, count_step, &e);
	buf_init(&e.before, SAMPLE_MAX);
	attack_all(&e, tree);
	buf_done(&e.before);
	pcre2_match_context_free(e.context);
	pcre2_match_data_free(e.data);
	pcre2_code_free(e.code);
}
