/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clients, the parser's supervisor and its workers say to each other, over lib/run/channel.h. A job
 * carries a sealed memfd with the message, and all but SCAN a second, empty one that the worker fills. Every
 * job gets one answer with its id. The supervisor passes jobs and answers on unread.
 */
#ifndef POSTSEAL_PROTOCOL_H
#define POSTSEAL_PROTOCOL_H

enum job_type {
	JOB_SCAN = 1,      /* fds: message; payload: none, or the envelope recipients (client.c) */
	JOB_VIEW = 2,      /* fds: message, output */
	JOB_VIEW_PART = 3, /* fds: message, output; payload: u32 number of the part */
	JOB_EXPLAIN = 4,   /* fds: message, output; payload: u32, enum trace_values; then as of a scan */
	JOB_TEXT = 5,      /* fds: message, output */
	JOB_COST = 6,      /* fds: message, output */
};

enum answer_type {
	ANSWER_RESULT = 0x101, /* payload: a scan_result */
	ANSWER_VIEW = 0x102,   /* no payload; the output holds a message_view */
	ANSWER_PART = 0x103,   /* payload: u32, 0: the output holds the part, 1: there is no such part */
	ANSWER_FAILED = 0x104, /* payload: u32, enum answer_failure */
	ANSWER_TRACE = 0x105,  /* no payload; the output holds a scan_result and a trace */
	ANSWER_TEXT = 0x106,   /* no payload; the output holds a list of seen_segment */
	ANSWER_COST = 0x107,   /* no payload; the output holds a struct costs */
};

enum answer_failure {
	FAILED_CRASH = 1,
	FAILED_TIMEOUT = 2,
	FAILED_BUSY = 3,    /* the queue is full, or the parser is ending: later */
	FAILED_REQUEST = 4, /* the job was not of its form */
	FAILED_SIZE = 5,    /* the answer did not fit */
	FAILED_MEMORY = 6,  /* reading it took more memory than there is for one */
};

/*
 * A connection with so many jobs unanswered is not read until one is done. An output is never longer
 * than SCAN_OUTPUT_MAX.
 */
enum { SCAN_JOBS_MAX = 64, SCAN_OUTPUT_MAX = 256 * 1024 * 1024 };

/*
 * A scan's payload: u32 how many recipients there are, then the address of each, as long as all together are
 * not above SCAN_RECIPIENTS_MAX bytes. Who reads fewer than there are knows that some are not told.
 */
enum { SCAN_RECIPIENTS_MAX = 64 * 1024 };

#endif
