/* SPDX-License-Identifier: Apache-2.0 */
/* postseal-parser; or with `--role pdf-starter` as its first words that small part of it. */
#include <string.h>

#include "parser/daemon.h"
#include "parser/pdf_starter.h"

int
main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], PDF_STARTER_ROLE) == 0)
		return pdf_starter_main(argc, argv);
	return run_main(&parser_spec, argc, argv);
}
