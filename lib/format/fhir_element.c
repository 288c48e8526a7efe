/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/ascii.h"
#include "lib/format/attached.h"
#include "lib/format/fhir.h"
#include "lib/format/narrative.h"

/* A value, or an element of XML with nothing but that. */
static bool
is_scalar(const struct tree_node *node)
{
	return node->first == NULL || (node->first == node->last && node->first->is_attribute &&
					      node->text.n > 0 && !node->is_attribute);
}

/* Behind the last slash: what an extension is about. */
static struct bytes
tail_of(struct bytes url)
{
	size_t at = url.n;

	while (at > 0 && url.p[at - 1] != '/' && url.p[at - 1] != ':' && url.p[at - 1] != '#')
		at--;
	return bytes_sub(url, at, url.n);
}

static void
put_labelled(struct fhir *fhir, const struct tree_node *node, struct bytes type, struct bytes value)
{
	const char *label = fhir_label(type, node->name);

	if (label != NULL)
		labelled_put(&fhir->text, fhir->path.text, label, value);
	else
		labelled_put_field(&fhir->text, fhir->path.text, node->name, value);
}

/* What the line has. */
static void
put_line(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	put_labelled(fhir, node, type, buf_bytes(&fhir->line));
	buf_reset(&fhir->line);
}

static bool
is_told_with_its_value(const struct tree_node *member)
{
	static const char *const names[] = {"given", "family", "suffix", "line", "city", "district", "state",
		"postalCode", "country", "coding", "reference", "display", "value", "unit", "code",
		"currency", "start", "end", "low", "high", "numerator", "denominator", "system", "use",
		"comparator", "text", "type", "rank", "userSelected", NULL};

	for (const char *const *name = names; *name != NULL; name++)
		if (tree_is(member, *name))
			return true;
	return false;
}

static void
put_rest(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	for (const struct tree_node *member = node->first; member != NULL; member = member->next) {
		size_t at;

		if (is_told_with_its_value(member))
			continue;
		at = path_push(&fhir->path, member->name);
		fhir_put_element(fhir, member, type);
		path_pop(&fhir->path, at);
	}
}

static void
put_identifier(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	const char *label = fhir_number_label(node);
	struct bytes value = tree_get_text(node, "value"),
		     said = tree_get_text(tree_get(node, "type"), "text");

	if (label == NULL)
		label = fhir_label(type, node->name);
	if (label == NULL && bytes_eq(type, BYTES_LIT("Patient")) && said.n == 0)
		label = "Patient ID";
	if (label != NULL)
		labelled_put(&fhir->text, fhir->path.text, label, value);
	else
		labelled_put_field(&fhir->text, fhir->path.text, said.n > 0 ? said : node->name, value);
	put_rest(fhir, node, type);
}

static void
put_telecom(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	struct bytes system = tree_get_text(node, "system");
	const char *label = bytes_eq(system, BYTES_LIT("email")) ? "Email"
			    : bytes_eq(system, BYTES_LIT("fax")) ? "Fax"
			    : bytes_eq(system, BYTES_LIT("url")) ? "Web"
								 : "Phone";

	labelled_put(&fhir->text, fhir->path.text, label, tree_get_text(node, "value"));
	put_rest(fhir, node, type);
}

/* Attachment: its bytes are a file. */
static void
put_attachment(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	const struct tree_node *data = tree_get(node, "data");

	for (const struct tree_node *member = node->first; member != NULL; member = member->next)
		if (member != data)
			fhir_put_element(fhir, member, type);
	attached_tell_base64(
		fhir->out, tree_get_text(node, "title"), tree_get_text(node, "contentType"), tree_text(data));
}

static bool
begins_with_value(const struct tree_node *node)
{
	return bytes_starts_nocase(node->name, BYTES_LIT("value")) && node->name.n > 5 &&
	       ascii_is_upper(node->name.p[5]);
}

static const struct tree_node *
value_of(const struct tree_node *node)
{
	const struct tree_node *child = node->first;

	while (child != NULL && !begins_with_value(child))
		child = child->next;
	return child;
}

static void
put_value_under(struct fhir *fhir, const struct tree_node *value, struct bytes label, struct bytes type)
{
	struct buf words;

	buf_reset(&fhir->line);
	if (!is_scalar(value) && !fhir_put_value(&fhir->line, value)) {
		fhir_put_members(fhir, value, type);
		return;
	}
	if (is_scalar(value))
		buf_put_bytes(&fhir->line, tree_text(value));
	buf_init(&words, label.n + 1);
	buf_put_bytes(&words, label);
	labelled_put(&fhir->text, fhir->path.text, buf_cstr(&words), buf_bytes(&fhir->line));
	buf_reset(&fhir->line);
	buf_wipe_done(&words);
	put_rest(fhir, value, type);
}

