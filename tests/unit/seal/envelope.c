/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/envelope.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/seal/digest.h"
#include "tests/support/tap.h"

static const char message[] = "From: a@example.org\r\nSubject: results\r\n\r\nHbA1c 6.1\r\n\0\xff the end";
#define MESSAGE BYTES_LIT("From: a@example.org\r\nSubject: results\r\n\r\nHbA1c 6.1\r\n\0\xff the end")

/* Keys take a while to make: one set for all tests. */
static struct {
	char folder[64];
	char portal_key[96], portal_pem[96], recovery_key[96], recovery_pem[96], other_key[96], other_pem[96];
	struct seal_key *portal, *recovery, *other;
	struct link links[3]; /* the message is sealed for the first two */
	struct buf sealed, inner;
} site;

static void
set_path(char path[96], const char *name)
{
	snprintf(path, 96, "%s/%s", site.folder, name);
}

static void
make_key(const char *name, char key_path[96], char pem_path[96], struct seal_key **ret_key)
{
	char file[32];
	struct err err;

	snprintf(file, sizeof(file), "%s.key", name);
	set_path(key_path, file);
	snprintf(file, sizeof(file), "%s.pem", name);
	set_path(pem_path, file);
	if (!tap_ok(seal_key_make(name, 30, key_path, pem_path, &err) == 0 &&
			    seal_key_load(key_path, pem_path, ret_key, &err) == 0,
		    "make and load the %s key", name)) {
		printf("# %s\n", err.text);
		exit(tap_done());
	}
}

static void
set_up(void)
{
	struct err err = {0};

	snprintf(site.folder, sizeof(site.folder), "/tmp/postseal-envelope.XXXXXX");
	if (mkdtemp(site.folder) == NULL)
		exit(99);
	make_key("portal", site.portal_key, site.portal_pem, &site.portal);
	make_key("recovery", site.recovery_key, site.recovery_pem, &site.recovery);
	make_key("other", site.other_key, site.other_pem, &site.other);
	for (size_t i = 0; i < 3; i++)
		link_new(&site.links[i]);
	buf_init(&site.sealed, 1 << 20);
	buf_init(&site.inner, 1 << 20);
	tap_ok(seal_message(MESSAGE, site.links, 2, seal_key_certificate(site.portal),
		       seal_key_certificate(site.recovery), &site.sealed, &err) == 0,
		"seal a message: %s", err.text);
	tap_ok(seal_open(buf_bytes(&site.sealed), site.portal, &site.inner, &err) == 0,
		"the portal opens the outer layer: %s", err.text);
}

static void
tear_down(void)
{
	const char *const paths[] = {site.portal_key, site.portal_pem, site.recovery_key, site.recovery_pem,
		site.other_key, site.other_pem};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		(void)unlink(paths[i]);
	(void)rmdir(site.folder);
	for (size_t i = 0; i < 3; i++)
		link_done(&site.links[i]);
	buf_done(&site.sealed);
	buf_done(&site.inner);
	seal_key_free(site.portal);
	seal_key_free(site.recovery);
	seal_key_free(site.other);
}

static int
open_inner(struct bytes inner, const struct link *link, struct buf *out, struct err *err)
{
	struct secret key = {0};
	int ret;

	link_key(link, &key);
	ret = seal_open_inner(inner, bytes_of(link->id, sizeof(link->id)), secret_bytes(&key), out, err);
	secret_done(&key);
	return ret;
}

static void
test_roundtrip(void)
{
	struct err err = {0};
	struct buf out;

	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < 2; i++) {
		buf_reset(&out);
		buf_put_str(&out, "before ");
		tap_ok(open_inner(buf_bytes(&site.inner), &site.links[i], &out, &err) == 0,
			"link %zu opens the inner layer: %s", i, err.text);
		tap_bytes(bytes_sub(buf_bytes(&out), 7, SIZE_MAX), MESSAGE, "link %zu gives the message", i);
	}
	buf_reset(&out);
	tap_ok(seal_open(buf_bytes(&site.inner), site.recovery, &out, &err) == 0,
		"the recovery key opens the inner layer");
	tap_bytes(buf_bytes(&out), MESSAGE, "and gives the message");
	tap_ok(bytes_find(buf_bytes(&site.sealed), BYTES_LIT("example")) == site.sealed.n &&
			bytes_find(buf_bytes(&site.inner), BYTES_LIT("example")) == site.inner.n,
		"no plain text in either layer");
	buf_done(&out);
}

