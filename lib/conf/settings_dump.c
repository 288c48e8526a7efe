/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal conf`: showing the settings, and changing one line of the file. */
#include <stdio.h>
#include <sys/stat.h>

#include "lib/base/fd.h"
#include "lib/conf/option.h"
#include "lib/conf/settings.h"
#include "lib/conf/source.h"

enum { NEW_FILE_MODE = 0644 };

int
settings_dump(FILE *out, const char *path, enum settings_dump which, struct faults *faults)
{
	struct source source;
	struct faults ours;
	int ret = 0;

	source_init(&source);
	faults_init(&ours);
	if (which != DUMP_DEFAULTS && source_read(&source, path, &ours) != 0 && source.text.n == 0)
		ret = -1;
	for (size_t i = 0; i < ours.n && i < FAULTS_MAX; i++)
		faults_add(faults, ours.list[i].file, ours.list[i].line, ours.list[i].column, "%s",
			ours.list[i].text);
	for (size_t i = 0; ret == 0 && i < option_rows_n; i++) {
		const struct cf_entry *entry = source.entries[i];

		if (which == DUMP_SET && entry == NULL)
			continue;
		fprintf(out, "%s = %s\n", option_rows[i].row.name,
			entry != NULL ? entry->value : option_rows[i].row.fallback);
	}
	faults_done(&ours);
	source_done(&source);
	return ret;
}

int
settings_dump_one(FILE *out, const struct settings *settings, const char *name)
{
	const struct option_row *option = option_find(bytes_of_str(name));
	struct buf text;

	if (option == NULL)
		return -1;
	buf_init(&text, CF_MAX_VALUE + 1024);
	option_format(option, settings, &text);
	fprintf(out, "%s\n", buf_cstr(&text));
	buf_done(&text);
	return 0;
}

static bool
differs(const struct option_row *option, const struct settings *a, const struct settings *b)
{
	struct buf x, y;
	bool ret;

	buf_init(&x, CF_MAX_VALUE + 1024);
	buf_init(&y, CF_MAX_VALUE + 1024);
	option_format(option, a, &x);
	option_format(option, b, &y);
	ret = !bytes_eq(buf_bytes(&x), buf_bytes(&y));
	buf_done(&x);
	buf_done(&y);
	return ret;
}

const char *
settings_fixed_change(const struct settings *running, const struct settings *wanted, size_t *at)
{
	while (*at < option_rows_n) {
		const struct option_row *option = &option_rows[(*at)++];

		if (!option->row.reload && differs(option, running, wanted))
			return option->row.name;
	}
	return NULL;
}

/* The file's text with the entry's lines replaced by the new one, or with it at the end. */
static void
put_edited(
	struct buf *out, struct bytes text, const struct cf_entry *old, const char *name, const char *value)
{
	size_t from = old != NULL ? old->offset : text.n, to = old != NULL ? old->end : text.n;

	buf_put_bytes(out, bytes_sub(text, 0, from));
	if (out->n > 0 && out->p[out->n - 1] != '\n')
		buf_put_byte(out, '\n');
	buf_putf(out, "%s = %s\n", name, value);
	buf_put_bytes(out, bytes_sub(text, to, text.n));
}

static int
write_edited(const char *path, const struct source *source, const struct cf_entry *old,
	const char *assignment, const struct option_row *option, struct faults *faults)
{
	const char *value = strchr(assignment, '=') + 1;
	struct stat st = {.st_mode = NEW_FILE_MODE};
	struct err err = {0};
	struct buf out;
	int ret = 0;

	buf_init(&out, CF_MAX_BYTES);
	put_edited(&out, buf_bytes(&source->text), old, option->row.name, value);
	(void)stat(path, &st);
	if (buf_full(&out))
		err_set(&err, ERR_CONFIG, "%s: longer than %d bytes", path, (int)CF_MAX_BYTES);
	if (err.class != ERR_NONE || fd_write_file(path, buf_bytes(&out), st.st_mode & 07777, &err) != 0) {
		faults_add(faults, NULL, 0, 0, "%s", err.text);
		ret = -1;
	}
	buf_done(&out);
	return ret;
}

/*
 * The new value is tried as an override over the file first, so that no edit breaks a good file; faults that
 * the file had before are not this edit's to mend, but with them nothing can be tried, so they refuse it too.
 */
int
settings_edit(const char *path, const char *name, const char *value, struct faults *faults)
{
	const struct option_row *option = option_find(bytes_of_str(name));
	struct settings *trial = NULL;
	struct source source;
	const char *assignment, *file;
	struct stat st;
	int ret = -1;

	source_init(&source);
	file = stat(path, &st) == 0 ? path : NULL;
	assignment = arena_strf(&source.arena, "%s=%s", name, value);
	if (settings_load(file, &(struct str_list){&assignment, 1}, &trial, faults) == 0 && option != NULL &&
		source_read(&source, file, faults) == 0)
		ret = write_edited(
			path, &source, source.entries[option - option_rows], assignment, option, faults);
	settings_free(trial);
	source_done(&source);
	return ret;
}
