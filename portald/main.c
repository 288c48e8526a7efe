/* SPDX-License-Identifier: Apache-2.0 */
/* postseal-portald: the parent, or with `--role NAME` as first option one of its roles (see role.h). */
#include <sysexits.h>

#include "portald/parent.h"
#include "portald/role.h"

static const struct run_spec *const specs[ROLES] = {
	[ROLE_MAILER] = &mailer_spec,
	[ROLE_VAULT] = &vault_spec,
	[ROLE_FRONT] = &front_spec,
};

int
main(int argc, char **argv)
{
	if (argc < 3 || strcmp(argv[1], "--role") != 0) {
		parent_set_arguments(argc, argv);
		return run_main(&parent_spec, argc, argv);
	}
	int role = role_parse(argv[2]);

	if (role < 0) {
		fprintf(stderr, "postseal-portald: no role %s\n", argv[2]);
		return EX_USAGE;
	}
	argv[2] = argv[0];
	return run_main(specs[role], argc - 2, argv + 2);
}
