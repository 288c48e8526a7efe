/* SPDX-License-Identifier: Apache-2.0 */
/* Office files for tests, made of a few parts; and the check that a text hidden in one is told where it is.
 */
#ifndef POSTSEAL_TESTS_OFFICEMAKER_H
#define POSTSEAL_TESTS_OFFICEMAKER_H

#include "tests/unit/format/reading.h"

enum { OFFICE_PARTS_MAX = 4 };

struct office_part {
	const char *name, *content;
};

/* What every file of a format has, unless a row has a part of that name. */
struct office_base {
	const char *file; /* "a.docx" */
	const char *main; /* the part whose relations name those of the row: "word/document.xml"; or NULL */
	const struct office_part *parts;
	size_t n_parts;
};

struct office_row {
	const char *name;
	struct office_part parts[OFFICE_PARTS_MAX];
	enum segment_view view;
	const char *place;  /* the end of it */
	const char *needle; /* NULL: "NEEDLE" */
	const char *link;   /* the target of a relation that leads outside */
	bool is_unnamed;    /* no relation names the row's parts */
	unsigned unscannable;
};

/* The parts of the row are related to the main part as rId1, rId2 ...; the link is rIdL. */
void office_make(struct buf *out, const struct office_base *base, const struct office_row *row);

/* A test each, printing what was told where one fails. */
void office_check(const struct office_base *base, const struct office_row *rows, size_t n);

#endif
