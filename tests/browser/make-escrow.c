/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: make-escrow DIR MESSAGE ADDRESS...
 * Puts a message into the store DIR/store as postseal-milter would, sealed for a link of each address, and
 * prints a line "ADDRESS ID.SECRET" for each. Makes the keys and the store where they are missing.
 */
#include <stdio.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "lib/seal/envelope.h"
#include "lib/seal/handled.h"
#include "lib/store/store.h"

enum { RECIPIENTS_MAX = 16, MESSAGE_MAX = 64 * 1024 * 1024, SEALED_ROOM = 64 * 1024, LIFETIME = 3600 };

struct maker {
	char path[4][4096]; /* portal and recovery: certificate, key */
	char index_key_path[4096], reinject_key_path[4096], store_path[4096];
	struct secret index_key;
	struct seal_certificate *portal, *recovery;
	struct store *store;
	struct buf message, sealed, addresses[RECIPIENTS_MAX];
	struct link links[RECIPIENTS_MAX];
	struct store_recipient recipients[RECIPIENTS_MAX];
	size_t n;
};

static int
make_hex_key(const char *path, struct err *err)
{
	uint8_t key[HANDLED_KEY_SIZE];
	char text[2 * HANDLED_KEY_SIZE + 2];

	if (access(path, F_OK) == 0)
		return 0;
	seal_random(key, sizeof(key));
	text_hex(bytes_of(key, sizeof(key)), text);
	text[2 * HANDLED_KEY_SIZE] = '\n';
	return fd_write_file(path, bytes_of(text, 2 * HANDLED_KEY_SIZE + 1), 0600, err);
}

static int
make_keys(struct maker *maker, const char *directory, struct err *err)
{
	static const char *const names[] = {"portal.pem", "portal.key", "recovery.pem", "recovery.key"};

	for (size_t i = 0; i < 4; i++)
		snprintf(maker->path[i], sizeof(maker->path[i]), "%s/%s", directory, names[i]);
	snprintf(maker->index_key_path, sizeof(maker->index_key_path), "%s/index.key", directory);
	snprintf(maker->reinject_key_path, sizeof(maker->reinject_key_path), "%s/reinject.key", directory);
	snprintf(maker->store_path, sizeof(maker->store_path), "%s/store", directory);
	for (size_t i = 0; i < 4; i += 2)
		if (access(maker->path[i], F_OK) != 0 &&
			seal_key_make(names[i], 30, maker->path[i + 1], maker->path[i], err) < 0)
			return -1;
	if (make_hex_key(maker->index_key_path, err) < 0 || make_hex_key(maker->reinject_key_path, err) < 0)
		return -1;
	return handled_key_read(maker->index_key_path, &maker->index_key, err);
}

static int
open_all(struct maker *maker, struct err *err)
{
	const struct store_options options = {.directory = maker->store_path, .inline_limit = 64 * 1024};

	if (seal_certificate_load(maker->path[0], &maker->portal, err) < 0 ||
		seal_certificate_load(maker->path[2], &maker->recovery, err) < 0)
		return -1;
	if (store_create(maker->store_path, err) < 0)
		return -1;
	return store_open(&options, &maker->store, err);
}

static int
add_recipient(struct maker *maker, const char *address, struct err *err)
{
	const struct bytes parts[] = {BYTES_LIT("address"), bytes_of_str(address)};
	struct store_recipient *r = &maker->recipients[maker->n];
	struct link *link = &maker->links[maker->n];
	struct buf *sealed = &maker->addresses[maker->n++];
	struct secret proof;

	link_new(link);
	link_proof(link, &proof);
	memcpy(r->link_id, link->id, sizeof(r->link_id));
	seal_sha256(secret_bytes(&proof), r->proof_hash);
	seal_hmac(secret_bytes(&maker->index_key), parts, 2, r->address_hash);
	secret_done(&proof);
	buf_init(sealed, SEALED_ROOM);
	if (seal_text(bytes_of_str(address), maker->portal, maker->recovery, sealed, err) < 0)
		return -1;
	r->sealed_address = buf_bytes(sealed);
	r->state = STORE_PENDING;
	return 0;
}

static int
put_object(struct maker *maker, struct err *err)
{
	struct store_object object = {
		.created = clock_wall(),
		.expires = clock_wall() + LIFETIME,
		.recipients = maker->recipients,
		.n_recipients = maker->n,
	};

	seal_random(object.id, sizeof(object.id));
	seal_random(object.attempt, sizeof(object.attempt));
	if (seal_message(buf_bytes(&maker->message), maker->links, maker->n, maker->portal, maker->recovery,
		    &maker->sealed, err) < 0)
		return -1;
	object.sealed = buf_bytes(&maker->sealed);
	if (store_put(maker->store, &object, err) < 0)
		return -1;
	for (size_t i = 0; i < maker->n; i++)
		if (store_set_state(
			    maker->store, maker->recipients[i].link_id, STORE_PENDING, STORE_ACTIVE, err) < 0)
			return -1;
	return 0;
}

static int
make(struct maker *maker, int argc, char **argv, struct err *err)
{
	if (make_keys(maker, argv[1], err) < 0 || open_all(maker, err) < 0 ||
		fd_read_file(argv[2], &maker->message, err) < 0)
		return -1;
	for (int i = 3; i < argc; i++)
		if (add_recipient(maker, argv[i], err) < 0)
			return -1;
	return put_object(maker, err);
}

static void
print_links(const struct maker *maker, char **addresses)
{
	for (size_t i = 0; i < maker->n; i++) {
		struct buf text;

		buf_init(&text, 256);
		link_format(&maker->links[i], &text);
		printf("%s %s\n", addresses[i], buf_cstr(&text));
		buf_wipe_done(&text);
	}
}

static void
maker_free(struct maker *maker)
{
	for (size_t i = 0; i < maker->n; i++) {
		link_done(&maker->links[i]);
		buf_done(&maker->addresses[i]);
	}
	secret_done(&maker->index_key);
	seal_certificate_free(maker->portal);
	seal_certificate_free(maker->recovery);
	if (maker->store != NULL)
		store_close(maker->store);
	buf_done(&maker->message);
	buf_done(&maker->sealed);
	free(maker);
}

int
main(int argc, char **argv)
{
	struct err err = {0};
	int ret;

	if (argc < 4 || argc > 3 + RECIPIENTS_MAX) {
		fprintf(stderr, "usage: make-escrow DIR MESSAGE ADDRESS...\n");
		return 2;
	}
	seal_init();
	struct maker *maker = mem_new(1, sizeof(*maker));

	buf_init(&maker->message, MESSAGE_MAX);
	buf_init(&maker->sealed, MESSAGE_MAX + SEALED_ROOM);
	ret = make(maker, argc, argv, &err);
	if (ret == 0)
		print_links(maker, argv + 3);
	else
		fprintf(stderr, "make-escrow: %s\n", err.text);
	maker_free(maker);
	return ret == 0 ? 0 : 1;
}
