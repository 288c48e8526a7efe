/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/socketmap/capability.h"

#include "lib/base/clock.h"

int
capability_of_domain(void *context, struct bytes domain, struct bytes *ret_words, const char **ret_why)
{
	struct capability_source *source = context;
	struct socketmap_answer answer;

	*ret_why = "policyd does not answer";
	if (clock_mono_ms() >= source->deadline_ms) {
		*ret_why = "no time left to ask policyd";
		return 0;
	}
	if (socketmap_client_ask(
		    source->client, "capability", domain, source->deadline_ms, &answer, &source->err) < 0)
		return 0;
	if (answer.status == SOCKETMAP_OK) {
		*ret_words = answer.text;
		return 1;
	}
	*ret_why = answer.status == SOCKETMAP_TEMP || answer.status == SOCKETMAP_TIMEOUT
			   ? "not known yet"
			   : "policyd knows nothing of it";
	return 0;
}
