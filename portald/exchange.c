/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/exchange.h"

#include "lib/base/fd.h"

static const char *const field_names[FORM_FIELDS] = {
	[FORM_ID] = "id",
	[FORM_PROOF] = "proof",
	[FORM_CODE] = "code",
	[FORM_KEY] = "key",
	[FORM_LINK] = "link",
};

int
form_field(const char *name)
{
	for (int i = 0; i < FORM_FIELDS; i++)
		if (strcmp(field_names[i], name) == 0)
			return i;
	return -1;
}

/* A value that was too long is as good as none. */
struct bytes
form_get(const struct form *form, enum form_field field)
{
	const struct form_value *value = &form->values[field];

	return value->n > FORM_VALUE_MAX ? bytes_of(NULL, 0) : bytes_of(value->bytes, value->n);
}

void
form_put(struct form *form, enum form_field field, size_t at, struct bytes piece)
{
	struct form_value *value = &form->values[field];

	if (at > FORM_VALUE_MAX || piece.n > FORM_VALUE_MAX - at || value->n > FORM_VALUE_MAX) {
		value->n = FORM_VALUE_MAX + 1;
		return;
	}
	if (piece.n > 0)
		memcpy(value->bytes + at, piece.p, piece.n);
	value->n = at + piece.n;
}

void
answer_init(struct answer *answer)
{
	*answer = (struct answer){.status = 200, .type = "text/html; charset=utf-8", .body_fd = -1};
	buf_init(&answer->body, ANSWER_BODY_MAX);
}

void
answer_done(struct answer *answer)
{
	buf_wipe_done(&answer->body);
	fd_close(&answer->body_fd);
}
