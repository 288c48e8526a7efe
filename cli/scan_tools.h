/* SPDX-License-Identifier: Apache-2.0 */
/* What `postseal scan` shows to people who write rules, instead of a verdict for each message. */
#ifndef POSTSEAL_CLI_SCAN_TOOLS_H
#define POSTSEAL_CLI_SCAN_TOOLS_H

#include "cli/messages.h"

struct scan_tool {
	const struct cli *cli;
	const char *rules; /* folder, or NULL */
	enum cli_format format;
	enum trace_values values;
	char **paths;
};

/* Each returns the exit status. scan_explain.c: why each rule hits, and what nearly did. */
int scan_explain(const struct scan_tool *tool);

/* scan_text.c: the text as the rules see it. */
int scan_show_text(const struct scan_tool *tool);

#endif
