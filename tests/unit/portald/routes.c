/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/routes.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "tests/support/tap.h"

/* A vault and a renderer that know one link, one code, one token, and count what they are asked. */
struct world {
	struct link link;
	uint8_t proof[LINK_PROOF_SIZE], key[LINK_KEY_SIZE], token[TOKEN_SIZE];
	unsigned begins, opens, reads, ends;
	bool down, renderer_down;
	struct pages *pages;
	struct portal portal;
};

static bool
is_claim(const struct world *world, const struct ask_claim *claim)
{
	return memcmp(claim->id, world->link.id, LINK_ID_SIZE) == 0 &&
	       memcmp(claim->proof, world->proof, LINK_PROOF_SIZE) == 0;
}

static enum ask_answer
begin(void *context, const struct ask_claim *claim, int64_t deadline_ms)
{
	struct world *world = context;

	(void)deadline_ms;
	world->begins += is_claim(world, claim);
	return world->down ? ASK_UNAVAILABLE : ASK_YES;
}

static enum ask_answer
open_link(void *context, const struct ask_claim *claim, struct bytes code, struct bytes key,
	int64_t deadline_ms, uint8_t token[TOKEN_SIZE])
{
	struct world *world = context;

	(void)deadline_ms;
	world->opens++;
	if (world->down)
		return ASK_UNAVAILABLE;
	if (!is_claim(world, claim) || !bytes_eq(code, BYTES_LIT("123456")) ||
		!bytes_eq(key, bytes_of(world->key, LINK_KEY_SIZE)))
		return ASK_NO;
	memcpy(token, world->token, TOKEN_SIZE);
	return ASK_YES;
}

static enum ask_answer
read_message(void *context, struct bytes token, int64_t deadline_ms, int *ret_fd)
{
	struct world *world = context;
	struct err err;

	(void)deadline_ms;
	world->reads++;
	if (world->down)
		return ASK_UNAVAILABLE;
	if (!bytes_eq(token, bytes_of(world->token, TOKEN_SIZE)))
		return ASK_NO;
	if (fd_memfd("message", ret_fd, &err) < 0 ||
		fd_write_all(*ret_fd, BYTES_LIT("Subject: x\r\n\r\ny"), &err) < 0)
		return ASK_UNAVAILABLE;
	return ASK_YES;
}

static enum ask_answer
end(void *context, struct bytes token, int64_t deadline_ms)
{
	struct world *world = context;

	(void)token;
	(void)deadline_ms;
	world->ends++;
	return ASK_YES;
}

static struct view_part part = {.number = 2, .name = "a<b>.pdf", .type = "text/html", .size = 1234};

static int
view(void *context, int fd, int64_t deadline_ms, struct arena *arena, struct message_view *ret_view)
{
	struct world *world = context;

	(void)fd;
	(void)deadline_ms;
	(void)arena;
	if (world->renderer_down)
		return -1;
	*ret_view = (struct message_view){
		.subject = BYTES_LIT("<script>alert(1)</script>"),
		.from = BYTES_LIT("\"Dr <i>\" <dr@clinic.example>"),
		.html = BYTES_LIT("<p>hello</p>"),
		.parts = &part,
	};
	return 0;
}

static int
view_part(void *context, int fd, unsigned number, int64_t deadline_ms, int *ret_fd)
{
	struct err err;

	(void)context;
	(void)fd;
	(void)deadline_ms;
	return number == 2 ? fd_memfd("part", ret_fd, &err) : 1;
}

static int
world_init(struct world *world)
{
	const char *root = getenv("top_srcdir");
	struct secret proof, key;
	struct err err;
	char path[4096];

	*world = (struct world){0};
	link_new(&world->link);
	link_proof(&world->link, &proof);
	link_key(&world->link, &key);
	memcpy(world->proof, proof.p, LINK_PROOF_SIZE);
	memcpy(world->key, key.p, LINK_KEY_SIZE);
	secret_done(&proof);
	secret_done(&key);
	seal_random(world->token, TOKEN_SIZE);
	snprintf(path, sizeof(path), "%s/portald/web", root ? root : ".");
	if (pages_load(path, &world->pages, &err) < 0)
		return -1;
	world->portal = (struct portal){.pages = world->pages,
		.organisation = "Clinic & Co",
		.origin = "https://p.example",
		.code_lifetime = 900,
		.code_tries = 5,
		.code_lock_time = 900,
		.context = world,
		.begin = begin,
		.open = open_link,
		.read = read_message,
		.end = end,
		.view = view,
		.view_part = view_part};
	return 0;
}

