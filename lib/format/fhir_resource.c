/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/ascii.h"
#include "lib/format/fhir.h"

struct bytes
fhir_type_of(const struct tree_node *node)
{
	const struct tree_node *member = tree_get(node, "resourceType");

	if (member != NULL && member->text.n > 0)
		return member->text;
	/* In XML the element is called so; members begin with a small letter. */
	if (!node->is_attribute && node->name.n > 1 && ascii_is_upper(node->name.p[0]) &&
		node->first != NULL && ascii_is_alpha(node->name.p[1]))
		return node->name;
	return bytes_of(NULL, 0);
}

/* Of "Patient/7", "#7", "urn:uuid:7" and "https://host/Patient/7/_history/2" the 7. */
static struct bytes
id_of(struct bytes reference)
{
	size_t version = bytes_find(reference, BYTES_LIT("/_history/")), at;

	reference = bytes_sub(reference, 0, version);
	for (at = reference.n; at > 0; at--)
		if (bytes_find_byte(BYTES_LIT("/#:"), reference.p[at - 1]) < 3)
			break;
	return bytes_sub(reference, at, reference.n);
}

static const struct tree_node *
find_person(const struct fhir *fhir, struct bytes reference)
{
	struct bytes id = id_of(reference);

	for (size_t i = 0; i < fhir->n_people && id.n > 0; i++) {
		const struct fhir_person *person = &fhir->people[i];

		if (bytes_eq(id, person->id) || bytes_eq(id, id_of(person->url)))
			return person->resource;
	}
	return NULL;
}

/* Whoever this resource is about. */
static const struct tree_node *
person_of(const struct fhir *fhir, const struct tree_node *resource)
{
	bool refers = false;

	for (const struct tree_node *member = resource->first; member != NULL; member = member->next) {
		struct bytes reference;
		const struct tree_node *person;

		if (!fhir_is_patient_member(member->name))
			continue;
		reference = tree_get_text(member, "reference");
		person = find_person(fhir, reference);
		if (person != NULL)
			return person;
		refers = refers || reference.n > 0;
	}
	/* It does not say, and there is only one. */
	return !refers && fhir->n_people == 1 ? fhir->people[0].resource : NULL;
}

/* Printed records have them at the head of each page. */
static void
put_person(struct fhir *fhir, const struct tree_node *person)
{
	struct buf name;

	buf_init(&name, 1000);
	if (tree_get(person, "name") != NULL)
		fhir_put_name(&name, tree_get(person, "name"));
	labelled_put(&fhir->text, NULL, "Patient name", buf_bytes(&name));
	labelled_put(&fhir->text, NULL, "Date of birth", tree_get_text(person, "birthDate"));
	buf_wipe_done(&name);
}

void
fhir_put_resource(struct fhir *fhir, const struct tree_node *resource, struct bytes type)
{
	size_t at = path_push(&fhir->path, type);
	const struct tree_node *person = fhir_is_care(type) ? person_of(fhir, resource) : NULL;

	fhir->resources++;
	format_text_mark(&fhir->text, fhir->path.text);
	buf_put_str(&fhir->text.buf, "\n");
	labelled_put_words(&fhir->text.buf, type);
	buf_put_str(&fhir->text.buf, "\n");
	if (person != NULL)
		put_person(fhir, person);
	fhir_put_members(fhir, resource, type);
	path_pop(&fhir->path, at);
}

static void
find_people(struct fhir *fhir, const struct tree *tree)
{
	const struct tree_node *node = tree->root;

	fhir->n_people = 0;
	while ((node = tree_walk(tree->root, node)) != NULL && fhir->n_people < FHIR_PEOPLE_MAX) {
		const struct tree_node *entry = node->up;

		if (!bytes_eq(fhir_type_of(node), BYTES_LIT("Patient")))
			continue;
		if (entry != NULL && tree_is(entry, "resource"))
			entry = entry->up;
		fhir->people[fhir->n_people++] = (struct fhir_person){.id = tree_get_text(node, "id"),
			.url = tree_get_text(entry, "fullUrl"),
			.resource = node};
	}
}

void
fhir_tell(struct fhir *fhir, const struct tree *tree)
{
	find_people(fhir, tree);
	for (const struct tree_node *node = tree->root->first; node != NULL; node = node->next)
		fhir_put_element(fhir, node, bytes_of(NULL, 0));
}
