/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of Postfix's policy delegation protocol (SMTPD_POLICY_README, "Protocol description"): lines
 * `name=value`, and an empty line. Attributes of Postfix 2.1 to 3.10 that limits have no use for are passed
 * over, as are unknown ones. Pure.
 */
#ifndef POSTSEAL_REQUEST_H
#define POSTSEAL_REQUEST_H

#include "lib/base/buf.h"
#include "lib/count/limit.h"

struct policy_request {
	struct limit_request limit;
	struct bytes queue_id;    /* for the log; may be empty */
	struct bytes tls_version; /* "TLSv1.3"; empty without TLS */
};

enum request_result {
	REQUEST_PARTIAL, /* its end has not come yet */
	REQUEST_READ,
	REQUEST_MALFORMED, /* no line without '=' may stand in one; its `request` must be smtpd_access_policy
			    */
};

/*
 * Cuts the next request off *rest. Its texts are copied to `texts`, which is emptied before and has to take
 * twice `max`. `max` is the longest request, in bytes; a longer one is malformed, even before its end has
 * come.
 */
enum request_result request_next(
	struct buf *texts, struct bytes *rest, size_t max, struct policy_request *ret_request);

#endif
