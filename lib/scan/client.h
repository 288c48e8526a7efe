/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking postseal-parser. The message goes as a sealed memfd, the answer comes as a typed message that is
 * checked field by field: the parser is the process that a hostile mail may have taken over. Whatever goes
 * wrong with the worker (crash, timeout) comes back as a result with that unscannable bit; only when the
 * parser can't be reached at all is it an error (ERR_TEMP). A client is one connection, used by one thread at
 * a time; a pool hands them to threads.
 */
#ifndef POSTSEAL_SCAN_CLIENT_H
#define POSTSEAL_SCAN_CLIENT_H

#include "lib/base/buf.h"
#include "lib/dlp/cost.h"
#include "lib/dlp/scan.h"
#include "lib/conf/settings.h"
#include "lib/dlp/seen.h"
#include "lib/dlp/trace.h"
#include "lib/mime/view.h"

struct scan_client;

int scan_client_connect(const char *socket_path, struct scan_client **ret_client, struct err *err);

/* A parser of our own, for the command line: starts `program` with these settings; it ends with the client.
 */
struct scan_spawn {
	const char *program;              /* path of postseal-parser */
	const char *settings_path;        /* NULL: no file, defaults */
	const char *rules_directory;      /* NULL: as the settings say */
	const struct str_list *overrides; /* of settings, "name=value"; NULL: none */
	unsigned workers;                 /* 0: one a core */
};
int scan_client_spawn(const struct scan_spawn *spawn, struct scan_client **ret_client, struct err *err);
void scan_client_close(struct scan_client *client);

/* A message to scan, and what else the scan is told. */
struct scan_question {
	int message_fd;
	int64_t deadline_ms; /* clock_mono_ms */
	const struct bytes
		*recipients; /* canonical addresses, where they are known; text and cost ask none */
	size_t n_recipients;
	enum trace_values values; /* of scan_client_explain() */
};

/* Scans a message. The result lives in the arena. */
int scan_client_ask(struct scan_client *client, const struct scan_question *question, struct arena *arena,
	struct scan_result *ret_result, struct err *err);

/* The same for a message without an envelope. */
int scan_client_scan(struct scan_client *client, int message_fd, int64_t deadline_ms, struct arena *arena,
	struct scan_result *ret_result, struct err *err);

/* Several at once over one connection, answers in any order: for `postseal scan DIR`. The deadline is
 * collect's. */
int scan_client_submit(
	struct scan_client *client, uint32_t id, const struct scan_question *question, struct err *err);
int scan_client_collect(struct scan_client *client, int64_t deadline_ms, struct arena *arena,
	uint32_t *ret_id, struct scan_result *ret_result, struct err *err);

/* The renderer's job. Returns 0, 1 (no such part), -1. */
int scan_client_view(struct scan_client *client, int message_fd, int64_t deadline_ms, struct arena *arena,
	struct message_view *ret_view, struct err *err);
int scan_client_view_part(struct scan_client *client, int message_fd, unsigned number, int64_t deadline_ms,
	int *ret_part_fd, struct err *err);

/* For the team's tools (client_tools.c): why the rules hit, the text that they saw, what each costs. */
int scan_client_explain(struct scan_client *client, const struct scan_question *question, struct arena *arena,
	struct scan_result *ret_result, struct trace *ret_trace, struct err *err);
int scan_client_text(struct scan_client *client, const struct scan_question *question, struct arena *arena,
	struct seen_segment **ret_segments, struct err *err);
int scan_client_cost(struct scan_client *client, const struct scan_question *question, struct arena *arena,
	struct costs *ret_costs, struct err *err);

/* What a thread takes a connection from, and gives it back to; thread-safe. */
struct scan_pool;
struct scan_pool *scan_pool_new(const char *socket_path, size_t max);
void scan_pool_free(struct scan_pool *pool);
int scan_pool_ask(struct scan_pool *pool, const struct scan_question *question, struct arena *arena,
	struct scan_result *ret_result, struct err *err);

#endif
