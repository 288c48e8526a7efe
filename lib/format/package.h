/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of an Office Open XML file (ECMA-376 part 2, Open Packaging Conventions): all XML in its ZIP,
 * known by the root element, whatever name, content type or relation it has. What is no XML is told as a file
 * when the package is opened. Namespaces are those of the strict or the transitional form or of neither: only
 * their local names count.
 */
#ifndef POSTSEAL_PACKAGE_H
#define POSTSEAL_PACKAGE_H

#include "lib/format/flow.h"
#include "lib/format/xml.h"
#include "lib/format/zip.h"

enum part_kind {
	PART_OTHER,    /* XML of no kind that we know: told as a file of its own */
	PART_ROOTLESS, /* it breaks off before its first element, as XML does that declares entities */
	PART_TYPES,
	PART_RELATIONS,
	PART_QUIET, /* settings and styles: text is rare in it */
	PART_PROPERTIES,
	PART_DOCUMENT,
	PART_HEADER,
	PART_FOOTER,
	PART_FOOTNOTES,
	PART_ENDNOTES,
	PART_COMMENTS,
	PART_GLOSSARY,
	PART_STYLES,
	PART_DRAWING, /* charts, diagrams, shapes */
	PART_PRESENTATION,
	PART_SLIDE,
	PART_SLIDE_NOTES,
	PART_SLIDE_MASTER,
	PART_BOOK,
	PART_SHEET,
	PART_SHEET_STYLES,
	PART_SHEET_STRINGS,
	PART_SHEET_COMMENTS,
	PART_TABLE,
	PART_PIVOT_CACHE,
	PART_PIVOT_RECORDS,
	PART_EXTERNAL_LINK,
	PART_ODF_CONTENT,
	PART_ODF_STYLES,
	PART_ODF_META,
	PART_ODF_SETTINGS,
	PART_ODF_MANIFEST,
};

struct package_part {
	struct bytes name;
	enum part_kind kind;
	struct buf content;
	bool is_named; /* by a relation */
	bool is_told;
};

/* "rId7" of one part means another, or a place outside. */
struct package_relation {
	struct bytes source; /* a part's name; empty: the package */
	struct bytes id;
	struct bytes target;       /* a part's name, or what stands there */
	struct package_part *part; /* NULL: outside, missing, or no XML */
	bool is_outside;
};

struct package {
	struct format_out *out;
	struct zip zip;
	struct package_part *parts;
	size_t n_parts;
	struct buf relations; /* struct package_relation; by source when the package is open */
	bool is_binary;       /* a workbook whose sheets are records of bytes ([MS-XLSB]) */
};

void package_open(struct package *package, struct format_out *out, struct bytes content);
void package_close(struct package *package);

/* Of a source, in the order of the file. */
const struct package_relation *package_relations(
	const struct package *package, struct bytes source, size_t *ret_n);

/* The part that the id means for the source, or NULL. */
struct package_part *package_find(const struct package *package, struct bytes source, struct bytes id);

/*
 * Reads a part's XML. What is broken is flagged, and told once more as it stands, without its tags. Marks the
 * part as told.
 */
void package_read(
	struct package *package, struct package_part *part, const struct xml_handler *handler, void *context);

/* "sheet1" of "xl/worksheets/sheet1.xml". */
struct bytes package_stem(struct bytes name);

/* Where a part that no relation names is said to be; the arena's. */
const char *package_unnamed(struct package *package, const struct package_part *part);

#endif
