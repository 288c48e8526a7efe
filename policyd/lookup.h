/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What DNS and MTA-STS say of a domain, looked up on the event loop: MX, the hosts' addresses, their TLSA
 * records, the MTA-STS record and, when its id is new or the policy runs out, the policy; the TLS reporting
 * record. The probes of the result are empty: they are somebody else's work, as are the overrides.
 *
 * Every lookup ends, within the time limits of the settings, with an evidence: failures are states of it. One
 * lookup of a domain at a time is the caller's duty.
 */
#ifndef POSTSEAL_LOOKUP_H
#define POSTSEAL_LOOKUP_H

#include "lib/conf/settings.h"
#include "lib/tlspolicy/evidence.h"

struct event_base;
struct lookups;

/* The evidence lives until the callback returns. It may start other lookups. */
typedef void lookup_done(void *context, const struct evidence *evidence);

/*
 * Reads the trust anchors and the CA certificates: before the sandbox closes, which has to leave
 * MAY_CONNECT_INET and MAY_ASK_DNS, and LOOKUP_FILES descriptors besides one for each lookup at once.
 */
enum { LOOKUP_FILES = 320 };
int lookups_open(struct event_base *base, const struct settings *settings, struct lookups **ret_lookups,
	struct err *err);

/* Those that run end without a callback. */
void lookups_close(struct lookups *lookups);

/*
 * Begins a lookup; `done` is called once, never before this returns. `before` is what was known so far, or
 * NULL: its MTA-STS policy is kept while it lives, and used without a fetch while its id is the record's.
 * It is copied as far as needed. The domain is a name, not an address literal; one that is no hostname gives
 * EVIDENCE_MX_NONE.
 */
void lookup_start(struct lookups *lookups, const char *domain, const struct evidence *before,
	lookup_done *done, void *context);

/* Lookups that run, and those that wait for one of them to end (`lookups_at_once`). */
size_t lookups_n(const struct lookups *lookups);

#endif
