/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal key` and `postseal escrow`, the real program, on a store that this test fills. */
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "lib/seal/envelope.h"
#include "tests/support/tap.h"
#include "tests/unit/store/site.h"

#define MESSAGE BYTES_LIT("Subject: results\r\n\r\nHbA1c 6.1\r\n\0 all of it\r\n")

static struct site site;
static char program[512], config[96], key[96];
static char object_id[2 * STORE_ID_SIZE + 1];

/* A path in the test's folder, of five at most at a time. */
static const char *
in_folder(const char *name)
{
	static char paths[5][128];
	static unsigned n;
	char *path = paths[n++ % 5];

	snprintf(path, sizeof(paths[0]), "%s/%s", site.folder, name);
	return path;
}

/* Runs `postseal -c config ARGUMENT...`, standard output into the file "out". Returns its exit status. */
static int
run(const char *const *arguments)
{
	const char *argv[16] = {program, "-c", config};
	const char *out = in_folder("out");
	int status = -1;
	pid_t pid;

	for (size_t i = 0; arguments[i] != NULL && i < 12; i++)
		argv[3 + i] = arguments[i];
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		(void)dup2(open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
		(void)dup2(open(in_folder("errors"), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
		execv(program, (char **)(uintptr_t)argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

static bool
file_holds(const char *name, struct bytes want)
{
	struct buf text;
	bool holds;

	buf_init(&text, 1 << 20);
	holds = fd_read_file(in_folder(name), &text, NULL) == 0 &&
		bytes_find(buf_bytes(&text), want) < text.n;
	buf_done(&text);
	return holds;
}

static bool
file_is(const char *name, struct bytes want)
{
	struct buf text;
	bool is;

	buf_init(&text, 1 << 20);
	is = fd_read_file(in_folder(name), &text, NULL) == 0 && bytes_eq(buf_bytes(&text), want);
	buf_done(&text);
	return is;
}

static void
write_config(void)
{
	struct buf text;
	struct err err;

	snprintf(config, sizeof(config), "%s/postseal.cf", site.folder);
	snprintf(key, sizeof(key), "%s/recovery.key", site.folder);
	buf_init(&text, 65536);
	buf_putf(&text, "our_domains = example.org\nportal_url = https://portal.example.org\n");
	buf_putf(&text, "store_directory = %s\n", site.directory);
	buf_putf(&text, "portal_certificate = %s/portal.pem\nportal_key = %s/portal.key\n", site.folder,
		site.folder);
	buf_putf(&text, "recovery_certificate = %s/recovery.pem\n", site.folder);
	buf_putf(&text, "index_key = %s/index.key\nreinject_key = %s/reinject.key\n", site.folder,
		site.folder);
	if (fd_write_file(config, buf_bytes(&text), 0644, &err) != 0)
		exit(99);
	buf_done(&text);
}

static void
test_key(void)
{
	static const char *const files[] = {"portal.key", "recovery.key", "index.key", "reinject.key"};
	struct stat st;
	struct buf before;

	tap_ok(RUN("key", "init", "--portal") == 0 && access(in_folder("recovery.pem"), F_OK) != 0,
		"one pair");
	buf_init(&before, 65536);
	fd_read_file(in_folder("portal.key"), &before, NULL);
	tap_ok(RUN("key", "init") == 0, "then all");
	tap_ok(file_is("portal.key", buf_bytes(&before)), "what was there is kept");
	buf_done(&before);
	for (size_t i = 0; i < 4; i++)
		tap_ok(stat(in_folder(files[i]), &st) == 0 && (st.st_mode & 07777) == (i < 2 ? 0600 : 0640),
			"mode of %s", files[i]);
	tap_ok(RUN("key", "list") == 0 && file_holds("out", BYTES_LIT("CN=Postseal recovery")), "list");
	tap_ok(RUN("key", "list", "--format", "json") == 0 && file_holds("out", BYTES_LIT("\"fingerprint\"")),
		"list in JSON");
	chmod(in_folder("portal.key"), 0644);
	tap_ok(RUN("key", "list") == 1 && file_holds("out", BYTES_LIT("WRONG: mode 0644")),
		"a mode too open");
	chmod(in_folder("portal.key"), 0600);
	tap_ok(rename(in_folder("index.key"), in_folder("kept")) == 0 && RUN("key", "list") == 1 &&
			file_holds("out", BYTES_LIT("WRONG: missing")),
		"a missing one");
	tap_ok(rename(in_folder("kept"), in_folder("index.key")) == 0 && RUN("key", "list") == 0,
		"all right again");
	tap_ok(RUN("key") == 2 && RUN("key", "burn") == 2 && RUN("key", "list", "--format", "xml") == 2,
		"usage");
	tap_ok(RUN("key", "init", "--directory", in_folder("other")) == 0 &&
			access(in_folder("other/reinject.key"), F_OK) == 0,
		"another directory");
}

/* One message sealed for one link, put as the milter would. */
static void
put_message(void)
{
	struct seal_certificate *portal = NULL, *recovery = NULL;
	struct store_recipient recipient = {.state = STORE_ACTIVE};
	struct store_object object = {.created = 1795417689,
		.expires = 1795417689 + 86400,
		.recipients = &recipient,
		.n_recipients = 1};
	struct buf sealed, address;
	struct link link;
	struct err err = {0};

	buf_init(&sealed, 65536);
	buf_init(&address, 65536);
	link_new(&link);
	memcpy(recipient.link_id, link.id, sizeof(link.id));
	site_id(7, 0xee, object.id);
	text_hex(bytes_of(object.id, sizeof(object.id)), object_id);
	tap_ok(seal_certificate_load(in_folder("portal.pem"), &portal, &err) == 0 &&
			seal_certificate_load(in_folder("recovery.pem"), &recovery, &err) == 0 &&
			seal_message(MESSAGE, &link, 1, portal, recovery, &sealed, &err) == 0 &&
			seal_text(BYTES_LIT("pat\x1b@example.net"), portal, recovery, &address, &err) == 0,
		"seal: %s", err.text);
	object.sealed = buf_bytes(&sealed);
	recipient.sealed_address = buf_bytes(&address);
	tap_ok(store_put(site.store, &object, &err) == 0, "put: %s", err.text);
	buf_done(&sealed);
	buf_done(&address);
	link_done(&link);
	seal_certificate_free(portal);
	seal_certificate_free(recovery);
}

static void
test_list_and_show(void)
{
	tap_ok(RUN("escrow", "list") == 0 && file_holds("out", bytes_of_str(object_id)) &&
			file_holds("out", BYTES_LIT("1 active")) &&
			file_holds("out", BYTES_LIT("2026-11-23T07:08:09Z")),
		"list");
	tap_ok(RUN("escrow", "list", "--format", "json") == 0 && file_holds("out", BYTES_LIT("\"states\"")),
		"list in JSON");
	tap_ok(RUN("escrow", "show", object_id) == 0 && !file_holds("out", BYTES_LIT("example.net")),
		"show: no address without the key");
	tap_ok(RUN("escrow", "show", object_id, "--key", key) == 0 &&
			file_holds("out", BYTES_LIT("pat?@example.net")),
		"show: with it, and no escape sequence reaches a terminal");
	tap_ok(RUN("escrow", "show", object_id, "--key", key, "--format", "json") == 0 &&
			file_holds("out", BYTES_LIT("\"address\": \"pat?@example.net\"")),
		"show in JSON");
	tap_ok(RUN("escrow", "show", "00000000000000000000000000000000") == 1, "show: unknown");
	tap_ok(RUN("escrow", "show", "xyz") == 2 && RUN("escrow", "show") == 2 && RUN("escrow", "burn") == 2,
		"usage");
}

/* Standard output on a terminal. Returns the exit status. */
static int
recover_to_terminal(void)
{
	int terminal, status = -1;
	pid_t pid = forkpty(&terminal, NULL, NULL, NULL);

	if (pid == 0) {
		execl(program, program, "-c", config, "escrow", "recover", object_id, "--key",
			in_folder("recovery.key"), (char *)NULL);
		_exit(127);
	}
	if (pid < 0)
		return -1;
	waitpid(pid, &status, 0);
	close(terminal);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_recover(void)
{
	char file[128];
	struct stat st;

	snprintf(file, sizeof(file), "%s", in_folder("message"));
	tap_ok(RUN("escrow", "recover", object_id, "--key", key) == 0 && file_is("out", MESSAGE),
		"the original, byte for byte, to standard output");
	tap_ok(RUN("escrow", "recover", object_id, "--key", key, "-o", file) == 0 &&
			file_is("message", MESSAGE) && stat(file, &st) == 0 && (st.st_mode & 07777) == 0600,
		"to a file that only its owner reads");
	tap_ok(RUN("escrow", "recover", object_id, "--key", key, "-o", file) == 78, "never over a file");
	tap_ok(RUN("escrow", "recover", object_id) == 2, "not without a key");
	tap_ok(RUN("escrow", "recover", object_id, "--key", in_folder("portal.key"), "--certificate",
		       in_folder("portal.pem")) == 70 &&
			file_is("out", (struct bytes){0}),
		"the portal's key gives nothing");
	tap_ok(RUN("escrow", "recover", object_id, "--key", in_folder("portal.key")) == 78,
		"nor without its certificate");
	tap_ok(recover_to_terminal() == 2, "not to a terminal");
	tap_ok(RUN("-o", "store_directory=/nonexistent", "escrow", "list") == 78, "no store");
}

int
main(void)
{
	const char *build = getenv("top_builddir");

	snprintf(program, sizeof(program), "%s/cli/postseal", build ? build : ".");
	if (access(program, X_OK) != 0) {
		tap_skip("cli/postseal is not built");
		return tap_done();
	}
	seal_init();
	site_init(&site);
	write_config();
	test_key();
	put_message();
	test_list_and_show();
	test_recover();
	site_done(&site);
	return tap_done();
}
