/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two rule sets say of the same mail, message by message, counted. Holds names of files, of rules and
 * labels, and the senders' domains; never an address, a subject or text.
 */
#ifndef POSTSEAL_CLI_REPLAY_H
#define POSTSEAL_CLI_REPLAY_H

#include <jansson.h>

#include "cli/addressed.h"
#include "cli/tally.h"
#include "lib/base/buf.h"
#include "lib/plan/plan.h"

enum { REPLAY_SHOWN_MAX = 1000, REPLAY_ACTIONS = PLAN_ACTIONS };

/* What became of a message: by the label phi. */
enum replay_change { REPLAY_SAME, REPLAY_CAUGHT, REPLAY_MISSED };

struct replay {
	const struct policy *policy; /* NULL: no plans */
	const struct settings *settings;
	const char *names[2]; /* of the two folders */
	char versions[2][32];
	size_t messages, unreadable, unscannable[2];
	size_t caught, missed; /* phi */
	size_t label_missed;   /* messages that lost some label */
	struct tally labels, rules, domains;
	size_t plans[REPLAY_ACTIONS][REPLAY_ACTIONS]; /* recipients: old, new */
	size_t no_recipients;                         /* messages whose header names nobody */
	json_t *relabelled, *others;    /* messages that changed, at most REPLAY_SHOWN_MAX each */
	size_t n_changed, n_relabelled; /* messages that changed at all, in a label */
	bool interrupted;
};

void replay_init(struct replay *replay);
void replay_done(struct replay *replay);

/* A message that both judged: results[0] by the old set, results[1] by the new one. */
struct replay_message {
	const char *name;
	size_t size;
	struct addressed addressed;
};
void replay_count(
	struct replay *replay, const struct replay_message *message, const struct scan_result *results);

/* The report as one object; the caller owns it. The other forms are made from it. */
json_t *replay_json(struct replay *replay);

/* replay_text.c, replay_html.c. */
void replay_print(const json_t *report, FILE *out);
void replay_html(const json_t *report, struct buf *out);

/* What the report holds under a key: 0 or "" when there is none. */
static inline long long
replay_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static inline const char *
replay_string(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value != NULL ? value : "";
}

#endif
