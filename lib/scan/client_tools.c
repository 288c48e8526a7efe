/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/fd.h"
#include "lib/scan/answer.h"
#include "lib/scan/client_output.h"
#include "lib/scan/protocol.h"

/* Asks, checks the kind of the answer and maps its output: the caller unmaps it. */
static int
ask(struct scan_client *client, struct channel_message *job, uint32_t want, int64_t deadline_ms,
	struct bytes *ret_map, struct err *err)
{
	struct channel_message answer;
	int output = -1, ret;

	if (client_ask_output(client, job, deadline_ms, &answer, &output, err) != 0)
		return -1;
	if (answer.type != want)
		ret = err_set(err, ERR_PEER, "the parser's answer is of another kind");
	else
		ret = fd_map(output, SCAN_OUTPUT_MAX, ret_map, err);
	fd_close(&output);
	return ret;
}

int
scan_client_explain(struct scan_client *client, const struct scan_question *question, struct arena *arena,
	struct scan_result *ret_result, struct trace *ret_trace, struct err *err)
{
	struct channel_message job = {.type = JOB_EXPLAIN, .fds = {question->message_fd}};
	struct bytes map;
	struct buf payload;
	int ret;

	buf_init(&payload, SCAN_RECIPIENTS_MAX);
	wire_put_u32(&payload, question->values);
	client_put_recipients(&payload, question);
	job.payload = buf_bytes(&payload);
	ret = ask(client, &job, ANSWER_TRACE, question->deadline_ms, &map, err);
	buf_done(&payload);
	if (ret != 0)
		return -1;
	ret = answer_get_trace(arena, map, ret_result, ret_trace, err);
	fd_unmap(&map);
	return ret;
}

int
scan_client_text(struct scan_client *client, const struct scan_question *question, struct arena *arena,
	struct seen_segment **ret_segments, struct err *err)
{
	struct channel_message job = {.type = JOB_TEXT, .fds = {question->message_fd}};
	struct bytes map;
	int ret;

	if (ask(client, &job, ANSWER_TEXT, question->deadline_ms, &map, err) != 0)
		return -1;
	ret = answer_get_seen(arena, map, ret_segments, err);
	fd_unmap(&map);
	return ret;
}

int
scan_client_cost(struct scan_client *client, const struct scan_question *question, struct arena *arena,
	struct costs *ret_costs, struct err *err)
{
	struct channel_message job = {.type = JOB_COST, .fds = {question->message_fd}};
	struct bytes map;
	int ret;

	if (ask(client, &job, ANSWER_COST, question->deadline_ms, &map, err) != 0)
		return -1;
	ret = answer_get_costs(arena, map, ret_costs, err);
	fd_unmap(&map);
	return ret;
}
