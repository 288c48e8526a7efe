/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenDocument packages (OASIS OpenDocument 1.3 part 2) and flat files: text, sheets, slides, drawings.
 * Objects in a document are documents in folders.
 */
#include "lib/format/formats.h"

#include "lib/format/odf_text.h"
#include "lib/format/ooxml.h"
#include "lib/format/untagged.h"

static void
find_encrypted(void *context, const struct xml_element *element)
{
	bool *is_encrypted = context;

	*is_encrypted |= bytes_eq(element->name, BYTES_LIT("encryption-data")) ||
			 bytes_eq(element->name, BYTES_LIT("encrypted-key"));
}

static void
read_manifest(struct package *package, struct package_part *part)
{
	static const struct xml_handler handler = {.start = find_encrypted};
	bool is_encrypted = false;

	package_read(package, part, &handler, &is_encrypted);
	if (is_encrypted)
		format_is_locked(package->out);
}

/* Those of the document itself stand at the top. */
static bool
is_object(const struct package_part *part)
{
	return bytes_find_byte(part->name, '/') < part->name.n;
}

static const char *
where_of(struct package *package, const struct package_part *part)
{
	if (part->kind == PART_ODF_META && !is_object(part))
		return "properties";
	return arena_strf(format_arena(package->out), "part %.*s", BYTES_FMT(bytes_sub(part->name, 0, 80)));
}

static void
read_text(struct package *package, struct odf_text *text, struct package_part *part)
{
	package_read(package, part, &odf_text_handler, text);
	odf_text_end_part(text);
}

/* Styles first: the heads and feet of pages are in them, and styles that hide. */
static void
read_document(struct package *package, struct flow *flow, struct odf_text *text)
{
	static const enum part_kind order[] = {PART_ODF_STYLES, PART_ODF_CONTENT};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (size_t j = 0; j < package->n_parts; j++)
			if (package->parts[j].kind == order[i] && !is_object(&package->parts[j])) {
				flow_place(flow, "text");
				read_text(package, text, &package->parts[j]);
			}
}

static void
read_others(struct package *package, struct flow *flow, struct odf_text *text)
{
	for (size_t i = 0; i < package->n_parts; i++) {
		struct package_part *part = &package->parts[i];

		if (part->is_told)
			continue;
		if (part->kind == PART_ODF_MANIFEST)
			read_manifest(package, part);
		else if (part->kind == PART_ODF_META) {
			flow_section(flow, SEGMENT_HIDDEN, where_of(package, part));
			ooxml_properties_read(flow, package, part);
		} else if (part->kind == PART_ODF_CONTENT || part->kind == PART_ODF_STYLES ||
			   part->kind == PART_ODF_SETTINGS) {
			flow_section(flow, part->kind == PART_ODF_CONTENT ? SEGMENT_TEXT : SEGMENT_HIDDEN,
				where_of(package, part));
			read_text(package, text, part);
		}
	}
}

static void
read_odf(struct format_out *out, struct bytes content)
{
	struct package package;
	struct odf_text *text;
	struct flow flow;

	package_open(&package, out, content);
	for (size_t i = 0; i < package.n_parts; i++)
		package.parts[i].is_named = true; /* there are no relations */
	flow_init(&flow, out, SEGMENT_TEXT, NULL);
	text = odf_text_new(&flow);
	read_document(&package, &flow, text);
	read_others(&package, &flow, text);
	ooxml_tell_others(&package, &flow);
	odf_text_free(text);
	flow_done(&flow);
	package_close(&package);
}

/*
 * The first entry is the type, neither packed nor with extra data, so that it stands at a fixed place (part
 * 2, 3.3). Who deviates from that is still read, as any kind of document.
 */
static bool
is_type(struct bytes content, const char *kind)
{
	static const char before[] = "mimetypeapplication/vnd.oasis.opendocument.";
	struct bytes type = bytes_sub(content, 30, 200);

	if (!bytes_starts_nocase(type, BYTES_LIT("mimetypeapplication/vnd.oasis.opendocument.")))
		return false;
	return bytes_starts_nocase(bytes_sub(type, sizeof(before) - 1, type.n), bytes_of_str(kind)) &&
	       zip_holds(content, BYTES_LIT("content.xml"));
}

static bool
is_odt(struct bytes content)
{
	return is_type(content, "text");
}

static bool
is_ods(struct bytes content)
{
	return is_type(content, "spreadsheet");
}

static bool
is_odp(struct bytes content)
{
	return is_type(content, "presentation");
}

static bool
is_odf(struct bytes content)
{
	return zip_holds(content, BYTES_LIT("content.xml")) &&
	       zip_holds(content, BYTES_LIT("META-INF/manifest.xml"));
}

#define ZIP_TYPES "application/zip", "application/x-zip-compressed", "application/x-zip"
#define ODF "application/vnd.oasis.opendocument."

const struct format odt_format = {
	.name = "odt",
	.types = (const char *const[]){ODF "text", ODF "text-template", ODF "text-master", ODF "text-web",
		"application/x-vnd.oasis.opendocument.text", ZIP_TYPES, NULL},
	.extensions = (const char *const[]){"odt", "ott", "odm", "oth", "zip", NULL},
	.is = is_odt,
	.read = read_odf,
};

const struct format ods_format = {
	.name = "ods",
	.types = (const char *const[]){ODF "spreadsheet", ODF "spreadsheet-template",
		"application/x-vnd.oasis.opendocument.spreadsheet", ZIP_TYPES, NULL},
	.extensions = (const char *const[]){"ods", "ots", "zip", NULL},
	.is = is_ods,
	.read = read_odf,
};

const struct format odp_format = {
	.name = "odp",
	.types = (const char *const[]){ODF "presentation", ODF "presentation-template",
		"application/x-vnd.oasis.opendocument.presentation", ZIP_TYPES, NULL},
	.extensions = (const char *const[]){"odp", "otp", "zip", NULL},
	.is = is_odp,
	.read = read_odf,
};

const struct format odf_format = {
	.name = "odf",
	.types = (const char *const[]){ODF "text", ODF "spreadsheet", ODF "presentation", ODF "graphics",
		ODF "graphics-template", ODF "chart", ODF "formula", ODF "image", ODF "database", ODF "base",
		ODF "text-template", ODF "spreadsheet-template", ODF "presentation-template",
		ODF "text-master", "application/vnd.sun.xml.writer", "application/vnd.sun.xml.calc",
		"application/vnd.sun.xml.impress", "application/vnd.sun.xml.draw", ZIP_TYPES, NULL},
	.extensions = (const char *const[]){"odt", "ods", "odp", "odg", "otg", "odc", "odf", "odi", "odb",
		"ott", "ots", "otp", "odm", "sxw", "sxc", "sxi", "sxd", "zip", NULL},
	.is = is_odf,
	.read = read_odf,
};
