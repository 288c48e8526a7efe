/* SPDX-License-Identifier: Apache-2.0 */
/* FHIR R4, "Datatypes": told by their shape, since extensions and unknown members have them too. */
#include "lib/format/code_system.h"
#include "lib/format/fhir.h"

static bool
has(const struct tree_node *node, const char *member)
{
	return tree_get(node, member) != NULL;
}

/* Each of them, with this between. */
static void
put_all(struct buf *line, const struct tree_node *node, const char *member, const char *between)
{
	for (const struct tree_node *item = tree_get(node, member); item != NULL; item = tree_again(item)) {
		struct bytes text = tree_text(item);

		if (text.n == 0)
			continue;
		if (line->n > 0)
			buf_put_str(line, between);
		buf_put_bytes(line, text);
	}
}

bool
fhir_is_name(const struct tree_node *node)
{
	return has(node, "family") || has(node, "given");
}

void
fhir_put_name(struct buf *line, const struct tree_node *name)
{
	put_all(line, name, "given", " ");
	put_all(line, name, "family", " ");
	put_all(line, name, "suffix", " ");
	if (line->n == 0)
		put_all(line, name, "text", " ");
}

static void
put_address(struct buf *line, const struct tree_node *address)
{
	put_all(line, address, "line", ", ");
	put_all(line, address, "city", ", ");
	put_all(line, address, "district", ", ");
	put_all(line, address, "state", ", ");
	put_all(line, address, "postalCode", " ");
	put_all(line, address, "country", ", ");
	if (line->n == 0)
		put_all(line, address, "text", ", ");
}

/* "Type 2 diabetes (ICD-10 E11.9)" */
static void
put_coding(struct buf *line, const struct tree_node *coding, struct bytes said)
{
	struct bytes display = tree_get_text(coding, "display"), code = tree_get_text(coding, "code");
	const char *system = code_system_name(tree_get_text(coding, "system"));

	if (display.n > 0 && !bytes_eq_nocase(display, said)) {
		if (line->n > 0)
			buf_put_str(line, "; ");
		buf_put_bytes(line, display);
	}
	if (code.n == 0 || bytes_eq_nocase(code, display))
		return;
	buf_put_str(line, line->n > 0 ? " (" : "(");
	if (system != NULL)
		buf_putf(line, "%s ", system);
	buf_put_bytes(line, code);
	buf_put_byte(line, ')');
}

static void
put_concept(struct buf *line, const struct tree_node *concept)
{
	struct bytes said = tree_get_text(concept, "text");

	buf_put_bytes(line, said);
	for (const struct tree_node *c = tree_get(concept, "coding"); c != NULL; c = tree_again(c))
		put_coding(line, c, said);
}

static void
put_quantity(struct buf *line, const struct tree_node *quantity)
{
	put_all(line, quantity, "comparator", " ");
	put_all(line, quantity, "value", " ");
	if (has(quantity, "unit"))
		put_all(line, quantity, "unit", " ");
	else if (has(quantity, "currency"))
		put_all(line, quantity, "currency", " ");
	else
		put_all(line, quantity, "code", " ");
}

static void
put_two(struct buf *line, const struct tree_node *node, const char *first, const char *second,
	const char *between)
{
	const struct tree_node *a = tree_get(node, first), *b = tree_get(node, second);

	if (a != NULL && (a->first == NULL || !fhir_put_value(line, a)))
		buf_put_bytes(line, tree_text(a));
	if (b == NULL)
		return;
	buf_put_str(line, between);
	if (b->first == NULL || b->is_attribute)
		buf_put_bytes(line, tree_text(b));
	else {
		struct buf other;

		buf_init(&other, line->max);
		(void)fhir_put_value(&other, b);
		buf_put_bytes(line, buf_bytes(&other));
		buf_wipe_done(&other);
	}
}

/* "https://.../Patient/123" says less than "Jane Doe". */
static void
put_reference(struct buf *line, const struct tree_node *reference)
{
	put_all(line, reference, "display", "; ");
	if (line->n == 0)
		put_all(line, reference, "reference", "; ");
	put_all(line, tree_get(reference, "identifier"), "value", "; ");
}

/* A concept or a name in words only. */
static bool
has_only_words(const struct tree_node *node)
{
	bool has_text = false;

	for (const struct tree_node *member = node->first; member != NULL; member = member->next) {
		if (tree_is(member, "text") && member->text.n > 0)
			has_text = true;
		else if (!tree_is(member, "use") && !tree_is(member, "period") &&
			 !tree_is(member, "extension") && !tree_is(member, "id"))
			return false;
	}
	return has_text;
}

bool
fhir_put_value(struct buf *line, const struct tree_node *node)
{
	if (fhir_is_name(node))
		fhir_put_name(line, node);
	else if (has(node, "line") || has(node, "postalCode") || has(node, "city"))
		put_address(line, node);
	else if (has(node, "coding") || has_only_words(node))
		put_concept(line, node);
	else if (has(node, "reference") || (has(node, "display") && !has(node, "code")))
		put_reference(line, node);
	else if (has(node, "value") && (has(node, "unit") || has(node, "code") || has(node, "currency")))
		put_quantity(line, node);
	else if (has(node, "code") && (has(node, "system") || has(node, "display")))
		put_coding(line, node, bytes_of(NULL, 0));
	else if (has(node, "start") || has(node, "end"))
		put_two(line, node, "start", "end", " to ");
	else if (has(node, "low") || has(node, "high"))
		put_two(line, node, "low", "high", " to ");
	else if (has(node, "numerator"))
		put_two(line, node, "numerator", "denominator", " / ");
	else
		return false;
	return true;
}

const char *
fhir_number_label(const struct tree_node *identifier)
{
	const struct tree_node *type = tree_get(identifier, "type");
	const char *label = code_system_number(tree_get_text(identifier, "system"));

	for (const struct tree_node *c = tree_get(type, "coding"); c != NULL && label == NULL;
		c = tree_again(c))
		label = code_system_number_type(tree_get_text(c, "code"));
	return label;
}
