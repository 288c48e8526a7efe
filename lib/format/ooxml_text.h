/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of parts of Office Open XML files (ECMA-376 part 1): WordprocessingML (clause 17), PresentationML
 * (19), DrawingML with its charts and diagrams (20, 21), VML (part 4). They share their few elements of text,
 * so one reader knows them all, in both namespaces.
 */
#ifndef POSTSEAL_OOXML_TEXT_H
#define POSTSEAL_OOXML_TEXT_H

#include "lib/format/package.h"

/* Styles that hide what has them: their names, each ended by a NUL. */
struct ooxml_hidden_styles {
	struct buf names;
};

struct ooxml_text;

/* Keeps what it needs until it is freed; the flow and the styles are the caller's. `styles` may be NULL. */
struct ooxml_text *ooxml_text_new(struct flow *flow, const struct ooxml_hidden_styles *styles);
void ooxml_text_free(struct ooxml_text *text);

/* Of the part into the flow, where the caller has set the place. */
void ooxml_text_read(struct ooxml_text *text, struct package *package, struct package_part *part);

/* Where the part's relations lead outside, into the links. */
void ooxml_text_links(struct ooxml_text *text, const struct package *package, struct bytes source);

/* For XML that stands alone, and was decoded. */
enum xml_result ooxml_text_read_xml(struct ooxml_text *text, struct bytes xml);

/* Attributes in which a person can have written, of any part; used by the readers of sheets as well. */
void ooxml_text_attributes(struct flow *flow, const struct xml_element *element);

/* "name: text" of each element that has text: a document's properties. */
void ooxml_properties_read(struct flow *flow, struct package *package, struct package_part *part);

/* Word's styles: those that hide. */
void ooxml_hidden_styles_init(struct ooxml_hidden_styles *styles);
void ooxml_hidden_styles_done(struct ooxml_hidden_styles *styles);
void ooxml_hidden_styles_read(
	struct ooxml_hidden_styles *styles, struct package *package, struct package_part *part);
bool ooxml_hidden_styles_have(const struct ooxml_hidden_styles *styles, struct bytes name);

/* ECMA-376 part 1, 17.17.4: an element that is there and says nothing else is on. */
bool ooxml_is_on(const struct xml_element *element);

#endif
