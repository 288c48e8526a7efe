/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/part_kind.h"

#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/format/runs.h"
#include "lib/mime/sniff.h"

/* Where the first element must have begun: it may be long with namespaces. */
enum { HEAD_MAX = 16 * 1024 };

/* A picture of the first page that is no larger is not read by people either. */
enum { THUMBNAIL_MAX = 64 * 1024 };

struct root {
	const char *name;
	const char *space; /* the namespace has this in it; NULL: any */
	enum part_kind kind;
};

/* ECMA-376 part 1 names the root element of each part (clauses 11 to 15). */
static const struct root roots[] = {
	{"Types", "content-types", PART_TYPES},
	{"Relationships", "relationships", PART_RELATIONS},
	{"document", "wordprocessingml", PART_DOCUMENT},
	{"wordDocument", NULL, PART_DOCUMENT},
	{"hdr", NULL, PART_HEADER},
	{"ftr", NULL, PART_FOOTER},
	{"footnotes", NULL, PART_FOOTNOTES},
	{"endnotes", NULL, PART_ENDNOTES},
	{"comments", "wordprocessingml", PART_COMMENTS},
	{"comments", "spreadsheetml", PART_SHEET_COMMENTS},
	{"ThreadedComments", NULL, PART_SHEET_COMMENTS},
	{"glossaryDocument", NULL, PART_GLOSSARY},
	{"styles", "wordprocessingml", PART_STYLES},
	{"coreProperties", NULL, PART_PROPERTIES},
	{"Properties", "officeDocument", PART_PROPERTIES},
	{"chartSpace", NULL, PART_DRAWING},
	{"dataModel", NULL, PART_DRAWING},
	{"drawing", NULL, PART_DRAWING},
	{"wsDr", NULL, PART_DRAWING},
	{"userShapes", NULL, PART_DRAWING},
	{"xml", NULL, PART_DRAWING}, /* VML */
	{"presentation", NULL, PART_PRESENTATION},
	{"sld", NULL, PART_SLIDE},
	{"notes", "presentationml", PART_SLIDE_NOTES},
	{"sldMaster", NULL, PART_SLIDE_MASTER},
	{"sldLayout", NULL, PART_SLIDE_MASTER},
	{"notesMaster", NULL, PART_SLIDE_MASTER},
	{"handoutMaster", NULL, PART_SLIDE_MASTER},
	{"cmLst", NULL, PART_COMMENTS},
	{"workbook", NULL, PART_BOOK},
	{"worksheet", NULL, PART_SHEET},
	{"chartsheet", NULL, PART_SHEET},
	{"dialogsheet", NULL, PART_SHEET},
	{"macrosheet", NULL, PART_SHEET},
	{"styleSheet", NULL, PART_SHEET_STYLES},
	{"sst", NULL, PART_SHEET_STRINGS},
	{"table", "spreadsheetml", PART_TABLE},
	{"pivotCacheDefinition", NULL, PART_PIVOT_CACHE},
	{"pivotCacheRecords", NULL, PART_PIVOT_RECORDS},
	{"externalLink", NULL, PART_EXTERNAL_LINK},
	{"theme", NULL, PART_QUIET},
	{"themeOverride", NULL, PART_QUIET},
	{"settings", "wordprocessingml", PART_QUIET},
	{"webSettings", NULL, PART_QUIET},
	{"fonts", "wordprocessingml", PART_QUIET},
	{"numbering", "wordprocessingml", PART_QUIET},
	{"people", NULL, PART_QUIET},
	{"commentsEx", NULL, PART_QUIET},
	{"commentsIds", NULL, PART_QUIET},
	{"commentsExtensible", NULL, PART_QUIET},
	{"presentationPr", NULL, PART_QUIET},
	{"viewPr", NULL, PART_QUIET},
	{"tblStyleLst", NULL, PART_QUIET},
	{"cmAuthorLst", NULL, PART_QUIET},
	{"authorLst", NULL, PART_QUIET},
	{"tagLst", NULL, PART_QUIET},
	{"layoutDef", NULL, PART_QUIET},
	{"colorsDef", NULL, PART_QUIET},
	{"styleDef", NULL, PART_QUIET},
	{"colorStyle", NULL, PART_QUIET},
	{"chartStyle", NULL, PART_QUIET},
	{"calcChain", NULL, PART_QUIET},
	{"personList", NULL, PART_QUIET},
	{"pivotTableDefinition", NULL, PART_QUIET},
	{"connections", NULL, PART_QUIET},
	{"queryTable", NULL, PART_QUIET},
	{"volTypes", NULL, PART_QUIET},
	{"metadata", "spreadsheetml", PART_QUIET},
	{"revisions", "spreadsheetml", PART_QUIET},
	{"headers", "spreadsheetml", PART_QUIET},
	{"users", "spreadsheetml", PART_QUIET},
	{"slicer", NULL, PART_QUIET},
	{"slicers", NULL, PART_QUIET},
	{"slicerCacheDefinition", NULL, PART_QUIET},
	{"timelines", NULL, PART_QUIET},
	{"timelineCacheDefinition", NULL, PART_QUIET},
	{"MapInfo", NULL, PART_QUIET},
	{"datastoreItem", NULL, PART_QUIET},
	{"ocx", NULL, PART_QUIET},
	{"document-content", NULL, PART_ODF_CONTENT},
	{"document", "opendocument", PART_ODF_CONTENT},
	{"document-styles", NULL, PART_ODF_STYLES},
	{"document-meta", NULL, PART_ODF_META},
	{"document-settings", NULL, PART_ODF_SETTINGS},
	{"manifest", NULL, PART_ODF_MANIFEST},
	{"document-signatures", NULL, PART_QUIET},
	{"RDF", NULL, PART_QUIET},
};

