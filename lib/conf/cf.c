/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/cf.h"

#include "lib/base/ascii.h"
#include "lib/base/buf.h"
#include "lib/base/utf8.h"

/* `$a` of `$b` of `$c`: a chain longer than this is a circle. References are bounded as well: they multiply.
 */
enum { EXPAND_DEPTH_MAX = 10, EXPAND_REFERENCES_MAX = 1000 };

struct reader {
	struct arena *arena;
	const char *file;
	struct faults *faults;
	struct bytes content;
	size_t at; /* start of the line to read next */
	int line;
	struct cf_entry *first, *last;
	struct buf value; /* of the entry being read */
	int ret;
};

static bool
is_name_char(uint8_t c)
{
	return ascii_is_alnum(c) || c == '_';
}

static void
fault(struct reader *reader, size_t column, const char *text)
{
	faults_add(reader->faults, reader->file, reader->line, (int)column, "%s", text);
	reader->ret = -1;
}

/* Where a byte stands that a text may not hold, or b.n. */
static size_t
find_control(struct bytes b)
{
	size_t i = 0;

	while (i < b.n && (b.p[i] >= 32 || b.p[i] == '\t') && b.p[i] != 127)
		i++;
	return i;
}

static void
finish_entry(struct reader *reader)
{
	if (reader->last != NULL && reader->last->value == NULL) {
		struct bytes value = buf_bytes(&reader->value);

		if (buf_full(&reader->value))
			fault(reader, 0, "the value is too long");
		reader->last->value = arena_str(reader->arena, bytes_trim(value));
	}
	buf_reset(&reader->value);
}

static void
append_value(struct reader *reader, struct bytes piece)
{
	piece = bytes_trim(piece);
	if (piece.n > 0 && reader->value.n > 0)
		buf_put_byte(&reader->value, ' ');
	buf_put_bytes(&reader->value, piece);
}

static void
start_entry(struct reader *reader, struct bytes line, size_t offset)
{
	size_t name_n = 0, equals = bytes_find_byte(line, '=');
	struct cf_entry *entry;

	finish_entry(reader);
	while (name_n < line.n && is_name_char(line.p[name_n]))
		name_n++;
	if (equals == line.n) {
		fault(reader, 1, "expected 'name = value'");
		return;
	}
	if (name_n == 0 || bytes_trim(bytes_sub(line, name_n, equals - name_n)).n > 0) {
		fault(reader, name_n + 1, "expected a name of letters, digits and '_' before '='");
		return;
	}
	entry = arena_alloc(reader->arena, sizeof(*entry));
	entry->name = arena_str(reader->arena, bytes_sub(line, 0, name_n));
	entry->file = reader->file;
	entry->line = reader->line;
	entry->column = 1;
	entry->value_column = (int)equals + 2;
	while ((size_t)entry->value_column <= line.n && ascii_is_space(line.p[entry->value_column - 1]))
		entry->value_column++;
	entry->offset = offset;
	entry->end = reader->at;
	if (reader->last != NULL)
		reader->last->next = entry;
	else
		reader->first = entry;
	reader->last = entry;
	append_value(reader, bytes_sub(line, equals + 1, line.n));
}

static void
continue_entry(struct reader *reader, struct bytes line)
{
	if (reader->last == NULL || reader->last->value != NULL) {
		/* After a faulty line its continuation is no fault of its own. */
		if (reader->ret == 0)
			fault(reader, 1, "a line that starts with white space continues nothing here");
		return;
	}
	reader->last->end = reader->at;
	append_value(reader, line);
}

static void
read_line(struct reader *reader, struct bytes line, size_t offset)
{
	struct bytes trimmed = bytes_trim(line);
	size_t control = find_control(line);

	if (trimmed.n == 0 || trimmed.p[0] == '#')
		return;
	if (control < line.n)
		fault(reader, control + 1, "a control character");
	else if (!utf8_is_valid(line))
		fault(reader, 0, "not UTF-8");
	else if (ascii_is_space(line.p[0]))
		continue_entry(reader, line);
	else
		start_entry(reader, line, offset);
}

