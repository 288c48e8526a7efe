/* SPDX-License-Identifier: Apache-2.0 */
/* The vault's desk over a real store and real keys; the test is the front and the mailer. */
#include "portald/desk.h"

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/seal/digest.h"
#include "tests/support/tap.h"

enum { LIFETIME = 3600 };

struct office {
	char folder[64], store_path[96];
	struct desk desk;
	struct seal_certificate *portal, *recovery;
	int front[2], mailer[2]; /* [0]: the desk's end */
	struct buf answer;
	struct link link;
	uint8_t proof[LINK_PROOF_SIZE], key[LINK_KEY_SIZE];
	char digits[16];
};

static const struct bytes message = BYTES_LIT("Subject: x\r\n\r\nbody\r\n");

static const char *
in_folder(const struct office *office, const char *name)
{
	static char path[4][128];
	static unsigned i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s/%s", office->folder, name);
	return path[i];
}

static int
make_keys(struct office *office, struct err *err)
{
	if (seal_key_make("portal", 2, in_folder(office, "p.key"), in_folder(office, "p.pem"), err) < 0 ||
		seal_key_make("recovery", 2, in_folder(office, "r.key"), in_folder(office, "r.pem"), err) <
			0 ||
		seal_certificate_load(in_folder(office, "p.pem"), &office->portal, err) < 0 ||
		seal_certificate_load(in_folder(office, "r.pem"), &office->recovery, err) < 0)
		return -1;
	return seal_key_load(
		in_folder(office, "p.key"), in_folder(office, "p.pem"), &office->desk.portal_key, err);
}

static int
office_open(struct office *office, struct err *err)
{
	const struct session_limits sessions = {.max = 8, .lifetime = 1000, .idle = 100};

	*office = (struct office){.folder = "/tmp/postseal-desk-XXXXXX"};
	buf_init(&office->answer, CHANNEL_MAX);
	if (mkdtemp(office->folder) == NULL)
		return err_sys(err, ERR_TEMP, "mkdtemp");
	snprintf(office->store_path, sizeof(office->store_path), "%s/store", office->folder);
	const struct store_options options = {.directory = office->store_path, .inline_limit = 65536};

	if (make_keys(office, err) < 0 || store_create(options.directory, err) < 0 ||
		store_open(&options, &office->desk.store, err) < 0 || channel_pair(office->front, err) < 0 ||
		channel_pair(office->mailer, err) < 0)
		return -1;
	secret_of(&office->desk.index_key, BYTES_LIT("0123456789abcdef0123456789abcdef"));
	office->desk.sessions = session_table_new(&sessions);
	office->desk.limits =
		(struct code_limits){.lifetime = 900, .tries = 5, .lock_time = 900, .mails_per_hour = 100};
	office->desk.message_max = 1 << 20;
	office->desk.mailer_fd = office->mailer[0];
	return 0;
}

/* Seals the message for a new link. */
static int
put_message(struct office *office, int64_t lifetime, struct err *err)
{
	struct store_recipient r = {.state = STORE_PENDING};
	struct store_object object = {.created = clock_wall() - LIFETIME,
		.expires = clock_wall() + lifetime,
		.recipients = &r,
		.n_recipients = 1};
	struct buf sealed, address;
	struct secret proof, key;
	int ret = -1;

	link_done(&office->link);
	link_new(&office->link);
	link_proof(&office->link, &proof);
	link_key(&office->link, &key);
	memcpy(office->proof, proof.p, sizeof(office->proof));
	memcpy(office->key, key.p, sizeof(office->key));
	secret_done(&proof);
	secret_done(&key);
	seal_random(object.id, sizeof(object.id));
	seal_random(object.attempt, sizeof(object.attempt));
	memcpy(r.link_id, office->link.id, sizeof(r.link_id));
	seal_sha256(bytes_of(office->proof, sizeof(office->proof)), r.proof_hash);
	buf_init(&sealed, 1 << 20);
	buf_init(&address, 1 << 16);
	if (seal_text(BYTES_LIT("ann@example.org"), office->portal, office->recovery, &address, err) == 0 &&
		seal_message(message, &office->link, 1, office->portal, office->recovery, &sealed, err) ==
			0) {
		r.sealed_address = buf_bytes(&address);
		object.sealed = buf_bytes(&sealed);
		ret = store_put(office->desk.store, &object, err);
	}
	if (ret == 0)
		ret = store_set_state(office->desk.store, r.link_id, STORE_PENDING, STORE_ACTIVE, err);
	buf_done(&sealed);
	buf_done(&address);
	return ret;
}

/* One request through the desk. Returns the answer's type, 0 when the desk refused to serve it. */
static uint32_t
serve(struct office *office, uint32_t type, struct bytes payload, struct channel_message *ret_answer)
{
	struct channel_message request = {.type = type, .id = 7, .payload = payload};
	struct err err = {0};

	*ret_answer = (struct channel_message){.fds = {-1, -1, -1}};
	if (desk_serve(&office->desk, office->front[0], &request, &err) < 0)
		return 0;
	if (channel_receive(office->front[1], &office->answer, ret_answer, clock_mono_ms() + 1000, &err) <=
			0 ||
		ret_answer->id != 7)
		return 0;
	return ret_answer->type;
}

