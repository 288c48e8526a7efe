/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What went wrong in the world, as a value of fixed size that needs no memory.
 * The class says what the mail needs to know; the text grows by context on its way up and is logged once, by
 * the layer that decides the outcome. No text ever holds message content, addresses of patients, or secrets.
 * Our own bugs are assert(); exhausted memory is fatal in lib/base/mem: neither is an err.
 */
#ifndef POSTSEAL_ERR_H
#define POSTSEAL_ERR_H

#include <stddef.h>

enum err_class {
	ERR_NONE,
	ERR_TEMP,   /* try later: 4xx */
	ERR_PERM,   /* never works: 5xx */
	ERR_CONFIG, /* refuse to start */
	ERR_PEER,   /* the other side broke the protocol: drop the connection */
	ERR_USAGE,  /* wrong command line */
};

struct err {
	enum err_class class;
	int sys_errno; /* 0 when no system call failed */
	char text[256];
};

/* Each returns -1, so that `return err_set(...)` reads well. An err of NULL is allowed: nothing is kept. */
int err_set(struct err *err, enum err_class class, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends ": " and the text of errno, and keeps errno. */
int err_sys(struct err *err, enum err_class class, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts context in front: "context: what was there". */
int err_add(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* sysexits.h code for a class. */
int err_exit_code(enum err_class class);
const char *err_class_name(enum err_class class);

#endif
