/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/package.h"

#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/format/part_kind.h"
#include "lib/format/untagged.h"

enum { RELATIONS_MAX = 64 * 1024 * 1024 };

struct bytes
package_stem(struct bytes name)
{
	size_t from = name.n, to;

	while (from > 0 && name.p[from - 1] != '/')
		from--;
	to = from + bytes_find_byte(bytes_sub(name, from, name.n), '.');
	return bytes_sub(name, from, to - from);
}

const char *
package_unnamed(struct package *package, const struct package_part *part)
{
	struct bytes name = bytes_sub(part->name, 0, 80);

	return arena_strf(format_arena(package->out), "unreferenced part %.*s", BYTES_FMT(name));
}

/* Anything that is not XML is a file in the file: a picture, an embedded document, a macro project. */
static void
take_entry(struct package *package, const struct zip_entry *entry)
{
	struct package_part *part = &package->parts[package->n_parts];

	zip_tell_about(&package->zip, entry);
	buf_init(&part->content, format_bytes_left(package->out));
	zip_unpack(&package->zip, entry, &part->content);
	part->name = bytes_sub(entry->name, entry->name.n > 0 && entry->name.p[0] == '/', entry->name.n);
	if (part->content.n > 0 && part_kind_of(buf_bytes(&part->content), &part->kind)) {
		package->n_parts++;
		return;
	}
	if (part->content.n > 0)
		part_kind_tell_file(package, entry->name, buf_bytes(&part->content));
	buf_wipe_done(&part->content);
}

static int
compare_relations(const void *x, const void *y)
{
	const struct package_relation *a = x, *b = y;
	size_t n = a->source.n < b->source.n ? a->source.n : b->source.n;
	int order = n > 0 ? memcmp(a->source.p, b->source.p, n) : 0;

	if (order != 0)
		return order;
	if (a->source.n != b->source.n)
		return a->source.n < b->source.n ? -1 : 1;
	/* As they stand in the file: the arena's views of one file ascend. */
	return a->id.p < b->id.p ? -1 : a->id.p > b->id.p;
}

