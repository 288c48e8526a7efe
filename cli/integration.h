/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How Postseal stands in main.cf and master.cf: one table that `postseal setup` writes from and `postseal
 * doctor` checks against, so that the two never say different things.
 */
#ifndef POSTSEAL_CLI_INTEGRATION_H
#define POSTSEAL_CLI_INTEGRATION_H

#include "cli/postconf.h"
#include "lib/conf/settings.h"

/* One main.cf parameter. */
struct integration_line {
	const char *name;
	const char *value; /* what it should be */
	struct bytes now;  /* what it is */
	const char *why;
	bool right; /* nothing to change */
};

enum { INTEGRATION_LINES = 5 };

struct integration {
	struct integration_line main_cf[INTEGRATION_LINES];
	const char *listener;          /* "127.0.0.1:10025/inet", as postconf -M names it */
	const char *master_entry;      /* the service line of the re-injection listener */
	const char *const *parameters; /* its -o name=value, NULL-ended */
	bool listener_there;           /* some entry of that name is in master.cf */
	const char *milter;            /* our milter as smtpd_milters names it */
};

/* Reads what Postfix has now and works out what it should have. Everything lives in the arena. */
int integration_read(const struct postconf *postconf, const struct settings *settings, struct arena *arena,
	struct integration *ret_integration, struct err *err);

/* The place of our milter in a list such as smtpd_milters' value: 0 is first; -1 when it is not there. */
int integration_milter_place(struct bytes list, const char *milter);

#endif
