/* SPDX-License-Identifier: Apache-2.0 */
/* GMime's headers, whose macros don't keep to our warnings. Only files of lib/mime include this. */
#ifndef POSTSEAL_GMIME_QUIET_H
#define POSTSEAL_GMIME_QUIET_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wundef"
#include <gmime/gmime.h>
#pragma GCC diagnostic pop

#endif
