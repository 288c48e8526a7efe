/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of Postfix that keeps promises of TLS: a table that sends marked mail to transports that insist on
 * it, and the smtpd that takes it back when they can't. As integration.h: `postseal setup --tls` writes it,
 * `postseal doctor` checks it.
 */
#ifndef POSTSEAL_CLI_INTEGRATION_TLS_H
#define POSTSEAL_CLI_INTEGRATION_TLS_H

#include "cli/integration.h"

enum { TLS_MAIN_LINES = 2, TLS_SERVICES = 6, TLS_PARAMETERS_MAX = 24, TLS_TABLES = 2 };

/* One entry of master.cf. */
struct integration_service {
	const char *key;                                /* "smtp-phi/unix", as postconf -M names it */
	const char *entry;                              /* its line */
	const char *parameters[TLS_PARAMETERS_MAX + 1]; /* -o name=value, NULL-ended */
	bool kept; /* the site's own line: only the parameters are ours */
	bool there;
	const char *wrong; /* the first parameter that is not so; NULL: all are right */
};

/* A table for Postfix that Postseal writes. */
struct integration_table {
	const char *path, *text;
	bool right; /* it is there and says this */
};

struct integration_tls {
	struct integration_line main_cf[TLS_MAIN_LINES];
	struct integration_service services[TLS_SERVICES];
	struct integration_table tables[TLS_TABLES];
	bool begun; /* milter_header_checks has the table: TLS is promised */
};

/* `milter` as integration_read() found it. Everything lives in the arena. */
int integration_tls_read(const struct postconf *postconf, const struct settings *settings, const char *milter,
	struct arena *arena, struct integration_tls *ret_integration, struct err *err);

#endif
