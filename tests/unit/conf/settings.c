/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/settings.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

static char folder[] = "/tmp/postseal-settings-XXXXXX";
static char path[64];

static void
write_file(const char *content)
{
	struct err err = {0};

	if (fd_write_file(path, bytes_of_str(content), 0640, &err) != 0)
		tap_ok(false, "write the test's file: %s", err.text);
}

static void
check_file(const char *want, const char *name)
{
	struct err err = {0};
	struct buf content;

	buf_init(&content, 65536);
	(void)fd_read_file(path, &content, &err);
	tap_bytes(buf_bytes(&content), bytes_of_str(want), "%s", name);
	buf_done(&content);
}

static void
test_defaults(void)
{
	struct settings *settings = NULL;
	struct faults faults;
	char hostname[256] = "";

	faults_init(&faults);
	tap_ok(settings_load(NULL, NULL, &settings, &faults) == 0, "the defaults are good");
	faults_print(&faults, stdout);
	if (settings == NULL)
		return;
	(void)gethostname(hostname, sizeof(hostname) - 1);
	tap_bytes(bytes_of_str(settings->hostname), bytes_of_str(hostname), "hostname is the system's");
	tap_ok(settings->our_domains.n == 1 && settings_is_our_domain(settings, bytes_of_str(hostname)),
		"our_domains is the host itself");
	tap_ok(settings->parser_timeout == 20 && settings->store_inline_limit == 65536, "units");
	tap_ok(settings->escrow_lifetime == 30 * 86400, "days");
	settings_free(settings);
	faults_done(&faults);
}

