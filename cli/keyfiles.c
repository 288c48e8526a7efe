/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keyfiles.h"

/* The recovery key's place is no setting: no daemon ever reads it. It is made beside its certificate. */
static const char *
recovery_key_path(struct arena *arena, const char *certificate)
{
	struct bytes path = bytes_of_str(certificate);

	if (bytes_ends_nocase(path, BYTES_LIT(".pem")))
		path.n -= 4;
	return arena_strf(arena, "%.*s.key", BYTES_FMT(path));
}

void
keyfiles_get(const struct settings *settings, const char *directory, struct arena *arena,
	struct keyfile files[KEYFILES])
{
	static const char *const usual[KEYFILES] = {
		"portal.pem", "portal.key", "recovery.pem", "recovery.key", "index.key", "reinject.key"};
	const struct keyfile all[KEYFILES] = {
		[KEYFILE_PORTAL_CERTIFICATE] = {"portal certificate", settings->portal_certificate, NULL,
			NULL, 0644},
		[KEYFILE_PORTAL_KEY] = {"portal key", settings->portal_key, settings->vault_user, NULL, 0600},
		[KEYFILE_RECOVERY_CERTIFICATE] = {"recovery certificate", settings->recovery_certificate,
			NULL, NULL, 0644},
		[KEYFILE_RECOVERY_KEY] = {"recovery key",
			recovery_key_path(arena, settings->recovery_certificate), NULL, NULL, 0600},
		/* milter and vault meet in the store's group; the mailer is in none with the milter */
		[KEYFILE_INDEX] = {"index key", settings->index_key, NULL, settings->store_group, 0640},
		[KEYFILE_REINJECT] = {"reinject key", settings->reinject_key, settings->milter_user,
			settings->mailer_user, 0640},
	};

	for (size_t i = 0; i < KEYFILES; i++) {
		files[i] = all[i];
		if (directory != NULL)
			files[i].path = arena_strf(arena, "%s/%s", directory, usual[i]);
	}
}
