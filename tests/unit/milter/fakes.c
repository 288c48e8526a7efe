/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/milter/fakes.h"

#include "lib/base/fd.h"
#include "lib/scan/client.h"
#include "lib/smtp/client.h"
#include "lib/socketmap/capability.h"

struct fakes fakes;

void
fakes_done(void)
{
	buf_done(&fakes.mails);
	buf_done(&fakes.scanned);
}

void
fakes_reset(void)
{
	fakes_done();
	fakes = (struct fakes){0};
	buf_init(&fakes.mails, 1 << 20);
	buf_init(&fakes.scanned, 1 << 20);
}

const char *
rule_kind_name(enum rule_kind kind)
{
	(void)kind;
	return "";
}

struct scan_pool *
scan_pool_new(const char *socket_path, size_t max)
{
	(void)socket_path;
	(void)max;
	return NULL;
}

void
scan_pool_free(struct scan_pool *pool)
{
	(void)pool;
}

static bool
says(const char *word)
{
	return bytes_find(buf_bytes(&fakes.scanned), bytes_of_str(word)) < fakes.scanned.n;
}

int
scan_pool_ask(struct scan_pool *pool, const struct scan_question *question, struct arena *arena,
	struct scan_result *ret_result, struct err *err)
{
	struct bytes content = {0};

	(void)pool;
	fakes.n_scans++;
	buf_reset(&fakes.scanned);
	if (!fd_is_sealed(question->message_fd) || fd_map(question->message_fd, 1 << 20, &content, err) < 0)
		return -1;
	buf_put_bytes(&fakes.scanned, content);
	fd_unmap(&content);
	if (says("SCAN-DOWN"))
		return err_set(err, ERR_TEMP, "connect");
	*ret_result = (struct scan_result){.ruleset_version = "0"};
	if (says("CRASH"))
		ret_result->unscannable = UNSCANNABLE_CRASH;
	if (says("LIMIT")) {
		static struct trouble difference = {.rule = "card", .kind = TROUBLE_DIFFERENCE};
		static struct trouble limit = {.rule = "us-ssn", .kind = TROUBLE_LIMIT, .next = &difference};

		ret_result->unscannable = UNSCANNABLE_PATTERN;
		ret_result->troubles = &limit;
	}
	if (says("PHI")) {
		ret_result->labels = arena_alloc(arena, sizeof(*ret_result->labels));
		ret_result->labels->name = "phi";
	}
	return 0;
}

int
store_open(const struct store_options *options, struct store **ret_store, struct err *err)
{
	(void)options;
	(void)ret_store;
	(void)err;
	return 0;
}

void
store_close(struct store *store)
{
	(void)store;
}

int
store_put(struct store *store, const struct store_object *object, struct err *err)
{
	(void)store;
	if (fakes.store_down)
		return err_set(err, ERR_TEMP, "disk full");
	if (object->sealed.n == 0 || object->n_recipients == 0 ||
		fakes.n_rows + object->n_recipients > FAKE_ROWS_MAX)
		return err_set(err, ERR_PERM, "not what the test expects");
	for (size_t i = 0; i < object->n_recipients; i++) {
		struct fake_row *row = &fakes.rows[fakes.n_rows++];

		memcpy(row->attempt, object->attempt, STORE_HASH_SIZE);
		memcpy(row->address_hash, object->recipients[i].address_hash, STORE_HASH_SIZE);
		memcpy(row->link_id, object->recipients[i].link_id, STORE_ID_SIZE);
		row->state = object->recipients[i].state;
	}
	fakes.n_puts++;
	return 0;
}

int
store_attempt(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t window, enum store_state *ret_state,
	bool *ret_same_boot, struct err *err)
{
	(void)store;
	(void)window;
	if (fakes.store_down)
		return err_set(err, ERR_TEMP, "disk gone");
	for (size_t i = fakes.n_rows; i-- > 0;) {
		const struct fake_row *row = &fakes.rows[i];

		if (memcmp(row->attempt, attempt, STORE_HASH_SIZE) == 0 &&
			memcmp(row->address_hash, address_hash, STORE_HASH_SIZE) == 0) {
			*ret_state = row->state;
			*ret_same_boot = true;
			return 1;
		}
	}
	return 0;
}

