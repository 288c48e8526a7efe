/* SPDX-License-Identifier: Apache-2.0 */
/* How the command line gets a message read and judged: by a postseal-parser of its own, sandboxed as in the
 * daemons. */
#ifndef POSTSEAL_CLI_PARSER_H
#define POSTSEAL_CLI_PARSER_H

#include "cli/cli.h"
#include "lib/scan/client.h"

/* $POSTSEAL_PARSER, else the installed one. `rules_directory` is resolved from where we are, since a parser
 * is told its folder from the root; NULL: as the settings say. */
int parser_start(
	const struct cli *cli, const char *rules_directory, struct scan_client **ret_client, struct err *err);

/* A file ("-": standard input) as a sealed memfd of at most `max` bytes; the caller closes it. */
int parser_load_message(const char *path, size_t max, int *ret_fd, struct err *err);

/* phi, clean or unscannable: what DESIGN.md calls the verdict of a scan. */
const char *parser_verdict(const struct scan_result *result);

#endif