/* What each option says of a value: NULL when it is taken. */
static void
test_values(void)
{
	static const struct {
		const char *assignment, *fault;
	} table[] = {
		{"parser_timeout = 2m", NULL},
		{"parser_timeout = 61m",
			"parser_timeout: expected a time from 1s to 1h (s, m, h, d, w), found '61m'"},
		{"parser_timeout = -1",
			"parser_timeout: expected a time from 1s to 1h (s, m, h, d, w), found '-1'"},
		{"parser_timeout =",
			"parser_timeout: expected a time from 1s to 1h (s, m, h, d, w), found ''"},
		{"parser_timeout = s",
			"parser_timeout: expected a time from 1s to 1h (s, m, h, d, w), found 's'"},
		{"parser_workers = 4", NULL},
		{"parser_workers = 4K", "parser_workers: expected a number from 0 to 512, found '4K'"},
		{"parser_memory = 99999999999999G", "parser_memory: expected a size from 64M to 1024G (K, M, "
						    "G), found '99999999999999G'"},
		{"parser_memory = 256m", NULL},
		{"mode = Monitor", NULL},
		{"mode = off", "mode: expected enforce | monitor, found 'off'"},
		{"mode = |", "mode: expected enforce | monitor, found '|'"},
		{"policy_file = policy.yaml", "policy_file: expected an absolute path, found 'policy.yaml'"},
		{"portal_tls_key =", "portal_tls_certificate and portal_tls_key: expected both or neither"},
		{"our_domains = a.example, .b.example", NULL},
		{"our_domains = a..b", "our_domains: expected domains, but 'a..b' is none, found 'a..b'"},
		{"our_domains = .", "our_domains: expected domains, but '.' is none, found '.'"},
		{"our_domains =", NULL},
		{"milter_socket = inet:8890@127.0.0.1", NULL},
		{"milter_socket = inet:8890", "milter_socket: expected unix:/path, inet:port@host or "
					      "inet6:port@host, found 'inet:8890'"},
		{"milter_socket = local:/run/x", NULL},
		{"milter_socket_mode = 0660", NULL},
		{"milter_socket_mode = 0888",
			"milter_socket_mode: expected a file mode in octal, like 0660, found '0888'"},
		{"reinject_address = [::1]:10025", NULL},
		{"reinject_address = 10025", "reinject_address: expected host:port, found '10025'"},
		{"reinject_address = a:0", "reinject_address: expected host:port, found 'a:0'"},
		{"portal_url = https://mail.example:8443", NULL},
		{"portal_url = https://mail.example/", "portal_url: expected https://host or "
						       "https://host:port, with nothing behind it, found "
						       "'https://mail.example/'"},
		{"portal_url = http://mail.example", "portal_url: expected https://host or "
						     "https://host:port, with nothing behind it, found "
						     "'http://mail.example'"},
		{"portal_listen = unix:/run/portal", NULL},
		{"portal_listen = unix:portal",
			"portal_listen: expected host:port or unix:/path, found 'unix:portal'"},
		{"milter_user = root;id",
			"milter_user: expected the name of a user or group, or nothing, found 'root;id'"},
		{"milter_user =", NULL},
		{"notice_sender = a@b@c",
			"notice_sender: expected a mail address, local@domain, found 'a@b@c'"},
		{"hostname = $mode.example", NULL},
		{"hostname = $none.example", "hostname: there is no option $none"},
		{"hostname = $hostname", "hostname: goes in a circle through $hostname"},
		{"pasrer_timeout = 1", "unknown option 'pasrer_timeout'; did you mean 'parser_timeout'?"},
		{"zebra = 1", "unknown option 'zebra'"},
		{"mode", "expected 'name = value'"},
		{"", "expected name=value, found ''"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct str_list overrides = {&table[i].assignment, 1};
		struct settings *settings = NULL;
		struct faults faults;
		int ret;

		faults_init(&faults);
		ret = settings_load(NULL, &overrides, &settings, &faults);
		tap_ok(ret == (table[i].fault ? -1 : 0), "'%s' returns %d", table[i].assignment, ret);
		tap_bytes(bytes_of_str(faults.n > 0 ? faults.list[0].text : NULL),
			bytes_of_str(table[i].fault), "'%s'", table[i].assignment);
		settings_free(settings);
		faults_done(&faults);
	}
}

static void
test_file(void)
{
	const char *override = "mode=monitor";
	struct settings *settings = NULL;
	struct faults faults;
	struct err err = {0};

	write_file("# ours\nhostname = mx.example\nmode = enforce\nour_domains = Example.COM,\n  "
		   ".clinic.example\n"
		   "organisation = Clinic at $hostname\norganisation = The ${hostname}\n");
	faults_init(&faults);
	tap_ok(settings_load(path, &(struct str_list){&override, 1}, &settings, &faults) == 0, "loaded");
	tap_bytes(bytes_of_str(settings->mode), BYTES_LIT("monitor"), "an override comes after the file");
	tap_bytes(
		bytes_of_str(settings->organisation), BYTES_LIT("The mx.example"), "the last of two counts");
	tap_bytes(bytes_of_str(settings->notice_sender), BYTES_LIT("postseal@mx.example"),
		"defaults expand too");
	tap_ok(settings_is_our_domain(settings, BYTES_LIT("a@EXAMPLE.com")), "ours in any case");
	tap_ok(settings_is_our_domain(settings, BYTES_LIT("a@example.com.")), "ours with a final dot");
	tap_ok(settings_is_our_domain(settings, BYTES_LIT("a@x.clinic.example")), "a subdomain");
	tap_ok(!settings_is_our_domain(settings, BYTES_LIT("a@clinic.example")), "not the domain itself");
	tap_ok(!settings_is_our_domain(settings, BYTES_LIT("a@sub.example.com")),
		"no subdomain without a dot");
	tap_ok(!settings_is_our_domain(settings, BYTES_LIT("example.com@evil.example")), "the last @ counts");
	tap_ok(!settings_is_our_domain(settings, BYTES_LIT("")), "no domain");
	settings_free(settings);

	write_file("mode = enforce\nmode = of\n\nparser_workers =\n   x\n");
	tap_ok(settings_load(path, NULL, &settings, &faults) == -1 && faults.n == 2, "every fault is listed");
	tap_ok(faults.list[0].line == 2 && faults.list[0].column == 8, "line and column of the first");
	tap_ok(faults.list[1].line == 4, "line of the second");
	tap_ok(faults_err(&faults, &err) == -1 && err.class == ERR_CONFIG, "as one error");
	tap_ok(strstr(err.text, ":2:8: mode: expected enforce | monitor, found 'of' (and 1 more)") != NULL,
		"its text: %s", err.text);
	faults_done(&faults);

	faults_init(&faults);
	tap_ok(settings_load("/nonexistent/x.cf", NULL, &settings, &faults) == -1 && faults.n > 0, "no file");
	faults_done(&faults);
}

static void
check_dump(enum settings_dump which, const char *start, const char *holds, const char *name)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct faults faults;

	faults_init(&faults);
	tap_ok(settings_dump(out, path, which, &faults) == 0, "%s: dumped", name);
	fclose(out);
	tap_bytes(bytes_sub(bytes_of(text, size), 0, strlen(start)), bytes_of_str(start), "%s: start", name);
	tap_ok(strstr(text, holds) != NULL, "%s: holds %s", name, holds);
	faults_done(&faults);
	free(text);
}