static void
put_claim(const struct office *office, struct buf *out)
{
	wire_put_bytes(out, bytes_of(office->link.id, LINK_ID_SIZE));
	wire_put_bytes(out, bytes_of(office->proof, LINK_PROOF_SIZE));
}

/* Asks for a code and takes it from what the mailer got. Returns whether a mail was ordered. */
static bool
begin(struct office *office)
{
	struct channel_message answer, mail;
	struct bytes address, digits;
	struct err err = {0};
	struct buf payload;
	bool mailed = false;

	buf_init(&payload, 512);
	put_claim(office, &payload);
	tap_ok(serve(office, ASK_BEGIN, buf_bytes(&payload), &answer) == ANSWER_DONE,
		"begin: the one answer");
	buf_done(&payload);
	if (channel_receive(office->mailer[1], &office->answer, &mail, clock_mono_ms(), &err) > 0) {
		struct wire wire = {.rest = mail.payload};

		mailed = mail.type == MAIL_CODE && wire_bytes(&wire, &address) == 0 &&
			 wire_bytes(&wire, &digits) == 0 && digits.n == 6 &&
			 bytes_eq(address, BYTES_LIT("ann@example.org"));
		if (mailed)
			snprintf(office->digits, sizeof(office->digits), "%.*s", BYTES_FMT(digits));
	}
	return mailed;
}

static uint32_t
open_with(
	struct office *office, const char *typed, const uint8_t key[LINK_KEY_SIZE], uint8_t token[TOKEN_SIZE])
{
	struct channel_message answer;
	struct bytes got = {0};
	struct buf payload;
	uint32_t type;

	buf_init(&payload, 512);
	put_claim(office, &payload);
	wire_put_bytes(&payload, bytes_of_str(typed));
	wire_put_bytes(&payload, bytes_of(key, LINK_KEY_SIZE));
	type = serve(office, ASK_OPEN, buf_bytes(&payload), &answer);
	struct wire wire = {.rest = answer.payload};

	if (type == ANSWER_OPENED && wire_bytes(&wire, &got) == 0 && got.n == TOKEN_SIZE)
		memcpy(token, got.p, TOKEN_SIZE);
	buf_done(&payload);
	return type;
}

static uint32_t
with_token(
	struct office *office, uint32_t type, const uint8_t token[TOKEN_SIZE], struct channel_message *answer)
{
	struct buf payload;
	uint32_t ret;

	buf_init(&payload, 512);
	wire_put_bytes(&payload, bytes_of(token, TOKEN_SIZE));
	ret = serve(office, type, buf_bytes(&payload), answer);
	buf_done(&payload);
	return ret;
}

static uint32_t
read_type(struct office *office, const uint8_t token[TOKEN_SIZE])
{
	struct channel_message answer;
	uint32_t type = with_token(office, ASK_READ, token, &answer);

	channel_close_fds(&answer);
	return type;
}

static enum store_state
state_of(struct office *office)
{
	struct store_recipient recipient = {0};
	struct store_object object;
	struct arena arena;
	struct err err;

	arena_init(&arena);
	store_find_link(office->desk.store, &arena, office->link.id, &recipient, &object, &err);
	arena_done(&arena);
	return recipient.state;
}

static void
test_open(struct office *office)
{
	uint8_t token[TOKEN_SIZE] = {0}, wrong_key[LINK_KEY_SIZE] = {1};
	struct channel_message answer;
	struct bytes map;
	struct err err = {0};

	tap_ok(put_message(office, LIFETIME, &err) == 0, "a message: %s", err.text);
	tap_ok(open_with(office, "123456", office->key, token) == ANSWER_REFUSED, "no code was asked for");
	tap_ok(begin(office), "a code is mailed");
	tap_ok(open_with(office, "", office->key, token) == ANSWER_REFUSED, "nothing typed");
	tap_ok(state_of(office) == STORE_ACTIVE, "not opened yet");
	tap_ok(open_with(office, office->digits, office->key, token) == ANSWER_OPENED, "code and key");
	tap_ok(state_of(office) == STORE_OPENED, "marked as opened");
	tap_ok(with_token(office, ASK_READ, token, &answer) == ANSWER_MESSAGE && answer.n_fds == 1, "read");
	tap_ok(answer.n_fds == 1 && fd_is_sealed(answer.fds[0]), "a file that nobody can change");
	if (answer.n_fds == 1 && fd_map(answer.fds[0], 1 << 20, &map, &err) == 0) {
		tap_bytes(map, message, "the message");
		fd_unmap(&map);
	}
	channel_close_fds(&answer);
	tap_ok(open_with(office, office->digits, office->key, token) == ANSWER_REFUSED, "a code works once");
	tap_ok(begin(office) && open_with(office, office->digits, wrong_key, token) == ANSWER_REFUSED,
		"right code, wrong key: nothing opens");
	tap_ok(open_with(office, office->digits, office->key, token) == ANSWER_REFUSED,
		"and the code is spent");
	with_token(office, ASK_END, token, &answer);
	tap_ok(answer.type == ANSWER_DONE && read_type(office, token) == ANSWER_REFUSED, "signed out");
}

