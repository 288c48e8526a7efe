/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/site.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/text.h"

static void
must(int ret, const char *what, const struct err *err)
{
	if (ret == 0)
		return;
	printf("Bail out! %s: %s\n", what, err->text);
	exit(99);
}

void
site_init_folder(struct site *site)
{
	struct err err = {0};

	*site = (struct site){0};
	snprintf(site->folder, sizeof(site->folder), "/tmp/postseal-store.XXXXXX");
	must(mkdtemp(site->folder) ? 0 : -1, "mkdtemp", &err);
	snprintf(site->directory, sizeof(site->directory), "%s/store", site->folder);
}

void
site_init(struct site *site)
{
	struct err err = {0};

	site_init_folder(site);
	must(store_create(site->directory, &err), "create", &err);
	site_open(site);
}

void
site_open(struct site *site)
{
	const struct store_options options = {
		.directory = site->directory, .inline_limit = SITE_INLINE_LIMIT};
	struct err err = {0};

	must(store_open(&options, &site->store, &err), "open", &err);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
site_done(struct site *site)
{
	store_close(site->store);
	(void)nftw(site->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

struct bytes
site_content(uint32_t number, size_t size)
{
	static _Thread_local uint8_t content[SITE_LARGE];

	for (size_t i = 0; i < size && i < sizeof(content); i++)
		content[i] = (uint8_t)(number * 31 + i * 7 + i / 255);
	return bytes_of(content, size);
}

void
site_id(uint32_t number, uint8_t kind, uint8_t id[STORE_ID_SIZE])
{
	/* The first byte chooses the blob's folder: all of them get some. */
	memset(id, kind, STORE_ID_SIZE);
	id[0] = (uint8_t)(number * 37);
	memcpy(id + 1, &number, sizeof(number));
}

int
site_put(struct store *store, uint32_t number, size_t size, struct err *err)
{
	struct store_recipient recipients[2] = {{.state = STORE_PENDING}, {.state = STORE_PENDING}};
	struct store_object object = {.created = clock_wall(),
		.expires = clock_wall() + 86400,
		.sealed = site_content(number, size),
		.recipients = recipients,
		.n_recipients = 2};

	site_id(number, 0xee, object.id);
	memset(object.attempt, 0xaa, sizeof(object.attempt));
	memcpy(object.attempt, &number, sizeof(number));
	for (uint8_t i = 0; i < 2; i++) {
		site_id(number, i, recipients[i].link_id);
		memset(recipients[i].address_hash, 0xa0 + i, STORE_HASH_SIZE);
		memset(recipients[i].proof_hash, 0xb0 + i, STORE_HASH_SIZE);
		recipients[i].sealed_address = i == 0 ? BYTES_LIT("sealed\0address") : (struct bytes){0};
	}
	return store_put(store, &object, err);
}

bool
site_has(struct store *store, uint32_t number, size_t size)
{
	uint8_t id[STORE_ID_SIZE];
	struct err err = {0};
	struct buf out;
	bool has;

	site_id(number, 0xee, id);
	buf_init(&out, 1 << 20);
	has = store_read(store, id, &out, &err) == 1 && bytes_eq(buf_bytes(&out), site_content(number, size));
	buf_done(&out);
	return has;
}

void
site_path(const struct site *site, const char *name, char path[160])
{
	snprintf(path, 160, "%s/%s", site->directory, name);
}

void
site_blob_path(const struct site *site, uint32_t number, char path[160])
{
	uint8_t id[STORE_ID_SIZE];
	char hex[2 * STORE_ID_SIZE + 1];

	site_id(number, 0xee, id);
	text_hex(bytes_of(id, sizeof(id)), hex);
	snprintf(path, 160, "%s/blobs/%.2s/%s", site->directory, hex, hex);
}
