/* SPDX-License-Identifier: Apache-2.0 */
/* postseal-parser as lib/run starts it. */
#ifndef POSTSEAL_PARSER_DAEMON_H
#define POSTSEAL_PARSER_DAEMON_H

#include "lib/run/run.h"

extern const struct run_spec parser_spec;

#endif