static void
test_dump(void)
{
	struct settings *settings = NULL;
	char *text = NULL;
	size_t size = 0;
	struct faults faults;
	FILE *out;

	write_file("hostname = mx.example\nparser_timeout = 90\n");
	check_dump(DUMP_SET, "hostname = mx.example\nparser_timeout = 90\n", "90\n", "set");
	check_dump(DUMP_DEFAULTS, "hostname = \nour_domains = $hostname\n", "\nparser_timeout = 20s\n",
		"defaults");
	check_dump(DUMP_ALL, "hostname = mx.example\nour_domains = $hostname\n", "\nparser_timeout = 90\n",
		"all");

	faults_init(&faults);
	out = open_memstream(&text, &size);
	tap_ok(settings_load(path, NULL, &settings, &faults) == 0, "loaded");
	tap_ok(settings_dump_one(out, settings, "our_domains") == 0, "one list");
	tap_ok(settings_dump_one(out, settings, "parser_timeout") == 0, "one time");
	tap_ok(settings_dump_one(out, settings, "escrow_lifetime") == 0, "one time with a unit");
	tap_ok(settings_dump_one(out, settings, "none") == -1, "none");
	fclose(out);
	tap_bytes(bytes_of(text, size), BYTES_LIT("mx.example\n90s\n30d\n"), "values");
	free(text);
	settings_free(settings);
	faults_done(&faults);
}

static void
test_edit(void)
{
	static const struct {
		const char *name, *before, *option, *value;
		int ret;
		const char *after;
	} table[] = {
		{"replace", "# a\nmode = enforce\n# b\n", "mode", "monitor", 0, "# a\nmode = monitor\n# b\n"},
		{"append", "# a\n", "mode", "monitor", 0, "# a\nmode = monitor\n"},
		{"append to a line without end", "log_to = stderr", "mode", "monitor", 0,
			"log_to = stderr\nmode = monitor\n"},
		{"replace a continued one", "our_domains = a,\n  b\nmode = enforce\n", "our_domains", "c", 0,
			"our_domains = c\nmode = enforce\n"},
		{"the last of two", "mode = enforce\nmode = monitor\n", "mode", "enforce", 0,
			"mode = enforce\nmode = enforce\n"},
		{"mend a broken value", "mode = of\n", "mode", "enforce", 0, "mode = enforce\n"},
		{"a bad value", "mode = enforce\n", "mode", "of", -1, "mode = enforce\n"},
		{"an unknown name", "mode = enforce\n", "mood", "x", -1, "mode = enforce\n"},
		{"a second line smuggled in", "mode = enforce\n", "organisation", "x\nmode = monitor", -1,
			"mode = enforce\n"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct faults faults;
		struct stat st = {0};
		int ret;

		faults_init(&faults);
		write_file(table[i].before);
		ret = settings_edit(path, table[i].option, table[i].value, &faults);
		tap_ok(ret == table[i].ret && (ret == 0) == (faults.n == 0), "edit: %s returns %d",
			table[i].name, ret);
		check_file(table[i].after, table[i].name);
		tap_ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640, "edit: %s keeps the mode",
			table[i].name);
		faults_done(&faults);
	}
}

static void
test_table(void)
{
	size_t n = 0;

	for (; settings_row(n) != NULL; n++) {
		const struct settings_row *row = settings_row(n);
		size_t help = strlen(row->help);

		if (help < 10 || row->help[help - 1] != '.')
			tap_ok(false, "%s has a help that is a sentence", row->name);
	}
	tap_ok(n > 50, "%zu options, each with its help", n);
}

int
main(void)
{
	if (mkdtemp(folder) == NULL)
		return 99;
	snprintf(path, sizeof(path), "%s/postseal.cf", folder);
	test_defaults();
	test_values();
	test_file();
	test_dump();
	test_edit();
	test_table();
	(void)unlink(path);
	(void)rmdir(folder);
	return tap_done();
}
