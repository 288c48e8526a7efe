/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of no kind that we know: "key: value", a line each, at its path. */
#ifndef POSTSEAL_JSON_LINES_H
#define POSTSEAL_JSON_LINES_H

#include "lib/mime/format.h"

void json_lines_tell(struct format_out *out, struct bytes content);

#endif
