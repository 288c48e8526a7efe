/* SPDX-License-Identifier: Apache-2.0 */
/* A roster's CSV, and what its rows become. */
#include "lib/base/csv.h"
#include <stdlib.h>

#include "lib/dlp/roster_build.h"
#include "tests/fuzz/fuzz.h"

void
fuzz_one(struct bytes input)
{
	static const uint8_t key[ROSTER_KEY] = {1};
	static struct csv_row row;
	struct roster_builder *builder =
		roster_builder_new(bytes_of(key, sizeof(key)), ROSTER_MONTH_FIRST, 1795824000);
	struct roster_field fields[ROSTER_COLUMNS];
	struct roster *roster = NULL;
	struct roster_row read;
	struct bytes image;
	struct csv csv;
	int ret;

	csv_init(&csv, input);
	while ((ret = csv_next(&csv, &row)) != 0) {
		size_t n = row.n < ROSTER_COLUMNS ? row.n : ROSTER_COLUMNS;

		for (size_t i = 0; ret > 0 && i < n; i++)
			fields[i] = (struct roster_field){(enum roster_column)i, row.fields[i]};
		if (ret > 0)
			(void)roster_builder_add(builder, fields, n, &read);
	}
	csv_done(&csv);
	if (roster_builder_end(builder, &image, NULL) == 0 &&
		roster_of(image, bytes_of(key, sizeof(key)), &roster, NULL) != 0)
		abort();
	roster_close(roster);
	roster_builder_free(builder);
}
