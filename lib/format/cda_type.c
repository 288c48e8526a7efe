/* SPDX-License-Identifier: Apache-2.0 */
/* HL7 version 3 data types (release 1), as far as documents use them. */
#include "lib/base/ascii.h"
#include "lib/format/cda.h"
#include "lib/format/code_system.h"

/* Every text below, with this between. */
static void
put_texts(struct buf *line, const struct tree_node *top, const char *between)
{
	const struct tree_node *node = top;
	size_t from = line->n;

	while ((node = tree_walk(top, node)) != NULL) {
		struct bytes text = bytes_trim(node->text);

		if (node->name.n > 0 || text.n == 0 || tree_is(node->up, "prefix"))
			continue;
		if (line->n > from)
			buf_put_str(line, between);
		buf_put_bytes(line, text);
	}
}

void
cda_put_name(struct buf *line, const struct tree_node *name)
{
	const struct tree_node *family = tree_get(name, "family");

	/* Some write the family name first. */
	for (const struct tree_node *given = tree_get(name, "given"); given != NULL;
		given = tree_again(given)) {
		put_texts(line, given, " ");
		buf_put_byte(line, ' ');
	}
	if (family == NULL) {
		put_texts(line, name, " ");
		return;
	}
	put_texts(line, family, " ");
	for (const struct tree_node *suffix = tree_get(name, "suffix"); suffix != NULL;
		suffix = tree_again(suffix)) {
		buf_put_byte(line, ' ');
		put_texts(line, suffix, " ");
	}
}

void
cda_put_address(struct buf *line, const struct tree_node *address)
{
	put_texts(line, address, ", ");
}

/* "19610304" as 1961-03-04, with the hours as they are. */
static void
put_stamp(struct buf *line, struct bytes stamp)
{
	size_t digits = 0;

	while (digits < stamp.n && ascii_is_digit(stamp.p[digits]))
		digits++;
	if (digits < 8) {
		buf_put_bytes(line, stamp);
		return;
	}
	buf_putf(line, "%.4s-%.2s-%.2s", (const char *)stamp.p, (const char *)stamp.p + 4,
		(const char *)stamp.p + 6);
	if (digits >= 12)
		buf_putf(line, " %.2s:%.2s", (const char *)stamp.p + 8, (const char *)stamp.p + 10);
}

void
cda_put_time(struct buf *line, const struct tree_node *time)
{
	static const char *const parts[] = {"low", "center", "high"};

	put_stamp(line, time->text);
	for (size_t i = 0; i < 3; i++) {
		struct bytes stamp = tree_get_text(time, parts[i]);

		if (stamp.n == 0)
			continue;
		if (line->n > 0)
			buf_put_str(line, i == 2 ? " to " : " ");
		put_stamp(line, stamp);
	}
}

/* "Asthma (SNOMED CT 195967001)" */
static void
put_one_code(struct buf *line, const struct tree_node *code)
{
	struct bytes display = tree_get_text(code, "displayName"), number = tree_get_text(code, "code");
	const char *system = code_system_name(tree_get_text(code, "codeSystem"));

	/* A code alone of a system that nobody knows says nothing. */
	if (display.n == 0 && (number.n == 0 || system == NULL))
		return;
	if (line->n > 0)
		buf_put_str(line, "; ");
	buf_put_bytes(line, display);
	if (number.n == 0)
		return;
	buf_put_str(line, display.n > 0 ? " (" : "(");
	if (system != NULL)
		buf_putf(line, "%s ", system);
	buf_put_bytes(line, number);
	buf_put_byte(line, ')');
}

void
cda_put_code(struct buf *line, const struct tree_node *code)
{
	const struct tree_node *said = tree_get(code, "originalText");

	put_one_code(line, code);
	for (const struct tree_node *other = tree_get(code, "translation"); other != NULL;
		other = tree_again(other))
		put_one_code(line, other);
	if (said != NULL) {
		if (line->n > 0)
			buf_put_byte(line, ' ');
		put_texts(line, said, " ");
	}
}

void
cda_put_quantity(struct buf *line, const struct tree_node *value)
{
	struct bytes unit = tree_get_text(value, "unit");

	buf_put_bytes(line, value->text);
	if (unit.n > 0 && !bytes_eq(unit, BYTES_LIT("1"))) {
		buf_put_byte(line, ' ');
		buf_put_bytes(line, unit);
	}
}

static bool
holds_only_text(const struct tree_node *node)
{
	for (const struct tree_node *member = node->first; member != NULL; member = member->next)
		if (member->name.n > 0 && !member->is_attribute)
			return false;
	return true;
}

bool
cda_put_value(struct buf *line, const struct tree_node *value)
{
	const struct tree_node *low = tree_get(value, "low"), *high = tree_get(value, "high");
	size_t from = line->n;

	if (tree_get(value, "code") != NULL || tree_get(value, "displayName") != NULL ||
		tree_get(value, "originalText") != NULL)
		cda_put_code(line, value);
	else if (value->text.n > 0 && !value->is_attribute)
		cda_put_quantity(line, value);
	else if (low != NULL || high != NULL) {
		if (low != NULL)
			cda_put_quantity(line, low);
		buf_put_str(line, " to ");
		if (high != NULL)
			cda_put_quantity(line, high);
	} else if (holds_only_text(value))
		put_texts(line, value, " ");
	return line->n > from;
}
