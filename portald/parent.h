/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent of the roles: opens the listener, starts each role as a program of its own, joins those that
 * talk to each other by a socket pair, and starts again one that ended. It reads nothing but the roles' ready
 * marks. On SIGHUP a second front is started with the new certificate and pages; only when that one is ready
 * does the first one end.
 */
#ifndef PORTALD_PARENT_H
#define PORTALD_PARENT_H

#include "lib/run/run.h"

/* The command line that the roles are started with: options only, as the parent got them. */
void parent_set_arguments(int argc, char **argv);

extern const struct run_spec parent_spec;

#endif
