/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/replay.h"

#include <stdio.h>
#include <string.h>

void
replay_init(struct replay *replay)
{
	*replay = (struct replay){.relabelled = json_array(), .others = json_array()};
	tally_init(&replay->labels);
	tally_init(&replay->rules);
	tally_init(&replay->domains);
}

void
replay_done(struct replay *replay)
{
	tally_done(&replay->labels);
	tally_done(&replay->rules);
	tally_done(&replay->domains);
	json_decref(replay->relabelled);
	json_decref(replay->others);
}

/* Names that one of two results holds: labels, or rules. */
struct names {
	const char **p;
	size_t n;
};

static bool
holds(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->p[i], name) == 0)
			return true;
	return false;
}

static void
add_name(struct names *names, const char *name)
{
	if (!holds(names, name))
		names->p[names->n++] = name;
}

static struct names
names_of_labels(struct arena *arena, const struct scan_result *result)
{
	struct names names = {0};
	size_t n = 0;

	for (const struct label *l = result->labels; l != NULL; l = l->next)
		n++;
	names.p = arena_array(arena, n + 1, sizeof(*names.p));
	for (const struct label *l = result->labels; l != NULL; l = l->next)
		add_name(&names, l->name);
	return names;
}

static struct names
names_of_rules(struct arena *arena, const struct scan_result *result)
{
	struct names names = {0};
	size_t n = 0;

	for (const struct finding *f = result->findings; f != NULL; f = f->next)
		n++;
	names.p = arena_array(arena, n + 1, sizeof(*names.p));
	for (const struct finding *f = result->findings; f != NULL; f = f->next)
		add_name(&names, f->rule);
	return names;
}

/* Counts what `names` holds; what `other` lacks goes into the returned list, and is counted as `change`. */
static json_t *
count_names(struct tally *tally, const struct names *names, const struct names *other, enum tally_count side,
	enum tally_count change)
{
	json_t *only = json_array();

	for (size_t i = 0; i < names->n; i++) {
		struct tally_row *row = tally_get(tally, bytes_of_str(names->p[i]));

		row->n[side]++;
		if (holds(other, names->p[i]))
			continue;
		row->n[change]++;
		json_array_append_new(only, json_string(names->p[i]));
	}
	return only;
}

static void
count_change(struct replay *replay, enum replay_change change, struct bytes domain)
{
	struct tally_row *row = tally_get(&replay->domains, domain);

	row->n[TALLY_NEW]++;
	row->n[TALLY_CAUGHT] += change == REPLAY_CAUGHT;
	row->n[TALLY_MISSED] += change == REPLAY_MISSED;
	replay->caught += change == REPLAY_CAUGHT;
	replay->missed += change == REPLAY_MISSED;
}

/* What would be done to each recipient, were nothing staged as monitor. */
static void
count_plans(struct replay *replay, struct arena *arena, const struct replay_message *message,
	const struct scan_result *results)
{
	const struct addressed *addressed = &message->addressed;
	const struct envelope envelope = {.sender = addressed->sender,
		.recipients = addressed->recipients,
		.n_recipients = addressed->n_recipients,
		.size = message->size};
	struct plan plans[2];

	if (replay->policy == NULL)
		return;
	if (envelope.n_recipients == 0) {
		replay->no_recipients++;
		return;
	}
	for (int i = 0; i < 2; i++)
		plan_make(replay->policy, replay->settings, &envelope, &results[i], arena, &plans[i]);
	for (size_t i = 0; i < plans[0].n && i < plans[1].n; i++)
		replay->plans[plans[0].entries[i].would][plans[1].entries[i].would]++;
}

static void
note_versions(struct replay *replay, const struct scan_result *results)
{
	for (int i = 0; i < 2; i++) {
		replay->unscannable[i] += results[i].unscannable != 0;
		if (results[i].ruleset_version != NULL && results[i].ruleset_version[0] != '\0')
			snprintf(replay->versions[i], sizeof(replay->versions[i]), "%s",
				results[i].ruleset_version);
	}
}

static const char *
change_name(enum replay_change change)
{
	static const char *const names[] = {"other", "caught", "missed"};

	return names[change];
}

static json_t *
json_changed(const char *name, struct bytes domain, enum replay_change change, json_t *const lists[4])
{
	json_t *message = json_string(name);

	if (message == NULL)
		message = json_string("(not UTF-8)");
	return json_pack("{s:o, s:s%, s:s, s:O, s:O, s:O, s:O}", "message", message, "domain", domain.p,
		domain.n, "change", change_name(change), "labels_added", lists[0], "labels_gone", lists[1],
		"rules_added", lists[2], "rules_gone", lists[3]);
}

/* `lists`: labels added and gone, rules added and gone. */
static void
note_changed(struct replay *replay, const char *name, struct bytes domain, enum replay_change change,
	json_t *const lists[4])
{
	bool relabelled = json_array_size(lists[0]) + json_array_size(lists[1]) > 0;
	bool changed = relabelled || json_array_size(lists[2]) + json_array_size(lists[3]) > 0;
	json_t *list = relabelled ? replay->relabelled : replay->others;

	replay->label_missed += json_array_size(lists[1]) > 0;
	replay->n_relabelled += relabelled;
	replay->n_changed += changed;
	if (changed && json_array_size(list) < REPLAY_SHOWN_MAX)
		json_array_append_new(list, json_changed(name, domain, change, lists));
}

