/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/socketmap.h"

#include "lib/socketmap/netstring.h"
#include "policyd/tls_maps.h"

int
socketmap_answer(void *context, struct server_call *call, struct bytes *rest, struct buf *out)
{
	struct bytes content, map, key;
	enum netstring_result result;

	while ((result = netstring_next(rest, SOCKETMAP_REQUEST_MAX, &content)) == NETSTRING_READ) {
		if (socketmap_parse_request(content, &map, &key) < 0)
			return -1;
		if (!tls_maps_answer(context, map, key, call, out))
			return 0;
	}
	return result == NETSTRING_MALFORMED ? -1 : 0;
}
