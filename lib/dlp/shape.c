/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/shape.h"

void
shape_read(struct arena *arena, struct bytes pattern, enum regex_case letter_case, struct shape *ret_shape)
{
	const struct regex *root = regex_read(arena, pattern, letter_case);
	*ret_shape = (struct shape){.max = SHAPE_ANY, .hits = 1, .run_hits = 1, .start.run = SHAPE_RUN_ANY};
	if (!root)
		return;
	shape_anchors_of(arena, root, ret_shape);
	ret_shape->start = shape_start_of(root);
	if (ret_shape->start.run != SHAPE_RUN_ANY)
		ret_shape->run_hits = shape_run_hits(ret_shape->start.run);
}
