/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that a person has looked at: the logo under everybody's mails. A message is not unread because of
 * one. A list has a line a file, as sha256sum(1) writes it: 64 hexadecimal digits, then what is for people.
 * Empty lines and such that begin with # are passed over. Immutable once loaded.
 */
#ifndef POSTSEAL_PARSER_KNOWN_H
#define POSTSEAL_PARSER_KNOWN_H

#include "lib/conf/faults.h"

enum { KNOWN_FILES_MAX = 100000 };

struct known;

/* Returns 0, or -1 with every fault added. */
int known_load(const char *path, struct known **ret_known, struct faults *faults);
int known_parse(const char *file, struct bytes content, struct known **ret_known, struct faults *faults);
void known_free(struct known *known);

/* The context is a struct known; see mime_limits. */
bool known_has(const void *context, struct bytes content);

#endif
