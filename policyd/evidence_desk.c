/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/evidence_desk.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/tls/tls.h"
#include "policyd/lookup.h"
#include "policyd/tls_maps.h"

struct desk {
	struct tls_context *tls;
	struct lookups *lookups;
	struct probes *probes;
	struct domains *domains;
	struct tls_maps maps;
	struct overrides *overrides; /* the last ones, which hold on to those before */
};

static void
look(void *looker, const char *domain, const struct evidence *before, domains_found *found, void *context)
{
	lookup_start(looker, domain, before, found, context);
}

/* A site that never made the folder has no use for its file; one that can't be written to is a fault. */
static const char *
directory_of(const struct settings *settings)
{
	const char *directory = settings->evidence_directory;

	if (directory[0] == '\0' || access(directory, F_OK) == 0)
		return directory;
	log_warning("%s: there is no such folder, so what is known of TLS ends with the process", directory);
	return "";
}

static int
open_probes(struct desk *desk, struct event_base *base, const struct settings *settings, struct err *err)
{
	const struct tls_context_spec tls = {.ca_file = settings->tls_ca_file};
	struct probes_spec spec = {.base = base,
		.hostname = settings->hostname,
		.port = settings->probe_port,
		.at_once = settings->probes_at_once,
		.timeout_ms = settings->probe_timeout * 1000,
		.interval = settings->probe_interval};

	if (tls_context_new(&tls, &desk->tls, err) < 0)
		return -1;
	spec.tls = desk->tls;
	desk->probes = probes_new(&spec);
	return 0;
}

static int
open_all(struct desk *desk, struct event_base *base, const struct settings *settings, struct err *err)
{
	struct domains_spec spec = {.base = base,
		.look = look,
		.directory = directory_of(settings),
		.max = settings->evidence_domains,
		.first_wait_ms = settings->evidence_first_wait * 1000};

	if (lookups_open(base, settings, &desk->lookups, err) < 0 ||
		open_probes(desk, base, settings, err) < 0)
		return -1;
	spec.looker = desk->lookups;
	spec.probes = desk->probes;
	if (domains_open(&spec, &desk->domains, err) < 0)
		return -1;
	domains_override(desk->domains, desk->overrides);
	tls_maps_init(&desk->maps, desk->domains, settings->tls_address);
	return 0;
}

int
desk_open(struct event_base *base, const struct settings *settings, struct overrides *overrides,
	struct desk **ret_desk, struct err *err)
{
	struct desk *desk = mem_new(1, sizeof(*desk));

	desk->overrides = overrides;
	if (open_all(desk, base, settings, err) < 0) {
		desk_close(desk);
		return -1;
	}
	*ret_desk = desk;
	return 0;
}

struct tls_maps *
desk_maps(struct desk *desk)
{
	return &desk->maps;
}

void
desk_begin(struct desk *desk)
{
	domains_begin(desk->domains);
}

void
desk_override(struct desk *desk, struct overrides *overrides)
{
	overrides_keep(overrides, desk->overrides);
	desk->overrides = overrides;
	domains_override(desk->domains, overrides);
}

/* Who calls back goes before who is called: lookups and probes end silently. */
void
desk_close(struct desk *desk)
{
	if (desk == NULL)
		return;
	if (desk->lookups != NULL)
		lookups_close(desk->lookups);
	probes_close(desk->probes);
	domains_close(desk->domains);
	tls_maps_done(&desk->maps);
	tls_context_free(desk->tls);
	overrides_free(desk->overrides);
	free(desk);
}
