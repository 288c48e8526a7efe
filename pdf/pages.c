/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/pages.h"

#include <poppler.h>

#include "pdf/rows.h"

/* So many pages in a row that are none: the count is a lie. */
enum { MISSING_MAX = 1000 };

/* A page is a scan when pictures cover half of it (of 612 by 792 units) and it says next to nothing. */
enum { PAGE_AREA = 612 * 792, FEW_LETTERS = 200 };

/* A layer that is off is text all the same. */
static void
show_layers(PopplerLayersIter *iter, unsigned depth)
{
	enum { DEPTH_MAX = 60 };

	if (iter == NULL || depth > DEPTH_MAX)
		return;
	do {
		PopplerLayersIter *child = poppler_layers_iter_get_child(iter);
		PopplerLayer *layer = poppler_layers_iter_get_layer(iter);

		if (layer != NULL) {
			poppler_layer_show(layer);
			g_object_unref(layer);
		}
		if (child != NULL) {
			show_layers(child, depth + 1);
			poppler_layers_iter_free(child);
		}
	} while (poppler_layers_iter_next(iter));
}

static bool
has_large_picture(PopplerPage *page)
{
	GList *pictures = poppler_page_get_image_mapping(page);
	double area = 0;

	for (GList *at = pictures; at != NULL; at = at->next) {
		const PopplerImageMapping *mapping = at->data;

		area += (mapping->area.x2 - mapping->area.x1) * (mapping->area.y2 - mapping->area.y1);
	}
	poppler_page_free_image_mapping(pictures);
	return area > PAGE_AREA / 2.0;
}

/* Returns whether it is a scan. */
static bool
read_page(PopplerPage *page, uint32_t number, struct answer *answer)
{
	char *text = poppler_page_get_text(page), *rows = NULL;
	PopplerRectangle *places = NULL;
	guint n = 0;
	size_t letters = text != NULL ? strlen(text) : 0;

	if (letters > 0 && poppler_page_get_text_layout(page, &places, &n))
		rows = rows_of(text, places, n);
	answer_page(answer, number, bytes_of_str(rows != NULL ? rows : text));
	g_free(rows);
	g_free(places);
	g_free(text);
	return letters < FEW_LETTERS && has_large_picture(page);
}

static void
read_pages(PopplerDocument *document, struct answer *answer)
{
	int n = poppler_document_get_n_pages(document), missing = 0;
	bool has_scans = false;

	for (int i = 0; i < n && missing < MISSING_MAX; i++) {
		PopplerPage *page = poppler_document_get_page(document, i);

		if (page == NULL) {
			missing++;
			continue;
		}
		missing = 0;
		if (read_page(page, (uint32_t)i + 1, answer))
			has_scans = true;
		g_object_unref(page);
	}
	if (has_scans)
		answer_say(answer, PDF_HAS_SCANS);
}

static PopplerDocument *
open_document(struct bytes pdf)
{
	GBytes *bytes = g_bytes_new_static(pdf.p, pdf.n);
	PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, NULL);

	g_bytes_unref(bytes);
	return document;
}

bool
pages_read(struct bytes pdf, struct answer *answer)
{
	PopplerDocument *document = open_document(pdf);
	PopplerLayersIter *layers;

	if (document == NULL)
		return false;
	layers = poppler_layers_iter_new(document);
	show_layers(layers, 0);
	poppler_layers_iter_free(layers);
	read_pages(document, answer);
	g_object_unref(document);
	return true;
}

/* With a font of each of poppler's own tables. The document stays open: the tables go with the last one. */
void
pages_init(void)
{
	static const char pdf[] =
		"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 "
		"R]>>"
		"endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<<"
		"/F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 30>>stream\n"
		"BT /F 1 Tf 1 1 Td (warm) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF\n";
	PopplerDocument *document = open_document(bytes_of(pdf, sizeof(pdf) - 1));
	PopplerPage *page = document != NULL ? poppler_document_get_page(document, 0) : NULL;

	if (page != NULL) {
		g_free(poppler_page_get_text(page));
		g_object_unref(page);
	}
}
