/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

/* The fields of an example that describes a message, in the order in which a message has them. */
static const struct {
	const char *key;
	enum segment_view view;
	const char *part;
	unsigned scope; /* of which this is the place for a plain text */
} fields[] = {
	{"subject", SEGMENT_HEADER, "header Subject", SCOPE_SUBJECT},
	{"from", SEGMENT_HEADER, "header From", SCOPE_HEADER},
	{"to", SEGMENT_HEADER, "header To", 0},
	{"body", SEGMENT_TEXT, "body/text", SCOPE_BODY},
	{"html", SEGMENT_HTML, "body/html", 0},
	{"hidden", SEGMENT_HIDDEN, "body/html", SCOPE_HIDDEN},
	{"filename", SEGMENT_FILENAME, "attachment 1", SCOPE_FILENAME},
	{"attachment", SEGMENT_TEXT, "attachment 1", SCOPE_ATTACHMENT},
};

enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

const char *const pack_example_keys[] = {"subject", "from", "to", "header", "body", "html", "hidden",
	"attachment", "filename", "traits", "recipients", NULL};

static void
add_segment(struct pack_loader *loader, struct example *example, enum segment_view view, const char *part,
	struct bytes text)
{
	struct segment **link = &example->text.segments;
	while (*link)
		link = &(*link)->next;
	struct segment *segment = arena_alloc(&loader->set->arena, sizeof(*segment));
	*segment = (struct segment){.view = view, .part = part, .text = text};
	*link = segment;
}

/* Where a rule that looks only there would meet a plain text. */
static void
add_plain(struct pack_loader *loader, struct example *example, const struct rule_where *where,
	struct bytes text)
{
	unsigned scope = where->scope;
	if (scope & SCOPE_BODY) {
		add_segment(loader, example, SEGMENT_TEXT, "body/text", text);
		return;
	}
	for (size_t i = 0; i < N_FIELDS; i++)
		if (scope & fields[i].scope) {
			add_segment(loader, example, fields[i].view, fields[i].part, text);
			return;
		}
	const char *part = arena_strf(&loader->set->arena, "header %.*s", BYTES_FMT(where->names[0]));
	add_segment(loader, example, SEGMENT_HEADER, part, text);
}

static void
add_headers(struct pack_loader *loader, struct example *example, const struct yaml_node *node)
{
	if (node->kind != YAML_MAPPING) {
		pack_fault(loader, node, "expected a mapping of header fields, such as {X-Secure: 'yes'}");
		return;
	}
	for (const struct yaml_node *field = node->children; field; field = field->next) {
		struct bytes text;
		if (yaml_str(field, loader->file, &text, loader->faults) == 0)
			add_segment(loader, example, SEGMENT_HEADER,
				arena_strf(&loader->set->arena, "header %.*s", BYTES_FMT(field->key)), text);
	}
}

static void
add_traits(struct pack_loader *loader, struct example *example, const struct yaml_node *node)
{
	size_t n = node->kind == YAML_SEQUENCE ? node->n_children : 1;
	const struct yaml_node *item = pack_items(node);
	for (size_t i = 0; i < n; i++, item = item->next) {
		unsigned trait = 0;
		pack_trait(loader, item, &trait);
		example->text.traits |= trait;
	}
}

/* To whom the message goes, by its envelope. */
static void
add_recipients(struct pack_loader *loader, struct example *example, const struct yaml_node *node)
{
	size_t n = node->kind == YAML_SEQUENCE ? node->n_children : 1;
	const struct yaml_node *item = pack_items(node);
	struct bytes *recipients = arena_array(&loader->set->arena, n, sizeof(*recipients));
	for (size_t i = 0; i < n; i++, item = item->next)
		if (yaml_str(item, loader->file, &recipients[i], loader->faults) < 0)
			return;
	example->text.recipients = recipients;
	example->text.n_recipients = n;
}

static void
add_message(struct pack_loader *loader, struct example *example, const struct yaml_node *node)
{
	yaml_known_keys(node, loader->file, pack_example_keys, loader->faults);
	const struct yaml_node *traits = yaml_get(node, "traits"), *headers = yaml_get(node, "header");
	const struct yaml_node *recipients = yaml_get(node, "recipients");
	if (headers)
		add_headers(loader, example, headers);
	if (recipients)
		add_recipients(loader, example, recipients);
	if (traits)
		add_traits(loader, example, traits);
	for (size_t i = 0; i < N_FIELDS; i++) {
		const struct yaml_node *field = yaml_get(node, fields[i].key);
		struct bytes text;
		if (field && yaml_str(field, loader->file, &text, loader->faults) == 0)
			add_segment(loader, example, fields[i].view, fields[i].part, text);
	}
}

/* One list; returns where the next goes. */
static struct example **
read_list(struct pack_loader *loader, const struct yaml_node *list, const struct rule_where *where,
	struct example **link)
{
	bool hit = bytes_eq(list->key, BYTES_LIT("hit"));
	if (list->kind != YAML_SEQUENCE || list->n_children == 0) {
		pack_fault(loader, list, "expected a list of at least one example");
		return link;
	}
	for (const struct yaml_node *item = list->children; item; item = item->next) {
		struct example *example = arena_alloc(&loader->set->arena, sizeof(*example));
		*example = (struct example){.hit = hit, .place = pack_place(loader, item)};
		struct bytes text;
		if (item->kind == YAML_MAPPING)
			add_message(loader, example, item);
		else if (yaml_str(item, loader->file, &text, loader->faults) == 0)
			add_plain(loader, example, where, text);
		*link = example;
		link = &example->next;
	}
	return link;
}

const char *const pack_tests_keys[] = {"hit", "miss", "roster", NULL};

struct example *
pack_examples(struct pack_loader *loader, const struct yaml_node *owner, const struct rule_where *where)
{
	static const char *const kinds[] = {"hit", "miss", NULL};
	const struct yaml_node *tests = yaml_get(owner, "tests");
	struct example *first = NULL, **link = &first;
	if (!tests) {
		pack_fault(loader, owner, "no tests: needs tests with hit and miss");
		return NULL;
	}
	if (tests->kind != YAML_MAPPING) {
		pack_fault(loader, tests, "expected a mapping with hit and miss");
		return NULL;
	}
	yaml_known_keys(tests, loader->file, pack_tests_keys, loader->faults);
	const struct roster *roster = pack_test_roster(loader, tests);
	for (size_t i = 0; kinds[i]; i++) {
		const struct yaml_node *list = yaml_get(tests, kinds[i]);
		if (list)
			link = read_list(loader, list, where, link);
		else
			pack_fault(loader, tests, "no test of the kind '%s'", kinds[i]);
	}
	for (struct example *example = first; example; example = example->next)
		example->roster = roster;
	return first;
}
