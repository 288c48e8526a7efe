/* SPDX-License-Identifier: Apache-2.0 */
/* What a scan found, as JSON and as text. Neither ever holds the matched text. */
#ifndef POSTSEAL_CLI_REPORT_H
#define POSTSEAL_CLI_REPORT_H

#include <jansson.h>

#include "lib/scan/client.h"

/* {"verdict","labels":[],"findings":[...],"rules":[],"unscannable":[],"unread":[],"troubles":[]}; the caller
 * owns it. */
json_t *report_json(const struct scan_result *result);

/* Findings, labels and what could not be read, a line each, indented. */
void report_text(const struct scan_result *result, FILE *out);

#endif
