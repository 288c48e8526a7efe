/* SPDX-License-Identifier: Apache-2.0 */
/* Who must come by TLS 1.2 or better, and by what they come. */
#include "policyd/require_tls.h"

#include "tests/support/tap.h"

#define HEAD "request=smtpd_access_policy\nprotocol_state=RCPT\n"
#define OUT "client_address=192.0.2.7\n"

static const struct {
	const char *name, *attributes;
	bool authenticated, all; /* refused, by setting */
} table[] = {
	{"in clear", OUT "encryption_protocol=\n", false, true},
	{"in clear, by a Postfix that does not say", OUT, false, true},
	{"in clear, logged in", OUT "sasl_username=nurse\nencryption_protocol=\n", true, true},
	{"TLS 1.1", OUT "sasl_username=nurse\nencryption_protocol=TLSv1.1\n", true, true},
	{"TLS 1", OUT "sasl_username=nurse\nencryption_protocol=TLSv1\n", true, true},
	{"SSL 3", OUT "sasl_username=nurse\nencryption_protocol=SSLv3\n", true, true},
	{"TLS 1.2", OUT "sasl_username=nurse\nencryption_protocol=TLSv1.2\n", false, false},
	{"TLS 1.3", OUT "sasl_username=nurse\nencryption_protocol=TLSv1.3\n", false, false},
	{"what comes after", OUT "sasl_username=nurse\nencryption_protocol=TLSv1.4\n", false, false},
	{"something else", OUT "sasl_username=nurse\nencryption_protocol=rot13\n", true, true},
	{"this host", "client_address=127.0.0.1\nencryption_protocol=\n", false, false},
	{"this host, by IPv6", "client_address=::1\nencryption_protocol=\n", false, false},
	{"this host, logged in", "client_address=127.0.0.1\nsasl_username=nurse\n", true, false},
};

int
main(void)
{
	enum require_tls no = require_tls_of("no"), authenticated = require_tls_of("authenticated");
	struct policy_request request;
	struct buf texts, whole;

	buf_init(&texts, 4000);
	buf_init(&whole, 2000);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct bytes rest;

		buf_reset(&whole);
		buf_putf(&whole, HEAD "%s\n", table[i].attributes);
		rest = buf_bytes(&whole);
		tap_ok(request_next(&texts, &rest, 1000, &request) == REQUEST_READ, "%s: read",
			table[i].name);
		tap_ok(!require_tls_refuses(no, &request), "%s: nobody is refused by default", table[i].name);
		tap_ok(require_tls_refuses(authenticated, &request) == table[i].authenticated,
			"%s: authenticated, %s", table[i].name,
			table[i].authenticated ? "refused" : "passes");
		tap_ok(require_tls_refuses(require_tls_of("all"), &request) == table[i].all, "%s: all, %s",
			table[i].name, table[i].all ? "refused" : "passes");
	}
	buf_done(&whole);
	buf_done(&texts);
	return tap_done();
}
