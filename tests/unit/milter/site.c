/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/milter/site.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/seal/digest.h"
#include "lib/seal/envelope.h"

static _Noreturn void
give_up(const char *why)
{
	printf("Bail out! %s\n", why);
	exit(99);
}

static const char *
path_of(struct site *site, const char *name)
{
	return arena_strf(&site->arena, "%s/%s", site->dir, name);
}

static void
write_key(const char *path, const char *first)
{
	char digits[66];

	snprintf(digits, sizeof(digits), "%s0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
		first);
	if (fd_write_file(path, bytes_of_str(digits), 0600, NULL) < 0)
		give_up(path);
}

void
site_make(struct site *site, const char *policy)
{
	struct err err = {0};

	umask(077);
	arena_init(&site->arena);
	snprintf(site->dir, sizeof(site->dir), "/tmp/test-milter.XXXXXX");
	if (!mkdtemp(site->dir))
		give_up("mkdtemp");
	site->policy = path_of(site, "policy.yaml");
	site->index_key = path_of(site, "index.key");
	site->reinject_key = path_of(site, "reinject.key");
	site->portal_key = path_of(site, "portal.key");
	site->portal_certificate = path_of(site, "portal.pem");
	site->recovery_key = path_of(site, "recovery.key");
	site->recovery_certificate = path_of(site, "recovery.pem");
	if (fd_write_file(site->policy, bytes_of_str(policy), 0600, &err) < 0)
		give_up(err.text);
	write_key(site->index_key, "00");
	write_key(site->reinject_key, "ff");
	seal_init();
	if (seal_key_make("portal", 30, site->portal_key, site->portal_certificate, &err) < 0 ||
		seal_key_make("recovery", 30, site->recovery_key, site->recovery_certificate, &err) < 0)
		give_up(err.text);
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
site_remove(struct site *site)
{
	nftw(site->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_done(&site->arena);
}
