/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/routes.h"

#include "lib/base/ascii.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "portald/handlers.h"
#include "portald/headers.h"

enum { NUMBER_MAX = 9999 };

static const struct route routes[] = {
	{METHOD_GET, "/", PROOF_NONE, false, handle_root},
	{METHOD_GET, "/m", PROOF_NONE, false, handle_start},
	{METHOD_GET, "/m/style.css", PROOF_NONE, false, handle_style},
	{METHOD_GET, "/m/portal.js", PROOF_NONE, false, handle_script},
	{METHOD_POST, "/m/begin", PROOF_LINK, true, handle_begin},
	{METHOD_POST, "/m/open", PROOF_LINK, true, handle_open},
	{METHOD_POST, "/m/end", PROOF_NONE, false, handle_end},
	{METHOD_GET, "/m/message", PROOF_SESSION, false, handle_message},
	{METHOD_GET, "/m/body", PROOF_SESSION, false, handle_body},
	{METHOD_GET, "/m/original", PROOF_SESSION, false, handle_original},
	{METHOD_GET, "/m/part/#", PROOF_SESSION, false, handle_part},
};
enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

const struct route *
route_at(size_t i)
{
	return i < ROUTES ? &routes[i] : NULL;
}

/* No sign, no leading zero, nothing behind it. */
static bool
read_number(const char *text, unsigned *ret_number)
{
	int64_t value;

	if (text[0] == '0' || !ascii_is_digit((uint8_t)text[0]) ||
		bytes_parse_i64(bytes_of_str(text), 1, NUMBER_MAX, &value) < 0)
		return false;
	*ret_number = (unsigned)value;
	return true;
}

static bool
path_fits(const char *pattern, const char *path, unsigned *ret_number)
{
	size_t n = strlen(pattern);

	if (pattern[n - 1] != '#')
		return strcmp(pattern, path) == 0;
	return strncmp(pattern, path, n - 1) == 0 && read_number(path + n - 1, ret_number);
}

const struct route *
route_find(enum method method, const char *path, unsigned *ret_number, bool *ret_path_known)
{
	*ret_path_known = false;
	for (size_t i = 0; i < ROUTES; i++) {
		if (!path_fits(routes[i].path, path, ret_number))
			continue;
		*ret_path_known = true;
		if (routes[i].method == (method == METHOD_HEAD ? METHOD_GET : method))
			return &routes[i];
	}
	return NULL;
}

/* The person pasted the whole link, or the part behind its `#`. */
static bool
claim_from_link(struct bytes text, struct grant *grant)
{
	struct link link = {0};
	struct secret proof = {0};
	size_t mark = bytes_find_byte(text, '#');

	if (mark < text.n)
		text = bytes_sub(text, mark + 1, text.n);
	if (link_parse(text, &link) < 0)
		return false;
	link_proof(&link, &proof);
	link_key(&link, &grant->link_key);
	memcpy(grant->claim.id, link.id, sizeof(grant->claim.id));
	memcpy(grant->claim.proof, proof.p, sizeof(grant->claim.proof));
	secret_done(&proof);
	link_done(&link);
	return true;
}

static bool
claim_from_script(const struct form *form, struct grant *grant)
{
	struct bytes key = form_get(form, FORM_KEY);

	if (text_from_base64url(form_get(form, FORM_ID), grant->claim.id, LINK_ID_SIZE) < 0 ||
		text_from_base64url(form_get(form, FORM_PROOF), grant->claim.proof, LINK_PROOF_SIZE) < 0)
		return false;
	if (key.n == 0)
		return true;
	secret_init(&grant->link_key, LINK_KEY_SIZE);
	return text_from_base64url(key, grant->link_key.p, LINK_KEY_SIZE) == 0;
}

/* What the form claims. A claim of no form goes on as one: its answer is that of a wrong one. */
static void
take_claim(const struct request *request, struct grant *grant)
{
	struct bytes link = form_get(request->form, FORM_LINK);

	grant->well_formed =
		link.n > 0 ? claim_from_link(link, grant) : claim_from_script(request->form, grant);
}

/* True: the message is there. Else the answer is made. */
static bool
take_session(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	uint8_t token[TOKEN_SIZE];
	enum ask_answer got = ASK_NO;

	if (text_from_base64url(request->cookie, token, sizeof(token)) == 0)
		got = portal->read(portal->context, bytes_of(token, sizeof(token)), request->deadline_ms,
			&grant->message_fd);
	mem_wipe(token, sizeof(token));
	if (got == ASK_UNAVAILABLE)
		handlers_problem(portal, 503, answer);
	else if (got == ASK_NO)
		handlers_over(portal, 403, answer);
	return got == ASK_YES;
}

static bool
is_proven(const struct portal *portal, const struct route *route, const struct request *request,
	struct grant *grant, struct answer *answer)
{
	switch (route->proof) {
	case PROOF_NONE:
		return true;
	case PROOF_LINK:
		take_claim(request, grant);
		return true;
	case PROOF_SESSION:
		return take_session(portal, request, grant, answer);
	}
	return false;
}

void
routes_answer(const struct portal *portal, const struct request *request, struct answer *answer)
{
	struct grant grant = {.message_fd = -1};
	bool path_known;
	const struct route *route = route_find(request->method, request->path, &grant.number, &path_known);

	if (route == NULL) {
		handlers_problem(portal, path_known ? 405 : 404, answer);
		return;
	}
	if (route->method == METHOD_POST &&
		!header_same_origin(request->fetch_site, request->origin, portal->origin)) {
		handlers_problem(portal, 403, answer);
		return;
	}
	if (is_proven(portal, route, request, &grant, answer))
		route->handler(portal, request, &grant, answer);
	secret_done(&grant.link_key);
	mem_wipe(&grant.claim, sizeof(grant.claim));
	fd_close(&grant.message_fd);
}
