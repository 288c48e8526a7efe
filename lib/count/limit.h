/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.yaml: who may send how much. See postseal-limits(5). A limit counts one unit by one key, in one
 * state of the SMTP conversation; the first that is exceeded decides, and nothing is spent then. Immutable
 * once loaded.
 */
#ifndef POSTSEAL_LIMIT_H
#define POSTSEAL_LIMIT_H

#include "lib/conf/faults.h"
#include "lib/count/counter.h"

/* What a request is counted by, and what conditions look at. */
enum limit_field {
	FIELD_SENDER,
	FIELD_SENDER_DOMAIN,
	FIELD_SASL_USER,
	FIELD_CLIENT,     /* its address */
	FIELD_CLIENT_NET, /* its /24 or /64 */
	FIELD_RECIPIENT,  /* FIELD_RECIPIENT and its domain: in STATE_RCPT only */
	FIELD_RECIPIENT_DOMAIN,
	LIMIT_FIELDS,
};

enum limit_unit { UNIT_MESSAGES, UNIT_RECIPIENTS, UNIT_BYTES };

/* protocol_state of SMTPD_POLICY_README; others have no limits. */
enum limit_state { STATE_RCPT, STATE_DATA, STATE_END_OF_MESSAGE, STATE_OTHER };

enum limit_answer { ANSWER_DEFER, ANSWER_REJECT, ANSWER_HOLD };

/* A request as limits see it. Texts are lower case and live as long as the request. */
struct limit_request {
	enum limit_state state;
	struct bytes fields[LIMIT_FIELDS]; /* empty: not known */
	int64_t recipients;                /* STATE_DATA and STATE_END_OF_MESSAGE */
	int64_t size;                      /* bytes; STATE_END_OF_MESSAGE */
};

struct limit {
	const char *name;
	enum limit_answer answer;
	bool monitor;
};

struct limits;

int limits_load(const char *path, struct limits **ret_limits, struct faults *faults);
int limits_parse(const char *file, struct bytes content, struct limits **ret_limits, struct faults *faults);
void limits_free(struct limits *limits);
size_t limits_n(const struct limits *limits);

/*
 * Counts the request. NULL: it may pass. Else the limit that refuses it, and nothing was spent. Calls
 * `watch`, when there is one, with each limit that is staged as monitor and would have refused.
 */
const struct limit *limits_judge(const struct limits *limits, struct counters *counters,
	const struct limit_request *request, int64_t now,
	void (*watch)(const struct limit *limit, void *context), void *context);

#endif
