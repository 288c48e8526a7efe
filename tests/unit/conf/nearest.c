/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/nearest.h"

#include "tests/support/tap.h"

int
main(void)
{
	static const char *const known[] = {"mode", "log_to", "log_level", "parser_timeout", NULL};
	static const struct {
		const char *name, *want;
	} table[] = {
		{"mode", "mode"},
		{"mdoe", "mode"},
		{"moed", "mode"},
		{"modes", "mode"},
		{"node", "mode"},
		{"m", NULL},
		{"loglevel", "log_level"},
		{"parse_time_out", "parser_timeout"},
		{"banana", NULL},
		{"", NULL},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *got = nearest_name(bytes_of_str(table[i].name), known);

		tap_bytes(bytes_of_str(got), bytes_of_str(table[i].want), "nearest to '%s'", table[i].name);
	}
	tap_ok(nearest_distance(BYTES_LIT("kitten"), BYTES_LIT("sitting")) == 3, "a well-known distance");
	tap_ok(nearest_distance(BYTES_LIT(""), BYTES_LIT("abc")) == 3, "from nothing");
	tap_ok(nearest_distance(BYTES_LIT("ab"), BYTES_LIT("ba")) == 1, "a swap is one edit");
	return tap_done();
}
