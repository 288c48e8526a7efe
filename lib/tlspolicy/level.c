/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tlspolicy/level.h"

static const char *const names[TLS_LEVELS] = {
	[TLS_LEVEL_NONE] = "none",
	[TLS_LEVEL_OPPORTUNISTIC] = "opportunistic",
	[TLS_LEVEL_ENCRYPTED] = "encrypted",
	[TLS_LEVEL_VERIFIED] = "verified",
	[TLS_LEVEL_DANE] = "dane",
};

const char *
tls_level_name(enum tls_level level)
{
	return names[level];
}

bool
tls_level_parse(struct bytes name, enum tls_level *ret_level)
{
	for (size_t i = 0; i < TLS_LEVELS; i++)
		if (bytes_eq(name, bytes_of_str(names[i]))) {
			*ret_level = (enum tls_level)i;
			return true;
		}
	return false;
}
