/* SPDX-License-Identifier: Apache-2.0 */
/* One job, done in the worker: a message in, the bytes of an answer out. */
#ifndef POSTSEAL_JOB_H
#define POSTSEAL_JOB_H

#include "lib/base/arena.h"
#include "lib/dlp/scan.h"
#include "lib/run/channel.h"
#include "parser/engine.h"

/* What a worker keeps between messages; nothing of a message stays in it. */
struct job_tools {
	const struct engine *engine;
	struct scan_scratch *scratch;
	struct arena arena;
	struct buf answer;     /* payload, at most CHANNEL_MAX */
	struct buf output;     /* what goes into the job's output file */
	int64_t until_compare; /* scans up to the next that is compared, with it; 0: none is */
};

void job_tools_init(struct job_tools *tools, const struct engine *engine);
void job_tools_done(struct job_tools *tools);

/* The answer's payload lives in `tools` until the next job. */
void job_run(
	struct job_tools *tools, const struct channel_message *request, struct channel_message *ret_answer);

#endif