int
store_set_state(struct store *store, const uint8_t link_id[STORE_ID_SIZE], enum store_state from,
	enum store_state to, struct err *err)
{
	(void)store;
	for (size_t i = 0; i < fakes.n_rows; i++) {
		if (memcmp(fakes.rows[i].link_id, link_id, STORE_ID_SIZE) != 0)
			continue;
		if (fakes.rows[i].state != from)
			return err_set(err, ERR_TEMP, "a race");
		fakes.rows[i].state = to;
		return 0;
	}
	return err_set(err, ERR_PERM, "no such link");
}

int
store_put_copy(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t oldest, struct err *err)
{
	struct fake_row *row = &fakes.copies[fakes.n_copies];

	(void)store;
	(void)oldest;
	if (fakes.store_down || fakes.n_copies == FAKE_ROWS_MAX)
		return err_set(err, ERR_TEMP, "disk gone");
	memcpy(row->attempt, attempt, STORE_HASH_SIZE);
	memcpy(row->address_hash, address_hash, STORE_HASH_SIZE);
	fakes.n_copies++;
	return 0;
}

int
store_find_copy(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t window, struct err *err)
{
	(void)store;
	(void)window;
	(void)err;
	for (size_t i = 0; i < fakes.n_copies; i++)
		if (memcmp(fakes.copies[i].attempt, attempt, STORE_HASH_SIZE) == 0 &&
			memcmp(fakes.copies[i].address_hash, address_hash, STORE_HASH_SIZE) == 0)
			return 1;
	return 0;
}

struct socketmap_client *
socketmap_client_new(const char *where)
{
	(void)where;
	return NULL;
}

void
socketmap_client_free(struct socketmap_client *client)
{
	(void)client;
}

int
capability_of_domain(void *context, struct bytes domain, struct bytes *ret_words, const char **ret_why)
{
	static const struct {
		struct bytes label;
		const char *words, *why;
	} table[] = {
		{BYTES_LIT("encrypted."), "level=encrypted source=probe age=5 until=4000000000", NULL},
		{BYTES_LIT("verified."), "level=verified source=mta-sts age=5 until=4000000000", NULL},
		{BYTES_LIT("dane."), "level=dane source=dane age=5 until=4000000000", NULL},
		{BYTES_LIT("old."), "level=verified source=mta-sts age=5000 until=1700000000", NULL},
		{BYTES_LIT("none."), "level=none reason=no-tls", NULL},
		{BYTES_LIT("later."), NULL, "not known yet"},
	};

	(void)context;
	fakes.n_questions++;
	*ret_why = "policyd does not answer";
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!bytes_starts_nocase(domain, table[i].label))
			continue;
		*ret_words = bytes_of_str(table[i].words);
		*ret_why = table[i].why;
		return table[i].words != NULL;
	}
	return 0;
}

enum smtp_outcome
smtp_send(const struct smtp_message *message, struct err *err)
{
	if (bytes_starts_nocase(message->recipient, BYTES_LIT("perm@"))) {
		err_set(err, ERR_PERM, "RCPT was answered by 550");
		return SMTP_REFUSED_PERM;
	}
	if (message->commit(message->context, err) < 0)
		return SMTP_REFUSED_TEMP;
	if (!fakes.healed && bytes_starts_nocase(message->recipient, BYTES_LIT("temp@"))) {
		err_set(err, ERR_TEMP, "end of data was answered by 451");
		return SMTP_REFUSED_TEMP;
	}
	if (!fakes.healed && bytes_starts_nocase(message->recipient, BYTES_LIT("unknown@"))) {
		err_set(err, ERR_TEMP, "no answer");
		return SMTP_UNKNOWN;
	}
	buf_putf(&fakes.mails, "=> %.*s\n%.*s%.*s", BYTES_FMT(message->recipient), BYTES_FMT(message->header),
		BYTES_FMT(message->content));
	return SMTP_ACCEPTED;
}