static void
test_wrong_proof(struct office *office)
{
	uint8_t token[TOKEN_SIZE];
	struct err err;

	put_message(office, LIFETIME, &err);
	tap_ok(begin(office), "a code");
	office->proof[0] ^= 1;
	for (int i = 0; i < 20; i++)
		if (open_with(office, "000000", office->key, token) != ANSWER_REFUSED)
			tap_ok(false, "a wrong proof opened something");
	tap_ok(!begin(office), "a wrong proof mails nothing");
	office->proof[0] ^= 1;
	tap_ok(open_with(office, office->digits, office->key, token) == ANSWER_OPENED,
		"strangers' tries without the proof lock nobody out");
}

/* A session does not outlive the right to read. */
static void
test_end_of_life(struct office *office)
{
	static const enum store_state ends[] = {STORE_REVOKED, STORE_EXPIRED};
	uint8_t token[TOKEN_SIZE];
	struct err err = {0};

	for (size_t i = 0; i < 2; i++) {
		put_message(office, LIFETIME, &err);
		begin(office);
		tap_ok(open_with(office, office->digits, office->key, token) == ANSWER_OPENED, "opened");
		store_set_state(office->desk.store, office->link.id, STORE_OPENED, ends[i], &err);
		tap_ok(read_type(office, token) == ANSWER_REFUSED, "%s: no more", store_state_name(ends[i]));
		tap_ok(!begin(office), "%s: no code", store_state_name(ends[i]));
	}
	put_message(office, LIFETIME, &err);
	store_set_state(office->desk.store, office->link.id, STORE_ACTIVE, STORE_PENDING, &err);
	tap_ok(begin(office) && open_with(office, office->digits, office->key, token) == ANSWER_OPENED,
		"a notice that got out before the mark was set");
	put_message(office, -1, &err);
	tap_ok(!begin(office), "past its time: no code");
	tap_ok(open_with(office, "000000", office->key, token) == ANSWER_REFUSED, "nor an opening");
}

/* Every request cut at every place, and other nonsense: the desk refuses to serve, or refuses. */
static void
test_hostile(struct office *office)
{
	struct channel_message answer;
	struct buf payload;
	size_t served = 0;
	struct err err;

	put_message(office, LIFETIME, &err);
	buf_init(&payload, 1024);
	put_claim(office, &payload);
	wire_put_bytes(&payload, BYTES_LIT("000000"));
	wire_put_bytes(&payload, bytes_of(office->key, LINK_KEY_SIZE));
	for (size_t n = 0; n < payload.n; n++)
		served += serve(office, ASK_OPEN, bytes_of(payload.p, n), &answer) != 0;
	tap_ok(served == 0, "a request cut anywhere is not served: %zu were", served);
	tap_ok(serve(office, ASK_READ, BYTES_LIT("\xFF\xFF\xFF\xFF"), &answer) == 0,
		"a length beyond the end");
	tap_ok(serve(office, ASK_READ, BYTES_LIT("\1\0\0\0x"), &answer) == ANSWER_REFUSED, "a short token");
	for (uint32_t type = 0; type < 200; type++)
		if ((type == 0 || type >= ASK_TYPES_END) &&
			serve(office, type, buf_bytes(&payload), &answer) != 0)
			tap_ok(false, "a message of type %u was served", type);
	tap_ok(serve(office, UINT32_MAX, buf_bytes(&payload), &answer) == 0, "no other types");
	struct channel_message with_fd = {.type = ASK_END, .fds = {0, -1, -1}, .n_fds = 1};

	tap_ok(desk_serve(&office->desk, office->front[0], &with_fd, &err) < 0, "no descriptors");
	buf_done(&payload);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static void
office_close(struct office *office)
{
	store_close(office->desk.store);
	seal_key_free(office->desk.portal_key);
	seal_certificate_free(office->portal);
	seal_certificate_free(office->recovery);
	session_table_free(office->desk.sessions);
	secret_done(&office->desk.index_key);
	link_done(&office->link);
	buf_done(&office->answer);
	for (int i = 0; i < 2; i++) {
		fd_close(&office->front[i]);
		fd_close(&office->mailer[i]);
	}
	(void)nftw(office->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int
main(void)
{
	struct office office;
	struct err err = {0};

	seal_init();
	if (!tap_ok(office_open(&office, &err) == 0, "the desk is open: %s", err.text))
		return tap_done();
	test_open(&office);
	test_wrong_proof(&office);
	test_end_of_life(&office);
	test_hostile(&office);
	office_close(&office);
	return tap_done();
}
