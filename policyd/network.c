/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/network.h"

#include <arpa/inet.h>

enum { TEXT_MAX = 64 };

/* The IANA registries of special-purpose addresses, with multicast; IPv6 is told by what it may be, below. */
static const struct network special[] = {
	{{4, {0}}, 8},
	{{4, {10}}, 8},
	{{4, {100, 64}}, 10},
	{{4, {127}}, 8},
	{{4, {169, 254}}, 16},
	{{4, {172, 16}}, 12},
	{{4, {192, 0, 0}}, 24},
	{{4, {192, 0, 2}}, 24},
	{{4, {192, 88, 99}}, 24},
	{{4, {192, 168}}, 16},
	{{4, {198, 18}}, 15},
	{{4, {198, 51, 100}}, 24},
	{{4, {203, 0, 113}}, 24},
	{{4, {224}}, 3},
	{{16, {0x20, 0x01, 0x00}}, 23}, /* Teredo, ORCHID, benchmarks */
	{{16, {0x20, 0x01, 0x0d, 0xb8}}, 32},
	{{16, {0x20, 0x02}}, 16}, /* 6to4: any IPv4 address in disguise */
	{{16, {0x3f, 0xff}}, 20},
};

/* All that is given out as global unicast. It leaves out mapped IPv4 and NAT64, loopback and local ones. */
static const struct network global6 = {{16, {0x20}}, 3};

static bool
contains(const struct network *network, const struct evidence_address *address)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	if (address->n != network->address.n || memcmp(address->bytes, network->address.bytes, whole) != 0)
		return false;
	return rest == 0 || ((address->bytes[whole] ^ network->address.bytes[whole]) & mask) == 0;
}

bool
network_may_reach(const struct networks *also, const struct evidence_address *address)
{
	for (size_t i = 0; i < also->n; i++)
		if (contains(&also->items[i], address))
			return true;
	if (address->n == 16 && !contains(&global6, address))
		return false;
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (contains(&special[i], address))
			return false;
	return true;
}

static int
parse_one(struct bytes text, struct network *ret_network)
{
	struct network network = {0};
	size_t slash = bytes_find_byte(text, '/');
	char address[TEXT_MAX];
	int64_t bits;

	if (text.n >= sizeof(address))
		return -1;
	snprintf(address, sizeof(address), "%.*s", (int)slash, (const char *)text.p);
	if (inet_pton(AF_INET, address, network.address.bytes) == 1)
		network.address.n = 4;
	else if (inet_pton(AF_INET6, address, network.address.bytes) == 1)
		network.address.n = 16;
	else
		return -1;
	bits = network.address.n * 8;
	if (slash < text.n &&
		bytes_parse_i64(bytes_sub(text, slash + 1, text.n), 0, network.address.n * 8, &bits) < 0)
		return -1;
	network.bits = (unsigned)bits;
	*ret_network = network;
	return 0;
}

int
networks_parse(const char *text, struct networks *ret_networks, struct err *err)
{
	struct bytes rest = bytes_trim(bytes_of_str(text));
	struct networks networks = {0};

	while (rest.n > 0) {
		struct bytes one = bytes_sub(rest, 0, bytes_find_byte(rest, ' '));

		if (networks.n == NETWORKS_MAX)
			return err_set(err, ERR_CONFIG, "more than %d networks", NETWORKS_MAX);
		if (parse_one(one, &networks.items[networks.n++]) < 0)
			return err_set(err, ERR_CONFIG, "no network: %.*s", BYTES_FMT(bytes_sub(one, 0, 80)));
		rest = bytes_trim(bytes_sub(rest, one.n, rest.n));
	}
	*ret_networks = networks;
	return 0;
}