static void
world_done(struct world *world)
{
	link_done(&world->link);
	pages_free(world->pages);
}

/* Whose request it is: what it carries. */
enum who { STRANGER, WRONG_COOKIE, READER, WHO };

static void
ask(struct world *world, enum method method, const char *path, enum who who, const struct form *form,
	struct answer *answer)
{
	static const struct form none;
	struct arena arena;
	struct buf cookie;

	arena_init(&arena);
	buf_init(&cookie, 256);
	if (who == READER)
		text_put_base64url(&cookie, bytes_of(world->token, TOKEN_SIZE));
	else if (who == WRONG_COOKIE)
		text_put_base64url(&cookie, bytes_of(world->proof, TOKEN_SIZE));
	const struct request request = {.method = method,
		.path = path,
		.cookie = buf_bytes(&cookie),
		.fetch_site = method == METHOD_POST ? BYTES_LIT("same-origin") : BYTES_LIT(""),
		.form = form ? form : &none,
		.arena = &arena};

	answer_init(answer);
	routes_answer(&world->portal, &request, answer);
	/* Texts of the answer live in the request's arena: keep what is looked at. */
	static char disposition[1024], new_cookie[512];

	snprintf(disposition, sizeof(disposition), "%s", answer->disposition ? answer->disposition : "");
	snprintf(new_cookie, sizeof(new_cookie), "%s", answer->cookie ? answer->cookie : "");
	answer->disposition = disposition;
	answer->cookie = new_cookie;
	buf_done(&cookie);
	arena_done(&arena);
}

static int
status_of(struct world *world, enum method method, const char *path, enum who who, const struct form *form)
{
	struct answer answer;

	ask(world, method, path, who, form, &answer);
	answer_done(&answer);
	return answer.status;
}

/* Every route with every method for everybody: 200 only where the table's proof allows it. */
static void
test_matrix(struct world *world)
{
	const struct route *route;

	for (size_t i = 0; (route = route_at(i)) != NULL; i++)
		for (int method = 0; method < METHODS; method++)
			for (int who = 0; who < WHO; who++) {
				bool right_method = method == (int)route->method ||
						    (method == METHOD_HEAD && route->method == METHOD_GET);
				const char *path =
					strcmp(route->path, "/m/part/#") == 0 ? "/m/part/2" : route->path;
				int want = !right_method                                    ? 405
					   : strcmp(path, "/") == 0                         ? 303
					   : strcmp(path, "/m/open") == 0                   ? 403
					   : route->proof == PROOF_SESSION && who != READER ? 403
											    : 200;
				int got = status_of(world, (enum method)method, path, (enum who)who, NULL);

				tap_ok(got == want, "%s, method %d, who %d: %d, got %d", path, method, who,
					want, got);
			}
}

