/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/attempt.h"

#include <time.h>

#include "lib/base/ascii.h"

/* Postfix's pickup tries each minute, a client of the kind seldom at all. */
enum { STAMP_DIGITS = 14, PARTS_MAX = 100, ANONYMOUS_WINDOW = 3600 };

/*
 * Postfix gives a message without Message-ID one of the form <YYYYmmddHHMMSS.QUEUEID@host>, UTC: another one
 * at each attempt. Returns the time in it, or -1 when the client made the Message-ID.
 */
static int64_t
postfix_stamp(const struct message *message, struct bytes value)
{
	struct bytes id = bytes_trim(value), queue_id = bytes_of_str(message->queue_id);
	struct tm tm = {0};
	char stamp[STAMP_DIGITS + 1];

	if (queue_id.n == 0 || id.n < STAMP_DIGITS + queue_id.n + 4 || id.p[0] != '<' ||
		id.p[STAMP_DIGITS + 1] != '.' || id.p[STAMP_DIGITS + 2 + queue_id.n] != '@' ||
		!bytes_eq(bytes_sub(id, STAMP_DIGITS + 2, queue_id.n), queue_id))
		return -1;
	memcpy(stamp, id.p + 1, STAMP_DIGITS);
	stamp[STAMP_DIGITS] = '\0';
	return strptime(stamp, "%Y%m%d%H%M%S", &tm) ? timegm(&tm) : -1;
}

/* A Date that Postfix added has the very second of the Message-ID that it added. */
static bool
is_stamped_date(const struct field *date, int64_t stamp)
{
	struct bytes value = bytes_trim(date->value);
	struct tm tm = {0};
	char text[80];
	long east;

	if (stamp < 0 || value.n == 0 || value.n >= sizeof(text))
		return false;
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	if (!strptime(text, "%a, %d %b %Y %H:%M:%S %z", &tm))
		return false;
	east = tm.tm_gmtoff; /* timegm() clears it */
	return timegm(&tm) - east == stamp;
}

static bool
identifies(const struct field *field, int64_t stamp)
{
	switch (field->kind) {
	case FIELD_FROM:
	case FIELD_TO:
	case FIELD_CC:
	case FIELD_SUBJECT:
	case FIELD_RESENT:
		return true;
	case FIELD_MESSAGE_ID:
		return stamp < 0;
	case FIELD_DATE:
		return !is_stamped_date(field, stamp);
	default:
		return false;
	}
}

static void
make_base(const struct message *message, struct bytes body, int64_t stamp, uint8_t base[DIGEST_SIZE])
{
	struct bytes parts[PARTS_MAX + 3];
	uint8_t digest[DIGEST_SIZE];
	uint8_t kinds[PARTS_MAX];
	size_t n = 0;

	seal_sha256(body, digest);
	parts[n++] = BYTES_LIT("attempt");
	parts[n++] = message->sender;
	for (const struct field *f = message->fields.first; f && n + 2 < PARTS_MAX; f = f->next) {
		if (!identifies(f, stamp))
			continue;
		kinds[n] = (uint8_t)f->kind;
		parts[n] = bytes_of(&kinds[n], 1);
		parts[n + 1] = f->value;
		n += 2;
	}
	parts[n++] = bytes_of(digest, sizeof(digest));
	seal_hmac(secret_bytes(&message->snapshot->index_key), parts, n, base);
}

void
attempt_begin(const struct message *message, struct bytes body, struct attempt *ret_attempt)
{
	const struct field *id = fields_first(&message->fields, FIELD_MESSAGE_ID);
	int64_t stamp = id ? postfix_stamp(message, id->value) : -1;
	uint64_t finished;

	ret_attempt->anonymous = !id || stamp >= 0;
	make_base(message, body, stamp, ret_attempt->base);
	memcpy(ret_attempt->key, ret_attempt->base, DIGEST_SIZE);
	finished = ret_attempt->anonymous ? gate_finished(message->service->gate, ret_attempt->base) : 0;
	if (finished > 0) {
		const struct bytes parts[] = {BYTES_LIT("attempt again"),
			bytes_of(ret_attempt->base, DIGEST_SIZE), bytes_of(&finished, sizeof(finished))};

		seal_hmac(secret_bytes(&message->snapshot->index_key), parts, 3, ret_attempt->key);
	}
}

void
attempt_of_promise(const struct message *message, struct attempt *ret_attempt)
{
	const struct bytes parts[] = {
		BYTES_LIT("attempt of promise"), bytes_of(message->promise.id, PROMISE_ID_SIZE)};

	ret_attempt->anonymous = false;
	seal_hmac(secret_bytes(&message->snapshot->index_key), parts, 2, ret_attempt->base);
	memcpy(ret_attempt->key, ret_attempt->base, DIGEST_SIZE);
}

int64_t
attempt_window(const struct message *message, const struct attempt *attempt)
{
	int64_t window = message->snapshot->settings->retry_window;

	return attempt->anonymous && window > ANONYMOUS_WINDOW ? ANONYMOUS_WINDOW : window;
}
