/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/snapshot.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/seal/handled.h"

static int
load_policy(const struct settings *settings, struct snapshot *snapshot, struct err *err)
{
	struct faults faults;
	int ret;

	faults_init(&faults);
	ret = policy_load(settings->policy_file, &snapshot->policy, &faults);
	if (ret < 0)
		faults_err(&faults, err);
	faults_done(&faults);
	return ret;
}

static int
find_hostname(const struct settings *settings, struct snapshot *snapshot, struct err *err)
{
	size_t n = strlen(settings->hostname);

	if (n >= sizeof(snapshot->hostname))
		return err_set(err, ERR_CONFIG, "the host name is too long");
	memcpy(snapshot->hostname, settings->hostname, n + 1);
	if (n == 0 && gethostname(snapshot->hostname, sizeof(snapshot->hostname) - 1) < 0)
		return err_sys(err, ERR_CONFIG, "gethostname");
	return 0;
}

int
snapshot_load(const struct settings *settings, struct snapshot **ret_snapshot, struct err *err)
{
	struct snapshot *snapshot = mem_new(1, sizeof(*snapshot));

	snapshot->settings = settings;
	snapshot->users = 1;
	if (find_hostname(settings, snapshot, err) < 0 || load_policy(settings, snapshot, err) < 0 ||
		seal_certificate_load(settings->portal_certificate, &snapshot->portal, err) < 0 ||
		seal_certificate_load(settings->recovery_certificate, &snapshot->recovery, err) < 0 ||
		handled_key_read(settings->index_key, &snapshot->index_key, err) < 0 ||
		handled_key_read(settings->reinject_key, &snapshot->reinject_key, err) < 0) {
		snapshot_drop(snapshot);
		return -1;
	}
	*ret_snapshot = snapshot;
	return 0;
}

struct snapshot *
snapshot_take(struct snapshot *snapshot)
{
	__atomic_add_fetch(&snapshot->users, 1, __ATOMIC_RELAXED);
	return snapshot;
}

void
snapshot_drop(struct snapshot *snapshot)
{
	if (!snapshot || __atomic_sub_fetch(&snapshot->users, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	policy_free(snapshot->policy);
	seal_certificate_free(snapshot->portal);
	seal_certificate_free(snapshot->recovery);
	secret_done(&snapshot->index_key);
	secret_done(&snapshot->reinject_key);
	free(snapshot);
}