/* Refused as ERR_PERM with nothing given out. */
static bool
is_refused(int ret, const struct buf *out, const struct err *err)
{
	return ret == -1 && out->n == 0 && err->class == ERR_PERM;
}

static void
test_wrong_keys(void)
{
	struct bytes sealed = buf_bytes(&site.sealed), inner = buf_bytes(&site.inner);
	struct link mixed = {.secret = site.links[0].secret};
	struct err err = {0};
	struct buf out;

	buf_init(&out, 1 << 20);
	tap_ok(is_refused(seal_open(sealed, site.other, &out, &err), &out, &err), "a foreign key, outer");
	tap_ok(is_refused(seal_open(inner, site.portal, &out, &err), &out, &err),
		"the portal's key, inner: without a link it opens nothing");
	tap_ok(is_refused(open_inner(inner, &site.links[2], &out, &err), &out, &err),
		"a link of another message");
	tap_ok(is_refused(open_inner(sealed, &site.links[0], &out, &err), &out, &err), "a link alone, outer");
	memcpy(mixed.id, site.links[1].id, LINK_ID_SIZE);
	tap_ok(is_refused(open_inner(inner, &mixed, &out, &err), &out, &err),
		"one link's id with the other's secret");
	tap_ok(is_refused(seal_open_inner(
				  inner, bytes_of(site.links[0].id, 15), bytes_of(message, 32), &out, &err),
		       &out, &err),
		"an id of 15 bytes");
	tap_ok(is_refused(seal_open_inner(
				  inner, bytes_of(site.links[0].id, 16), bytes_of(message, 16), &out, &err),
		       &out, &err),
		"a key of 16 bytes");
	buf_done(&out);
}

/*
 * Every bit of the inner layer and a sample of the outer one. The wraps of the other recipients are not this
 * reader's: a change there may open, but then gives the exact message, never another.
 */
struct flips {
	size_t refused, exact, wrong;
};

static void
count(struct flips *flips, int ret, const struct buf *out, const struct err *err, struct bytes want)
{
	if (is_refused(ret, out, err))
		flips->refused++;
	else if (ret == 0 && bytes_eq(buf_bytes(out), want))
		flips->exact++;
	else
		flips->wrong++;
}

/* Where the content and all behind it start: at the algorithm, its IV, the content, the tag. */
static size_t
content_start(struct bytes der)
{
	return bytes_find(der, BYTES_LIT("\x60\x86\x48\x01\x65\x03\x04\x01\x2e"));
}

