/* SPDX-License-Identifier: Apache-2.0 */
/* What libmilter leaves to do around its listening socket. */
#ifndef POSTSEAL_MILTER_MFI_SOCKET_H
#define POSTSEAL_MILTER_MFI_SOCKET_H

#include "lib/conf/settings.h"

/* Before it is opened: refuses when another program listens on it. Sets the process's umask. */
int mfi_socket_prepare(const struct settings *settings, struct err *err);

/* After that: mode, owner and group of a unix socket, TCP_NODELAY of any other; finds its descriptor. */
int mfi_socket_finish(const struct settings *settings, int *ret_listener, struct err *err);

#endif