int
cf_parse(struct arena *arena, const char *file, struct bytes content, struct cf_entry **ret_entries,
	struct faults *faults)
{
	struct reader reader = {.arena = arena, .file = file, .faults = faults, .content = content};
	struct bytes rest = content, line;

	buf_init(&reader.value, CF_MAX_VALUE);
	for (;;) {
		size_t offset = reader.at;

		if (!bytes_next_line(&rest, &line))
			break;
		reader.at = content.n - rest.n;
		reader.line++;
		read_line(&reader, line, offset);
	}
	finish_entry(&reader);
	buf_done(&reader.value);
	if (reader.ret == 0)
		*ret_entries = reader.first;
	return reader.ret;
}

int
cf_parse_override(struct arena *arena, const char *text, struct cf_entry **ret_entry, struct faults *faults)
{
	struct bytes line = bytes_of_str(text);

	if (find_control(line) < line.n || line.n == 0 || !is_name_char(line.p[0])) {
		faults_add(faults, "command line", 0, 0, "expected name=value, found '%s'", text);
		return -1;
	}
	if (cf_parse(arena, "command line", line, ret_entry, faults) != 0)
		return -1;
	(*ret_entry)->line = 0;
	return 0;
}

/* Takes the name of a reference off *rest, which stands behind the `$`. Returns 0, or -1: no name there. */
static int
cut_name(struct bytes *rest, struct bytes *ret_name)
{
	bool braces = rest->n > 0 && rest->p[0] == '{';
	struct bytes name = bytes_sub(*rest, braces, rest->n);
	size_t n = 0;

	while (n < name.n && is_name_char(name.p[n]))
		n++;
	if (n == 0 || (braces && (n == name.n || name.p[n] != '}')))
		return -1;
	*ret_name = bytes_sub(name, 0, n);
	*rest = bytes_sub(name, n + braces, name.n);
	return 0;
}

static int
expand_fault(const struct cf_expansion *x, const char *what, struct bytes name)
{
	const struct cf_entry *entry = x->entry;

	faults_add(x->faults, entry->file, entry->line, entry->line > 0 ? entry->value_column : 0,
		"%s: %s%.*s", entry->name, what, (int)(name.n < 60 ? name.n : 60), (const char *)name.p);
	return -1;
}

struct expand_at {
	int depth, references;
};

static int
expand_at(const struct cf_expansion *x, const char *value, struct buf *out, struct expand_at *at)
{
	struct bytes rest = bytes_of_str(value), name;

	while (rest.n > 0) {
		size_t dollar = bytes_find_byte(rest, '$');
		const char *inner;

		buf_put_bytes(out, bytes_sub(rest, 0, dollar));
		if (dollar == rest.n)
			break;
		rest = bytes_sub(rest, dollar + 1, rest.n);
		if (rest.n > 0 && rest.p[0] == '$') {
			buf_put_byte(out, '$');
			rest = bytes_sub(rest, 1, rest.n);
			continue;
		}
		if (cut_name(&rest, &name) != 0)
			return expand_fault(
				x, "expected a name behind '$' ('$$' is a dollar)", BYTES_LIT(""));
		inner = x->lookup(x->context, name);
		if (inner == NULL)
			return expand_fault(x, "there is no option $", name);
		if (at->depth == EXPAND_DEPTH_MAX)
			return expand_fault(x, "goes in a circle through $", name);
		if (++at->references > EXPAND_REFERENCES_MAX || buf_full(out))
			return expand_fault(x, "too long once expanded, at $", name);
		at->depth++;
		if (expand_at(x, inner, out, at) != 0)
			return -1;
		at->depth--;
	}
	return 0;
}

int
cf_expand(const struct cf_expansion *expansion, const char *value, struct buf *out)
{
	struct expand_at at = {0};

	return expand_at(expansion, value, out, &at);
}
