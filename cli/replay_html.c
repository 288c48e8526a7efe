/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a replay as one page: no script, nothing from elsewhere, wide tables scroll by themselves. */
#include <string.h>

#include "cli/replay.h"
#include "lib/base/text.h"

static const char page_head[] =
	"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	"'unsafe-inline'\">"
	"<title>Postseal: rules replayed</title><style>"
	":root{color-scheme:light dark}"
	"body{font:1rem/1.45 system-ui,sans-serif;margin:0 auto;padding:.75rem;max-width:64rem}"
	"h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}"
	".big{display:flex;flex-wrap:wrap;gap:1rem;padding:0;list-style:none}"
	".big li{border:1px solid #8886;border-radius:.5rem;padding:.5rem 1rem}"
	".big b{display:block;font-size:1.5rem}"
	".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
	"th,td{text-align:left;padding:.3rem .4rem;border-bottom:1px solid #8884;vertical-align:top;"
	"overflow-wrap:break-word}td:first-child{min-width:4rem}"
	"td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
	"svg{width:6rem;height:.8rem;display:block;margin-top:.3rem}"
	".c{fill:#2a7f3f}.m{fill:#b3261e}.changed{font-weight:600}"
	"</style></head><body>\n";

static void
put_text(struct buf *out, const char *value)
{
	text_put_html(out, bytes_of_str(value));
}

static void
put_number(struct buf *out, long long n)
{
	buf_putf(out, "<td class=\"n\">%lld</td>", n);
}

static void
put_big(struct buf *out, long long n, const char *what)
{
	buf_putf(out, "<li><b>%lld</b>%s</li>", n, what);
}

/* The longest bar is the row with the most differences. */
static long long
most_changes(const json_t *rows)
{
	const json_t *row;
	long long most = 1;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		long long n = replay_number(row, "caught") + replay_number(row, "missed");

		if (n > most)
			most = n;
	}
	return most;
}

static void
put_bar(struct buf *out, const json_t *row, long long most)
{
	double caught = 100.0 * (double)replay_number(row, "caught") / (double)most;
	double missed = 100.0 * (double)replay_number(row, "missed") / (double)most;

	buf_putf(out,
		"<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
		"<rect class=\"c\" width=\"%.2f\" height=\"10\"/>"
		"<rect class=\"m\" x=\"%.2f\" width=\"%.2f\" height=\"10\"/></svg>",
		caught, caught, missed);
}

struct column {
	const char *key, *title;
};

/* Rows with a name, numbers, and a bar of what was caught and missed. */
static void
put_rows(struct buf *out, const char *title, const json_t *rows, const char *name,
	const struct column *columns)
{
	long long most = most_changes(rows);
	const json_t *row;
	size_t i;

	if (json_array_size(rows) == 0)
		return;
	buf_putf(out, "<h2>%s</h2><div class=\"wide\"><table><tr><th>%s</th>", title, name);
	for (const struct column *c = columns; c->key != NULL; c++)
		buf_putf(out, "<th class=\"n\">%s</th>", c->title);
	buf_put_str(out, "</tr>\n");
	json_array_foreach(rows, i, row)
	{
		buf_put_str(out, "<tr><td>");
		put_text(out, replay_string(row, name));
		put_bar(out, row, most);
		buf_put_str(out, "</td>");
		for (const struct column *c = columns; c->key != NULL; c++)
			put_number(out, replay_number(row, c->key));
		buf_put_str(out, "</tr>\n");
	}
	buf_put_str(out, "</table></div>\n");
}

static void
put_plans(struct buf *out, const json_t *report)
{
	const json_t *row;
	size_t i;

	if (json_object_get(report, "plans") == NULL)
		return;
	buf_put_str(out, "<h2>Plans</h2><p>A recipient each. Past mail has no envelope: recipients are those "
			 "that the header names.</p><div class=\"wide\"><table><tr><th>old</th><th>new</th>"
			 "<th class=\"n\">recipients</th></tr>\n");
	json_array_foreach(json_object_get(report, "plans"), i, row)
	{
		bool same = strcmp(replay_string(row, "old"), replay_string(row, "new")) == 0;

		buf_putf(out, "<tr%s><td>%s</td><td>%s</td>", same ? "" : " class=\"changed\"",
			replay_string(row, "old"), replay_string(row, "new"));
		put_number(out, replay_number(row, "recipients"));
		buf_put_str(out, "</tr>\n");
	}
	buf_put_str(out, "</table></div>\n");
	if (replay_number(report, "no_recipients") > 0)
		buf_putf(out, "<p>Messages that name no recipient: %lld.</p>\n",
			replay_number(report, "no_recipients"));
}

