/* SPDX-License-Identifier: Apache-2.0 */
/* Names of hosts and domains as they come from DNS, policies and Postfix, in one form: lower case, no dot at
 * the end, labels of 1 to 63 letters, digits, "-" and "_", 253 bytes at most. Pure. */
#ifndef POSTSEAL_HOSTNAME_H
#define POSTSEAL_HOSTNAME_H

#include "lib/base/bytes.h"

enum { HOSTNAME_SIZE = 254 };

/* One dot at the end is allowed. Returns false for all else that is no name, IP addresses among them. */
bool hostname_parse(struct bytes text, char ret_name[HOSTNAME_SIZE]);

#endif