static void
test_flipped_inner(void)
{
	struct flips head = {0}, tail = {0};
	size_t start = content_start(buf_bytes(&site.inner));
	struct err err = {0};
	struct buf copy, out;

	buf_init(&copy, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_put_bytes(&copy, buf_bytes(&site.inner));
	for (size_t i = 0; i < copy.n * 8; i++) {
		int ret;

		buf_reset(&out);
		copy.p[i / 8] ^= (uint8_t)(1 << i % 8);
		ret = open_inner(buf_bytes(&copy), &site.links[0], &out, &err);
		count(i / 8 < start ? &head : &tail, ret, &out, &err, MESSAGE);
		copy.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	printf("# inner: %zu bits refused, %zu in other recipients' wraps\n", head.refused + tail.refused,
		head.exact);
	tap_ok(tail.refused == (copy.n - start) * 8, "every flipped bit of parameters, content and tag");
	tap_ok(head.wrong == 0 && head.refused > 0, "no flipped bit of the head gives another message");
	buf_done(&copy);
	buf_done(&out);
}

static void
test_flipped_outer(void)
{
	struct flips head = {0}, tail = {0};
	size_t start = content_start(buf_bytes(&site.sealed));
	struct err err = {0};
	struct buf copy, out;

	buf_init(&copy, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_put_bytes(&copy, buf_bytes(&site.sealed));
	for (size_t i = 0; i < copy.n; i += 3) {
		int ret;

		buf_reset(&out);
		copy.p[i] ^= (uint8_t)(1 << i % 8);
		ret = seal_open(buf_bytes(&copy), site.portal, &out, &err);
		count(i < start ? &head : &tail, ret, &out, &err, buf_bytes(&site.inner));
		copy.p[i] ^= (uint8_t)(1 << i % 8);
	}
	tap_ok(tail.exact == 0 && tail.wrong == 0 && tail.refused > 100,
		"flipped bytes of the outer content are refused");
	tap_ok(head.wrong == 0 && head.refused > 0, "no flipped byte of the outer head gives anything else");
	buf_done(&copy);
	buf_done(&out);
}

/* Cutting at every length, and appending, is refused. */
static void
test_cut(void)
{
	size_t refused = 0;
	struct err err = {0};
	struct buf copy, out;

	buf_init(&copy, 1 << 20);
	buf_init(&out, 1 << 20);
	for (size_t n = 0; n < site.inner.n; n++) {
		int ret = open_inner(bytes_of(site.inner.p, n), &site.links[0], &out, &err);

		refused += is_refused(ret, &out, &err);
	}
	tap_ok(refused == site.inner.n, "cut short at each of %zu lengths", site.inner.n);
	buf_put_bytes(&copy, buf_bytes(&site.inner));
	buf_put_byte(&copy, 0);
	tap_ok(is_refused(open_inner(buf_bytes(&copy), &site.links[0], &out, &err), &out, &err),
		"a byte behind it");
	buf_reset(&copy);
	buf_put_bytes(&copy, buf_bytes(&site.inner));
	buf_put_bytes(&copy, buf_bytes(&site.inner));
	tap_ok(is_refused(open_inner(buf_bytes(&copy), &site.links[0], &out, &err), &out, &err), "twice");
	buf_done(&copy);
	buf_done(&out);
}

/* Adds `change` to the DER length (one byte, or 82 and two) whose tag is at der[at]. */
static void
change_length(uint8_t *der, size_t at, int change)
{
	uint8_t *length = der + at + 1;

	if (*length == 0x82) {
		int n = (length[1] << 8 | length[2]) + change;

		length[1] = (uint8_t)(n >> 8);
		length[2] = (uint8_t)n;
	} else {
		*length = (uint8_t)(*length + change);
	}
}

/*
 * Cuts bytes out of the inner layer's object (negative change), or puts zeros in, and corrects the lengths
 * around that place: well-formed DER with a tag or an IV of another size.
 */
static void
resize(struct buf *out, size_t at, int change, const size_t *lengths, size_t n)
{
	struct bytes inner = buf_bytes(&site.inner);

	buf_reset(out);
	buf_put(out, inner.p, at);
	for (int i = 0; i < change; i++)
		buf_put_byte(out, 0);
	buf_put_bytes(out, bytes_sub(inner, change < 0 ? at + (size_t)-change : at, SIZE_MAX));
	for (size_t i = 0; i < n; i++)
		change_length(out->p, lengths[i], change);
}

/* SEQUENCE, its OID, [0], SEQUENCE: where the three outermost lengths are. */
enum { AT_CMS = 0, AT_EXPLICIT = 4 + 13, AT_BODY = 4 + 13 + 4 };

static void
test_tags(void)
{
	size_t tag = site.inner.n - 18, refused = 0;
	const size_t lengths[] = {AT_CMS, AT_EXPLICIT, AT_BODY, tag};
	struct err err = {0};
	struct buf copy, out;

	buf_init(&copy, 1 << 20);
	buf_init(&out, 1 << 20);
	resize(&copy, tag + 2, 0, lengths, 4);
	tap_ok(open_inner(buf_bytes(&copy), &site.links[0], &out, &err) == 0, "the unchanged copy opens");
	buf_reset(&out);
	for (int n = 0; n < 16; n++) {
		resize(&copy, tag + 2 + (size_t)n, n - 16, lengths, 4);
		refused += is_refused(open_inner(buf_bytes(&copy), &site.links[0], &out, &err), &out, &err) &&
			   strstr(err.text, "tag is not 16") != NULL;
	}
	tap_ok(refused == 16, "truncated tags of 0 to 15 bytes: %zu refused", refused);
	resize(&copy, tag + 18, 1, lengths, 4);
	tap_ok(is_refused(open_inner(buf_bytes(&copy), &site.links[0], &out, &err), &out, &err),
		"a tag of 17 bytes");
	buf_done(&copy);
	buf_done(&out);
}

static void
test_ivs(void)
{
	/* Before the algorithm's OID: its own header, the AlgorithmIdentifier's, the OID of data, the
	 * content's header. Behind it: the parameters' header and the IV's. */
	size_t oid = content_start(buf_bytes(&site.inner)), iv = oid + 9 + 2;
	const size_t content = oid - 2 - 2 - 11 - 2;
	const size_t lengths[] = {AT_CMS, AT_EXPLICIT, AT_BODY, content, oid - 4, oid + 9, iv};
	static const int sizes[] = {0, 1, 8, 11, 13, 16, 20};
	struct err err = {0};
	struct buf copy, out;

	buf_init(&copy, 1 << 20);
	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		resize(&copy, iv + 2 + (sizes[i] < 12 ? (size_t)sizes[i] : 12), sizes[i] - 12, lengths, 7);
		tap_ok(is_refused(open_inner(buf_bytes(&copy), &site.links[0], &out, &err), &out, &err) &&
				strstr(err.text, "IV is not 12") != NULL,
			"an IV of %d bytes: %s", sizes[i], err.text);
	}
	buf_done(&copy);
	buf_done(&out);
}

static void
test_sizes(void)
{
	static const size_t sizes[] = {0, 1, 15, 16, 17, 4095, 4096, 4097, 65536, 3000000};
	struct err err = {0};
	struct buf plain, sealed, inner, out;

	buf_init(&plain, 4000000);
	buf_init(&sealed, 4000000);
	buf_init(&inner, 4000000);
	buf_init(&out, 4000000);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		buf_reset(&plain);
		buf_reset(&sealed);
		buf_reset(&inner);
		buf_reset(&out);
		for (size_t j = 0; j < sizes[i]; j++)
			buf_put_byte(&plain, (uint8_t)(j * 7 + j / 251));
		tap_ok(seal_message(buf_bytes(&plain), site.links, 1, seal_key_certificate(site.portal),
			       seal_key_certificate(site.recovery), &sealed, &err) == 0 &&
				seal_open(buf_bytes(&sealed), site.portal, &inner, &err) == 0 &&
				open_inner(buf_bytes(&inner), &site.links[0], &out, &err) == 0 &&
				bytes_eq(buf_bytes(&out), buf_bytes(&plain)),
			"%zu bytes come back", sizes[i]);
	}
	tap_ok(seal_message(buf_bytes(&plain), site.links, 1, seal_key_certificate(site.portal),
		       seal_key_certificate(site.portal), &sealed, &err) == -1 &&
			err.class == ERR_CONFIG,
		"one key for portal and recovery: %s", err.text);
	buf_done(&sealed);
	buf_init(&sealed, 10);
	tap_ok(seal_message(buf_bytes(&plain), site.links, 1, seal_key_certificate(site.portal),
		       seal_key_certificate(site.recovery), &sealed, &err) == -1 &&
			err.class == ERR_PERM,
		"no room for it: %s", err.text);
	buf_done(&out);
	buf_init(&out, 10);
	tap_ok(is_refused(open_inner(buf_bytes(&inner), &site.links[0], &out, &err), &out, &err),
		"no room to open it: %s", err.text);
	buf_done(&plain);
	buf_done(&sealed);
	buf_done(&inner);
	buf_done(&out);
}

static void
test_text(void)
{
	struct err err = {0};
	struct buf sealed, out;

	buf_init(&sealed, 65536);
	buf_init(&out, 65536);
	tap_ok(seal_text(BYTES_LIT("pat@example.net"), seal_key_certificate(site.portal),
		       seal_key_certificate(site.recovery), &sealed, &err) == 0,
		"seal a text");
	tap_ok(seal_open(buf_bytes(&sealed), site.portal, &out, &err) == 0, "the portal opens it");
	tap_bytes(buf_bytes(&out), BYTES_LIT("pat@example.net"), "and has the text");
	buf_reset(&out);
	tap_ok(seal_open(buf_bytes(&sealed), site.recovery, &out, &err) == 0, "so does the recovery key");
	buf_done(&sealed);
	buf_done(&out);
}

/* Runs the real program. Returns its exit status. */
static int
run_openssl(const char *in, const char *out, const char *key, const char *pem)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		execlp("openssl", "openssl", "cms", "-decrypt", "-inform", "DER", "-binary", "-in", in,
			"-out", out, "-inkey", key, "-recip", pem, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The promise of DESIGN.md: the recovery key opens everything without Postseal. */
static void
test_stock_openssl(void)
{
	char sealed[96], inner[96], plain[96];
	struct err err = {0};
	struct buf out;
	int status;

	set_path(sealed, "sealed.der");
	set_path(inner, "inner.der");
	set_path(plain, "plain");
	buf_init(&out, 1 << 20);
	tap_ok(fd_write_file(sealed, buf_bytes(&site.sealed), 0600, &err) == 0, "write the object");
	status = run_openssl(sealed, inner, site.recovery_key, site.recovery_pem);
	if (status == 127) {
		tap_skip("no openssl program here");
		goto out;
	}
	tap_ok(status == 0 && run_openssl(inner, plain, site.recovery_key, site.recovery_pem) == 0,
		"openssl cms -decrypt, twice");
	tap_ok(fd_read_file(plain, &out, &err) == 0, "it wrote a file");
	tap_bytes(buf_bytes(&out), MESSAGE, "which is the message");
	tap_ok(run_openssl(inner, plain, site.portal_key, site.portal_pem) != 0,
		"with the portal's key, the second one fails");
out:
	(void)unlink(sealed);
	(void)unlink(inner);
	(void)unlink(plain);
	buf_done(&out);
}

static bool
same_file(const char *path, struct bytes want)
{
	struct err err;
	struct buf got;
	bool same;

	buf_init(&got, 65536);
	same = fd_read_file(path, &got, &err) == 0 && bytes_eq(buf_bytes(&got), want);
	buf_done(&got);
	return same;
}

static void
test_key_files(void)
{
	const struct seal_certificate *certificate = seal_key_certificate(site.portal);
	struct seal_key *key = NULL;
	struct err err = {0};
	struct stat st;
	struct buf before;
	char fresh[96];

	set_path(fresh, "fresh");
	buf_init(&before, 65536);
	tap_ok(stat(site.portal_key, &st) == 0 && (st.st_mode & 07777) == 0600, "a key file has mode 0600");
	fd_read_file(site.portal_key, &before, &err);
	tap_ok(seal_key_make("x", 1, site.portal_key, fresh, &err) == -1 && err.class == ERR_CONFIG &&
			access(fresh, F_OK) != 0 && same_file(site.portal_key, buf_bytes(&before)),
		"a key is not replaced: %s", err.text);
	tap_ok(seal_key_make("x", 1, fresh, site.portal_pem, &err) == -1 && access(fresh, F_OK) != 0,
		"nor a certificate: %s", err.text);
	tap_ok(strcmp(seal_certificate_subject(certificate), "CN=portal") == 0, "subject: %s",
		seal_certificate_subject(certificate));
	tap_ok(strlen(seal_certificate_fingerprint(certificate)) == 64, "fingerprint");
	tap_ok(llabs((long long)(seal_certificate_not_after(certificate) - clock_wall() - 30 * 86400)) < 600,
		"it ends in 30 days");
	tap_ok(seal_key_load(site.portal_key, site.other_pem, &key, &err) == -1 && err.class == ERR_CONFIG,
		"a key and a foreign certificate: %s", err.text);
	tap_ok(seal_key_load(site.portal_pem, site.portal_pem, &key, &err) == -1, "no key in it: %s",
		err.text);
	chmod(site.portal_key, 0644);
	tap_ok(seal_key_load(site.portal_key, site.portal_pem, &key, &err) == -1 && err.class == ERR_CONFIG,
		"a key that all can read: %s", err.text);
	chmod(site.portal_key, 0600);
	buf_done(&before);
}

static void
test_hash_key(void)
{
	struct err err = {0};
	struct buf first;
	struct stat st;
	char path[96];

	set_path(path, "hash.key");
	buf_init(&first, 100);
	tap_ok(seal_hash_key_make(path, &err) == 0 && stat(path, &st) == 0 && (st.st_mode & 07777) == 0600,
		"make a key for hashes: %s", err.text);
	tap_ok(fd_read_file(path, &first, &err) == 0 && first.n == 65 && first.p[64] == '\n', "64 digits");
	tap_ok(seal_hash_key_make(path, &err) == -1 && same_file(path, buf_bytes(&first)), "not replaced: %s",
		err.text);
	(void)unlink(path);
	tap_ok(seal_hash_key_make(path, &err) == 0 && !same_file(path, buf_bytes(&first)),
		"another one differs");
	(void)unlink(path);
	buf_done(&first);
}

static void
test_bad_certificates(void)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{"empty", ""},
		{"no PEM", "hello\n"},
		{"broken PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
	};
	struct seal_certificate *certificate = NULL;
	struct err err = {0};
	char path[96];

	set_path(path, "bad.pem");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		fd_write_file(path, bytes_of_str(files[i].text), 0600, &err);
		tap_ok(seal_certificate_load(path, &certificate, &err) == -1 && err.class == ERR_CONFIG &&
				certificate == NULL,
			"certificate: %s: %s", files[i].name, err.text);
	}
	(void)unlink(path);
	tap_ok(seal_certificate_load(path, &certificate, &err) == -1 && err.class == ERR_CONFIG,
		"certificate: missing: %s", err.text);
	seal_certificate_free(NULL);
	seal_key_free(NULL);
}

