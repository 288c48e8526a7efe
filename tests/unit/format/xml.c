/* SPDX-License-Identifier: Apache-2.0 */
/* XML of no known kind, and what hostile XML gets. */
#include "lib/format/xml.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

static void
put_text(void *context, struct bytes text)
{
	buf_put_bytes(context, text);
}

static const struct {
	const char *name, *xml, *told;
	enum xml_result result;
} rows[] = {
	{"text and CDATA", "<a>x<b>y</b><![CDATA[<z>]]></a>", "xy<z>", XML_READ},
	{"characters by number", "<a>&#50;&#x31;&amp;</a>", "21&", XML_READ},
	{"cut off", "<a>before<b>", "before", XML_BROKEN},
	{"an external entity", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "",
		XML_BROKEN},
	{"laughs", "<!DOCTYPE a [<!ENTITY e 'ha'><!ENTITY f '&e;&e;'>]><a>&f;</a>", "", XML_BROKEN},
	{"a DTD from elsewhere", "<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a>x</a>", "x", XML_READ},
};

static void
test_events(void)
{
	static const struct xml_handler handler = {.text = put_text};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf told;
		enum xml_result result;

		buf_init(&told, 1000);
		result = xml_read(bytes_of_str(rows[i].xml), &handler, &told);
		tap_ok(result == rows[i].result && bytes_eq(buf_bytes(&told), bytes_of_str(rows[i].told)),
			"%s: %d \"%s\"", rows[i].name, (int)result, buf_cstr(&told));
		buf_done(&told);
	}
}

static void
test_depth(void)
{
	static const struct xml_handler handler = {.text = put_text};
	struct buf xml, told;

	buf_init(&xml, 1 << 20);
	buf_init(&told, 1000);
	for (int i = 0; i < 100000; i++)
		buf_put_str(&xml, "<a>");
	tap_ok(xml_read(buf_bytes(&xml), &handler, &told) == XML_DEEP, "too deep is said to be");
	buf_done(&xml);
	buf_done(&told);
}

static void
test_reader(void)
{
	struct reading reading;

	reading_init(&reading);
	reading_of(&reading, "a.xml", "application/xml",
		BYTES_LIT("<?xml version='1.0'?><p name='Zoe'><!-- aside -->born <b>1961</b></p>"));
	tap_ok(reading_has(&reading, SEGMENT_TEXT, "attachment 1 (a.xml) > content > p", "name: Zoe"),
		"an attribute");
	tap_ok(reading_has(&reading, SEGMENT_HIDDEN, "comments > p", "aside"), "a comment");
	tap_ok((reading.text.traits & TRAIT_DISGUISED) == 0, "it is what it says");
	reading_of(&reading, "a.other", NULL, BYTES_LIT("<?xml version='1.0'?><p/>"));
	tap_ok((reading.text.traits & TRAIT_DISGUISED) == 0, "a name that no row knows says nothing");
	reading_done(&reading);
}

int
main(void)
{
	test_events();
	test_depth();
	test_reader();
	return tap_done();
}
