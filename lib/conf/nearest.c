/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/nearest.h"

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

size_t
nearest_distance(struct bytes a, struct bytes b)
{
	/* Three rows of the distance table are enough: this one, the one above, the one above that. */
	size_t rows[3][NEAREST_MAX_NAME + 1];
	size_t *above2 = rows[0], *above = rows[1], *row = rows[2];

	if (a.n > NEAREST_MAX_NAME || b.n > NEAREST_MAX_NAME)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		above[j] = above2[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *spare = above2;

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			bool same = a.p[i - 1] == b.p[j - 1];

			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
				above2[j - 2] + 1 < row[j])
				row[j] = above2[j - 2] + 1;
		}
		above2 = above;
		above = row;
		row = spare;
	}
	return above[b.n];
}

bool
nearest_is_near(struct bytes name, size_t distance)
{
	return distance <= (name.n < 5 ? 1 : name.n < 10 ? 2 : 3);
}

const char *
nearest_name(struct bytes name, const char *const *known)
{
	const char *best = NULL;
	size_t best_distance = SIZE_MAX;

	for (; *known != NULL; known++) {
		size_t distance = nearest_distance(name, bytes_of_str(*known));

		if (distance < best_distance) {
			best_distance = distance;
			best = *known;
		}
	}
	return best != NULL && nearest_is_near(name, best_distance) ? best : NULL;
}