static void
test_unknown(struct world *world)
{
	static const char *const paths[] = {"/x", "/m/", "/m/message/", "/M", "/m/part/", "/m/part/0",
		"/m/part/02", "/m/part/-1", "/m/part/+2", "/m/part/2x", "/m/part/10000",
		"/m/part/99999999999999999999", "/m/part/../message", "/m/../m", "//m", "/m/style.css/..",
		"/etc/passwd", "", "/m/part/2/", "/m/%62ody"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		tap_ok(status_of(world, METHOD_GET, paths[i], READER, NULL) == 404, "no such page: %s",
			paths[i]);
	tap_ok(status_of(world, METHOD_GET, "/m/part/3", READER, NULL) == 404, "no such part");
}

static void
put(struct form *form, enum form_field field, struct bytes value)
{
	form_put(form, field, 0, value);
}

static void
put_base64url(struct form *form, enum form_field field, const uint8_t *p, size_t n)
{
	struct buf text;

	buf_init(&text, 256);
	text_put_base64url(&text, bytes_of(p, n));
	put(form, field, buf_bytes(&text));
	buf_done(&text);
}

static void
script_form(const struct world *world, struct form *form)
{
	*form = (struct form){0};
	put_base64url(form, FORM_ID, world->link.id, LINK_ID_SIZE);
	put_base64url(form, FORM_PROOF, world->proof, LINK_PROOF_SIZE);
	put_base64url(form, FORM_KEY, world->key, LINK_KEY_SIZE);
	put(form, FORM_CODE, BYTES_LIT("123456"));
}

static void
plain_form(const struct world *world, const char *before, struct form *form)
{
	struct buf text;

	*form = (struct form){0};
	buf_init(&text, 256);
	buf_put_str(&text, before);
	link_format(&world->link, &text);
	put(form, FORM_LINK, buf_bytes(&text));
	put(form, FORM_CODE, BYTES_LIT("123456"));
	buf_wipe_done(&text);
}

static void
test_open(struct world *world)
{
	static const char *const before[] = {"", "https://p.example/m#", "  #"};
	struct form form;
	struct answer answer;

	script_form(world, &form);
	ask(world, METHOD_POST, "/m/open", STRANGER, &form, &answer);
	tap_ok(answer.status == 303 && strcmp(answer.location, "/m/message") == 0,
		"right: on to the message");
	tap_ok(strncmp(answer.cookie, "__Host-postseal=", 16) == 0 &&
			strstr(answer.cookie, "; Path=/; Secure; HttpOnly; SameSite=Strict") != NULL &&
			strstr(answer.cookie, "Domain") == NULL,
		"with a cookie of the right kind");
	answer_done(&answer);
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		plain_form(world, before[i], &form);
		tap_ok(status_of(world, METHOD_POST, "/m/open", STRANGER, &form) == 303,
			"pasted: '%sID.SECRET'", before[i]);
		world->begins = 0;
		tap_ok(status_of(world, METHOD_POST, "/m/begin", STRANGER, &form) == 200 &&
				world->begins == 1,
			"and begun so");
	}
}

/* Whatever is wrong, the answer is the same to the byte. */
static void
test_wrong(struct world *world)
{
	static const struct {
		const char *name;
		enum form_field field;
		const char *value;
	} table[] = {
		{"wrong code", FORM_CODE, "654321"},
		{"no code", FORM_CODE, ""},
		{"long code", FORM_CODE,
			"11111111111111111111111111111111111111111111111111111111111111111111111111111"},
		{"another link", FORM_ID, "AAAAAAAAAAAAAAAAAAAAAA"},
		{"malformed link", FORM_ID, "x"},
		{"wrong proof", FORM_PROOF, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
		{"malformed proof", FORM_PROOF, "<script>"},
		{"wrong key", FORM_KEY, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
		{"malformed key", FORM_KEY, "AA"},
		{"no key", FORM_KEY, ""},
	};
	struct answer first = {0};
	struct form form;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct answer answer;

		script_form(world, &form);
		form.values[table[i].field].n = 0;
		put(&form, table[i].field, bytes_of_str(table[i].value));
		ask(world, METHOD_POST, "/m/open", STRANGER, &form, &answer);
		tap_ok(answer.status == 403 && answer.cookie[0] == '\0', "%s: refused", table[i].name);
		if (i == 0) {
			first = answer;
			continue;
		}
		tap_bytes(
			buf_bytes(&answer.body), buf_bytes(&first.body), "%s: the same page", table[i].name);
		answer_done(&answer);
	}
	answer_done(&first);
}

static void
test_begin_same(struct world *world)
{
	struct answer right, wrong;
	struct form form;

	script_form(world, &form);
	ask(world, METHOD_POST, "/m/begin", STRANGER, &form, &right);
	put(&form, FORM_PROOF, BYTES_LIT("nonsense"));
	ask(world, METHOD_POST, "/m/begin", STRANGER, &form, &wrong);
	tap_ok(right.status == 200 && wrong.status == 200, "begin: the same status");
	tap_bytes(buf_bytes(&wrong.body), buf_bytes(&right.body), "begin: the same page");
	answer_done(&right);
	answer_done(&wrong);
}

static void
test_foreign_post(struct world *world)
{
	static const char *const paths[] = {"/m/begin", "/m/open", "/m/end"};
	struct form form;

	script_form(world, &form);
	world->begins = world->opens = world->ends = 0;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct arena arena;
		struct answer answer;

		arena_init(&arena);
		const struct request request = {.method = METHOD_POST,
			.path = paths[i],
			.fetch_site = BYTES_LIT("cross-site"),
			.form = &form,
			.arena = &arena};

		answer_init(&answer);
		routes_answer(&world->portal, &request, &answer);
		tap_ok(answer.status == 403 && answer.cookie == NULL, "from another site: %s", paths[i]);
		answer_done(&answer);
		arena_done(&arena);
	}
	tap_ok(world->begins + world->opens + world->ends == 0, "and nothing was done");
}