static void *
seal_often(void *failed)
{
	for (int i = 0; i < 20; i++) {
		struct err err = {0};
		struct buf sealed, inner, out;

		buf_init(&sealed, 65536);
		buf_init(&inner, 65536);
		buf_init(&out, 65536);
		if (seal_message(MESSAGE, site.links, 3, seal_key_certificate(site.portal),
			    seal_key_certificate(site.recovery), &sealed, &err) != 0 ||
			seal_open(buf_bytes(&sealed), site.portal, &inner, &err) != 0 ||
			open_inner(buf_bytes(&inner), &site.links[2], &out, &err) != 0 ||
			!bytes_eq(buf_bytes(&out), MESSAGE))
			*(int *)failed = 1;
		buf_done(&sealed);
		buf_done(&inner);
		buf_done(&out);
	}
	return NULL;
}

static void
test_threads(void)
{
	pthread_t threads[4];
	int failed[4] = {0};

	for (size_t i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, seal_often, &failed[i]);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	tap_ok(failed[0] + failed[1] + failed[2] + failed[3] == 0, "four threads seal and open at once");
}

int
main(void)
{
	seal_init();
	set_up();
	test_roundtrip();
	test_wrong_keys();
	test_flipped_inner();
	test_flipped_outer();
	test_cut();
	test_tags();
	test_ivs();
	test_sizes();
	test_text();
	test_stock_openssl();
	test_key_files();
	test_hash_key();
	test_bad_certificates();
	test_threads();
	tear_down();
	return tap_done();
}
