/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailer: mails one-time codes. It gets {address, digits, link id} from the vault and hands a short mail
 * to our own Postfix. It holds no key but that of the "already handled" mark, and has no disk.
 */
#include <inttypes.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "lib/seal/handled.h"
#include "lib/smtp/client.h"
#include "portald/digits.h"
#include "portald/letter.h"
#include "portald/role.h"

enum { ID_SIZE = 16, HOSTNAME_SIZE = 256 };

struct mailer {
	const struct settings *settings; /* lives as long as the program */
	struct secret key;
	char hostname[HOSTNAME_SIZE];
};

static void
release(void *state)
{
	struct mailer *mailer = state;

	if (mailer == NULL)
		return;
	secret_done(&mailer->key);
	free(mailer);
}

static int
acquire(const struct settings *settings, void **ret_state, struct err *err)
{
	struct mailer *mailer = mem_new(1, sizeof(*mailer));

	seal_init();
	mailer->settings = settings;
	if (settings->hostname[0] != '\0')
		snprintf(mailer->hostname, sizeof(mailer->hostname), "%s", settings->hostname);
	else if (gethostname(mailer->hostname, sizeof(mailer->hostname) - 1) < 0)
		snprintf(mailer->hostname, sizeof(mailer->hostname), "localhost");
	if (handled_key_read(settings->reinject_key, &mailer->key, err) < 0) {
		release(mailer);
		return -1;
	}
	*ret_state = mailer;
	return 0;
}

static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	(void)state;
	spec->user = settings->mailer_user;
	spec->may = MAY_RECEIVE_FDS | MAY_CONNECT_INET;
}

struct order {
	struct bytes recipient, link_id;
	char digits[DIGITS_SIZE + 1];
};

static int
read_order(struct channel_message *message, struct order *order)
{
	struct wire wire = {.rest = message->payload};
	struct bytes digits;

	if (message->type != MAIL_CODE || wire_bytes(&wire, &order->recipient) < 0 ||
		wire_bytes(&wire, &digits) < 0 || wire_bytes(&wire, &order->link_id) < 0 ||
		order->link_id.n != ID_SIZE || digits_read(digits, order->digits) < 0)
		return -1;
	return 0;
}

static void
write_letter(const struct mailer *mailer, const struct order *order, struct buf *out)
{
	char id[2 * ID_SIZE + 1], message_id[HOSTNAME_SIZE + 64];
	uint8_t random[ID_SIZE];
	int64_t now = clock_wall();

	seal_random(random, sizeof(random));
	text_hex(bytes_of(random, sizeof(random)), id);
	snprintf(message_id, sizeof(message_id), "<code.%s@%s>", id, mailer->hostname);
	const struct letter letter = {
		.recipient = order->recipient,
		.sender = mailer->settings->notice_sender,
		.organisation = mailer->settings->organisation,
		.digits = order->digits,
		.message_id = message_id,
		.key = secret_bytes(&mailer->key),
		.now = now,
		.lifetime = mailer->settings->code_lifetime,
	};
	letter_write(&letter, out);
}

static void
record(const struct order *order, enum smtp_outcome outcome, const struct err *err)
{
	static const char *const words[] = {
		[SMTP_ACCEPTED] = "accepted",
		[SMTP_REFUSED_TEMP] = "deferred",
		[SMTP_REFUSED_PERM] = "refused",
		[SMTP_UNKNOWN] = "unknown",
	};
	char id[2 * ID_SIZE + 1];

	text_hex(order->link_id, id);
	const struct log_field fields[] = {
		{"link", bytes_of_str(id)},
		{"outcome", bytes_of_str(words[outcome])},
		{"error", bytes_of_str(outcome == SMTP_ACCEPTED ? "" : err->text)},
	};
	log_record(outcome == SMTP_ACCEPTED ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "code_mail", fields, 3);
}

/* A code that could not be handed over is not tried again: the person asks for another. */
static int
on_message(void *context, int peer_fd, struct channel_message *message, struct err *err)
{
	struct mailer *mailer = context;
	struct order order;
	struct buf content;

	(void)peer_fd;
	if (read_order(message, &order) < 0)
		return err_set(err, ERR_PEER, "an order of the wrong form");
	buf_init(&content, LETTER_MAX);
	write_letter(mailer, &order, &content);
	struct err mail_err = {0};
	const struct smtp_message mail = {
		.server = mailer->settings->reinject_address,
		.hostname = mailer->hostname,
		.sender = bytes_of_str(mailer->settings->notice_sender),
		.recipient = order.recipient,
		.headers_only_in_bounces = true,
		.content = buf_bytes(&content),
		.deadline_ms = clock_mono_ms() + mailer->settings->reinject_timeout * 1000,
	};
	record(&order, smtp_send(&mail, &mail_err), &mail_err);
	mem_wipe(order.digits, sizeof(order.digits));
	buf_wipe_done(&content);
	return 0;
}

static int
serve(void *state, struct err *err)
{
	const struct role_loop loop = {
		.context = state,
		.peer = ROLE_VAULT,
		.on_message = on_message,
	};

	return role_serve(&loop, err);
}

const struct run_spec mailer_spec = {
	.name = "postseal-portald/mailer",
	.help = "mails the portal's one-time codes",
	.acquire = acquire,
	.confine = confine,
	.serve = serve,
	.release = release,
};
