/* SPDX-License-Identifier: Apache-2.0 */
/* A session's answers as text, and what its tests share. */
#ifndef POSTSEAL_TEST_SCRIPT_H
#define POSTSEAL_TEST_SCRIPT_H

#include "milter/session.h"
#include "tests/unit/milter/site.h"

/* A line for each edit, and one for the verdict. */
void script_render(const struct answer *answer, struct buf *out);

/* Lines `Name:value`. */
void script_fields(struct session *session, const char *text);

/* Of a site that has here.example. */
void script_settings(const struct site *site, struct settings *ret_settings);

#endif
