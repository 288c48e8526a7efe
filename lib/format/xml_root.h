/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of XML it is, by its first element, without a parser: this is asked of every text of every mail.
 */
#ifndef POSTSEAL_XML_ROOT_H
#define POSTSEAL_XML_ROOT_H

#include "lib/base/bytes.h"

struct xml_root {
	struct bytes name; /* without its prefix */
	struct bytes tag;  /* all of the tag, without its brackets; may be cut */
	bool is_declared;  /* "<?xml" stands at its head */
};

/* False: it does not begin as XML does. */
bool xml_root_find(struct bytes content, struct xml_root *ret_root);

#endif
