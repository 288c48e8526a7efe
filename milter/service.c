/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/service.h"

#include <stdlib.h>

#include "lib/base/mem.h"

static void
init(struct service *service, const struct settings *settings)
{
	struct gate_limits limits = {
		.sessions = (size_t)settings->max_sessions,
		.messages = (size_t)settings->max_scans,
		.spool_bytes = (size_t)settings->spool_budget,
	};

	pthread_mutex_init(&service->lock, NULL);
	service->gate = gate_new(&limits);
	service->scans = scan_pool_new(settings->parser_socket, (size_t)settings->max_scans);
	service->troubles = troubles_new();
}

int
service_open(const struct settings *settings, struct service **ret_service, struct err *err)
{
	struct service *service = mem_new(1, sizeof(*service));

	seal_init();
	init(service, settings);
	if (snapshot_load(settings, &service->current, err) < 0) {
		service_close(service);
		return -1;
	}
	*ret_service = service;
	return 0;
}

int
service_open_store(struct service *service, struct err *err)
{
	const struct settings *settings = service->current->settings;
	struct store_options options = {
		.directory = settings->store_directory,
		.inline_limit = (size_t)settings->store_inline_limit,
	};

	if (store_open(&options, &service->store, err) < 0)
		return -1;
	return journal_open(settings->store_directory, &service->journal, err);
}

void
service_close(struct service *service)
{
	if (!service)
		return;
	snapshot_drop(service->current);
	store_close(service->store);
	journal_close(service->journal);
	scan_pool_free(service->scans);
	troubles_free(service->troubles);
	gate_free(service->gate);
	pthread_mutex_destroy(&service->lock);
	free(service);
}

int
service_reload(struct service *service, const struct settings *settings, struct err *err)
{
	struct snapshot *fresh = NULL, *old;

	if (snapshot_load(settings, &fresh, err) < 0)
		return -1;
	pthread_mutex_lock(&service->lock);
	old = service->current;
	service->current = fresh;
	pthread_mutex_unlock(&service->lock);
	snapshot_drop(old);
	return 0;
}

struct snapshot *
service_snapshot(struct service *service)
{
	struct snapshot *snapshot;

	pthread_mutex_lock(&service->lock);
	snapshot = snapshot_take(service->current);
	pthread_mutex_unlock(&service->lock);
	return snapshot;
}
