/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First what can be reached from the trailer, then whatever else is there. An object is looked at once; what
 * is direct within it by recursion, which qpdf's own limit of nesting bounds as well.
 */
#include "pdf/objects.h"

#include <stdlib.h>

#include "pdf/strings.h"

/* Ids beyond so many, or nested so deep, are no document's. */
enum { OBJECTS_MAX = 1000000, DEPTH_MAX = 60 };

struct walk {
	qpdf_data q;
	struct answer *answer;
	GHashTable *seen;
	GArray *waiting; /* struct object_id */
	bool deep;
};

struct object_id {
	int id, generation;
};

static gpointer
key_of(struct object_id id)
{
	return GSIZE_TO_POINTER((gsize)(guint)id.id << 17 | (guint)(id.generation & 0xFFFF) << 1 | 1);
}

static struct object_id
id_of(struct walk *walk, qpdf_oh object)
{
	return (struct object_id){
		qpdf_oh_get_object_id(walk->q, object), qpdf_oh_get_generation(walk->q, object)};
}

static void
push(struct walk *walk, struct object_id id)
{
	if (g_hash_table_size(walk->seen) < OBJECTS_MAX && g_hash_table_add(walk->seen, key_of(id)))
		g_array_append_val(walk->waiting, id);
}

static void visit(struct walk *walk, qpdf_oh object, const struct holder *holder, unsigned depth);

/* The same place in the file may be told under one name only. */
static bool
take_stream(struct walk *walk, qpdf_oh object)
{
	struct object_id id = id_of(walk, object);
	gpointer mark = (gpointer)((guintptr)key_of(id) ^ (guintptr)1); /* of its content */

	return g_hash_table_add(walk->seen, mark);
}

static bool
has_name(struct walk *walk, qpdf_oh dictionary, const char *key, const char *name)
{
	qpdf_oh value = qpdf_oh_get_key(walk->q, dictionary, key);
	bool is = qpdf_oh_is_name_and_equals(walk->q, value, name);

	qpdf_oh_release(walk->q, value);
	return is;
}

/* Unpacked, whatever it was packed with; one that can't be is told as it is. */
static void
tell_stream(struct walk *walk, qpdf_oh stream, enum pdf_kind kind, struct bytes name)
{
	unsigned char *content = NULL;
	size_t n = 0;

	if (!take_stream(walk, stream))
		return;
	if (qpdf_oh_get_stream_data(walk->q, stream, qpdf_dl_specialized, NULL, &content, &n) ==
			QPDF_SUCCESS ||
		content != NULL) {
		if (kind == PDF_ATTACHMENT)
			answer_file(walk->answer, name, bytes_of(content, n));
		else
			strings_tell(walk->answer, kind, name, bytes_of(content, n));
	} else /* it does not fit into our memory: who has more can open it */
		answer_limit(walk->answer, PDF_LIMIT_MEMORY);
	free(content);
}

/* The files of a file specification (ISO 32000-1 7.11.4): one stream under up to five keys. */
static void
visit_files(struct walk *walk, qpdf_oh files, const struct holder *holder)
{
	static const char *const keys[] = {"/UF", "/F", "/DOS", "/Unix", "/Mac"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		qpdf_oh file = qpdf_oh_get_key(walk->q, files, keys[i]);

		if (qpdf_oh_is_stream(walk->q, file))
			tell_stream(walk, file, PDF_ATTACHMENT, bytes_of_str(holder->file_name));
		qpdf_oh_release(walk->q, file);
	}
}

/* The forms of XFA: (name) stream (name) stream ..., or one stream. */
static void
visit_xfa(struct walk *walk, qpdf_oh value)
{
	int n = qpdf_oh_is_array(walk->q, value) ? qpdf_oh_get_array_n_items(walk->q, value) : 0;

	if (qpdf_oh_is_stream(walk->q, value))
		tell_stream(walk, value, PDF_ATTACHMENT, BYTES_LIT("xfa.xml"));
	for (int i = 0; i < n; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(walk->q, value, i);

		if (qpdf_oh_is_stream(walk->q, item))
			tell_stream(walk, item, PDF_ATTACHMENT, BYTES_LIT("xfa.xml"));
		qpdf_oh_release(walk->q, item);
	}
}

