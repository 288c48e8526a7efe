/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses policyd may talk to when somebody else's DNS names them. A domain must not be able to make
 * this host knock at doors inside: loopback, private, link-local, multicast and other special networks are
 * refused unless a setting lists them. Pure.
 */
#ifndef POSTSEAL_NETWORK_H
#define POSTSEAL_NETWORK_H

#include "lib/base/err.h"
#include "lib/tlspolicy/evidence.h"

enum { NETWORKS_MAX = 32 };

struct network {
	struct evidence_address address;
	unsigned bits;
};

struct networks {
	struct network items[NETWORKS_MAX];
	size_t n;
};

/* "192.0.2.0/24 2001:db8::/32 ..."; a bare address is a network of one. */
int networks_parse(const char *text, struct networks *ret_networks, struct err *err);

/* An address of the internet at large, or of one of the networks. */
bool network_may_reach(const struct networks *also, const struct evidence_address *address);

#endif
