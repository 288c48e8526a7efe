/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/record.h"

#include <inttypes.h>

#include "lib/base/ascii.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/text.h"

enum { LIST_MAX = 600, FIELDS = 14, HASH_SHOWN = 16, TLS_WORDS_MAX = 200 };

/* Whether to show addresses, or the same keyed hashes as in the index. */
static struct bytes
shown_address(const struct message *m, struct bytes address, char hex[static 2 * DIGEST_SIZE + 1])
{
	uint8_t mac[DIGEST_SIZE];
	struct buf lower;

	if (strcmp(m->snapshot->settings->log_addresses, "hashed") != 0)
		return address;
	buf_init(&lower, 1 << 16);
	for (size_t i = 0; i < address.n; i++)
		buf_put_byte(&lower, ascii_lower(address.p[i]));
	const struct bytes parts[] = {BYTES_LIT("address"), buf_bytes(&lower)};

	seal_hmac(secret_bytes(&m->snapshot->index_key), parts, 2, mac);
	buf_done(&lower);
	text_hex(bytes_of(mac, sizeof(mac)), hex);
	return bytes_of(hex, HASH_SHOWN);
}

static void
put_word(struct buf *out, const char *word)
{
	if (out->n > 0)
		buf_put_byte(out, ',');
	buf_put_str(out, word);
}

static void
list_labels(const struct scan_result *result, struct buf *out)
{
	for (size_t i = 0; i < PLAN_BUILT_IN_LABELS; i++)
		if (plan_has_built_in_label(result, plan_built_in_labels[i]))
			put_word(out, plan_built_in_labels[i]);
	for (const struct label *label = result->labels; label; label = label->next)
		put_word(out, label->name);
}

/* rule:count, summed over the parts; a rule's findings stand one behind the other. */
static void
list_rules(const struct scan_result *result, struct buf *out)
{
	for (const struct finding *f = result->findings; f;) {
		const char *rule = f->rule;
		uint64_t count = 0;

		for (; f && strcmp(f->rule, rule) == 0; f = f->next)
			count += f->count;
		put_word(out, rule);
		buf_putf(out, ":%" PRIu64, count);
	}
}

/* What was known of the recipient's TLS, where the policy asked for it; and what was promised of it. */
static struct bytes
tls_words(const struct plan_entry *entry, char text[static TLS_WORDS_MAX])
{
	const struct plan_tls *tls = entry->tls;

	text[0] = '\0';
	if (tls && tls->level == TLS_LEVEL_NONE)
		snprintf(text, TLS_WORDS_MAX, "none (%s)", tls->reason);
	else if (tls)
		snprintf(text, TLS_WORDS_MAX, "%s by %s, %" PRId64 " s old", tls_level_name(tls->level),
			tls->source, tls->age);
	return bytes_of_str(text);
}

/* What was promised of TLS; with its number where the message itself carries the promise. */
static struct bytes
promise_words(const struct message *m, const struct plan_entry *entry, char text[static TLS_WORDS_MAX])
{
	bool carried = entry->action == PLAN_TLS ? m->promise.level == entry->promise : m->promised;
	char id[2 * PROMISE_ID_SIZE + 1];

	if (entry->action != PLAN_TLS && !m->promised)
		return (struct bytes){0};
	text_hex(bytes_of(m->promise.id, PROMISE_ID_SIZE), id);
	snprintf(text, TLS_WORDS_MAX, "%s%s%s",
		tls_level_name(entry->action == PLAN_TLS ? entry->promise : m->promise.level),
		carried ? " " : "", carried ? id : "");
	return bytes_of_str(text);
}

static void
record(const struct message *m, struct bytes recipient, const struct plan_entry *entry, struct bytes labels,
	struct bytes rules)
{
	char from[2 * DIGEST_SIZE + 1], to[2 * DIGEST_SIZE + 1], ms[24];
	char tls[TLS_WORDS_MAX], promise[TLS_WORDS_MAX];
	const struct log_field fields[FIELDS] = {
		{"queue_id", bytes_of_str(m->queue_id)},
		{"message", bytes_of_str(m->hash)},
		{"from", shown_address(m, m->sender, from)},
		{"to", shown_address(m, recipient, to)},
		{"policy", bytes_of_str(entry->policy)},
		{"action", bytes_of_str(plan_action_name(entry->action))},
		{"would", bytes_of_str(plan_action_name(entry->would))},
		{"would_policy", bytes_of_str(entry->would_policy)},
		{"promise", promise_words(m, entry, promise)},
		{"tls", tls_words(entry, tls)},
		{"labels", labels},
		{"rules", rules},
		{"object", bytes_of_str(entry->action == PLAN_PORTAL ? m->object : "")},
		{"ms", bytes_of(
			       ms, (size_t)snprintf(ms, sizeof(ms), "%" PRId64, clock_mono_ms() - m->began))},
	};

	log_record(LOG_LEVEL_INFO, "decision", fields, FIELDS);
}

void
record_decision(const struct message *message)
{
	struct buf labels, rules;

	buf_init(&labels, LIST_MAX);
	buf_init(&rules, LIST_MAX);
	if (message->scanned) {
		list_labels(&message->result, &labels);
		list_rules(&message->result, &rules);
	}
	for (size_t i = 0; i < message->plan.n; i++)
		record(message, message->recipients[i], &message->plan.entries[i], buf_bytes(&labels),
			buf_bytes(&rules));
	buf_done(&labels);
	buf_done(&rules);
}

void
record_promise(const struct message *m, const char *what)
{
	char from[2 * DIGEST_SIZE + 1], to[2 * DIGEST_SIZE + 1], id[2 * PROMISE_ID_SIZE + 1], age[24];
	int64_t seconds = clock_wall() - m->promise.made;

	text_hex(bytes_of(m->promise.id, PROMISE_ID_SIZE), id);
	snprintf(age, sizeof(age), "%" PRId64, seconds);
	for (size_t i = 0; i < m->n_recipients; i++) {
		const struct log_field fields[] = {
			{"queue_id", bytes_of_str(m->queue_id)},
			{"promise", bytes_of_str(id)},
			{"level", bytes_of_str(tls_level_name(m->promise.level))},
			{"what", bytes_of_str(what)},
			{"age", bytes_of_str(age)},
			{"from", shown_address(m, m->sender, from)},
			{"to", shown_address(m, m->recipients[i], to)},
		};

		log_record(LOG_LEVEL_INFO, "promise", fields, sizeof(fields) / sizeof(fields[0]));
	}
}

void
record_handled(const struct message *message)
{
	const struct plan_entry entry = {.action = PLAN_PASS,
		.would = PLAN_PASS,
		.policy = "(handled by Postseal)",
		.would_policy = "(handled by Postseal)"};

	for (size_t i = 0; i < message->n_recipients; i++)
		record(message, message->recipients[i], &entry, (struct bytes){0}, (struct bytes){0});
}

void
record_failure(const struct message *message, enum reply_kind reply, const struct err *err)
{
	char from[2 * DIGEST_SIZE + 1];
	const struct log_field fields[] = {
		{"queue_id", bytes_of_str(message->queue_id)},
		{"from", shown_address(message, message->sender, from)},
		{"reply", bytes_of_str(reply_of(reply)->code)},
		{"why", bytes_of_str(err->text)},
	};

	log_record(LOG_LEVEL_ERROR, "not-accepted", fields, sizeof(fields) / sizeof(fields[0]));
}
