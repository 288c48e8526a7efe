/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html_element.h"

#define VOID HTML_IS_VOID
#define BLOCK HTML_IS_BLOCK
#define SPACED (HTML_IS_BLOCK | HTML_IS_SPACED)
#define UNSEEN HTML_IS_UNSEEN
#define OK HTML_IS_ALLOWED
#define SCOPE HTML_IS_SCOPE
#define CELL (HTML_IS_CELL | HTML_IS_SCOPE)

/* clang-format off */
/* Sorted by name. */
static const struct html_element elements[] = {
	{"a", OK, 0}, {"abbr", OK, 0}, {"acronym", OK, 0}, {"address", BLOCK | OK, 0},
	{"area", VOID, 0}, {"article", BLOCK | OK, 0}, {"aside", BLOCK | OK, 0}, {"audio", UNSEEN, 0},
	{"b", OK, 0}, {"base", VOID, 0}, {"basefont", VOID, 0}, {"bdi", OK, 0}, {"bdo", OK, 0}, {"bgsound", VOID, 0},
	{"big", OK, 0}, {"blockquote", SPACED | OK, 0}, {"body", BLOCK, 0}, {"br", VOID | OK, 0}, {"button", SCOPE, 0},
	{"caption", BLOCK | SCOPE | OK, 0}, {"center", BLOCK | OK, 0}, {"cite", OK, 0}, {"code", OK, 0},
	{"col", VOID | OK, 0}, {"colgroup", OK, 0},
	{"dd", BLOCK | OK, HTML_GROUP_LINE}, {"del", OK, 0}, {"details", BLOCK | OK, 0}, {"dfn", OK, 0},
	{"dialog", BLOCK, 0}, {"dir", BLOCK | OK, HTML_GROUP_LIST}, {"div", BLOCK | OK, 0}, {"dl", SPACED | OK, HTML_GROUP_LIST},
	{"dt", BLOCK | OK, HTML_GROUP_LINE},
	{"em", OK, 0}, {"embed", VOID, 0},
	{"fieldset", BLOCK, 0}, {"figcaption", BLOCK | OK, 0}, {"figure", BLOCK | OK, 0}, {"font", OK, 0},
	{"footer", BLOCK | OK, 0}, {"form", BLOCK, 0}, {"frame", VOID, 0}, {"frameset", BLOCK, 0},
	{"h1", SPACED | OK, 0}, {"h2", SPACED | OK, 0}, {"h3", SPACED | OK, 0}, {"h4", SPACED | OK, 0},
	{"h5", SPACED | OK, 0}, {"h6", SPACED | OK, 0}, {"head", 0, 0}, {"header", BLOCK | OK, 0},
	{"hgroup", BLOCK | OK, 0}, {"hr", VOID | BLOCK | OK, 0}, {"html", 0, 0},
	{"i", OK, 0}, {"iframe", UNSEEN, 0}, {"image", VOID, 0}, {"img", VOID | OK, 0}, {"input", VOID, 0}, {"ins", OK, 0},
	{"kbd", OK, 0}, {"keygen", VOID, 0},
	{"label", OK, 0}, {"legend", BLOCK, 0}, {"li", BLOCK | OK, HTML_GROUP_LINE}, {"link", VOID, 0},
	{"listing", BLOCK | HTML_IS_VERBATIM, 0},
	{"main", BLOCK | OK, 0}, {"map", 0, 0}, {"mark", OK, 0}, {"marquee", SCOPE, 0}, {"math", HTML_IS_FOREIGN, 0},
	{"menu", BLOCK, HTML_GROUP_LIST}, {"meta", VOID, 0}, {"meter", 0, 0},
	{"nav", BLOCK | OK, 0}, {"nobr", OK, 0}, {"noembed", UNSEEN, 0}, {"noframes", UNSEEN, 0}, {"noscript", 0, 0},
	{"object", SCOPE, 0}, {"ol", SPACED | OK, HTML_GROUP_LIST}, {"optgroup", BLOCK, HTML_GROUP_OPTION},
	{"option", BLOCK, HTML_GROUP_OPTION}, {"output", 0, 0},
	{"p", SPACED | OK, HTML_GROUP_PARAGRAPH}, {"param", VOID, 0}, {"picture", 0, 0}, {"plaintext", BLOCK | HTML_IS_VERBATIM, 0},
	{"pre", SPACED | HTML_IS_VERBATIM | OK, 0}, {"progress", 0, 0},
	{"q", OK, 0},
	{"rp", OK, 0}, {"rt", OK, 0}, {"ruby", OK, 0},
	{"s", OK, 0}, {"samp", OK, 0}, {"script", UNSEEN, 0}, {"section", BLOCK | OK, 0}, {"select", BLOCK, 0},
	{"small", OK, 0}, {"source", VOID, 0}, {"span", OK, 0}, {"strike", OK, 0}, {"strong", OK, 0},
	{"style", UNSEEN | HTML_IS_CODE, 0}, {"sub", OK, 0}, {"summary", BLOCK | OK, 0}, {"sup", OK, 0},
	{"svg", HTML_IS_FOREIGN, 0},
	{"table", BLOCK | SCOPE | OK, HTML_GROUP_TABLE}, {"tbody", OK, HTML_GROUP_BODY}, {"td", CELL | OK, HTML_GROUP_CELL},
	{"template", UNSEEN | SCOPE, 0}, {"textarea", BLOCK | HTML_IS_VERBATIM, 0}, {"tfoot", OK, HTML_GROUP_BODY},
	{"th", CELL | OK, HTML_GROUP_CELL}, {"thead", OK, HTML_GROUP_BODY}, {"time", OK, 0}, {"title", UNSEEN, 0},
	{"tr", HTML_IS_ROW | OK, HTML_GROUP_ROW}, {"track", VOID, 0}, {"tt", OK, 0},
	{"u", OK, 0}, {"ul", SPACED | OK, HTML_GROUP_LIST},
	{"var", OK, 0}, {"video", UNSEEN, 0},
	{"wbr", VOID | OK, 0},
	{"xmp", BLOCK | HTML_IS_VERBATIM, 0},
};
/* clang-format on */

const struct html_element *
html_element(struct bytes name)
{
	size_t low = 0, high = sizeof(elements) / sizeof(elements[0]);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *candidate = elements[middle].name;
		int order = strncmp((const char *)name.p, candidate, name.n);

		if (name.n == 0)
			return NULL;
		if (order == 0 && candidate[name.n] == '\0')
			return &elements[middle];
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
