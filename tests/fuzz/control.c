/* SPDX-License-Identifier: Apache-2.0 */
/* Questions of `postseal limits`, behind requests that left somebody near a limit. */
#include <stdlib.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/count/limit.h"
#include "lib/socketmap/netstring.h"
#include "policyd/control.h"
#include "policyd/counting.h"
#include "tests/fuzz/fuzz.h"

enum { OUT_MAX = 64 << 20 };

static const char yaml[] = "limits:\n  - {name: one, key: sasl-user, unit: recipients, allow: 1 per 1h}\n"
			   "  - {name: two, key: [sender, client], unit: recipients, allow: 9 per 1h}\n";
static const char requests[] =
	"request=smtpd_access_policy\nprotocol_state=RCPT\nsasl_username=u\nsender=a@b\n"
	"client_address=192.0.2.1\n\n"
	"request=smtpd_access_policy\nprotocol_state=RCPT\nsasl_username=u\n\n";

/* Every answer is a netstring that begins with a word of the protocol. */
static void
check(struct bytes answers)
{
	enum socketmap_status status;
	struct bytes content, text;

	while (netstring_next(&answers, SOCKETMAP_MAX, &content) == NETSTRING_READ)
		fuzz_must(socketmap_parse_answer(content, &status, &text) == 0);
	fuzz_must(answers.n == 0);
}

static void
ask(const struct limits *limits, struct bytes input)
{
	const struct settings settings = {
		.redis_address = "", .require_tls = "no", .limits_keys = 1000, .policyd_request_size = 4096};
	struct bytes rest = bytes_of_str(requests);
	struct counting *counting = NULL;
	struct service service;
	struct buf out;

	buf_init(&out, OUT_MAX);
	fuzz_must(counting_open(&settings, &counting, NULL) == 0);
	service_init(&service, &settings, limits, counting);
	fuzz_must(service_answer_policy(&service, NULL, &rest, &out) == 0);
	buf_reset(&out);
	(void)control_answer(&service, NULL, &input, &out);
	check(buf_bytes(&out));
	service_done(&service);
	counting_close(counting);
	buf_done(&out);
}

void
fuzz_one(struct bytes input)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct limits *limits = NULL;

	log_open("fuzz", LOG_TO_STDERR, LOG_LEVEL_ERROR);
	faults_init(faults);
	fuzz_must(limits_parse("yaml", bytes_of_str(yaml), &limits, faults) == 0);
	ask(limits, input);
	limits_free(limits);
	faults_done(faults);
	free(faults);
}
