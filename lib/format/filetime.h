/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of Windows files as people write them: "1961-03-09", with " 14:05:00" where there is a time. */
#ifndef POSTSEAL_FILETIME_H
#define POSTSEAL_FILETIME_H

#include "lib/base/buf.h"

/* Tenths of a microsecond since 1601; nothing for what is no date between then and the year 9999. */
void filetime_put(struct buf *out, uint64_t filetime);

#endif
