/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/xlsx_pivot.h"

/* Fields of one cache. */
enum { FIELDS_MAX = 16384 };

struct pivot {
	struct format_text text;
	struct buf items, ends; /* values that records name by number, field by field; uint32_t each */
	struct buf firsts;      /* uint32_t: the first of each field */
	bool in_records, in_shared;
	size_t field; /* of the record */
};

static void
keep_item(struct pivot *pivot, struct bytes value)
{
	uint32_t end;

	buf_put_bytes(&pivot->items, value);
	end = (uint32_t)pivot->items.n;
	buf_put(&pivot->ends, &end, sizeof(end));
}

static struct bytes
get_item(const struct pivot *pivot, int64_t number)
{
	const uint32_t *firsts = (const void *)pivot->firsts.p, *ends = (const void *)pivot->ends.p;
	size_t n = pivot->ends.n / sizeof(*ends), n_fields = pivot->firsts.n / sizeof(*firsts), at;
	uint32_t from;

	if (pivot->field >= n_fields || number < 0)
		return bytes_of(NULL, 0);
	at = firsts[pivot->field] + (size_t)number;
	if (at >= n)
		return bytes_of(NULL, 0);
	from = at > 0 ? ends[at - 1] : 0;
	return bytes_of(pivot->items.p + from, ends[at] - from);
}

static void
start_field(struct pivot *pivot, const struct xml_element *element)
{
	uint32_t first = (uint32_t)(pivot->ends.n / sizeof(first));

	buf_put(&pivot->firsts, &first, sizeof(first));
	buf_put_byte(&pivot->text.buf, '\n');
	buf_put_bytes(&pivot->text.buf, xml_value(element, "name"));
}

/* A value has an element of one letter: a string, number, date, error, truth or nothing; x is a shared one.
 */
static void
take_value(struct pivot *pivot, const struct xml_element *element)
{
	struct bytes value = xml_value(element, "v");
	int64_t number;

	if (bytes_eq(element->name, BYTES_LIT("x"))) {
		if (bytes_parse_i64(value, 0, UINT32_MAX, &number) == 0)
			value = get_item(pivot, number);
	} else if (!pivot->in_records && pivot->in_shared)
		keep_item(pivot, value);
	if (pivot->in_records && pivot->field++ == 0)
		buf_put_byte(&pivot->text.buf, '\n');
	else
		buf_put_byte(&pivot->text.buf, '\t');
	buf_put_bytes(&pivot->text.buf, value);
}

static void
start(void *context, const struct xml_element *element)
{
	struct pivot *pivot = context;

	if (bytes_eq(element->name, BYTES_LIT("cacheField")))
		start_field(pivot, element);
	else if (bytes_eq(element->name, BYTES_LIT("sharedItems")))
		pivot->in_shared = true;
	else if (bytes_eq(element->name, BYTES_LIT("r")))
		pivot->field = 0;
	else if (element->name.n == 1)
		take_value(pivot, element);
}

static void
end(void *context, struct bytes name)
{
	struct pivot *pivot = context;

	if (bytes_eq(name, BYTES_LIT("sharedItems")))
		pivot->in_shared = false;
}

static void
take_text(void *context, struct bytes text)
{
	struct pivot *pivot = context;

	buf_put_bytes(&pivot->text.buf, text);
}

static const struct xml_handler handler = {
	.start = start, .end = end, .text = take_text, .comment = take_text};

static void
read_records(struct package *package, struct pivot *pivot, struct package_part *part)
{
	pivot->in_records = true;
	package_read(package, part, &handler, pivot);
}

/* With the records that it leads to; NULL: records alone. */
static void
tell_cache(struct package *package, struct package_part *cache, struct package_part *records)
{
	struct pivot pivot = {0};
	const struct package_part *part = cache != NULL ? cache : records;
	const struct package_relation *relations;
	size_t n;

	format_text_init(&pivot.text, package->out, SEGMENT_HIDDEN,
		part->is_named ? arena_strf(format_arena(package->out), "pivot cache %.*s",
					 BYTES_FMT(bytes_sub(package_stem(part->name), 0, 60)))
			       : package_unnamed(package, part));
	buf_init(&pivot.items, UINT32_MAX);
	buf_init(&pivot.ends, SIZE_MAX / 2);
	buf_init(&pivot.firsts, FIELDS_MAX * sizeof(uint32_t));
	if (cache == NULL)
		read_records(package, &pivot, records);
	else {
		package_read(package, cache, &handler, &pivot);
		relations = package_relations(package, cache->name, &n);
		for (size_t i = 0; i < n; i++)
			if (relations[i].part != NULL && relations[i].part->kind == PART_PIVOT_RECORDS &&
				!relations[i].part->is_told)
				read_records(package, &pivot, relations[i].part);
	}
	format_text_done(&pivot.text);
	buf_wipe_done(&pivot.items);
	buf_done(&pivot.ends);
	buf_done(&pivot.firsts);
}

void
xlsx_pivot_tell(struct package *package)
{
	for (size_t i = 0; i < package->n_parts; i++)
		if (package->parts[i].kind == PART_PIVOT_CACHE && !package->parts[i].is_told)
			tell_cache(package, &package->parts[i], NULL);
	for (size_t i = 0; i < package->n_parts; i++)
		if (package->parts[i].kind == PART_PIVOT_RECORDS && !package->parts[i].is_told)
			tell_cache(package, NULL, &package->parts[i]);
}
