/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/format/officemaker.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/zipmaker.h"

static bool
has_part(const struct office_row *row, const char *name)
{
	for (size_t i = 0; i < OFFICE_PARTS_MAX && row->parts[i].name != NULL; i++)
		if (strcmp(row->parts[i].name, name) == 0)
			return true;
	return false;
}

static void
put_relations(struct buf *out, const struct office_row *row)
{
	buf_put_str(
		out, "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>");
	for (size_t i = 0; i < OFFICE_PARTS_MAX && row->parts[i].name != NULL && !row->is_unnamed; i++)
		buf_putf(out, "<Relationship Id='rId%zu' Type='x' Target='/%s'/>", i + 1, row->parts[i].name);
	if (row->link != NULL)
		buf_putf(out, "<Relationship Id='rIdL' Type='x' TargetMode='External' Target='%s'/>",
			row->link);
	buf_put_str(out, "</Relationships>");
}

/* "word/_rels/document.xml.rels" */
static void
put_relations_name(struct buf *out, const char *main)
{
	const char *slash = strrchr(main, '/');

	buf_put(out, main, (size_t)(slash - main) + 1);
	buf_putf(out, "_rels/%s.rels", slash + 1);
}

static void
add_relations(struct zip_maker *maker, const char *main, const struct office_row *row)
{
	struct zip_made made = {0};
	struct buf name, relations;

	buf_init(&name, 1000);
	buf_init(&relations, 10000);
	put_relations_name(&name, main);
	put_relations(&relations, row);
	made.name = buf_cstr(&name);
	made.content = buf_cstr(&relations);
	if (!has_part(row, made.name))
		zip_maker_add(maker, &made);
	buf_done(&name);
	buf_done(&relations);
}

void
office_make(struct buf *out, const struct office_base *base, const struct office_row *row)
{
	struct zip_maker maker;

	zip_maker_init(&maker);
	for (size_t i = 0; i < base->n_parts; i++)
		if (!has_part(row, base->parts[i].name))
			zip_maker_add(&maker, &(struct zip_made){.name = base->parts[i].name,
						      .content = base->parts[i].content});
	for (size_t i = 0; i < OFFICE_PARTS_MAX && row->parts[i].name != NULL; i++)
		zip_maker_add(&maker,
			&(struct zip_made){.name = row->parts[i].name, .content = row->parts[i].content});
	if (base->main != NULL)
		add_relations(&maker, base->main, row);
	zip_maker_end(&maker, NULL);
	buf_put_bytes(out, buf_bytes(&maker.buf));
	zip_maker_done(&maker);
}

static void
check(struct reading *reading, const struct office_base *base, const struct office_row *row)
{
	const char *needle = row->needle != NULL ? row->needle : "NEEDLE";
	struct buf file;

	buf_init(&file, 1 << 20);
	office_make(&file, base, row);
	reading_of(reading, base->file, NULL, buf_bytes(&file));
	if (!tap_ok(reading_has(reading, row->view, row->place, needle) &&
			    reading->text.unscannable == row->unscannable && reading->text.traits == 0,
		    "%s: %s", base->file, row->name))
		reading_show(reading);
	buf_done(&file);
}

void
office_check(const struct office_base *base, const struct office_row *rows, size_t n)
{
	struct reading reading;

	reading_init(&reading);
	for (size_t i = 0; i < n; i++)
		check(&reading, base, &rows[i]);
	reading_done(&reading);
}
