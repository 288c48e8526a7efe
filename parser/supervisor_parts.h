/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's insides, shared by supervisor.c, clients.c and workers.c only. */
#ifndef POSTSEAL_SUPERVISOR_PARTS_H
#define POSTSEAL_SUPERVISOR_PARTS_H

#include <sys/types.h>

#include "parser/queue.h"
#include "parser/supervisor.h"

/* What an epoll event points to; the first member of what it belongs to. */
enum watch_kind { WATCH_SIGNALS, WATCH_LISTENER, WATCH_CLIENT, WATCH_WORKER, WATCH_PDF };
struct watch {
	enum watch_kind kind;
	int fd; /* -1: closed */
	uint32_t events;
};

/* An answer that its client did not read yet. */
struct unsent {
	struct unsent *next;
	uint32_t type, id;
	size_t n;
	uint8_t payload[];
};

struct client {
	struct watch watch;
	struct client *next;
	size_t open_jobs; /* received, and their answer not sent yet */
	struct unsent *first, *last;
};

struct ended {
	struct ended *next;
	pid_t pid;
};

enum worker_state { WORKER_NONE, WORKER_STARTING, WORKER_IDLE, WORKER_BUSY };
struct worker {
	struct watch watch;
	enum worker_state state;
	pid_t pid;
	struct request *request;
	int64_t deadline;   /* of the job, or of its start */
	int64_t not_before; /* WORKER_NONE: no new one until then */
	int64_t jobs;
	unsigned generation;
	bool is_exhausted; /* it said so, and is about to end */
};

struct supervisor {
	const struct settings *settings;
	struct engine *engine;
	unsigned generation;
	int epoll, null, maps;
	struct buf code; /* of code_list() */
	struct pdf_host pdf;
	struct watch signals, listener, pdf_watch;
	bool single; /* ends with its only client */
	const unsigned *uids;
	size_t n_uids;
	struct client *clients;
	size_t n_clients;
	struct worker *workers;
	size_t n_workers;
	struct ended *ended; /* workers that were killed, and not waited for yet */
	struct queue queue;
	struct buf buf;
	bool draining;
	int64_t drain_deadline;
};

/* supervisor.c */
int watch_add(struct supervisor *s, struct watch *watch, uint32_t events);
void watch_change(struct supervisor *s, struct watch *watch, uint32_t events);
void watch_close(struct supervisor *s, struct watch *watch);

/* clients.c */
void clients_accept(struct supervisor *s);
struct client *clients_add(struct supervisor *s, int fd);
void clients_on_event(struct supervisor *s, struct client *client, uint32_t events);
/* Answers and forgets a request; its client may be gone. */
void clients_answer(struct supervisor *s, struct request *request, const struct channel_message *answer);
void clients_fail(struct supervisor *s, struct request *request, uint32_t failure);
/* Frees those that were closed since the last time. */
void clients_sweep(struct supervisor *s);
void clients_close_all(struct supervisor *s);

/* workers.c */
int workers_start_missing(struct supervisor *s, struct err *err);
void workers_on_event(struct supervisor *s, struct worker *worker);
/* Hands waiting requests to idle workers; replaces idle ones that are due. */
void workers_dispatch(struct supervisor *s);
/* Ends those that are over their time. */
void workers_check_time(struct supervisor *s);
/* When workers_check_time() is due next, or -1. */
int64_t workers_next_time(const struct supervisor *s);
void workers_reap(struct supervisor *s);
bool workers_busy(const struct supervisor *s);
void workers_close_all(struct supervisor *s);

#endif
