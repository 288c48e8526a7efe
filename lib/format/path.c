/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/path.h"

#include <stdio.h>

#include "lib/base/ascii.h"

void
path_init(struct path *path, char separator)
{
	*path = (struct path){.separator = separator};
}

static void
put(struct path *path, char c)
{
	if (path->n < PATH_TEXT_MAX)
		path->text[path->n++] = c;
	path->text[path->n] = '\0';
}

size_t
path_push(struct path *path, struct bytes name)
{
	size_t before = path->n;

	if (before > 0 && name.n > 0)
		put(path, path->separator);
	for (size_t i = 0; i < name.n && i < PATH_NAME_MAX; i++) {
		uint8_t c = name.p[i];

		put(path, ascii_is_alnum(c) || c == '_' || c == '-' || c == ' ' ? (char)c : '?');
	}
	return before;
}

size_t
path_push_item(struct path *path, struct bytes name, size_t index)
{
	size_t before = path_push(path, name);
	char number[32];

	snprintf(number, sizeof(number), "[%zu]", index);
	for (const char *c = number; *c != '\0'; c++)
		put(path, *c);
	return before;
}

void
path_pop(struct path *path, size_t n)
{
	path->n = n;
	path->text[n] = '\0';
}
