/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/document.h"

#include "pdf/pages.h"
#include "pdf/structure.h"

/* So many earlier states are read; more are said to be there. */
enum { REVISIONS_MAX = 32 };

/* Returns whether anything could be read. */
static bool
read_one(struct bytes pdf, struct answer *answer)
{
	struct bytes open;
	enum structure_state state = structure_read(pdf, answer, &open);
	bool has_pages;

	if (state == STRUCTURE_LOCKED) {
		answer_say(answer, PDF_IS_LOCKED);
		return true;
	}
	has_pages = open.n > 0 && pages_read(open, answer);
	if (!has_pages || state != STRUCTURE_READ)
		has_pages = pages_read(pdf, answer) || has_pages;
	return has_pages;
}

/* Where the states of the file end, the newest first and without it: behind each %%EOF. Returns how many. */
static size_t
find_revisions(struct bytes pdf, size_t ends[REVISIONS_MAX], bool *ret_more)
{
	static const char mark[] = "%%EOF";
	const size_t n_mark = sizeof(mark) - 1;
	size_t n = 0;
	bool is_newest = true;

	*ret_more = false;
	for (size_t at = pdf.n; at >= n_mark; at--) {
		if (pdf.p[at - 1] != 'F' || memcmp(pdf.p + at - n_mark, mark, n_mark) != 0)
			continue;
		if (!is_newest && n == REVISIONS_MAX) {
			*ret_more = true;
			break;
		}
		if (!is_newest)
			ends[n++] = at;
		is_newest = false;
	}
	return n;
}

void
document_read(struct bytes pdf, struct answer *answer)
{
	size_t ends[REVISIONS_MAX], n;
	bool more;

	if (!read_one(pdf, answer))
		answer_say(answer, PDF_IS_BROKEN);
	n = find_revisions(pdf, ends, &more);
	for (size_t i = 0; i < n; i++) {
		answer_revision(answer, (uint32_t)i + 1);
		(void)read_one(bytes_sub(pdf, 0, ends[i]), answer);
	}
	if (more)
		answer_limit(answer, PDF_LIMIT_SIZE);
}
