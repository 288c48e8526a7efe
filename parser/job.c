/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/job.h"

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/mime/view.h"
#include "lib/scan/answer.h"
#include "lib/scan/protocol.h"
#include "parser/worker.h"

struct job {
	const struct channel_message *request;
	struct bytes message;
	unsigned why; /* enum unscannable: other workers died of it */
};

void
job_tools_init(struct job_tools *tools, const struct engine *engine)
{
	tools->engine = engine;
	tools->scratch = scan_scratch_new(engine->rules);
	scan_scratch_use_roster(tools->scratch, engine->roster);
	arena_init(&tools->arena);
	/* Workers come and go: each begins at another place of the round. */
	tools->until_compare = engine->compare_every > 0 ? 1 + clock_mono_ns() % engine->compare_every : 0;
	buf_init(&tools->answer, CHANNEL_MAX);
	buf_init(&tools->output, SCAN_OUTPUT_MAX);
}

void
job_tools_done(struct job_tools *tools)
{
	scan_scratch_free(tools->scratch);
	arena_done(&tools->arena);
	buf_wipe_done(&tools->answer);
	buf_wipe_done(&tools->output);
}

static void
fail(struct job_tools *tools, enum answer_failure failure, struct channel_message *answer)
{
	buf_reset(&tools->answer);
	wire_put_u32(&tools->answer, failure);
	answer->type = ANSWER_FAILED;
}

/* What the rest of a payload tells of them; none when there is no rest. */
static int
read_recipients(struct arena *arena, struct wire *wire, struct message_text *text)
{
	struct bytes *recipients;
	uint32_t total;
	size_t n = 0;

	if (wire->rest.n == 0)
		return 0;
	if (wire_u32(wire, &total) != 0)
		return -1;
	recipients = arena_array(arena, wire->rest.n / 4, sizeof(*recipients));
	while (wire->rest.n > 0)
		if (wire_bytes(wire, &recipients[n++]) != 0)
			return -1;
	text->recipients = recipients;
	text->n_recipients = n;
	text->n_untold = total > n ? total - n : 0;
	return 0;
}

/* What others died of is told as that, and its files are not touched again. */
static struct mime_limits
limits_of(const struct job_tools *tools, const struct job *job)
{
	struct mime_limits limits = tools->engine->limits;

	if (job->why != 0)
		limits.files = MIME_FILES_UNREAD;
	return limits;
}

/* The message and whom it goes to: mime_read() begins with an empty text, so the recipients come behind it.
 */
static int
read_message(struct job_tools *tools, const struct job *job, struct wire *wire, struct message_text *ret_text)
{
	const struct mime_limits limits = limits_of(tools, job);

	mime_read(&tools->arena, job->message, &limits, ret_text);
	return read_recipients(&tools->arena, wire, ret_text);
}

/* One message in so many is searched by PCRE2 alone as well. */
static int64_t
compare_ms(struct job_tools *tools)
{
	enum { COMPARE_MS = 200 };

	if (tools->until_compare == 0 || --tools->until_compare > 0)
		return 0;
	tools->until_compare = tools->engine->compare_every;
	return COMPARE_MS;
}

static void
scan(struct job_tools *tools, const struct job *job, struct channel_message *answer)
{
	const struct scan_notes notes = {.compare_ms = compare_ms(tools)};
	struct wire wire = {.rest = job->request->payload};
	struct message_text text;
	struct scan_result result;

	if (read_message(tools, job, &wire, &text) != 0) {
		fail(tools, FAILED_REQUEST, answer);
		return;
	}
	scan_text_noting(tools->engine->rules, tools->scratch, &text, &notes, &tools->arena, &result);
	result.unscannable |= job->why;
	answer_put_result(&tools->answer, &result);
	answer->type = ANSWER_RESULT;
}

/* Writes the output file. The client made it; what is wrong with it is the request's fault. */
static void
write_output(struct job_tools *tools, int fd, struct channel_message *answer)
{
	if (buf_full(&tools->output))
		fail(tools, FAILED_SIZE, answer);
	else if (fd_write_all(fd, buf_bytes(&tools->output), NULL) != 0)
		fail(tools, FAILED_REQUEST, answer);
}

