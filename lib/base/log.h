/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: syslog's mail facility, or standard error, one line a record, no line longer than 2,000 bytes.
 * Only programs log; library code returns an err. Control characters are escaped, so no value can forge a
 * line. No record holds message content: values are counts, identifiers, rule names and (where the setting
 * allows it) envelope addresses. Thread-safe; log_open() comes first, before threads and before privileges
 * are dropped.
 */
#ifndef POSTSEAL_LOG_H
#define POSTSEAL_LOG_H

#include "lib/base/bytes.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_destination { LOG_TO_STDERR, LOG_TO_SYSLOG };

void log_open(const char *program, enum log_destination destination, enum log_level level);

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * A record of named values: `event name="value" ...`, for machines and people alike. Names are [a-z_]+;
 * values are quoted, with `"`, `\` and bytes below 32 or above 126 escaped. An array of n fields.
 */
struct log_field {
	const char *name;
	struct bytes value;
};

void log_record(enum log_level level, const char *event, const struct log_field *fields, size_t n);

#endif
