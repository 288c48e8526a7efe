/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/limits.h"

enum { SESSIONS_MAX = 1024 };

/* In the order of the message. */
enum {
	LIMIT_CODE_LIFETIME,
	LIMIT_CODE_TRIES,
	LIMIT_CODE_LOCK,
	LIMIT_MAILS,
	LIMIT_SESSION,
	LIMIT_IDLE,
	LIMIT_MESSAGE,
	N
};

void
limits_of(const struct settings *settings, struct limits *ret_limits)
{
	*ret_limits = (struct limits){
		.code =
			{
				.lifetime = settings->code_lifetime,
				.tries = settings->code_tries,
				.lock_time = settings->code_lock_time,
				.mails_per_hour = settings->code_mails_per_hour,
			},
		.session =
			{
				.max = SESSIONS_MAX,
				.lifetime = settings->session_lifetime,
				.idle = settings->session_idle,
			},
		.message_max = settings->message_size_limit,
	};
}

void
limits_put(const struct limits *limits, struct buf *out)
{
	const int64_t values[N] = {
		[LIMIT_CODE_LIFETIME] = limits->code.lifetime,
		[LIMIT_CODE_TRIES] = limits->code.tries,
		[LIMIT_CODE_LOCK] = limits->code.lock_time,
		[LIMIT_MAILS] = limits->code.mails_per_hour,
		[LIMIT_SESSION] = limits->session.lifetime,
		[LIMIT_IDLE] = limits->session.idle,
		[LIMIT_MESSAGE] = limits->message_max,
	};

	for (size_t i = 0; i < N; i++)
		wire_put_u64(out, (uint64_t)values[i]);
}

int
limits_read(struct bytes payload, struct limits *ret_limits)
{
	struct wire wire = {.rest = payload};
	int64_t values[N];

	for (size_t i = 0; i < N; i++) {
		uint64_t v;

		if (wire_u64(&wire, &v) < 0 || v > INT64_MAX / 1000)
			return -1;
		values[i] = (int64_t)v;
	}
	*ret_limits = (struct limits){
		.code = {values[LIMIT_CODE_LIFETIME], values[LIMIT_CODE_TRIES], values[LIMIT_CODE_LOCK],
			values[LIMIT_MAILS]},
		.session = {SESSIONS_MAX, values[LIMIT_SESSION], values[LIMIT_IDLE]},
		.message_max = values[LIMIT_MESSAGE],
	};
	return wire.rest.n == 0 ? 0 : -1;
}