static void
explain(struct job_tools *tools, const struct job *job, struct channel_message *answer)
{
	struct wire wire = {.rest = job->request->payload};
	struct message_text text;
	struct scan_result result;
	struct trace trace;
	uint32_t values;

	if (wire_u32(&wire, &values) != 0 || values > TRACE_SHOW_VALUES ||
		read_message(tools, job, &wire, &text) != 0) {
		fail(tools, FAILED_REQUEST, answer);
		return;
	}
	trace_init(&trace, &tools->arena, (enum trace_values)values);
	scan_text_noting(tools->engine->rules, tools->scratch, &text,
		&(const struct scan_notes){.trace = &trace}, &tools->arena, &result);
	answer_put_trace(&tools->output, &result, &trace);
	answer->type = ANSWER_TRACE;
	write_output(tools, job->request->fds[1], answer);
}

static void
show_text(struct job_tools *tools, const struct job *job, struct channel_message *answer)
{
	struct message_text text;

	mime_read(&tools->arena, job->message, &tools->engine->limits, &text);
	answer_put_seen(
		&tools->output, seen_text(tools->engine->rules, tools->scratch, &text, &tools->arena));
	answer->type = ANSWER_TEXT;
	write_output(tools, job->request->fds[1], answer);
}

static void
measure(struct job_tools *tools, const struct job *job, struct channel_message *answer)
{
	struct message_text text;
	struct scan_result result;
	struct costs costs;

	mime_read(&tools->arena, job->message, &tools->engine->limits, &text);
	costs_init(&costs, tools->engine->rules);
	scan_text_noting(tools->engine->rules, tools->scratch, &text,
		&(const struct scan_notes){.costs = &costs}, &tools->arena, &result);
	answer_put_costs(&tools->output, &costs);
	costs_done(&costs);
	answer->type = ANSWER_COST;
	write_output(tools, job->request->fds[1], answer);
}

static void
view(struct job_tools *tools, const struct job *job, struct channel_message *answer)
{
	struct message_view view = {0};

	view_read(&tools->arena, job->message, &tools->engine->limits, &view);
	answer_put_view(&tools->output, &view);
	answer->type = ANSWER_VIEW;
	write_output(tools, job->request->fds[1], answer);
}

static void
view_part(struct job_tools *tools, const struct job *job, struct channel_message *answer)
{
	struct wire wire = {.rest = job->request->payload};
	uint32_t number;
	int missing;

	if (wire_u32(&wire, &number) != 0) {
		fail(tools, FAILED_REQUEST, answer);
		return;
	}
	missing = view_read_part(job->message, &tools->engine->limits, number, &tools->output);
	wire_put_u32(&tools->answer, missing != 0);
	answer->type = ANSWER_PART;
	if (missing == 0)
		write_output(tools, job->request->fds[1], answer);
}

/* What functions had in their frames, deeper than this one. */
static __attribute__((noinline)) void
wipe_stack(void)
{
	uint8_t below[512 * 1024];

	mem_wipe(below, sizeof(below));
}

/* Wipes what the last message left; a small message keeps its memory for the next. */
static void
reset(struct job_tools *tools)
{
	enum { KEEP_MAX = 1 << 20 };

	wipe_stack();
	scan_scratch_forget(tools->scratch);
	mem_wipe(tools->answer.p, tools->answer.n);
	buf_reset(&tools->answer);
	if (tools->output.cap > KEEP_MAX)
		buf_wipe_done(&tools->output);
	else
		mem_wipe(tools->output.p, tools->output.n);
	buf_reset(&tools->output);
	arena_reset(&tools->arena);
}

/* The supervisor lets no other type through. */
static void (*const runners[])(struct job_tools *, const struct job *, struct channel_message *) = {
	[JOB_SCAN] = scan,
	[JOB_VIEW] = view,
	[JOB_VIEW_PART] = view_part,
	[JOB_EXPLAIN] = explain,
	[JOB_TEXT] = show_text,
	[JOB_COST] = measure,
};

static unsigned
why(uint32_t type)
{
	return type == WORKER_SCAN_CRASHED     ? UNSCANNABLE_CRASH
	       : type == WORKER_SCAN_EXHAUSTED ? UNSCANNABLE_MEMORY
					       : 0;
}

void
job_run(struct job_tools *tools, const struct channel_message *request, struct channel_message *ret_answer)
{
	struct channel_message answer = {.id = request->id};
	struct job job = {.request = request};

	reset(tools);
	job.why = why(request->type);
	if (fd_map(request->fds[0], tools->engine->message_max, &job.message, NULL) != 0) {
		fail(tools, FAILED_SIZE, &answer);
	} else {
		runners[job.why != 0 ? JOB_SCAN : request->type](tools, &job, &answer);
		fd_unmap(&job.message);
	}
	answer.payload = buf_bytes(&tools->answer);
	*ret_answer = answer;
}
