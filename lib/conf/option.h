/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an option of postseal.cf is: a row of the table in options.c, and how its value is read from text.
 * Internal to lib/conf.
 */
#ifndef POSTSEAL_OPTION_H
#define POSTSEAL_OPTION_H

#include "lib/base/buf.h"
#include "lib/conf/settings.h"

enum option_type {
	OPTION_TEXT,
	OPTION_OPTIONAL_TEXT,
	OPTION_PATH, /* absolute */
	OPTION_OPTIONAL_PATH,
	OPTION_NAME, /* of a user or group, or empty */
	OPTION_NUMBER,
	OPTION_SIZE,
	OPTION_TIME,
	OPTION_CHOICE,
	OPTION_DOMAINS,
	OPTION_MODE,    /* octal file mode */
	OPTION_ADDRESS, /* of a mailbox */
	OPTION_HOST,
	OPTION_HOST_PORT,
	OPTION_LISTEN,  /* host:port or unix:/path */
	OPTION_SERVERS, /* several of them, or none */
	OPTION_MILTER_SOCKET,
	OPTION_URL,
};

struct option_row {
	struct settings_row row;
	enum option_type type;
	size_t offset; /* in struct settings */
	int64_t min, max;
	const char *choices; /* OPTION_CHOICE: separated by " | " */
};

extern const struct option_row option_rows[];
extern const size_t option_rows_n;

/* NULL when there is none. */
const struct option_row *option_find(struct bytes name);

/* The name that was probably meant, or NULL. */
const char *option_nearest(struct bytes name);

/*
 * Reads an expanded value into its field. On a fault returns -1 and says in `expected` what would have been
 * right.
 */
int option_read(
	const struct option_row *option, struct bytes value, struct settings *settings, struct buf *expected);

/* The field as text again, in units that option_read() reads. */
void option_format(const struct option_row *option, const struct settings *settings, struct buf *out);

#endif
