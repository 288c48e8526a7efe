/* SPDX-License-Identifier: Apache-2.0 */
/* The question that milter and command line ask policyd: how well is mail to a domain protected on its way?
 */
#ifndef POSTSEAL_SOCKETMAP_CAPABILITY_H
#define POSTSEAL_SOCKETMAP_CAPABILITY_H

#include "lib/socketmap/client.h"

struct capability_source {
	struct socketmap_client *client;
	int64_t deadline_ms; /* clock_mono_ms: of all questions together */
	struct err err;      /* of the last question that had no answer */
};

/*
 * Returns 1 and policyd's words (client.h), good until the next question, or 0 and why there are none: a
 * constant text. `source` is a struct capability_source.
 */
int capability_of_domain(void *source, struct bytes domain, struct bytes *ret_words, const char **ret_why);

#endif
