/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.yaml: who may send how much. See postseal-limits(5). A limit counts one unit by one key, in one
 * state of the SMTP conversation; the first that is exceeded decides, and nothing is spent then. Immutable
 * once loaded.
 */
#ifndef POSTSEAL_LIMIT_H
#define POSTSEAL_LIMIT_H

#include "lib/base/buf.h"
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

enum limit_unit {
	UNIT_MESSAGES,
	UNIT_RECIPIENTS,
	UNIT_BYTES,
	UNIT_DISTINCT, /* recipients that had no mail within the time of the limit */
	UNIT_FAILED,   /* recipients that were asked for and not taken: spent at RCPT, given back at DATA */
	UNIT_STRANGE, /* what the key's own past does not have: recipients, their domains, hours of the day */
};

/* protocol_state of SMTPD_POLICY_README; others have no limits. */
enum limit_state { STATE_RCPT, STATE_DATA, STATE_END_OF_MESSAGE, STATE_OTHER };

enum limit_answer { ANSWER_DEFER, ANSWER_REJECT, ANSWER_HOLD };

/* What becomes of a limit while Redis can't be asked. */
enum limit_without { WITHOUT_LOCAL, WITHOUT_OPEN, WITHOUT_CLOSED };

/* A request as limits see it. Texts are lower case and live as long as the request. */
struct limit_request {
	enum limit_state state;
	struct bytes fields[LIMIT_FIELDS]; /* empty: not known */
	int64_t recipients;                /* STATE_DATA and STATE_END_OF_MESSAGE */
	int64_t size;                      /* bytes; STATE_END_OF_MESSAGE */
	int hour;                          /* of the day, 0 to 23, UTC */
};

struct limit {
	const char *name;
	enum limit_answer answer;
	enum limit_without without;
	bool monitor;
};

struct limits;

int limits_load(const char *path, struct limits **ret_limits, struct faults *faults);
int limits_parse(const char *file, struct bytes content, struct limits **ret_limits, struct faults *faults);
void limits_free(struct limits *limits);
size_t limits_n(const struct limits *limits);

/* The first limit that only Redis can keep, since memory would have forgotten all after a start; or NULL. */
const struct limit *limits_need_redis(const struct limits *limits);

/* Whether some limit counts in this state: then Postfix has to ask in it. */
bool limits_count_in(const struct limits *limits, enum limit_state state);

/* A request's questions to the counters: which limits apply, and what each asks. Texts live in `keys`. */
struct limit_asked {
	struct counter_ask *asks;
	const struct limit **limits; /* of each ask */
	size_t n, max;
	struct buf keys;
	struct counter_ask *local; /* those of them that memory is asked, meanwhile */
	size_t *places;            /* and where they stand in asks */
};

/* Room for whatever these limits may ask. It may be filled again and again. */
void limit_asked_init(struct limit_asked *asked, size_t max);
void limit_asked_done(struct limit_asked *asked);
void limits_ask(const struct limits *limits, const struct limit_request *request, struct limit_asked *asked);

typedef void limit_watch(const struct limit *limit, void *context);

/*
 * Of answered questions: NULL, the request may pass; else the limit that refuses it, the first of the list.
 * Calls `watch`, when there is one, with each limit that is staged as monitor and would have refused.
 */
const struct limit *limits_verdict(const struct limit_asked *asked, limit_watch *watch, void *context);

/*
 * Redis can't be asked: each limit does what it says for this. `percent` is what this machine may let pass
 * alone. Answers the questions.
 */
void limits_ask_without(struct limit_asked *asked, struct counters *local, int64_t percent, int64_t now);

/* What Redis let pass is spent locally, too, so that nobody has a whole burst again when it goes away. */
void limits_spent(struct limit_asked *asked, struct counters *local, int64_t now);

/* What a limit is, to people. */
struct limit_view {
	const struct limit *limit;
	const char *keys; /* what it is counted by, one space between */
	const char *unit;
	int64_t burst, window_s;
};

/* Limit i of limits_n(); its texts live in `text`. */
struct limit_view limits_view(const struct limits *limits, size_t i, struct buf *text);

/* Questions about all limits that are counted by n values like these, of no units. */
void limits_ask_about(
	const struct limits *limits, const struct bytes *values, size_t n, struct limit_asked *asked);

/* The values of a key as text, one space between. */
void limit_key_text(struct bytes key, struct buf *text);

/* Asks, counts in memory, and gives the verdict. */
const struct limit *limits_judge(const struct limits *limits, struct counters *counters,
	const struct limit_request *request, int64_t now, limit_watch *watch, void *context);

#endif
