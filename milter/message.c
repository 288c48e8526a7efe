/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/message.h"

#include "lib/base/clock.h"
#include "lib/plan/address.h"

enum { BODY_MAX = 256 * 1024 };

void
message_init(struct message *message, struct service *service, const struct snapshot *snapshot)
{
	*message = (struct message){.service = service, .snapshot = snapshot, .queue_id = "", .spool.fd = -1};
	arena_init(&message->arena);
	buf_init(&message->body, BODY_MAX);
}

void
message_reset(struct message *message)
{
	struct arena arena;

	spool_close(&message->spool);
	buf_wipe_done(&message->body);
	arena_reset(&message->arena);
	arena = message->arena;
	message_init(message, message->service, message->snapshot);
	message->arena = arena;
}

static struct bytes
bare_address(struct bytes raw)
{
	raw = bytes_trim(raw);
	if (raw.n >= 2 && raw.p[0] == '<' && raw.p[raw.n - 1] == '>')
		return bytes_sub(raw, 1, raw.n - 2);
	return raw;
}

void
message_sender(struct message *message, struct bytes raw)
{
	message->began = clock_mono_ms();
	message->raw_sender = bytes_of_str(
		raw.n > 0 ? arena_str(&message->arena, raw) : arena_str(&message->arena, BYTES_LIT("<>")));
	message->sender = arena_bytes(&message->arena, bare_address(raw));
}

/* Room for one more, in powers of two. */
static struct bytes *
grown(struct arena *arena, struct bytes *list, size_t n)
{
	struct bytes *larger;

	if (n > 0 && (n & (n - 1)) != 0)
		return list;
	larger = arena_array(arena, n ? 2 * n : 1, sizeof(*larger));
	if (n)
		memcpy(larger, list, n * sizeof(*larger));
	return larger;
}

void
message_recipient(struct message *message, struct bytes raw)
{
	size_t n = message->n_recipients;

	if (n == MESSAGE_RECIPIENTS_MAX) {
		message->too_many_recipients = true;
		return;
	}
	message->recipients = grown(&message->arena, message->recipients, n);
	message->envelope = grown(&message->arena, message->envelope, n);
	message->envelope[n] = arena_bytes(&message->arena, raw);
	if (address_read(&message->arena, message->envelope[n], &message->recipients[n]) < 0) {
		message->recipients[n] = bare_address(message->envelope[n]);
		message->odd_recipient = true;
	}
	message->n_recipients++;
}

struct envelope
message_envelope(const struct message *message, size_t size)
{
	return (struct envelope){
		message->sender, message->recipients, message->n_recipients, size, message->tls};
}
