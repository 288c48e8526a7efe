/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/faults.h"

#include <stdarg.h>
#include <stdio.h>

void
faults_init(struct faults *faults)
{
	arena_init(&faults->arena);
	faults->n = 0;
}

void
faults_done(struct faults *faults)
{
	arena_done(&faults->arena);
	faults->n = 0;
}

static size_t
kept(const struct faults *faults)
{
	return faults->n < FAULTS_MAX ? faults->n : FAULTS_MAX;
}

/* Most faults are of the same file as the one before: one copy of its name is enough. */
static const char *
keep_file(struct faults *faults, const char *file)
{
	size_t n = kept(faults);

	if (file == NULL)
		return NULL;
	if (n > 0 && faults->list[n - 1].file != NULL && strcmp(faults->list[n - 1].file, file) == 0)
		return faults->list[n - 1].file;
	return arena_str(&faults->arena, bytes_of_str(file));
}

void
faults_add(struct faults *faults, const char *file, int line, int column, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (faults->n >= FAULTS_MAX) {
		faults->n++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	faults->list[faults->n] = (struct fault){
		.file = keep_file(faults, file),
		.line = line,
		.column = column,
		.text = arena_str(&faults->arena, bytes_of_str(text)),
	};
	faults->n++;
}

void
faults_format(const struct fault *fault, char *text, size_t size)
{
	if (fault->file == NULL)
		snprintf(text, size, "%s", fault->text);
	else if (fault->line == 0)
		snprintf(text, size, "%s: %s", fault->file, fault->text);
	else if (fault->column == 0)
		snprintf(text, size, "%s:%d: %s", fault->file, fault->line, fault->text);
	else
		snprintf(text, size, "%s:%d:%d: %s", fault->file, fault->line, fault->column, fault->text);
}

void
faults_print(const struct faults *faults, FILE *out)
{
	char text[1024];

	for (size_t i = 0; i < kept(faults); i++) {
		faults_format(&faults->list[i], text, sizeof(text));
		fprintf(out, "%s\n", text);
	}
	if (faults->n > FAULTS_MAX)
		fprintf(out, "and %zu more\n", faults->n - FAULTS_MAX);
}

int
faults_err(const struct faults *faults, struct err *err)
{
	char text[1024];

	if (faults->n == 0)
		return err_set(err, ERR_CONFIG, "no fault");
	faults_format(&faults->list[0], text, sizeof(text));
	if (faults->n == 1)
		return err_set(err, ERR_CONFIG, "%s", text);
	return err_set(err, ERR_CONFIG, "%.200s (and %zu more)", text, faults->n - 1);
}