void
replay_count(struct replay *replay, const struct replay_message *message, const struct scan_result *results)
{
	struct names labels[2], rules[2];
	enum replay_change change;
	struct arena arena;
	struct bytes domain;
	json_t *lists[4];
	bool before, after;

	arena_init(&arena);
	for (int i = 0; i < 2; i++) {
		labels[i] = names_of_labels(&arena, &results[i]);
		rules[i] = names_of_rules(&arena, &results[i]);
	}
	before = holds(&labels[0], "phi");
	after = holds(&labels[1], "phi");
	change = before == after ? REPLAY_SAME : after ? REPLAY_CAUGHT : REPLAY_MISSED;
	domain = addressed_domain(&arena, message->addressed.sender);
	replay->messages++;
	note_versions(replay, results);
	count_change(replay, change, domain);
	count_plans(replay, &arena, message, results);
	lists[0] = count_names(&replay->labels, &labels[1], &labels[0], TALLY_NEW, TALLY_CAUGHT);
	lists[1] = count_names(&replay->labels, &labels[0], &labels[1], TALLY_OLD, TALLY_MISSED);
	lists[2] = count_names(&replay->rules, &rules[1], &rules[0], TALLY_NEW, TALLY_CAUGHT);
	lists[3] = count_names(&replay->rules, &rules[0], &rules[1], TALLY_OLD, TALLY_MISSED);
	note_changed(replay, message->name, domain, change, lists);
	for (int i = 0; i < 4; i++)
		json_decref(lists[i]);
	arena_done(&arena);
}

/* Rows of labels all, of others those that changed. */
enum rows { ROWS_ALL, ROWS_CHANGED };

static json_t *
json_rows(struct tally *tally, const char *what, enum rows which)
{
	struct tally_row **rows = tally_sorted(tally);
	json_t *list = json_array();

	for (; *rows != NULL; rows++) {
		const size_t *n = (*rows)->n;

		if (which == ROWS_CHANGED && n[TALLY_CAUGHT] + n[TALLY_MISSED] == 0)
			break;
		json_array_append_new(list,
			json_pack("{s:s%, s:I, s:I, s:I, s:I}", what, (*rows)->name.p, (*rows)->name.n, "old",
				(json_int_t)n[TALLY_OLD], "new", (json_int_t)n[TALLY_NEW], "caught",
				(json_int_t)n[TALLY_CAUGHT], "missed", (json_int_t)n[TALLY_MISSED]));
	}
	return list;
}

static json_t *
json_plans(const struct replay *replay)
{
	json_t *list = json_array();

	for (int i = 0; i < REPLAY_ACTIONS; i++)
		for (int j = 0; j < REPLAY_ACTIONS; j++)
			if (replay->plans[i][j] > 0)
				json_array_append_new(
					list, json_pack("{s:s, s:s, s:I}", "old",
						      plan_action_name((enum plan_action)i), "new",
						      plan_action_name((enum plan_action)j), "recipients",
						      (json_int_t)replay->plans[i][j]));
	return list;
}

/* A domain's messages are not told apart by set. */
static json_t *
json_domains(struct replay *replay)
{
	json_t *list = json_rows(&replay->domains, "domain", ROWS_CHANGED), *row;
	size_t i;

	json_array_foreach(list, i, row)
	{
		json_object_set(row, "messages", json_object_get(row, "new"));
		json_object_del(row, "old");
		json_object_del(row, "new");
	}
	return list;
}

/* Those whose labels changed come first. */
static json_t *
json_messages(const struct replay *replay)
{
	json_t *list = json_copy(replay->relabelled), *message;
	size_t i;

	json_array_foreach(replay->others, i, message) if (json_array_size(list) < REPLAY_SHOWN_MAX)
		json_array_append(list, message);
	return list;
}

json_t *
replay_json(struct replay *replay)
{
	json_t *report = json_pack("{s:{s:s, s:s, s:I}, s:{s:s, s:s, s:I}}", "old", "rules", replay->names[0],
		"version", replay->versions[0], "unscannable", (json_int_t)replay->unscannable[0], "new",
		"rules", replay->names[1], "version", replay->versions[1], "unscannable",
		(json_int_t)replay->unscannable[1]);

	json_object_set_new(report, "messages", json_integer((json_int_t)replay->messages));
	json_object_set_new(report, "unreadable", json_integer((json_int_t)replay->unreadable));
	json_object_set_new(report, "interrupted", json_boolean(replay->interrupted));
	json_object_set_new(report, "caught", json_integer((json_int_t)replay->caught));
	json_object_set_new(report, "missed", json_integer((json_int_t)replay->missed));
	json_object_set_new(report, "labels", json_rows(&replay->labels, "label", ROWS_ALL));
	json_object_set_new(report, "rules", json_rows(&replay->rules, "rule", ROWS_CHANGED));
	json_object_set_new(report, "domains", json_domains(replay));
	if (replay->policy != NULL) {
		json_object_set_new(report, "plans", json_plans(replay));
		json_object_set_new(report, "recipients_from", json_string("header"));
		json_object_set_new(report, "no_recipients", json_integer((json_int_t)replay->no_recipients));
	}
	json_object_set_new(report, "changed", json_messages(replay));
	json_object_set_new(report, "n_changed", json_integer((json_int_t)replay->n_changed));
	json_object_set_new(report, "n_relabelled", json_integer((json_int_t)replay->n_relabelled));
	return report;
}
