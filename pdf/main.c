/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/program.h"

int
main(int argc, char **argv)
{
	return program_main(argc, argv);
}