/* A value that is a text by the key that it stands under, though it is a stream. */
static void
visit_text_stream(struct walk *walk, qpdf_oh value, const struct holder *holder, const char *key)
{
	static const char *const keys[] = {"/JS", "/V", "/DV", "/RV", "/RC", "/Contents", NULL};

	for (size_t i = 0; keys[i] != NULL; i++)
		if (strcmp(key, keys[i]) == 0 && (strcmp(key, "/Contents") != 0 || !holder->is_page))
			tell_stream(walk, value, strings_kind(holder, key), strings_label(holder, key));
}

static void
visit_value(struct walk *walk, qpdf_oh value, const struct holder *holder, unsigned depth)
{
	const char *key = holder->key;

	if (strcmp(key, "/EF") == 0 && qpdf_oh_is_dictionary(walk->q, value))
		visit_files(walk, value, holder);
	else if (strcmp(key, "/XFA") == 0)
		visit_xfa(walk, value);
	else if (qpdf_oh_is_stream(walk->q, value))
		visit_text_stream(walk, value, holder, key);
	visit(walk, value, holder, depth);
}

/* qpdf has one iterator for all: the keys are taken first. */
static GPtrArray *
keys_of(struct walk *walk, qpdf_oh dictionary)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

	qpdf_oh_begin_dict_key_iter(walk->q, dictionary);
	while (qpdf_oh_dict_more_keys(walk->q))
		g_ptr_array_add(keys, g_strdup(qpdf_oh_dict_next_key(walk->q)));
	return keys;
}

static void
visit_dictionary(struct walk *walk, qpdf_oh dictionary, const struct holder *outer, unsigned depth)
{
	GPtrArray *keys = keys_of(walk, dictionary);
	struct holder holder;

	holder_init(&holder, walk->q, dictionary, outer);
	for (guint i = 0; i < keys->len; i++) {
		qpdf_oh value = qpdf_oh_get_key(walk->q, dictionary, keys->pdata[i]);

		holder.key = keys->pdata[i];
		visit_value(walk, value, &holder, depth);
		qpdf_oh_release(walk->q, value);
	}
	holder_done(&holder);
	g_ptr_array_unref(keys);
}

static void
visit_array(struct walk *walk, qpdf_oh array, const struct holder *holder, unsigned depth)
{
	int n = qpdf_oh_get_array_n_items(walk->q, array);

	/* Of colours, not of letters: [/Indexed base high (bytes)]. */
	if (n == 4) {
		qpdf_oh first = qpdf_oh_get_array_item(walk->q, array, 0);

		if (qpdf_oh_is_name_and_equals(walk->q, first, "/Indexed"))
			n = 3;
		qpdf_oh_release(walk->q, first);
	}
	for (int i = 0; i < n; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(walk->q, array, i);

		visit(walk, item, holder, depth);
		qpdf_oh_release(walk->q, item);
	}
}

static void
visit_stream(struct walk *walk, qpdf_oh stream, const struct holder *holder, unsigned depth)
{
	qpdf_oh dictionary = qpdf_oh_get_dict(walk->q, stream);

	if (has_name(walk, dictionary, "/Type", "/Metadata") ||
		has_name(walk, dictionary, "/Subtype", "/XML"))
		tell_stream(walk, stream, PDF_XMP, bytes_of(NULL, 0));
	else if (has_name(walk, dictionary, "/Type", "/EmbeddedFile"))
		tell_stream(walk, stream, PDF_ATTACHMENT, bytes_of(NULL, 0));
	visit_dictionary(walk, dictionary, holder, depth);
	qpdf_oh_release(walk->q, dictionary);
}

static void
tell_string(struct walk *walk, qpdf_oh string, const struct holder *holder)
{
	enum pdf_kind kind = strings_kind(holder, holder->key);
	struct bytes label = strings_label(holder, holder->key);
	const char *p = NULL;
	size_t n = 0;

	if (!qpdf_oh_get_value_as_utf8(walk->q, string, &p, &n) || strings_is_noise(holder, bytes_of(p, n)))
		return;
	strings_tell(walk->answer, kind, label, bytes_of(p, n));
	/* Many writers put UTF-8 where PDFDocEncoding is due. */
	if (qpdf_oh_get_value_as_string(walk->q, string, &p, &n) && strings_is_utf8(bytes_of(p, n)))
		strings_tell(walk->answer, kind, label, bytes_of(p, n));
}

/* A box that is ticked, a choice that is made: "consent: Yes". */
static void
tell_name(struct walk *walk, qpdf_oh name, const struct holder *holder)
{
	const char *p = NULL;
	size_t n = 0;

	if (holder->kind == PDF_FIELD &&
		(strcmp(holder->key, "/V") == 0 || strcmp(holder->key, "/DV") == 0) &&
		qpdf_oh_get_value_as_name(walk->q, name, &p, &n) && n > 1)
		strings_tell(
			walk->answer, PDF_FIELD, strings_label(holder, holder->key), bytes_of(p + 1, n - 1));
}

