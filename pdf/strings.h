/* SPDX-License-Identifier: Apache-2.0 */
/* What a string is there for, by the dictionary that holds it and its key there; and whether it is a text. */
#ifndef POSTSEAL_PDF_STRINGS_H
#define POSTSEAL_PDF_STRINGS_H

#include <qpdf/qpdf-c.h>

#include "pdf/answer.h"

struct holder {
	enum pdf_kind kind;
	const char *key;    /* "/Contents": under which the value stands that is looked at */
	char *label;        /* what a form field is called, or NULL */
	char *file_name;    /* of a file specification, or NULL */
	bool is_page;       /* its /Contents are drawn */
	bool is_encryption; /* its strings are keys */
	bool is_signature;  /* so are its /Contents */
};

/* `outer`: of the dictionary that it stands in, or "nobody". */
void holder_init(struct holder *holder, qpdf_data q, qpdf_oh dictionary, const struct holder *outer);
void holder_done(struct holder *holder);

enum pdf_kind strings_kind(const struct holder *holder, const char *key);

/* The name to tell a value with; it may be empty. */
struct bytes strings_label(const struct holder *holder, const char *key);

/* Whether it is no text by where it stands: identities, checksums, names of fonts' tables; dates of the file.
 */
bool strings_is_noise(const struct holder *holder, struct bytes text);

/* Valid UTF-8, and not only ASCII. */
bool strings_is_utf8(struct bytes text);

/* Tells it if it is a text, not bytes. */
void strings_tell(struct answer *answer, enum pdf_kind kind, struct bytes name, struct bytes text);

#endif
