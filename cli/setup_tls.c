/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/setup_tls.h"

#include <stdio.h>

#include "lib/base/fd.h"

size_t
setup_tls_print(const struct integration_tls *integration)
{
	size_t changes = 0;

	puts("\nTLS with the portal behind it, main.cf:");
	for (size_t i = 0; i < TLS_MAIN_LINES; i++) {
		const struct integration_line *line = &integration->main_cf[i];

		changes += !line->right;
		if (line->right)
			printf("    %s = %s\n", line->name, line->value);
		else
			printf("  - %s = %.*s\n  + %s = %s\n        (%s)\n", line->name, BYTES_FMT(line->now),
				line->name, line->value, line->why);
	}
	puts("\nmaster.cf:");
	for (size_t i = 0; i < TLS_SERVICES; i++) {
		const struct integration_service *service = &integration->services[i];
		char sign = service->wrong != NULL ? '+' : ' ';

		changes += service->wrong != NULL;
		printf("  %c %s\n", service->kept ? ' ' : sign, service->entry);
		for (const char *const *p = service->parameters; *p != NULL; p++)
			printf("  %c     -o %s\n", sign, *p);
	}
	for (size_t i = 0; i < TLS_TABLES; i++) {
		changes += !integration->tables[i].right;
		printf("%s: %s\n", integration->tables[i].path,
			integration->tables[i].right ? "is there" : "to be made");
	}
	return changes;
}

static int
apply_service(const struct postconf *postconf, struct arena *arena, const struct integration_service *service,
	struct err *err)
{
	const char *arguments[POSTCONF_ARGUMENTS_MAX + 1] = {
		"-M", arena_strf(arena, "%s=%s", service->key, service->entry), NULL};
	struct bytes output;
	size_t n = 0;

	if (!service->kept && postconf_run(postconf, arena, arguments, &output, err) != 0)
		return -1;
	arguments[n++] = "-P";
	for (const char *const *p = service->parameters; *p != NULL && n < POSTCONF_ARGUMENTS_MAX; p++)
		arguments[n++] = arena_strf(arena, "%s/%s", service->key, *p);
	arguments[n] = NULL;
	return postconf_run(postconf, arena, arguments, &output, err);
}

int
setup_tls_apply(const struct postconf *postconf, struct arena *arena,
	const struct integration_tls *integration, struct err *err)
{
	const char *arguments[] = {"-e", NULL, NULL};
	struct bytes output;

	for (size_t i = 0; i < TLS_TABLES; i++)
		if (!integration->tables[i].right &&
			fd_write_file(integration->tables[i].path, bytes_of_str(integration->tables[i].text),
				0644, err) != 0)
			return -1;
	for (size_t i = 0; i < TLS_SERVICES; i++)
		if (integration->services[i].wrong != NULL &&
			apply_service(postconf, arena, &integration->services[i], err) != 0)
			return -1;
	for (size_t i = 0; i < TLS_MAIN_LINES; i++) {
		const struct integration_line *line = &integration->main_cf[i];

		arguments[1] = arena_strf(arena, "%s = %s", line->name, line->value);
		if (!line->right && postconf_run(postconf, arena, arguments, &output, err) != 0)
			return -1;
	}
	return 0;
}
