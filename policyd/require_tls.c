/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/require_tls.h"

/* RFC 3207 section 4 has 530 for a client that must begin with STARTTLS; an old TLS is no better. */
const char require_tls_answer[] = "action=530 5.7.0 TLS 1.2 or better is required to send from here\n\n";

enum require_tls
require_tls_of(const char *word)
{
	static const char *const words[] = {[REQUIRE_TLS_NO] = "no",
		[REQUIRE_TLS_AUTHENTICATED] = "authenticated",
		[REQUIRE_TLS_ALL] = "all"};
	enum require_tls require = REQUIRE_TLS_ALL;

	while (require > REQUIRE_TLS_NO && strcmp(word, words[require]) != 0)
		require--;
	return require;
}

/* TLSv1.2, TLSv1.3, and what may come: a number that is not known to be too low. */
static bool
is_good(struct bytes version)
{
	static const struct bytes bad[] = {BYTES_LIT(""), BYTES_LIT("SSLv2"), BYTES_LIT("SSLv3"),
		BYTES_LIT("TLSv1"), BYTES_LIT("TLSv1.1")};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (bytes_eq(version, bad[i]))
			return false;
	return bytes_starts_nocase(version, BYTES_LIT("TLSv1."));
}

static bool
is_this_host(struct bytes client)
{
	return bytes_starts_nocase(client, BYTES_LIT("127.")) || bytes_eq(client, BYTES_LIT("::1")) ||
	       bytes_starts_nocase(client, BYTES_LIT("::ffff:127."));
}

bool
require_tls_refuses(enum require_tls require, const struct policy_request *request)
{
	const struct bytes *fields = request->limit.fields;

	switch (require) {
	case REQUIRE_TLS_NO:
		return false;
	case REQUIRE_TLS_AUTHENTICATED:
		return fields[FIELD_SASL_USER].n > 0 && !is_good(request->tls_version);
	case REQUIRE_TLS_ALL:
		return !is_this_host(fields[FIELD_CLIENT]) && !is_good(request->tls_version);
	}
	return true;
}
