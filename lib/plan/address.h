/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Envelope addresses as everybody reads them. Postfix also takes source routes, comments, groups and more
 * (RFC 822), and hands them on as they came: whom such an address means is then a guess of ours, and a guess
 * is not what a delivery plan may stand on.
 */
#ifndef POSTSEAL_PLAN_ADDRESS_H
#define POSTSEAL_PLAN_ADDRESS_H

#include "lib/base/arena.h"

/*
 * The canonical form of an RFC 5321 Mailbox, bare or in angle brackets: no quotes that are not needed, no dot
 * behind the domain. The domain may be left out, and dots in the local part may stand anywhere, as Postfix
 * has it. -1 for anything else, also for an empty or overlong one.
 */
int address_read(struct arena *arena, struct bytes raw, struct bytes *ret_address);

#endif
