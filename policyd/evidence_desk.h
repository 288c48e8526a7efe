/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that answers questions about TLS, put together: lookups, probes, what is known, and the maps. The
 * context of socketmap_answer() is desk_maps().
 */
#ifndef POSTSEAL_EVIDENCE_DESK_H
#define POSTSEAL_EVIDENCE_DESK_H

#include "lib/conf/settings.h"
#include "policyd/overrides.h"

struct event_base;
struct desk;
struct tls_maps;
struct sandbox_spec;

/* Reads files: before the sandbox closes. The settings must outlive it; it takes the overrides. */
int desk_open(struct event_base *base, const struct settings *settings, struct overrides *overrides,
	struct desk **ret_desk, struct err *err);
struct tls_maps *desk_maps(struct desk *desk);

/* Begins what runs by the clock. */
void desk_begin(struct desk *desk);

/* From any thread; takes them. */
void desk_override(struct desk *desk, struct overrides *overrides);
void desk_close(struct desk *desk);

#endif