struct first {
	bool found;
	enum part_kind kind;
};

static bool
is_root(const struct root *root, const struct xml_element *element)
{
	struct bytes part = bytes_of_str(root->space);

	if (!bytes_eq(element->name, bytes_of_str(root->name)))
		return false;
	return root->space == NULL || bytes_find(element->space, part) < element->space.n;
}

static void
take_first(void *context, const struct xml_element *element)
{
	struct first *first = context;

	if (first->found)
		return;
	first->found = true;
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (is_root(&roots[i], element)) {
			first->kind = roots[i].kind;
			return;
		}
}

/* In any encoding that XML may have without a declaration: UTF-8, or UTF-16 of both orders. */
static bool
may_be_xml(struct bytes content)
{
	size_t i = 0;

	if (bytes_starts_nocase(content, BYTES_LIT("\xEF\xBB\xBF")))
		i = 3;
	else if (bytes_starts_nocase(content, BYTES_LIT("\xFF\xFE")) ||
		 bytes_starts_nocase(content, BYTES_LIT("\xFE\xFF")))
		i = 2;
	while (i < content.n && (content.p[i] == 0 || ascii_is_space(content.p[i])))
		i++;
	return i < content.n && content.p[i] == '<';
}

bool
part_kind_of(struct bytes content, enum part_kind *ret_kind)
{
	static const struct xml_handler handler = {.start = take_first};
	struct first first = {.kind = PART_OTHER};
	struct bytes head = bytes_sub(content, 0, HEAD_MAX);

	if (!may_be_xml(content))
		return false;
	(void)xml_read(head, &handler, &first);
	if (!first.found && bytes_find(head, BYTES_LIT("<!DOCTYPE")) < head.n)
		first.kind = PART_ROOTLESS;
	*ret_kind = first.kind;
	return true;
}

static bool
has(struct bytes name, const char *word)
{
	struct bytes part = bytes_of_str(word);

	for (size_t i = 0; i + part.n <= name.n; i++)
		if (bytes_starts_nocase(bytes_sub(name, i, name.n), part))
			return true;
	return false;
}

/* What programs write beside the document, and nobody sees. Who abuses one of the names has his text found.
 */
static bool
is_seen_by_nobody(struct bytes name, struct bytes content)
{
	if (has(name, "thumbnail"))
		return content.n <= THUMBNAIL_MAX;
	/* OpenDocument: its type, and where LibreOffice broke the pages. */
	if (bytes_eq(name, BYTES_LIT("mimetype")) || bytes_eq(name, BYTES_LIT("layout-cache")))
		return content.n <= THUMBNAIL_MAX;
	if (bytes_ends_nocase(name, BYTES_LIT(".odttf")) || bytes_ends_nocase(name, BYTES_LIT(".fntdata")))
		return !sniff_is_text(content);
	return has(name, "printersettings");
}

/* Of a picture what stands before its image. Fonts have no text. */
static struct bytes
readable(struct bytes name, struct bytes content)
{
	size_t end = content.n;

	if (bytes_starts_nocase(content, BYTES_LIT("\x89PNG")))
		end = bytes_find(content, BYTES_LIT("IDAT"));
	else if (bytes_starts_nocase(content, BYTES_LIT("\xFF\xD8")))
		end = bytes_find(content, BYTES_LIT("\xFF\xDA"));
	else if (bytes_starts_nocase(content, BYTES_LIT("application/vnd.oasis.opendocument.")) ||
		 bytes_ends_nocase(name, BYTES_LIT(".odttf")) ||
		 bytes_ends_nocase(name, BYTES_LIT(".fntdata")))
		end = 0;
	return bytes_sub(content, 0, end);
}

/* Macros and controls are files as anywhere. */
static bool
is_records(struct bytes name)
{
	return bytes_ends_nocase(name, BYTES_LIT(".bin")) && !has(name, "vba") && !has(name, "activex") &&
	       !has(name, "embeddings");
}

void
part_kind_tell_file(const struct package *package, struct bytes name, struct bytes content)
{
	struct format_out *out = package->out;
	struct format_text text;

	if (!is_seen_by_nobody(name, content) && !(package->is_binary && is_records(name))) {
		format_tell_file(out, name, NULL, content);
		return;
	}
	format_text_init(&text, out, SEGMENT_HIDDEN,
		arena_strf(format_arena(out), "part %.*s", BYTES_FMT(bytes_sub(name, 0, 80))));
	runs_put(&text.buf, readable(name, content));
	format_text_done(&text);
}