/* Direct objects at once; what is elsewhere in the file waits for its turn, but for strings and names. */
static void
visit(struct walk *walk, qpdf_oh object, const struct holder *holder, unsigned depth)
{
	enum qpdf_object_type_e type = qpdf_oh_get_type_code(walk->q, object);

	if (type == ot_string) {
		if (qpdf_oh_is_indirect(walk->q, object))
			g_hash_table_add(walk->seen, key_of(id_of(walk, object)));
		tell_string(walk, object, holder);
	} else if (type == ot_name)
		tell_name(walk, object, holder);
	else if (qpdf_oh_is_indirect(walk->q, object))
		push(walk, id_of(walk, object));
	else if (depth >= DEPTH_MAX)
		walk->deep = true;
	else if (type == ot_dictionary)
		visit_dictionary(walk, object, holder, depth + 1);
	else if (type == ot_array)
		visit_array(walk, object, holder, depth + 1);
}

static void
visit_object(struct walk *walk, struct object_id id)
{
	static const struct holder nobody = {.kind = PDF_OTHER, .key = ""};
	qpdf_oh object = qpdf_get_object_by_id(walk->q, id.id, id.generation);

	switch (qpdf_oh_get_type_code(walk->q, object)) {
	case ot_dictionary:
		visit_dictionary(walk, object, &nobody, 0);
		break;
	case ot_array:
		visit_array(walk, object, &nobody, 0);
		break;
	case ot_stream:
		visit_stream(walk, object, &nobody, 0);
		break;
	case ot_string:
		tell_string(walk, object, &nobody);
		break;
	default:
		break;
	}
	qpdf_oh_release_all(walk->q);
}

static void
visit_waiting(struct walk *walk)
{
	for (guint i = 0; i < walk->waiting->len; i++)
		visit_object(walk, g_array_index(walk->waiting, struct object_id, i));
	g_array_set_size(walk->waiting, 0);
}

/* What the trailer says, but no more than fit into so many bytes: an object takes some, however it is packed.
 */
static int
highest_id(struct walk *walk, size_t size)
{
	enum { A_FEW = 1000, PACKED_MOST = 4 };
	qpdf_oh trailer = qpdf_get_trailer(walk->q), value = qpdf_oh_get_key(walk->q, trailer, "/Size");
	long long most =
		size < OBJECTS_MAX / PACKED_MOST ? (long long)size * PACKED_MOST + A_FEW : OBJECTS_MAX;
	long long n = 0;

	if (!qpdf_oh_get_value_as_longlong(walk->q, value, &n) || n > most)
		n = most;
	return n > 0 ? (int)n : 0;
}

static void
visit_info(struct walk *walk)
{
	static const struct holder info = {.kind = PDF_INFO, .key = ""};
	qpdf_oh trailer = qpdf_get_trailer(walk->q), dictionary = qpdf_oh_get_key(walk->q, trailer, "/Info");

	if (!qpdf_oh_is_dictionary(walk->q, dictionary))
		return;
	if (qpdf_oh_is_indirect(walk->q, dictionary))
		g_hash_table_add(walk->seen, key_of(id_of(walk, dictionary)));
	visit_dictionary(walk, dictionary, &info, 0);
}

void
objects_tell(qpdf_data q, size_t size, struct answer *answer)
{
	static const struct holder nobody = {.kind = PDF_OTHER, .key = ""};
	struct walk walk = {.q = q, .answer = answer};

	walk.seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	walk.waiting = g_array_new(FALSE, FALSE, sizeof(struct object_id));
	visit_info(&walk);
	visit_dictionary(&walk, qpdf_get_trailer(q), &nobody, 0);
	visit_waiting(&walk);
	for (int id = 1, n = highest_id(&walk, size); id <= n; id++) {
		push(&walk, (struct object_id){id, 0});
		visit_waiting(&walk);
	}
	if (g_hash_table_size(walk.seen) >= OBJECTS_MAX)
		answer_limit(answer, PDF_LIMIT_SIZE);
	if (walk.deep)
		answer_limit(answer, PDF_LIMIT_DEPTH);
	g_array_unref(walk.waiting);
	g_hash_table_unref(walk.seen);
}