static void
put_extension(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	struct bytes about = tail_of(tree_get_text(node, "url"));
	const struct tree_node *value = value_of(node);
	size_t at = path_push(&fhir->path, about);
	struct buf words;

	buf_init(&words, about.n * 2 + 1);
	labelled_put_words(&words, about);
	for (const struct tree_node *member = node->first; member != NULL; member = member->next) {
		if (member == value)
			put_value_under(fhir, value, buf_bytes(&words), type);
		else if (!tree_is(member, "url"))
			fhir_put_element(fhir, member, type);
	}
	buf_wipe_done(&words);
	path_pop(&fhir->path, at);
}

static bool
is_extension(const struct tree_node *node)
{
	return tree_is(node, "extension") || tree_is(node, "modifierExtension");
}

static void
put_scalar(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	if (tree_is(node, "div")) {
		format_text_mark(&fhir->text, fhir->path.text);
		narrative_put_html(&fhir->text, &fhir->hidden, tree_text(node));
	} else
		put_labelled(fhir, node, type, tree_text(node));
}

/* Whom it is about, in the words of the one who refers. */
static void
put_patient_reference(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	struct bytes reference = tree_get_text(node, "reference"), display = tree_get_text(node, "display");
	bool is_patient = bytes_find(reference, BYTES_LIT("Patient/")) < reference.n || reference.n == 0;
	const struct tree_node *number = tree_get(node, "identifier");

	labelled_put(&fhir->text, fhir->path.text, is_patient ? "Patient name" : "Name", display);
	if (is_patient && fhir_is_care(type))
		labelled_put(&fhir->text, fhir->path.text, "Patient ID", tail_of(reference));
	else if (display.n == 0)
		put_labelled(fhir, node, type, reference);
	if (number != NULL)
		put_identifier(fhir, number, BYTES_LIT("Patient"));
	put_rest(fhir, node, type);
}

void
fhir_put_element(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	struct bytes inner = fhir_type_of(node);

	if (inner.n > 0)
		fhir_put_resource(fhir, node, inner);
	else if (is_scalar(node))
		put_scalar(fhir, node, type);
	else if (tree_is(node, "div")) {
		format_text_mark(&fhir->text, fhir->path.text);
		narrative_put_tree(&fhir->text, &fhir->hidden, node);
	} else if (is_extension(node))
		put_extension(fhir, node, type);
	else if (tree_is(node, "identifier"))
		put_identifier(fhir, node, type);
	else if (tree_is(node, "telecom"))
		put_telecom(fhir, node, type);
	else if (tree_get(node, "data") != NULL && is_scalar(tree_get(node, "data")))
		put_attachment(fhir, node, type);
	else if (fhir_is_patient_member(node->name) && tree_get(node, "coding") == NULL)
		put_patient_reference(fhir, node, type);
	else if (tree_get(node, "code") != NULL && value_of(node) != NULL)
		fhir_put_members(fhir, node, type);
	else if (buf_reset(&fhir->line), fhir_put_value(&fhir->line, node)) {
		put_line(fhir, node, type);
		put_rest(fhir, node, type);
	} else
		fhir_put_members(fhir, node, tree_is(node, "contact") ? BYTES_LIT("contact") : type);
}

/* "Hemoglobin A1c: 9.1 %" says more than a code here and a value there. */
static const struct tree_node *
put_pair(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	const struct tree_node *code = tree_get(node, "code"), *value = value_of(node);
	struct buf label;

	if (code == NULL || value == NULL || is_scalar(code))
		return NULL;
	buf_init(&label, 4096);
	if (fhir_put_value(&label, code) && label.n > 0)
		put_value_under(fhir, value, buf_bytes(&label), type);
	else
		value = NULL;
	buf_wipe_done(&label);
	return value;
}

void
fhir_put_members(struct fhir *fhir, const struct tree_node *node, struct bytes type)
{
	const struct tree_node *told = put_pair(fhir, node, type);

	for (const struct tree_node *member = node->first; member != NULL; member = member->next) {
		size_t at;

		if (member == told || tree_is(member, "resourceType"))
			continue;
		if (fhir_type_of(member).n > 0 || tree_is(member, "resource"))
			at = fhir->path.n;
		else if (member->is_listed)
			at = path_push_item(&fhir->path, member->name, member->index);
		else
			at = path_push(&fhir->path, member->name);
		fhir_put_element(fhir, member, type);
		path_pop(&fhir->path, at);
	}
}
