/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/strings.h"

#include "lib/base/utf8.h"

static bool
is_among(const char *key, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(key, *list) == 0)
			return true;
	return false;
}

static bool
has_any(qpdf_data q, qpdf_oh dictionary, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		if (qpdf_oh_has_key(q, dictionary, *keys))
			return true;
	return false;
}

static char *
text_of(qpdf_data q, qpdf_oh dictionary, const char *key)
{
	qpdf_oh value = qpdf_oh_get_key(q, dictionary, key);
	const char *p = NULL;
	char *text = NULL;
	size_t n = 0;

	if (qpdf_oh_get_value_as_utf8(q, value, &p, &n) && n > 0)
		text = g_strndup(p, n);
	qpdf_oh_release(q, value);
	return text;
}

static bool
is_of_type(qpdf_data q, qpdf_oh dictionary, const char *key, const char *name)
{
	qpdf_oh value = qpdf_oh_get_key(q, dictionary, key);
	bool is = qpdf_oh_is_name_and_equals(q, value, name);

	qpdf_oh_release(q, value);
	return is;
}

/* By what is in it: /Type may be missing, or anything. */
static enum pdf_kind
kind_of(qpdf_data q, qpdf_oh d)
{
	static const char *const field[] = {"/FT", NULL},
				 *const value[] = {"/V", "/DV", "/Kids", "/TU", NULL},
				 *const outline[] = {
					 "/Parent", "/Dest", "/A", "/Next", "/Prev", "/First", NULL};

	if (qpdf_oh_has_key(q, d, "/EF"))
		return PDF_ATTACHMENT;
	if (is_of_type(q, d, "/Subtype", "/Widget") || has_any(q, d, field) ||
		(qpdf_oh_has_key(q, d, "/T") && has_any(q, d, value)))
		return PDF_FIELD;
	if (qpdf_oh_has_key(q, d, "/Subtype") && qpdf_oh_has_key(q, d, "/Rect"))
		return PDF_ANNOTATION;
	if (qpdf_oh_has_key(q, d, "/Title") && has_any(q, d, outline))
		return PDF_OUTLINE;
	if (is_of_type(q, d, "/Type", "/OCG"))
		return PDF_LAYER;
	return PDF_OTHER;
}

/* ISO 32000-1 tables 20 and 21. */
static bool
is_encryption(qpdf_data q, qpdf_oh d)
{
	return qpdf_oh_has_key(q, d, "/O") && qpdf_oh_has_key(q, d, "/U") && qpdf_oh_has_key(q, d, "/P");
}

void
holder_init(struct holder *holder, qpdf_data q, qpdf_oh dictionary, const struct holder *outer)
{
	*holder = (struct holder){.kind = kind_of(q, dictionary), .key = ""};
	if (outer->kind == PDF_INFO || (holder->kind == PDF_OTHER && outer->kind != PDF_FIELD))
		holder->kind = outer->kind;
	holder->is_page = is_of_type(q, dictionary, "/Type", "/Page");
	holder->is_encryption = is_encryption(q, dictionary);
	holder->is_signature = qpdf_oh_has_key(q, dictionary, "/ByteRange");
	if (holder->kind == PDF_FIELD) {
		holder->label = text_of(q, dictionary, "/TU");
		if (holder->label == NULL)
			holder->label = text_of(q, dictionary, "/T");
	}
	if (holder->kind == PDF_ATTACHMENT) {
		holder->file_name = text_of(q, dictionary, "/UF");
		if (holder->file_name == NULL)
			holder->file_name = text_of(q, dictionary, "/F");
	}
}

void
holder_done(struct holder *holder)
{
	g_free(holder->label);
	g_free(holder->file_name);
}

enum pdf_kind
strings_kind(const struct holder *holder, const char *key)
{
	static const struct {
		const char *key;
		enum pdf_kind kind;
	} keys[] = {
		{"/JS", PDF_SCRIPT},
		{"/URI", PDF_LINK},
		{"/Alt", PDF_ALTERNATIVE},
		{"/ActualText", PDF_ALTERNATIVE},
		{"/E", PDF_ALTERNATIVE},
	};

	for (size_t i = 0; holder->kind != PDF_INFO && i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i].key) == 0)
			return keys[i].kind;
	return holder->kind;
}

struct bytes
strings_label(const struct holder *holder, const char *key)
{
	static const char *const values[] = {"/V", "/DV", "/RV", "/Opt", NULL};
	static const char *const usual[] = {
		"/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", NULL};

	/* "Author:" before a name would read as news does; what a site has of its own says what it is. */
	if (holder->kind == PDF_INFO && key[0] == '/' && !is_among(key, usual))
		return bytes_of_str(key + 1);
	if (holder->kind == PDF_FIELD && is_among(key, values))
		return bytes_of_str(holder->label);
	return bytes_of(NULL, 0);
}

/* D:20261128... of whatever is well-formed (7.9.4): when it was written is no word about its subject. */
static bool
is_date(struct bytes text)
{
	struct bytes rest = bytes_sub(text, 2, text.n);

	if (text.n < 2 || text.p[0] != 'D' || text.p[1] != ':' ||
		text.n > sizeof("D:20261128121314+01'00'") - 1)
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if (strchr("0123456789Zz+-'", rest.p[i]) == NULL || rest.p[i] == 0)
			return false;
	return true;
}

bool
strings_is_noise(const struct holder *holder, struct bytes text)
{
	static const char *const keys[] = {"/ID", "/CheckSum", "/Registry", "/Ordering", "/DA", "/Panose",
		"/CharSet", "/Lookup", "/Lang", NULL};
	static const char *const dates[] = {"/CreationDate", "/ModDate", "/M", NULL};

	if (is_among(holder->key, dates) && is_date(text))
		return true;
	if (holder->is_signature && strcmp(holder->key, "/Contents") == 0)
		return true;
	return holder->is_encryption || is_among(holder->key, keys);
}

bool
strings_is_utf8(struct bytes text)
{
	bool is_ascii = true;

	for (size_t i = 0; i < text.n && is_ascii; i++)
		is_ascii = text.p[i] < 0x80;
	return !is_ascii && utf8_is_valid(text);
}

/* Control characters, and what could not be decoded, are rare in texts. */
static bool
is_text(struct bytes text)
{
	size_t odd = 0;

	for (size_t i = 0; i < text.n; i++)
		odd += text.p[i] < 0x20 && text.p[i] != '\n' && text.p[i] != '\r' && text.p[i] != '\t';
	return odd * 4 <= text.n;
}

void
strings_tell(struct answer *answer, enum pdf_kind kind, struct bytes name, struct bytes text)
{
	if (is_text(text))
		answer_text(answer, kind, name, text);
}
