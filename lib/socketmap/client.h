/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks a socketmap server, as the milter and the command line ask postseal-policyd. Blocking, with a deadline
 * for each question. One connection is kept; when the server closed it meanwhile, one more is tried. After
 * anything but a whole answer it is closed, so that no late answer is taken for that of the next question.
 * Not thread-safe: one client a session or thread. No name service is asked.
 *
 * The map `capability` answers for a recipient's domain, in words that socketmap_attribute() finds:
 *   OK level=verified source=mta-sts age=123 until=1764370000
 *   OK level=none reason=no-evidence
 * `level` is one of lib/tlspolicy's; `age` and `until` are in seconds. SOCKETMAP_TEMP: not known yet.
 */
#ifndef POSTSEAL_SOCKETMAP_CLIENT_H
#define POSTSEAL_SOCKETMAP_CLIENT_H

#include "lib/base/err.h"
#include "lib/socketmap/netstring.h"

struct socketmap_client;

/* `where`: unix:/path, or a numeric host:port. Nothing is connected yet. free(NULL) is fine. */
struct socketmap_client *socketmap_client_new(const char *where);
void socketmap_client_free(struct socketmap_client *client);

struct socketmap_answer {
	enum socketmap_status status;
	struct bytes text; /* until the next question */
};

/*
 * Returns 0 and the server's answer, or -1: ERR_TEMP when there was none before the deadline (clock_mono_ms),
 * ERR_PEER when it was no answer, ERR_CONFIG when `where` is no address, ERR_USAGE for a name or key that
 * can't be asked for.
 */
int socketmap_client_ask(struct socketmap_client *client, const char *map, struct bytes key,
	int64_t deadline_ms, struct socketmap_answer *ret_answer, struct err *err);

#endif
