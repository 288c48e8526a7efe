/* SPDX-License-Identifier: Apache-2.0 */
/* Answers around the message: the first page, the code, signing out, and what is said when something is
 * wrong. */
#include "portald/handlers.h"

#include <inttypes.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "portald/digits.h"

enum { COOKIE_SIZE = 160 };

static const struct {
	int status;
	const char *title, *sentence;
} problems[] = {
	{404, "Page not found", "There is nothing here. Please use the link in your mail."},
	{403, "That did not work", "Please open the link in your mail again."},
	{405, "That did not work", "Please open the link in your mail again."},
	{400, "That did not work", "Your browser sent something that this page does not understand."},
	{503, "Please try again soon",
		"The page can't be shown at this moment. Please try again in a few minutes."},
};

void
handlers_page(const struct portal *portal, enum page_template template, struct page_values *values,
	const char *title, struct answer *answer)
{
	struct buf main_part;
	char minutes[24], lock[24], tries[24];

	snprintf(minutes, sizeof(minutes), "%" PRId64, (portal->code_lifetime + 59) / 60);
	snprintf(lock, sizeof(lock), "%" PRId64, (portal->code_lock_time + 59) / 60);
	snprintf(tries, sizeof(tries), "%" PRId64, portal->code_tries);
	values->slot[SLOT_ORGANISATION] = bytes_of_str(portal->organisation);
	values->slot[SLOT_MINUTES] = bytes_of_str(minutes);
	values->slot[SLOT_LOCK_MINUTES] = bytes_of_str(lock);
	values->slot[SLOT_TRIES] = bytes_of_str(tries);
	buf_init(&main_part, PAGE_MAX);
	page_fill(portal->pages, template, values, &main_part);
	values->slot[SLOT_TITLE] = bytes_of_str(title);
	values->slot[SLOT_MAIN] = buf_bytes(&main_part);
	page_fill(portal->pages, PAGE_SHELL, values, &answer->body);
	buf_wipe_done(&main_part);
	answer->kind = KIND_PAGE;
}

void
handlers_problem(const struct portal *portal, int status, struct answer *answer)
{
	struct page_values values = {0};
	size_t i = 0;

	while (i < sizeof(problems) / sizeof(problems[0]) - 1 && problems[i].status != status)
		i++;
	values.slot[SLOT_NAME] = bytes_of_str(problems[i].title);
	values.slot[SLOT_SENTENCE] = bytes_of_str(problems[i].sentence);
	handlers_page(portal, PAGE_PROBLEM, &values, problems[i].title, answer);
	answer->status = status;
}

static const char expired_cookie[] = SESSION_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";

void
handlers_over(const struct portal *portal, int status, struct answer *answer)
{
	struct page_values values = {0};

	values.slot[SLOT_NAME] = BYTES_LIT("You are signed out");
	handlers_page(portal, PAGE_ENDED, &values, "Signed out", answer);
	answer->status = status;
	answer->cookie = expired_cookie;
}

void
handle_root(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	(void)portal;
	(void)request;
	(void)grant;
	answer->status = 303;
	answer->location = "/m";
}

void
handle_start(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	struct page_values values = {0};

	(void)request;
	(void)grant;
	handlers_page(portal, PAGE_START, &values, "A secure message for you", answer);
}

static void
send_asset(const struct portal *portal, enum page_asset asset, const char *type, struct answer *answer)
{
	buf_put_bytes(&answer->body, page_asset(portal->pages, asset));
	answer->type = type;
	answer->kind = KIND_ASSET;
}

void
handle_style(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	(void)request;
	(void)grant;
	send_asset(portal, ASSET_STYLE, "text/css; charset=utf-8", answer);
}

void
handle_script(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	(void)request;
	(void)grant;
	send_asset(portal, ASSET_SCRIPT, "text/javascript; charset=utf-8", answer);
}

/* A page with the field for the code. Without script it carries the link along; the script has its own form.
 */
static void
code_page(const struct portal *portal, const struct request *request, enum page_template template,
	const char *title, struct answer *answer)
{
	struct page_values values = {0};
	struct buf form;

	buf_init(&form, PAGE_FILE_MAX);
	values.slot[SLOT_LINK] = form_get(request->form, FORM_LINK);
	if (values.slot[SLOT_LINK].n > 0)
		page_fill(portal->pages, PAGE_CODE_FORM, &values, &form);
	values.slot[SLOT_FORM] = buf_bytes(&form);
	handlers_page(portal, template, &values, title, answer);
	buf_wipe_done(&form);
}

/* Always the same answer: whether a code was mailed is for the recipient's mailbox to know. */
void
handle_begin(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	if (grant->well_formed &&
		portal->begin(portal->context, &grant->claim, request->deadline_ms) == ASK_UNAVAILABLE) {
		handlers_problem(portal, 503, answer);
		return;
	}
	code_page(portal, request, PAGE_CODE, "Type the code", answer);
}

static const char *
session_cookie(struct arena *arena, const uint8_t token[TOKEN_SIZE])
{
	struct buf text;
	const char *ret;

	buf_init(&text, COOKIE_SIZE);
	buf_put_str(&text, SESSION_COOKIE "=");
	text_put_base64url(&text, bytes_of(token, TOKEN_SIZE));
	buf_put_str(&text, "; Path=/; Secure; HttpOnly; SameSite=Strict");
	ret = arena_str(arena, buf_bytes(&text));
	buf_wipe_done(&text);
	return ret;
}

void
handle_open(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	struct bytes code = form_get(request->form, FORM_CODE);
	uint8_t token[TOKEN_SIZE];
	enum ask_answer got = ASK_NO;

	if (grant->well_formed && grant->link_key.n == LINK_KEY_SIZE && code.n > 0 &&
		code.n <= DIGITS_TYPED_MAX)
		got = portal->open(portal->context, &grant->claim, code, secret_bytes(&grant->link_key),
			request->deadline_ms, token);
	if (got == ASK_YES) {
		answer->status = 303;
		answer->location = "/m/message";
		answer->cookie = session_cookie(request->arena, token);
		mem_wipe(token, sizeof(token));
	} else if (got == ASK_UNAVAILABLE) {
		handlers_problem(portal, 503, answer);
	} else {
		code_page(portal, request, PAGE_REFUSED, "That did not work", answer);
		answer->status = 403;
	}
}

void
handle_end(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	uint8_t token[TOKEN_SIZE];

	(void)grant;
	if (text_from_base64url(request->cookie, token, sizeof(token)) == 0)
		(void)portal->end(portal->context, bytes_of(token, sizeof(token)), request->deadline_ms);
	mem_wipe(token, sizeof(token));
	handlers_over(portal, 200, answer);
	answer->clear_site_data = true;
}
