/* SPDX-License-Identifier: Apache-2.0 */
/* Where a policy host may be. */
#include "policyd/network.h"

#include <arpa/inet.h>

#include "tests/support/tap.h"

static struct evidence_address
address_of(const char *text)
{
	struct evidence_address address = {.n = 4};

	if (inet_pton(AF_INET, text, address.bytes) != 1)
		address.n = inet_pton(AF_INET6, text, address.bytes) == 1 ? 16 : 0;
	return address;
}

static void
test_reach(void)
{
	static const struct {
		const char *also, *address;
		bool want;
	} cases[] = {
		{"", "8.8.8.8", true},
		{"", "2606:4700::1", true},
		{"", "0.0.0.0", false},
		{"", "10.1.2.3", false},
		{"", "100.64.0.1", false},
		{"", "100.128.0.1", true},
		{"", "127.0.0.1", false},
		{"", "127.255.255.254", false},
		{"", "169.254.169.254", false},
		{"", "172.15.0.1", true},
		{"", "172.16.0.1", false},
		{"", "172.31.255.255", false},
		{"", "172.32.0.1", true},
		{"", "192.168.1.1", false},
		{"", "198.19.0.1", false},
		{"", "224.0.0.1", false},
		{"", "255.255.255.255", false},
		{"", "::", false},
		{"", "::1", false},
		{"", "::ffff:127.0.0.1", false},
		{"", "::ffff:8.8.8.8", false},
		{"", "64:ff9b::7f00:1", false},
		{"", "2001::1", false},
		{"", "2001:db8::1", false},
		{"", "2001:4860::1", true},
		{"", "2002:7f00:1::", false},
		{"", "fc00::1", false},
		{"", "fd12::1", false},
		{"", "fe80::1", false},
		{"", "ff02::1", false},
		{"10.0.0.0/8", "10.1.2.3", true},
		{"10.0.0.0/8", "192.168.1.1", false},
		{"10.1.2.0/25", "10.1.2.127", true},
		{"10.1.2.0/25", "10.1.2.128", false},
		{"  192.168.1.1   fd12::/16 ", "192.168.1.1", true},
		{"192.168.1.1 fd12::/16", "192.168.1.2", false},
		{"192.168.1.1 fd12::/16", "fd12:3::4", true},
		{"192.168.1.1 fd12::/16", "fd13::4", false},
		{"0.0.0.0/0", "127.0.0.1", true},
		{"0.0.0.0/0", "::1", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct evidence_address address = address_of(cases[i].address);
		struct networks networks = {0};

		tap_ok(networks_parse(cases[i].also, &networks, NULL) == 0 &&
				network_may_reach(&networks, &address) == cases[i].want,
			"'%s', %s: %s", cases[i].also, cases[i].address, cases[i].want ? "yes" : "no");
	}
}

static void
test_malformed(void)
{
	static const char *const cases[] = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "host",
		"10.0.0.0/", "10.0.0.0/8,127.0.0.0/8", "10.0.0.0/8/8"};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct networks networks;
		struct err err = {0};

		tap_ok(networks_parse(cases[i], &networks, &err) < 0, "refused: %s: %s", cases[i], err.text);
	}
}

int
main(void)
{
	test_reach();
	test_malformed();
	return tap_done();
}
