/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `postseal limits` asks policyd: Postfix's socketmap protocol on a socket of its own, with the maps
 *   limits-list KEY   all limits, and who is near one; the key says nothing
 *   limits-show KEY   what is left of the limits that are counted by the values of KEY, one space between
 *   limits-reset KEY  forgets them
 * Answers are lines of fields with tabs between:
 *   where WHERE
 *   limit NAME KEYS UNIT BURST SECONDS STAGE     (STAGE: enforce or monitor)
 *   near NAME KEY TENTHS SECONDS                 (tenths of the burst that were used so long ago; 10:
 * refused) left NAME LEFT BURST                         (LEFT -1: not known) reset N
 */
#ifndef POSTSEAL_POLICYD_CONTROL_H
#define POSTSEAL_POLICYD_CONTROL_H

#include "policyd/service.h"

/* The context is a service. */
server_answer control_answer;

#endif
