/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The milter protocol: the only place that knows libmilter. Its callbacks turn events into session_*() calls
 * and carry out the answers. libmilter runs them in threads of its own, those of one session one after the
 * other but not in the same thread. There is one listener a process.
 */
#ifndef POSTSEAL_MILTER_MFI_H
#define POSTSEAL_MILTER_MFI_H

#include "milter/service.h"

/*
 * Opens milter_socket with its mode and group, owned by milter_user; a socket that nobody listens on any more
 * is replaced.
 */
int mfi_listen(const struct settings *settings, struct err *err);

/* Serves until stop_fd is readable; then lets the messages under decision end. */
int mfi_serve(struct service *service, int stop_fd, struct err *err);

#endif
