/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/structure.h"

#include <qpdf/qpdf-c.h>
#include <stdlib.h>

#include "pdf/objects.h"

/* A page reaches 14,400 units (ISO 32000-1 annex C.2); what a file may place elsewhere is on it, too. */
#define LARGE "[-1000000 -1000000 1000000 1000000]"

static enum structure_state
state_of(qpdf_data q, QPDF_ERROR_CODE code)
{
	if ((code & QPDF_ERRORS) != 0 && qpdf_has_error(q))
		return qpdf_get_error_code(q, qpdf_get_error(q)) == qpdf_e_password ? STRUCTURE_LOCKED
										    : STRUCTURE_BROKEN;
	if ((code & QPDF_ERRORS) != 0)
		return STRUCTURE_BROKEN;
	return (code & QPDF_WARNINGS) != 0 ? STRUCTURE_DOUBTFUL : STRUCTURE_READ;
}

static void
enlarge_pages(qpdf_data q)
{
	int n = qpdf_get_num_pages(q);
	qpdf_oh large = qpdf_oh_parse(q, LARGE);

	for (int i = 0; i < n; i++) {
		qpdf_oh page = qpdf_get_page_n(q, (size_t)i);

		qpdf_oh_replace_key(q, page, "/MediaBox", large);
		qpdf_oh_replace_key(q, page, "/CropBox", large);
		qpdf_oh_release(q, page);
	}
}

/* Streams stay as they are packed; the ID needs no chance, for nobody else sees the file. */
static void
write_open(qpdf_data q, struct bytes *ret_open)
{
	if ((qpdf_init_write_memory(q) & QPDF_ERRORS) != 0)
		return;
	qpdf_set_stream_data_mode(q, qpdf_s_preserve);
	qpdf_set_object_stream_mode(q, qpdf_o_disable);
	qpdf_set_preserve_encryption(q, QPDF_FALSE);
	qpdf_set_static_ID(q, QPDF_TRUE);
	if ((qpdf_write(q) & QPDF_ERRORS) == 0)
		*ret_open = bytes_of(qpdf_get_buffer(q), qpdf_get_buffer_length(q));
}

enum structure_state
structure_read(struct bytes pdf, struct answer *answer, struct bytes *ret_open)
{
	qpdf_data q = qpdf_init();
	enum structure_state state;

	*ret_open = bytes_of(NULL, 0);
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	state = state_of(q, qpdf_read_memory(q, "", (const char *)pdf.p, pdf.n, ""));
	if (state == STRUCTURE_LOCKED || state == STRUCTURE_BROKEN)
		return state;
	objects_tell(q, pdf.n, answer);
	enlarge_pages(q);
	write_open(q, ret_open);
	if (qpdf_more_warnings(q))
		state = STRUCTURE_DOUBTFUL;
	return state;
}
