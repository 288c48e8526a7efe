/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/milter/script.h"

void
script_render(const struct answer *answer, struct buf *out)
{
	static const char *const verdicts[] = {"continue", "accept", "discard", "reply"};

	for (const struct action *a = answer->first; a; a = a->next) {
		switch (a->kind) {
		case ACTION_DELETE_FIELD:
			buf_putf(out, "delete %s %d\n", a->name, a->index);
			break;
		case ACTION_ADD_FIELD:
			buf_putf(out, "add %s\n", a->name);
			break;
		case ACTION_DELETE_RECIPIENT:
			buf_putf(out, "remove %s\n", (const char *)a->text.p);
			break;
		case ACTION_REPLACE_BODY:
			buf_put_str(out, "body\n");
			break;
		case ACTION_QUARANTINE:
			buf_put_str(out, "quarantine\n");
			break;
		case ACTION_CHANGE_SENDER:
			buf_putf(out, "sender %s\n", (const char *)a->text.p);
			break;
		}
	}
	buf_put_str(out, verdicts[answer->verdict]);
	if (answer->verdict == VERDICT_REPLY)
		buf_putf(out, " %s %s", reply_of(answer->reply)->code, reply_of(answer->reply)->status);
	buf_put_byte(out, '\n');
}

void
script_fields(struct session *session, const char *text)
{
	struct bytes rest = bytes_of_str(text), line;

	while (bytes_next_line(&rest, &line)) {
		size_t colon = bytes_find_byte(line, ':');

		session_field(session, bytes_sub(line, 0, colon), bytes_sub(line, colon + 1, line.n));
	}
}

void
script_settings(const struct site *site, struct settings *ret_settings)
{
	static const char *const ours[] = {"here.example"};

	*ret_settings = (struct settings){
		.policy_file = site->policy,
		.store_directory = site->dir,
		.index_key = site->index_key,
		.reinject_key = site->reinject_key,
		.portal_certificate = site->portal_certificate,
		.recovery_certificate = site->recovery_certificate,
		.our_domains = {ours, 1},
		.mode = "enforce",
		.log_addresses = "plain",
		.hostname = "gw.here.example",
		.organisation = "Clinic <A> & B",
		.portal_url = "https://portal.example",
		.notice_sender = "postseal@here.example",
		.max_sessions = 2,
		.max_scans = 2,
		.message_size_limit = 2 << 20,
		.spool_budget = 4 << 20,
		.parser_timeout = 20,
		.reinject_timeout = 20,
		.escrow_lifetime = 86400,
		.retry_window = 86400,
		.policyd_socketmap = "unix:/nowhere",
		.tls_address = "127.0.0.1:26",
		.tls_header_checks = "/etc/postseal/tls_header_checks",
		.tls_patience = 1800,
		.tls_question_timeout = 1,
	};
}
