/* SPDX-License-Identifier: Apache-2.0 */
/* The part of `postseal setup --tls` that shows and makes what keeps promises of TLS in Postfix. */
#ifndef POSTSEAL_CLI_SETUP_TLS_H
#define POSTSEAL_CLI_SETUP_TLS_H

#include "cli/integration_tls.h"

/* What is there and what would change; returns how many changes. */
size_t setup_tls_print(const struct integration_tls *integration);

/*
 * Tables, then transports and the door, and then only what makes the milter promise: at no moment is mail
 * marked that nothing in Postfix would send its way.
 */
int setup_tls_apply(const struct postconf *postconf, struct arena *arena,
	const struct integration_tls *integration, struct err *err);

#endif