static int
compare_names(struct bytes a, struct bytes b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int order = ascii_lower(a.p[i]) - ascii_lower(b.p[i]);

		if (order != 0)
			return order;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

static int
compare_parts(const void *x, const void *y)
{
	const struct package_part *const *a = x, *const *b = y;

	return compare_names((*a)->name, (*b)->name);
}

/* Part names are equal in either case of letters (ECMA-376 part 2, 6.2.2.3). */
static struct package_part *
find_name(struct package_part *const *sorted, size_t n, struct bytes name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_names(sorted[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && bytes_eq_nocase(sorted[low]->name, name) ? sorted[low] : NULL;
}

/* Of several parts with one name each is named. */
static void
link_relations(struct package *package)
{
	struct package_relation *list = (void *)package->relations.p;
	struct package_part **sorted = mem_new(package->n_parts, sizeof(struct package_part *));

	for (size_t i = 0; i < package->n_parts; i++)
		sorted[i] = &package->parts[i];
	if (package->n_parts > 0)
		qsort(sorted, package->n_parts, sizeof(struct package_part *), compare_parts);
	for (size_t i = 0; i < package->relations.n / sizeof(*list); i++) {
		list[i].part = find_name(sorted, package->n_parts, list[i].target);
		if (list[i].part != NULL)
			list[i].part->is_named = true;
	}
	free(sorted);
	if (package->relations.n > 0)
		qsort(list, package->relations.n / sizeof(*list), sizeof(*list), compare_relations);
}

struct relations_context {
	struct package *package;
	struct bytes source;
};

/* "word/document.xml" of "word/_rels/document.xml.rels". */
static struct bytes
source_of(struct arena *arena, struct bytes rels)
{
	size_t slash = rels.n, folder;
	struct buf name;
	struct bytes source;

	while (slash > 0 && rels.p[slash - 1] != '/')
		slash--;
	folder = bytes_ends_nocase(bytes_sub(rels, 0, slash), BYTES_LIT("_rels/")) ? slash - 6 : slash;
	buf_init(&name, rels.n + 1);
	buf_put_bytes(&name, bytes_sub(rels, 0, folder));
	buf_put_bytes(&name, bytes_sub(rels, slash,
				     rels.n - slash - (bytes_ends_nocase(rels, BYTES_LIT(".rels")) ? 5 : 0)));
	source = arena_bytes(arena, buf_bytes(&name));
	buf_done(&name);
	return source;
}

/* A target is relative to the source's folder, or begins with a slash. */
static struct bytes
resolve(struct arena *arena, struct bytes source, struct bytes target)
{
	struct buf name;
	struct bytes result;

	if (target.n > 0 && target.p[0] == '/')
		return arena_bytes(arena, bytes_sub(target, 1, target.n));
	while (source.n > 0 && source.p[source.n - 1] != '/')
		source.n--;
	for (;;) {
		if (bytes_starts_nocase(target, BYTES_LIT("./")))
			target = bytes_sub(target, 2, target.n);
		else if (bytes_starts_nocase(target, BYTES_LIT("../"))) {
			target = bytes_sub(target, 3, target.n);
			source.n -= source.n > 0;
			while (source.n > 0 && source.p[source.n - 1] != '/')
				source.n--;
		} else
			break;
	}
	buf_init(&name, source.n + target.n + 1);
	buf_put_bytes(&name, source);
	buf_put_bytes(&name, target);
	result = arena_bytes(arena, buf_bytes(&name));
	buf_done(&name);
	return result;
}

static void
take_relation(void *context, const struct xml_element *element)
{
	struct relations_context *relations = context;
	struct arena *arena = format_arena(relations->package->out);
	struct package_relation relation = {.source = relations->source};
	struct bytes target = xml_value(element, "Target");

	if (!bytes_eq(element->name, BYTES_LIT("Relationship")))
		return;
	relation.id = arena_bytes(arena, xml_value(element, "Id"));
	relation.is_outside = bytes_eq_nocase(xml_value(element, "TargetMode"), BYTES_LIT("External"));
	if (relation.is_outside)
		relation.target = arena_bytes(arena, target);
	else
		relation.target = resolve(arena, relations->source, target);
	buf_put(&relations->package->relations, &relation, sizeof(relation));
}

static void
take_relations(struct package *package)
{
	static const struct xml_handler handler = {.start = take_relation};

	for (size_t i = 0; i < package->n_parts; i++) {
		struct package_part *part = &package->parts[i];
		struct relations_context context = {.package = package};

		if (part->kind != PART_RELATIONS)
			continue;
		context.source = source_of(format_arena(package->out), part->name);
		package_read(package, part, &handler, &context);
	}
	link_relations(package);
}

void
package_open(struct package *package, struct format_out *out, struct bytes content)
{
	*package = (struct package){.out = out};
	buf_init(&package->relations, RELATIONS_MAX);
	zip_open(&package->zip, out, content);
	for (size_t i = 0; i < package->zip.n; i++)
		package->is_binary |=
			bytes_eq_nocase(package->zip.entries[i].name, BYTES_LIT("xl/workbook.bin"));
	package->parts = mem_new(package->zip.n, sizeof(*package->parts));
	for (size_t i = 0; i < package->zip.n && format_spend(out, 0); i++)
		if (!package->zip.entries[i].is_folder)
			take_entry(package, &package->zip.entries[i]);
	take_relations(package);
}

void
package_close(struct package *package)
{
	zip_tell_rest(&package->zip);
	for (size_t i = 0; i < package->n_parts; i++)
		buf_wipe_done(&package->parts[i].content);
	free(package->parts);
	buf_done(&package->relations);
}

const struct package_relation *
package_relations(const struct package *package, struct bytes source, size_t *ret_n)
{
	const struct package_relation *list = (const void *)package->relations.p, wanted = {.source = source};
	size_t n = package->relations.n / sizeof(*list), low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_relations(&list[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_n = 0;
	if (n == 0)
		return NULL;
	while (low + *ret_n < n && bytes_eq(list[low + *ret_n].source, source))
		++*ret_n;
	return list + low;
}

struct package_part *
package_find(const struct package *package, struct bytes source, struct bytes id)
{
	size_t n;
	const struct package_relation *list = package_relations(package, source, &n);

	for (size_t i = 0; i < n; i++)
		if (bytes_eq(list[i].id, id))
			return list[i].part;
	return NULL;
}

void
package_read(
	struct package *package, struct package_part *part, const struct xml_handler *handler, void *context)
{
	part->is_told = true;
	if (xml_read(buf_bytes(&part->content), handler, context) == XML_READ)
		return;
	format_flag(package->out, UNSCANNABLE_FORMAT);
	untagged_tell(package->out, part->name, buf_bytes(&part->content));
}
