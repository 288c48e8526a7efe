/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/xml.h"

#include <libxml/parser.h>

#include "lib/base/buf.h"

/* libxml2 itself stops at a depth of 256, without saying so. */
enum { ATTRIBUTES_MAX = 256, DEPTH_MAX = 250, FEED = 64 * 1024 };

struct xml {
	const struct xml_handler *handler;
	void *context;
	enum xml_result result;
	unsigned depth;
	xmlParserCtxtPtr parser;
	struct xml_attribute attributes[ATTRIBUTES_MAX];
};

static struct bytes
view(const xmlChar *s)
{
	return bytes_of_str((const char *)s);
}

static void
on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int n_spaces,
	const xmlChar **spaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	struct xml *xml = context;
	struct xml_element element = {
		.name = view(name), .space = view(space), .attributes = xml->attributes};

	(void)prefix, (void)n_spaces, (void)spaces, (void)n_defaulted;
	if (++xml->depth > DEPTH_MAX) {
		xml->result = XML_DEEP;
		xmlStopParser(xml->parser);
		return;
	}
	/* Five pointers each: name, prefix, namespace, begin and end of the value. */
	for (int i = 0; i < n_attributes && element.n_attributes < ATTRIBUTES_MAX; i++) {
		const xmlChar **at = attributes + (ptrdiff_t)i * 5;

		xml->attributes[element.n_attributes++] = (struct xml_attribute){
			.name = view(at[0]), .value = bytes_of(at[3], (size_t)(at[4] - at[3]))};
	}
	if (xml->handler->start != NULL)
		xml->handler->start(xml->context, &element);
}

static void
on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
	struct xml *xml = context;

	(void)prefix, (void)space;
	xml->depth--;
	if (xml->handler->end != NULL)
		xml->handler->end(xml->context, view(name));
}

static void
on_text(void *context, const xmlChar *text, int n)
{
	struct xml *xml = context;

	if (xml->handler->text != NULL && n > 0)
		xml->handler->text(xml->context, bytes_of(text, (size_t)n));
}

static void
on_comment(void *context, const xmlChar *text)
{
	struct xml *xml = context;

	if (xml->handler->comment != NULL)
		xml->handler->comment(xml->context, view(text));
}

/* A document that declares entities is stopped: nothing that mail carries rightly does. */
static void
on_entity(void *context, const xmlChar *name, int type, const xmlChar *public_id, const xmlChar *system_id,
	xmlChar *content)
{
	struct xml *xml = context;

	(void)name, (void)type, (void)public_id, (void)system_id, (void)content;
	xml->result = XML_BROKEN;
	xmlStopParser(xml->parser);
}

static xmlEntityPtr
get_entity(void *context, const xmlChar *name)
{
	(void)context;
	return xmlGetPredefinedEntity(name);
}

static void
keep_quiet(void *context, const char *format, ...)
{
	(void)context, (void)format;
}

static xmlParserInputPtr
load_nothing(const char *url, const char *id, xmlParserCtxtPtr parser)
{
	(void)url, (void)id, (void)parser;
	return NULL;
}

void
xml_init(void)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(load_nothing);
	xmlSetGenericErrorFunc(NULL, keep_quiet);
}

static enum xml_result
result_of(const struct xml *xml)
{
	if (xml->result != XML_READ)
		return xml->result;
	if (xml->parser->wellFormed)
		return XML_READ;
	if (xml->parser->errNo == XML_ERR_NO_MEMORY)
		return XML_MEMORY;
	return XML_BROKEN;
}

static enum xml_result
read_xml(struct bytes content, int options, const struct xml_handler *handler, void *context)
{
	static const xmlSAXHandler calls = {.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.comment = on_comment,
		.entityDecl = on_entity,
		.getEntity = get_entity};
	struct xml xml = {.handler = handler, .context = context};
	xmlSAXHandler sax = calls;
	enum xml_result result;

	xml.parser = xmlCreatePushParserCtxt(&sax, &xml, NULL, 0, NULL);
	if (xml.parser == NULL)
		return XML_MEMORY;
	xmlCtxtUseOptions(xml.parser, XML_PARSE_NONET | XML_PARSE_NOCDATA | options);
	for (size_t at = 0; at < content.n && xml.result == XML_READ && xml.parser->disableSAX == 0;
		at += FEED) {
		struct bytes piece = bytes_sub(content, at, FEED);

		xmlParseChunk(xml.parser, (const char *)piece.p, (int)piece.n, 0);
	}
	xmlParseChunk(xml.parser, NULL, 0, 1);
	result = result_of(&xml);
	if (xml.parser->myDoc != NULL)
		xmlFreeDoc(xml.parser->myDoc);
	xmlFreeParserCtxt(xml.parser);
	return result;
}

enum xml_result
xml_read(struct bytes content, const struct xml_handler *handler, void *context)
{
	return read_xml(content, 0, handler, context);
}

enum xml_result
xml_read_text(struct bytes content, const struct xml_handler *handler, void *context)
{
	return read_xml(content, XML_PARSE_IGNORE_ENC | XML_PARSE_RECOVER, handler, context);
}

struct bytes
xml_value(const struct xml_element *element, const char *name)
{
	for (size_t i = 0; i < element->n_attributes; i++)
		if (bytes_eq(element->attributes[i].name, bytes_of_str(name)))
			return element->attributes[i].value;
	return bytes_of(NULL, 0);
}

int
xml_compare_name(const void *key, const void *row)
{
	const struct bytes *name = key;
	const char *other = *(const char *const *)row;
	size_t i = 0;

	/* Of names so short that any call would take longer. */
	while (i < name->n && name->p[i] == (uint8_t)other[i] && other[i] != '\0')
		i++;
	if (i == name->n)
		return other[i] == '\0' ? 0 : -1;
	return name->p[i] < (uint8_t)other[i] ? -1 : 1;
}
