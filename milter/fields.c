/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/fields.h"

enum { FIELDS_MAX = 300, SPECIAL_MAX = 100, VALUE_BYTES_MAX = 128 * 1024 };

enum field_kind
fields_kind(struct bytes name)
{
	static const struct {
		struct bytes name;
		enum field_kind kind;
	} table[] = {
		{BYTES_LIT("From"), FIELD_FROM},
		{BYTES_LIT("To"), FIELD_TO},
		{BYTES_LIT("Cc"), FIELD_CC},
		{BYTES_LIT("Subject"), FIELD_SUBJECT},
		{BYTES_LIT("Date"), FIELD_DATE},
		{BYTES_LIT("Message-ID"), FIELD_MESSAGE_ID},
		{BYTES_LIT("Resent-Date"), FIELD_RESENT},
		{BYTES_LIT("Resent-Message-ID"), FIELD_RESENT},
		{BYTES_LIT("Received"), FIELD_RECEIVED},
		{BYTES_LIT("TLS-Required"), FIELD_TLS_REQUIRED},
	};

	if (bytes_starts_nocase(name, BYTES_LIT("X-Postseal")))
		return FIELD_OWN;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (bytes_eq_nocase(name, table[i].name))
			return table[i].kind;
	return FIELD_OTHER;
}

static bool
is_special(enum field_kind kind)
{
	return kind == FIELD_OWN || kind == FIELD_TLS_REQUIRED;
}

static bool
keeps_value(enum field_kind kind)
{
	return kind != FIELD_OTHER && kind != FIELD_RECEIVED && kind != FIELD_TLS_REQUIRED;
}

int
fields_index(const struct field *field)
{
	struct bytes name = bytes_of_str(field->name);
	int index = 1;

	for (const struct field *f = field->previous; f; f = f->previous)
		if (bytes_eq_nocase(bytes_of_str(f->name), name))
			index++;
	return index;
}

/* Whether one more of this kind is listed. The special ones are listed even when the others no longer are. */
static bool
has_room(struct fields *fields, enum field_kind kind)
{
	if (is_special(kind)) {
		fields->hostile |= fields->n_special == SPECIAL_MAX;
		return !fields->hostile && ++fields->n_special;
	}
	fields->too_many |= fields->n == FIELDS_MAX;
	return !fields->too_many && ++fields->n;
}

void
fields_add(struct fields *fields, struct arena *arena, struct bytes name, struct bytes value)
{
	enum field_kind kind = fields_kind(name);
	struct field *field;

	if (!has_room(fields, kind))
		return;
	field = arena_alloc(arena, sizeof(*field));
	*field = (struct field){.kind = kind, .name = arena_str(arena, name), .previous = fields->last};
	if (keeps_value(kind) && value.n <= VALUE_BYTES_MAX - fields->n_value_bytes) {
		field->value = arena_bytes(arena, value);
		fields->n_value_bytes += value.n;
	}
	if (fields->last)
		fields->last->next = field;
	else
		fields->first = field;
	fields->last = field;
}

size_t
fields_count(const struct fields *fields, enum field_kind kind)
{
	size_t n = 0;

	for (const struct field *f = fields->first; f; f = f->next)
		n += f->kind == kind;
	return n;
}

const struct field *
fields_first(const struct fields *fields, enum field_kind kind)
{
	const struct field *f = fields->first;

	while (f && f->kind != kind)
		f = f->next;
	return f;
}
