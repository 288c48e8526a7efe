/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Presentations of PowerPoint (ECMA-376 part 1, clause 19): all slides in one text, each with its notes
 * behind it; hidden slides and masters for themselves.
 */
#include "lib/format/formats.h"

#include <stdio.h>

#include "lib/format/ooxml.h"

/* Slides of one presentation. */
enum { SLIDES_MAX = 20000 };

struct slides {
	struct package *package;
	struct package_part *presentation;
	struct flow *flow;
	struct ooxml_text *text;
	struct buf parts; /* struct package_part *, as they are shown */
	bool is_hidden;   /* the slide at hand */
};

static void
take_slide(void *context, const struct xml_element *element)
{
	struct slides *slides = context;

	if (bytes_eq(element->name, BYTES_LIT("sldId"))) {
		/* "id" and "r:id" have one local name: the relation's comes second. */
		for (size_t i = 0; i < element->n_attributes; i++) {
			struct package_part *part = package_find(
				slides->package, slides->presentation->name, element->attributes[i].value);

			if (part != NULL && part->kind == PART_SLIDE)
				buf_put(&slides->parts, &part, sizeof(part));
		}
	}
	ooxml_text_attributes(slides->flow, element);
}

static void
take_show(void *context, const struct xml_element *element)
{
	struct slides *slides = context;
	struct bytes show = xml_value(element, "show");

	if (bytes_eq(element->name, BYTES_LIT("sld")))
		slides->is_hidden =
			bytes_eq(show, BYTES_LIT("0")) || bytes_eq_nocase(show, BYTES_LIT("false"));
}

static bool
is_hidden(struct slides *slides, const struct package_part *part)
{
	static const struct xml_handler handler = {.start = take_show};
	enum { HEAD = 16 * 1024 };

	slides->is_hidden = false;
	(void)xml_read(bytes_sub(buf_bytes(&part->content), 0, HEAD), &handler, slides);
	return slides->is_hidden;
}

static void
read_part(struct slides *slides, struct package_part *part, const char *place)
{
	flow_place(slides->flow, place);
	if (part->kind == PART_COMMENTS)
		flow_push(slides->flow, FLOW_COMMENTS);
	ooxml_text_read(slides->text, slides->package, part);
	ooxml_text_links(slides->text, slides->package, part->name);
}

/* The notes, comments, charts and diagrams of a slide. */
static void
read_related(struct slides *slides, const struct package_part *slide, const char *place)
{
	size_t n;
	const struct package_relation *list = package_relations(slides->package, slide->name, &n);
	char named[FLOW_PLACE_MAX];

	for (size_t i = 0; i < n; i++) {
		struct package_part *part = list[i].part;

		if (part == NULL || part->is_told)
			continue;
		snprintf(named, sizeof(named), "%.60s%s", place,
			part->kind == PART_SLIDE_NOTES ? " notes" : "");
		if (part->kind == PART_SLIDE_NOTES || part->kind == PART_COMMENTS ||
			part->kind == PART_DRAWING)
			read_part(slides, part, named);
	}
}

static void
read_slide(struct slides *slides, struct package_part *part, const char *place)
{
	read_part(slides, part, place);
	read_related(slides, part, place);
}

static void
read_shown(struct slides *slides)
{
	struct package_part *const *parts = (void *)slides->parts.p;
	char place[FLOW_PLACE_MAX];

	for (size_t i = 0; i < slides->parts.n / sizeof(*parts); i++)
		if (!parts[i]->is_told && !is_hidden(slides, parts[i])) {
			snprintf(place, sizeof(place), "slide %zu", i + 1);
			read_slide(slides, parts[i], place);
		}
}

static void
read_hidden(struct slides *slides)
{
	struct package_part *const *parts = (void *)slides->parts.p;

	for (size_t i = 0; i < slides->parts.n / sizeof(*parts); i++)
		if (!parts[i]->is_told) {
			flow_section(slides->flow, SEGMENT_HIDDEN,
				arena_strf(format_arena(slides->package->out), "slide %zu (hidden)", i + 1));
			read_slide(slides, parts[i], "slide");
		}
}

/* What all slides show, and what their makers were told to write there. */
static void
read_masters(struct slides *slides)
{
	struct package *package = slides->package;
	char place[FLOW_PLACE_MAX];

	flow_section(slides->flow, SEGMENT_HIDDEN, "slide masters");
	for (size_t i = 0; i < package->n_parts; i++) {
		struct bytes stem = bytes_sub(package_stem(package->parts[i].name), 0, 60);

		if (package->parts[i].kind != PART_SLIDE_MASTER || !package->parts[i].is_named)
			continue;
		snprintf(place, sizeof(place), "%.*s", BYTES_FMT(stem));
		read_part(slides, &package->parts[i], place);
	}
}

static void
read_presentation(struct package *package, struct flow *flow)
{
	static const struct xml_handler handler = {.start = take_slide};
	struct slides slides = {.package = package, .flow = flow};

	slides.text = ooxml_text_new(flow, NULL);
	buf_init(&slides.parts, SLIDES_MAX * sizeof(struct package_part *));
	for (size_t i = 0; i < package->n_parts; i++)
		if (package->parts[i].kind == PART_PRESENTATION) {
			slides.presentation = &package->parts[i];
			package_read(package, slides.presentation, &handler, &slides);
		}
	read_shown(&slides);
	read_hidden(&slides);
	read_masters(&slides);
	buf_done(&slides.parts);
	ooxml_text_free(slides.text);
}

static void
read_pptx(struct format_out *out, struct bytes content)
{
	struct package package;
	struct flow flow;

	package_open(&package, out, content);
	flow_init(&flow, out, SEGMENT_TEXT, NULL);
	read_presentation(&package, &flow);
	ooxml_tell_others(&package, &flow);
	flow_done(&flow);
	package_close(&package);
}

static bool
is_pptx(struct bytes content)
{
	return ooxml_is(content, BYTES_LIT("ppt/"));
}

const struct format pptx_format = {
	.name = "pptx",
	.types =
		(const char *const[]){
			"application/vnd.openxmlformats-officedocument.presentationml.presentation",
			"application/vnd.openxmlformats-officedocument.presentationml.slideshow",
			"application/vnd.openxmlformats-officedocument.presentationml.template",
			"application/vnd.openxmlformats-officedocument.presentationml.slide",
			"application/vnd.ms-powerpoint.presentation.macroenabled.12",
			"application/vnd.ms-powerpoint.slideshow.macroenabled.12",
			"application/vnd.ms-powerpoint.template.macroenabled.12",
			"application/vnd.ms-powerpoint.addin.macroenabled.12",
			"application/vnd.openxmlformats-officedocument", "application/vnd.openxmlformats",
			"application/vnd.ms-powerpoint", "application/mspowerpoint", "application/powerpoint",
			"application/x-mspowerpoint", "application/pptx", "application/x-pptx",
			"application/zip", "application/x-zip-compressed", "application/x-zip", NULL},
	.extensions = (const char *const[]){"pptx", "pptm", "ppsx", "ppsm", "potx", "potm", "ppam", "sldx",
		"zip", NULL},
	.is = is_pptx,
	.read = read_pptx,
};
