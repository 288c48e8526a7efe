/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/cda.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/format/attached.h"
#include "lib/format/code_system.h"
#include "lib/format/formats.h"
#include "lib/format/narrative.h"
#include "lib/format/xml_root.h"

static const char *const name_labels[] = {[CDA_NOBODY] = "Name",
	[CDA_PATIENT] = "Patient name",
	[CDA_GUARDIAN] = "Guardian name",
	[CDA_PROVIDER] = "Provider name",
	[CDA_CONTACT] = "Contact name",
	[CDA_ORGANIZATION] = "Organization"};

/* The elements below which somebody else is meant. */
static enum cda_role
role_below(const struct tree_node *node, enum cda_role role)
{
	static const struct {
		const char *element;
		enum cda_role role;
	} rows[] = {{"recordTarget", CDA_PATIENT}, {"guardian", CDA_GUARDIAN}, {"author", CDA_PROVIDER},
		{"performer", CDA_PROVIDER}, {"legalAuthenticator", CDA_PROVIDER},
		{"authenticator", CDA_PROVIDER}, {"dataEnterer", CDA_PROVIDER},
		{"encounterParticipant", CDA_PROVIDER}, {"responsibleParty", CDA_PROVIDER},
		{"assignedEntity", CDA_PROVIDER}, {"intendedRecipient", CDA_PROVIDER},
		{"informationRecipient", CDA_PROVIDER}, {"informant", CDA_CONTACT},
		{"relatedEntity", CDA_CONTACT}, {"associatedEntity", CDA_CONTACT},
		{"relatedSubject", CDA_CONTACT}, {"participant", CDA_CONTACT},
		{"custodian", CDA_ORGANIZATION}, {"providerOrganization", CDA_ORGANIZATION},
		{"representedOrganization", CDA_ORGANIZATION}, {"guardianOrganization", CDA_ORGANIZATION},
		{"scopingOrganization", CDA_ORGANIZATION}, {"receivedOrganization", CDA_ORGANIZATION},
		{"location", CDA_ORGANIZATION}, {"serviceProviderOrganization", CDA_ORGANIZATION},
		{"birthplace", CDA_NOBODY}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (tree_is(node, rows[i].element))
			return rows[i].role;
	return role;
}

static void
put_line(struct cda *cda, const char *label)
{
	labelled_put(&cda->text, cda->path.text, label, buf_bytes(&cda->line));
	buf_reset(&cda->line);
}

static void
put_field(struct cda *cda, struct bytes name)
{
	labelled_put_field(&cda->text, cda->path.text, name, buf_bytes(&cda->line));
	buf_reset(&cda->line);
}

/* Kept for the heads of the sections. */
static void
keep_patient(struct cda *cda, const char *label)
{
	if (cda->line.n == 0 || cda->patient.n > 400)
		return;
	buf_putf(&cda->patient, "%s: ", label);
	buf_put_bytes(&cda->patient, buf_bytes(&cda->line));
	buf_put_byte(&cda->patient, '\n');
}

static void
put_name(struct cda *cda, const struct tree_node *node)
{
	cda_put_name(&cda->line, node);
	if (cda->role == CDA_PATIENT)
		keep_patient(cda, "Patient name");
	put_line(cda, name_labels[cda->role]);
}

static void
put_address(struct cda *cda, const struct tree_node *node)
{
	cda_put_address(&cda->line, node);
	put_line(cda, cda->role == CDA_PATIENT ? "Patient address" : "Address");
}

static void
put_telecom(struct cda *cda, const struct tree_node *node)
{
	struct bytes value = node->text;
	bool is_mail = bytes_starts_nocase(value, BYTES_LIT("mailto:"));
	size_t colon = bytes_find_byte(value, ':');

	buf_put_bytes(
		&cda->line, colon < value.n && colon < 8 ? bytes_sub(value, colon + 1, value.n) : value);
	put_line(cda, is_mail ? "Email" : bytes_starts_nocase(value, BYTES_LIT("fax:")) ? "Fax" : "Phone");
}

static void
put_id(struct cda *cda, const struct tree_node *node)
{
	const char *label = code_system_number(tree_get_text(node, "root"));

	/* Numbers of entries mean nothing outside the system that wrote them. */
	if (cda->role == CDA_NOBODY)
		return;
	if (label == NULL)
		label = cda->role == CDA_PATIENT ? "Medical record number" : "ID";
	buf_put_bytes(&cda->line, tree_get_text(node, "extension"));
	put_line(cda, label);
}

static void
put_time(struct cda *cda, const struct tree_node *node)
{
	bool is_birth = tree_is(node, "birthTime");

	cda_put_time(&cda->line, node);
	if (is_birth && cda->role == CDA_PATIENT)
		keep_patient(cda, "Date of birth");
	put_line(cda, is_birth ? "Date of birth" : "Date");
}

static bool
is_encoded(const struct tree_node *node)
{
	return bytes_eq_nocase(tree_get_text(node, "representation"), BYTES_LIT("B64"));
}

static void
put_text(struct cda *cda, const struct tree_node *node)
{
	if (is_encoded(node)) {
		struct buf encoded;

		buf_init(&encoded, format_bytes_left(cda->out) + 64);
		for (const struct tree_node *piece = node->first; piece != NULL; piece = piece->next)
			if (piece->name.n == 0)
				buf_put_bytes(&encoded, piece->text);
		attached_tell_base64(cda->out, tree_get_text(node, "ID"), tree_get_text(node, "mediaType"),
			buf_bytes(&encoded));
		buf_wipe_done(&encoded);
		return;
	}
	format_text_mark(&cda->text, cda->path.text);
	format_text_mark(&cda->hidden, cda->path.text);
	narrative_put_tree(&cda->text, &cda->hidden, node);
}

/* "Problem: asthma" is what "Diagnosis: asthma" says to a person. */
static bool
is_diagnosis(struct bytes label)
{
	static const struct bytes names[] = {BYTES_LIT("Problem"), BYTES_LIT("Condition"),
		BYTES_LIT("Diagnosis"), BYTES_LIT("Complaint"), BYTES_LIT("Finding"), BYTES_LIT("Symptom"),
		BYTES_LIT("Assertion")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_starts_nocase(label, names[i]))
			return true;
	return false;
}

/* An observation: what was looked at, and what was found. Returns what is told by that. */
static const struct tree_node *
put_finding(struct cda *cda, const struct tree_node *node)
{
	const struct tree_node *code = tree_get(node, "code"), *value = tree_get(node, "value");
	struct bytes about = tree_get_text(code, "displayName");
	struct buf label;

	if (code == NULL || value == NULL || code->is_attribute || value->is_attribute || is_encoded(value))
		return NULL;
	if (!cda_put_value(&cda->line, value))
		return NULL;
	buf_init(&label, 4096);
	if (about.n == 0 || is_diagnosis(about))
		buf_put_str(&label, "Diagnosis");
	else
		cda_put_code(&label, code);
	put_line(cda, buf_cstr(&label));
	buf_wipe_done(&label);
	return value;
}

static const char *
code_label(const struct tree_node *node)
{
	static const char *const rows[][2] = {{"manufacturedMaterial", "Medication"},
		{"playingEntity", "Substance"}, {"procedure", "Procedure"}, {"encounter", "Visit"},
		{"encompassingEncounter", "Visit"}, {"serviceEvent", "Service"},
		{"ClinicalDocument", "Document"}, {"assignedAuthor", "Field of work"},
		{"assignedEntity", "Field of work"}, {"guardian", "Guardian is"},
		{"associatedEntity", "Contact is"}};

	if (tree_is(node, "administrativeGenderCode"))
		return "Sex";
	if (!tree_is(node, "code"))
		return NULL;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (tree_is(node->up, rows[i][0]))
			return rows[i][1];
	return NULL;
}

/* A code, a number, a text: or something with members. */
static void
put_other(struct cda *cda, const struct tree_node *node)
{
	const char *label = code_label(node);

	if (tree_is(node, "name") || node->is_attribute || tree_get(node, "templateId") != NULL ||
		!cda_put_value(&cda->line, node)) {
		buf_reset(&cda->line);
		cda_put_members(cda, node);
	} else if (label != NULL)
		put_line(cda, label);
	else
		put_field(cda, node->name);
}

static void
put_section(struct cda *cda, const struct tree_node *node)
{
	static const struct bytes begin = BYTES_LIT("section ");
	struct path before = cda->path;

	buf_put_bytes(&cda->line, begin);
	buf_put_bytes(&cda->line, bytes_trim(tree_get_text(node, "title")));
	if (cda->line.n == begin.n)
		buf_put_bytes(&cda->line, tree_get_text(tree_get(node, "code"), "displayName"));
	path_init(&cda->path, '/');
	(void)path_push(&cda->path, buf_bytes(&cda->line));
	format_text_mark(&cda->text, cda->path.text);
	buf_put_byte(&cda->text.buf, '\n');
	buf_put_bytes(&cda->text.buf, bytes_sub(buf_bytes(&cda->line), begin.n, cda->line.n));
	buf_put_byte(&cda->text.buf, '\n');
	buf_put_bytes(&cda->text.buf, buf_bytes(&cda->patient));
	buf_reset(&cda->line);
	cda_put_members(cda, node);
	cda->path = before;
}

static void
put_element(struct cda *cda, const struct tree_node *node)
{
	static const struct {
		const char *element;
		void (*put)(struct cda *cda, const struct tree_node *node);
	} rows[] = {{"name", put_name}, {"addr", put_address}, {"telecom", put_telecom}, {"id", put_id},
		{"birthTime", put_time}, {"effectiveTime", put_time}, {"time", put_time}, {"text", put_text},
		{"section", put_section}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (tree_is(node, rows[i].element)) {
			rows[i].put(cda, node);
			return;
		}
	if (tree_is(node, "value") && is_encoded(node))
		put_text(cda, node);
	else
		put_other(cda, node);
}

/* Of no use to a reader: what templates it follows, what kind of structure it is. */
static bool
is_technical(const struct tree_node *node)
{
	static const char *const names[] = {"templateId", "typeId", "realmCode", "setId", "statusCode",
		"classCode", "moodCode", "typeCode", "determinerCode", "contextControlCode", "nullFlavor",
		"root", "codeSystem", "codeSystemName", "use", "type", "schemaLocation", "negationInd",
		"inversionInd", "mediaType", "contextConductionInd", "reference", NULL};

	for (const char *const *name = names; *name != NULL; name++)
		if (tree_is(node, *name))
			return node->first == NULL || node->is_attribute || name < names + 5;
	return false;
}

/* Left out of paths: they only wrap. */
static bool
is_wrapper(const struct tree_node *node)
{
	static const char *const names[] = {"ClinicalDocument", "patientRole", "component", "structuredBody",
		"section", "entry", "entryRelationship", "assignedEntity", NULL};

	for (const char *const *name = names; *name != NULL; name++)
		if (tree_is(node, *name))
			return true;
	return false;
}

void
cda_put_members(struct cda *cda, const struct tree_node *node)
{
	enum cda_role role = cda->role;
	const struct tree_node *told = put_finding(cda, node);

	for (const struct tree_node *member = node->first; member != NULL; member = member->next) {
		size_t at = cda->path.n;

		if (member == told || is_technical(member) ||
			(tree_is(member, "title") && tree_is(node, "section")))
			continue;
		if (!is_wrapper(member))
			at = path_push(&cda->path, member->name);
		cda->role = role_below(member, role);
		if (member->name.n == 0) {
			buf_put_bytes(&cda->line, member->text);
			put_field(cda, node->name);
		} else
			put_element(cda, member);
		path_pop(&cda->path, at);
	}
	cda->role = role;
}

static bool
is_cda(struct bytes content)
{
	struct xml_root root;

	return xml_root_find(content, &root) && bytes_eq(root.name, BYTES_LIT("ClinicalDocument"));
}

struct cda_reader {
	struct tree tree;
	struct cda cda;
};

static void
on_comment(void *context, struct bytes text)
{
	struct cda_reader *reader = context;

	buf_put_bytes(&reader->cda.hidden.buf, text);
	buf_put_byte(&reader->cda.hidden.buf, '\n');
}

static void
read_cda(struct format_out *out, struct bytes content)
{
	struct xml_handler handler = tree_xml_handler;
	struct cda_reader *reader = mem_new(1, sizeof(*reader));
	struct cda *cda = &reader->cda;
	enum xml_result result;

	handler.comment = on_comment;
	cda->out = out;
	tree_init(&reader->tree);
	path_init(&cda->path, '/');
	buf_init(&cda->line, 64 * 1024);
	buf_init(&cda->patient, 4096);
	format_text_init(&cda->text, out, SEGMENT_TEXT, "document");
	format_text_init(&cda->hidden, out, SEGMENT_HIDDEN, "document, not shown");
	result = xml_read_text(content, &handler, reader);
	cda_put_members(cda, reader->tree.root);
	format_text_done(&cda->text);
	format_text_done(&cda->hidden);
	buf_wipe_done(&cda->line);
	buf_wipe_done(&cda->patient);
	tree_done(&reader->tree);
	free(reader);
	if (result != XML_READ)
		narrative_tell_shown(out, content);
}

const struct format cda_format = {
	.name = "c-cda",
	.types = (const char *const[]){"application/xml", "text/xml", "application/hl7-sda+xml",
		"application/hl7-cda+xml", "application/cda+xml", NULL},
	.extensions = (const char *const[]){"xml", "cda", "ccd", "ccda", NULL},
	.is_text = true,
	.is = is_cda,
	.read = read_cda,
};