static void
test_reading(struct world *world)
{
	struct answer answer;

	ask(world, METHOD_GET, "/m/message", READER, NULL, &answer);
	tap_ok(bytes_find(buf_bytes(&answer.body), BYTES_LIT("<script>alert")) == answer.body.n &&
			bytes_find(buf_bytes(&answer.body), BYTES_LIT("&lt;script&gt;alert(1)")) <
				answer.body.n,
		"the subject is text");
	tap_ok(bytes_find(buf_bytes(&answer.body), BYTES_LIT("a&lt;b&gt;.pdf")) < answer.body.n,
		"so is a file's name");
	tap_ok(bytes_find(buf_bytes(&answer.body), BYTES_LIT("Clinic &amp; Co")) < answer.body.n,
		"and the organisation");
	answer_done(&answer);
	ask(world, METHOD_GET, "/m/body", READER, NULL, &answer);
	tap_ok(answer.kind == KIND_BODY, "the body has the header fields of a body");
	answer_done(&answer);
	ask(world, METHOD_GET, "/m/part/2", READER, NULL, &answer);
	tap_ok(answer.kind == KIND_DOWNLOAD && strcmp(answer.type, "application/octet-stream") == 0 &&
			strncmp(answer.disposition, "attachment; filename=\"a_b_.pdf\"", 31) == 0 &&
			answer.body_fd >= 0,
		"a part is a download, whatever it says it is");
	answer_done(&answer);
	ask(world, METHOD_GET, "/m/original", READER, NULL, &answer);
	tap_ok(answer.kind == KIND_DOWNLOAD && strcmp(answer.type, "message/rfc822") == 0 &&
			answer.body_fd >= 0,
		"so is the original");
	answer_done(&answer);
	world->renderer_down = true;
	tap_ok(status_of(world, METHOD_GET, "/m/message", READER, NULL) == 200,
		"without a renderer there is still a page");
	tap_ok(status_of(world, METHOD_GET, "/m/original", READER, NULL) == 200, "and the original");
	tap_ok(status_of(world, METHOD_GET, "/m/part/2", READER, NULL) == 503, "but no parts");
	world->renderer_down = false;
	world->down = true;
	tap_ok(status_of(world, METHOD_GET, "/m/message", READER, NULL) == 503, "without a vault: try later");
	world->down = false;
}

static void
test_get_changes_nothing(struct world *world)
{
	const struct route *route;

	world->begins = world->opens = world->ends = 0;
	for (size_t i = 0; (route = route_at(i)) != NULL; i++)
		status_of(world, METHOD_GET, route->path, READER, NULL);
	tap_ok(world->begins + world->opens + world->ends == 0, "no GET begins, opens or ends anything");
}

int
main(void)
{
	struct world world;

	seal_init();
	if (!tap_ok(world_init(&world) == 0, "the pages are there"))
		return tap_done();
	test_matrix(&world);
	test_unknown(&world);
	test_open(&world);
	test_wrong(&world);
	test_begin_same(&world);
	test_foreign_post(&world);
	test_reading(&world);
	test_get_changes_nothing(&world);
	world_done(&world);
	return tap_done();
}
