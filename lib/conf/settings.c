/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/settings.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/ascii.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/conf/cf.h"
#include "lib/conf/option.h"
#include "lib/conf/source.h"

/* An option that nobody set has its fallback, which stands nowhere in a file. */
static const struct cf_entry *
fallback_entry(struct arena *arena, const struct option_row *option)
{
	struct cf_entry *entry = arena_alloc(arena, sizeof(*entry));

	entry->name = option->row.name;
	entry->value = option->row.fallback;
	entry->file = "default";
	return entry;
}

static const char *
system_hostname(struct arena *arena)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0')
		return "localhost";
	return arena_str(arena, bytes_of_str(name));
}

struct snapshot {
	struct settings *settings;
	const struct source *source;
	struct faults *faults;
};

static const char *
lookup(const void *context, struct bytes name)
{
	const struct snapshot *snapshot = context;
	const struct option_row *option = option_find(name);
	const struct cf_entry *entry;
	const char *value;

	if (option == NULL)
		return NULL;
	entry = snapshot->source->entries[option - option_rows];
	value = entry != NULL ? entry->value : option->row.fallback;
	if (option->offset == offsetof(struct settings, hostname) && value[0] == '\0')
		return system_hostname(&snapshot->settings->arena);
	return value;
}

static int
read_option(const struct snapshot *snapshot, const struct option_row *option)
{
	const struct cf_entry *entry = snapshot->source->entries[option - option_rows];
	struct buf value, expected;
	struct cf_expansion expansion = {.lookup = lookup, .context = snapshot, .faults = snapshot->faults};
	int ret;

	if (entry == NULL)
		entry = fallback_entry(&snapshot->settings->arena, option);
	expansion.entry = entry;
	buf_init(&value, CF_MAX_VALUE);
	buf_init(&expected, 400);
	ret = cf_expand(&expansion, entry->value, &value);
	if (ret == 0 && option_read(option, buf_bytes(&value), snapshot->settings, &expected) != 0) {
		faults_add(snapshot->faults, entry->file, entry->line,
			entry->line > 0 ? entry->value_column : 0, "%s: expected %s, found '%.100s'",
			entry->name, buf_cstr(&expected), buf_cstr(&value));
		ret = -1;
	}
	buf_done(&expected);
	buf_done(&value);
	return ret;
}

/* What no single row can say. */
static int
check_together(const struct settings *settings, struct faults *faults)
{
	size_t before = faults->n;

	if ((settings->portal_tls_certificate[0] == '\0') != (settings->portal_tls_key[0] == '\0'))
		faults_add(faults, NULL, 0, 0,
			"portal_tls_certificate and portal_tls_key: expected both or neither");
	if (settings->portal_tls_certificate[0] == '\0' && strncmp(settings->portal_listen, "unix:", 5) != 0)
		faults_add(faults, NULL, 0, 0,
			"portal_listen: expected unix:/path, since there is no portal_tls_certificate");
	if (settings->spool_budget < settings->message_size_limit)
		faults_add(faults, NULL, 0, 0, "spool_budget: expected at least message_size_limit (%lld)",
			(long long)settings->message_size_limit);
	if (settings->session_idle > settings->session_lifetime)
		faults_add(faults, NULL, 0, 0, "session_idle: expected at most session_lifetime (%llds)",
			(long long)settings->session_lifetime);
	return faults->n == before ? 0 : -1;
}

int
settings_load(const char *path, const struct str_list *overrides, struct settings **ret_settings,
	struct faults *faults)
{
	struct settings *settings = mem_new(1, sizeof(*settings));
	struct source source;
	struct snapshot snapshot = {.settings = settings, .source = &source, .faults = faults};
	int ret;

	arena_init(&settings->arena);
	source_init(&source);
	ret = source_read(&source, path, faults);
	if (overrides != NULL && source_override(&source, overrides, faults) != 0)
		ret = -1;
	for (size_t i = 0; i < option_rows_n; i++)
		if (read_option(&snapshot, &option_rows[i]) != 0)
			ret = -1;
	if (ret == 0 && settings->hostname[0] == '\0')
		settings->hostname = system_hostname(&settings->arena);
	if (ret == 0)
		ret = check_together(settings, faults);
	source_done(&source);
	if (ret == 0)
		*ret_settings = settings;
	else
		settings_free(settings);
	return ret;
}

void
settings_free(struct settings *settings)
{
	if (settings == NULL)
		return;
	arena_done(&settings->arena);
	free(settings);
}

bool
settings_is_our_domain(const struct settings *settings, struct bytes address)
{
	struct bytes domain = address;

	for (size_t i = address.n; i > 0; i--)
		if (address.p[i - 1] == '@') {
			domain = bytes_sub(address, i, address.n);
			break;
		}
	if (domain.n > 0 && domain.p[domain.n - 1] == '.')
		domain.n--;
	for (size_t i = 0; i < settings->our_domains.n; i++) {
		struct bytes ours = bytes_of_str(settings->our_domains.items[i]);

		if (bytes_eq_nocase(domain, ours))
			return true;
		if (ours.p[0] == '.' && domain.n > ours.n && bytes_ends_nocase(domain, ours))
			return true;
	}
	return false;
}
