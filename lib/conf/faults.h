/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that is wrong with a file, not just the first thing: file, line, column, what was expected.
 * The list owns its texts; faults_done() frees. It stops keeping after FAULTS_MAX, but goes on counting.
 */
#ifndef POSTSEAL_FAULTS_H
#define POSTSEAL_FAULTS_H

#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"

enum { FAULTS_MAX = 100 };

struct fault {
	const char *file;
	int line, column; /* 1 is the first; 0 = not known */
	const char *text;
};

struct faults {
	struct arena arena;
	struct fault list[FAULTS_MAX];
	size_t n; /* all, kept or not */
};

void faults_init(struct faults *faults);
void faults_done(struct faults *faults);
void faults_add(struct faults *faults, const char *file, int line, int column, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* One as `file:line:column: text`, as far as the place is known. */
void faults_format(const struct fault *fault, char *text, size_t size);

/* All, a line each. */
void faults_print(const struct faults *faults, FILE *out);

/* The first one, with "and N more", as an ERR_CONFIG error; returns -1. */
int faults_err(const struct faults *faults, struct err *err);

#endif
