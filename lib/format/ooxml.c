/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/ooxml.h"

#include "lib/base/ascii.h"
#include "lib/format/untagged.h"

bool
ooxml_is(struct bytes content, struct bytes folder)
{
	return zip_holds(content, BYTES_LIT("[Content_Types].xml")) && zip_holds(content, folder);
}

struct bytes
ooxml_number(struct bytes name)
{
	struct bytes stem = package_stem(name);
	size_t n = stem.n;

	while (n > 0 && ascii_is_digit(stem.p[n - 1]))
		n--;
	return bytes_sub(stem, n, stem.n);
}

static const char *
where_of(struct package *package, const struct package_part *part)
{
	if (!part->is_named)
		return package_unnamed(package, part);
	if (part->kind == PART_PROPERTIES)
		return "properties";
	return arena_strf(format_arena(package->out), "part %.*s", BYTES_FMT(bytes_sub(part->name, 0, 80)));
}

static enum segment_view
view_of(const struct package_part *part)
{
	return part->kind == PART_DRAWING && part->is_named ? SEGMENT_TEXT : SEGMENT_HIDDEN;
}

static void
tell_other(struct package *package, struct flow *flow, struct package_part *part)
{
	struct ooxml_text *text;

	flow_section(flow, view_of(part), where_of(package, part));
	if (part->kind == PART_PROPERTIES) {
		ooxml_properties_read(flow, package, part);
		return;
	}
	text = ooxml_text_new(flow, NULL);
	ooxml_text_read(text, package, part);
	ooxml_text_links(text, package, part->name);
	ooxml_text_free(text);
}

void
ooxml_tell_others(struct package *package, struct flow *flow)
{
	for (size_t i = 0; i < package->n_parts; i++) {
		struct package_part *part = &package->parts[i];

		if (part->is_told)
			continue;
		part->is_told = true;
		/* Data of another kind: its own reader knows it best. */
		if (part->kind == PART_OTHER)
			format_tell_file(
				package->out, part->name, "application/xml", buf_bytes(&part->content));
		else if (part->kind == PART_ROOTLESS) {
			format_flag(package->out, UNSCANNABLE_FORMAT);
			untagged_tell(package->out, part->name, buf_bytes(&part->content));
		} else
			tell_other(package, flow, part);
	}
}
