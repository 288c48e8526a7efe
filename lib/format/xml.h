/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile XML, event by event, by libxml2's SAX2 parser: no tree, no entities but the five of XML and those
 * of characters, no DTD, no network, no files (XML external entities read local files elsewhere; THREATS.md
 * B4).
 */
#ifndef POSTSEAL_XML_H
#define POSTSEAL_XML_H

#include "lib/base/bytes.h"

struct xml_attribute {
	struct bytes name; /* without its prefix */
	struct bytes value;
};

struct xml_element {
	struct bytes name;  /* without its prefix */
	struct bytes space; /* the namespace, or empty */
	const struct xml_attribute *attributes;
	size_t n_attributes;
};

/* Views live during the call. Text may come in pieces; CDATA comes as text. NULL: not wanted. */
struct xml_handler {
	void (*start)(void *context, const struct xml_element *element);
	void (*end)(void *context, struct bytes name);
	void (*text)(void *context, struct bytes text);
	void (*comment)(void *context, struct bytes text);
};

enum xml_result {
	XML_READ,
	XML_BROKEN, /* not well-formed, or it uses what is forbidden: all before that was told */
	XML_DEEP,   /* nested too deep: the same */
	XML_MEMORY,
};

/* Once a process, before the sandbox closes. */
void xml_init(void);

enum xml_result xml_read(struct bytes content, const struct xml_handler *handler, void *context);

/*
 * What was decoded to UTF-8 already, whatever charset it says it has: the content of text formats. Behind a
 * fault it goes on as well as it can.
 */
enum xml_result xml_read_text(struct bytes content, const struct xml_handler *handler, void *context);

/* The value of an attribute, or an empty view. */
struct bytes xml_value(const struct xml_element *element, const char *name);

/* For bsearch() of a name, a struct bytes, in a table whose rows begin with a C string. */
int xml_compare_name(const void *name, const void *row);

#endif
