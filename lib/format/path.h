/* SPDX-License-Identifier: Apache-2.0 */
/* Where one is in a record: "entry[3].name[0].family", of plain ASCII whatever the names are. */
#ifndef POSTSEAL_PATH_H
#define POSTSEAL_PATH_H

#include "lib/base/bytes.h"

enum { PATH_TEXT_MAX = 120, PATH_NAME_MAX = 48 };

/* What does not fit is left out, the deepest first. */
struct path {
	char text[PATH_TEXT_MAX + 1];
	size_t n;
	char separator;
};

void path_init(struct path *path, char separator);

/* The length to go back to with path_pop(). An empty name adds nothing but the index. */
size_t path_push(struct path *path, struct bytes name);
size_t path_push_item(struct path *path, struct bytes name, size_t index);
void path_pop(struct path *path, size_t n);

#endif
