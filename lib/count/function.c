/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/count/function.h"

struct bytes
function_code(void)
{
	static const char text[] =
#include "lib/count/function_text.h"
		;

	return bytes_of(text, sizeof(text) - 1);
}
