/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `postseal tls`. */
#ifndef POSTSEAL_CLI_TLS_H
#define POSTSEAL_CLI_TLS_H

#include "cli/cli.h"
#include "lib/socketmap/client.h"
#include "lib/tlspolicy/evidence.h"

enum tls_detail { TLS_BRIEF, TLS_EXPLAIN };

/* One question, for a minute at most. Returns 0, or the exit status after it said what is wrong. */
int tls_ask(struct socketmap_client *client, const char *map, struct bytes key,
	struct socketmap_answer *ret_answer);

/* What is known of one domain, as of `now`. */
void tls_show_text(const struct evidence *evidence, int64_t now, enum tls_detail detail);
void tls_show_json(const struct evidence *evidence, int64_t now);

/* All that is known; or what would become of the mail of the last days if a level were asked for. */
int tls_list(struct socketmap_client *client, enum cli_format format);
int tls_what_if(struct socketmap_client *client, enum tls_level level, int64_t days, enum cli_format format);

#endif