static void
put_names(struct buf *out, const json_t *message, const char *key, const char *sign)
{
	const json_t *name;
	size_t i;

	json_array_foreach(json_object_get(message, key), i, name)
	{
		buf_putf(out, "%s", sign);
		put_text(out, json_string_value(name));
		buf_put_str(out, "<br>");
	}
}

static void
put_messages(struct buf *out, const json_t *report)
{
	const json_t *messages = json_object_get(report, "changed"), *message;
	long long left = replay_number(report, "n_changed") - (long long)json_array_size(messages);
	size_t i;

	if (json_array_size(messages) == 0)
		return;
	buf_put_str(out, "<h2>Messages</h2><div class=\"wide\"><table><tr><th>phi</th><th>message</th>"
			 "<th>sender's domain</th><th>labels</th><th>rules</th></tr>\n");
	json_array_foreach(messages, i, message)
	{
		buf_putf(out, "<tr><td>%s</td><td>",
			strcmp(replay_string(message, "change"), "other") == 0
				? ""
				: replay_string(message, "change"));
		put_text(out, replay_string(message, "message"));
		buf_put_str(out, "</td><td>");
		put_text(out, replay_string(message, "domain"));
		buf_put_str(out, "</td><td>");
		put_names(out, message, "labels_added", "+ ");
		put_names(out, message, "labels_gone", "− ");
		buf_put_str(out, "</td><td>");
		put_names(out, message, "rules_added", "+ ");
		put_names(out, message, "rules_gone", "− ");
		buf_put_str(out, "</td></tr>\n");
	}
	buf_put_str(out, "</table></div>\n");
	if (left > 0)
		buf_putf(out, "<p>And %lld more.</p>\n", left);
}

static void
put_set(struct buf *out, const json_t *set, const char *what)
{
	buf_putf(out, "<tr><th>%s</th><td>", what);
	put_text(out, replay_string(set, "rules"));
	buf_put_str(out, "</td><td>");
	put_text(out, replay_string(set, "version"));
	buf_putf(out, "</td><td class=\"n\">%lld</td></tr>\n", replay_number(set, "unscannable"));
}

void
replay_html(const json_t *report, struct buf *out)
{
	static const struct column of_names[] = {
		{"old", "old"}, {"new", "new"}, {"caught", "caught"}, {"missed", "missed"}, {0}};
	static const struct column of_domains[] = {
		{"messages", "messages"}, {"caught", "caught"}, {"missed", "missed"}, {0}};

	buf_put_str(out, page_head);
	buf_put_str(out, "<h1>Rules replayed on past mail</h1>\n");
	if (json_is_true(json_object_get(report, "interrupted")))
		buf_put_str(
			out, "<p><strong>Interrupted: what follows is of a part of the mail.</strong></p>\n");
	buf_put_str(out, "<ul class=\"big\">");
	put_big(out, replay_number(report, "messages"), "messages");
	put_big(out, replay_number(report, "caught"), "newly caught");
	put_big(out, replay_number(report, "missed"), "newly missed");
	put_big(out, replay_number(report, "unreadable"), "unreadable");
	buf_put_str(out, "</ul><div class=\"wide\"><table><tr><th></th><th>rules</th><th>version</th>"
			 "<th class=\"n\">unscannable</th></tr>\n");
	put_set(out, json_object_get(report, "old"), "old");
	put_set(out, json_object_get(report, "new"), "new");
	buf_put_str(out, "</table></div>\n");
	put_rows(out, "Labels", json_object_get(report, "labels"), "label", of_names);
	put_rows(out, "Rules that changed", json_object_get(report, "rules"), "rule", of_names);
	put_rows(out, "Senders' domains that changed", json_object_get(report, "domains"), "domain",
		of_domains);
	put_plans(out, report);
	put_messages(out, report);
	buf_put_str(out, "</body></html>\n");
}
