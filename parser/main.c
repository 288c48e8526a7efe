/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/daemon.h"

int
main(int argc, char **argv)
{
	return run_main(&parser_spec, argc, argv);
}
