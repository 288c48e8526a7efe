/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of `postseal doctor` share. */
#ifndef POSTSEAL_CLI_DOCTOR_H
#define POSTSEAL_CLI_DOCTOR_H

#include <jansson.h>

#include "cli/cli.h"
#include "cli/integration_tls.h"

enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_BAD };

struct doctor {
	const struct cli *cli;
	enum cli_format format;
	struct postconf postconf;
	struct arena arena;
	struct integration integration;
	bool postfix_read;
	struct err postfix_error;
	size_t bad;
	json_t *report;
};

/* One line of the report. */
void doctor_say(struct doctor *doctor, enum health health, const char *check, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Whether promises of TLS, where the policy asks for them, are kept. */
void doctor_check_tls(struct doctor *doctor);

/* Whether limits are counted in Redis, where they are to be, and asked about by Postfix in their states. */
void doctor_check_limits(struct doctor *doctor);

#endif
