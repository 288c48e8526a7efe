/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers of the table in routes.c: each makes one answer. handlers_*: answers that several need. */
#ifndef PORTALD_HANDLERS_H
#define PORTALD_HANDLERS_H

#include "portald/routes.h"

/* What is said when something can't be had, by HTTP status: nothing that helps a stranger. */
void handlers_problem(const struct portal *portal, int status, struct answer *answer);

/* The session is over, or never was. */
void handlers_over(const struct portal *portal, int status, struct answer *answer);

/* Puts a page into the document around it, with its title. */
void handlers_page(const struct portal *portal, enum page_template template, struct page_values *values,
	const char *title, struct answer *answer);

void handle_root(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_start(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_style(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_script(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_begin(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_open(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_end(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_message(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_body(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_original(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);
void handle_part(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);

#endif
