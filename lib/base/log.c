/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include "lib/base/buf.h"

enum { LINE_MAX_BYTES = 2000 };

/* Set once by log_open(), before any thread runs; read-only ever after. */
static struct {
	const char *program;
	enum log_destination destination;
	enum log_level level;
} state = {"postseal", LOG_TO_STDERR, LOG_LEVEL_INFO};

static const struct {
	const char *name;
	int priority;
} levels[] = {
	[LOG_LEVEL_ERROR] = {"error", LOG_ERR},
	[LOG_LEVEL_WARNING] = {"warning", LOG_WARNING},
	[LOG_LEVEL_INFO] = {"info", LOG_INFO},
	[LOG_LEVEL_DEBUG] = {"debug", LOG_DEBUG},
};

void
log_open(const char *program, enum log_destination destination, enum log_level level)
{
	state.program = program;
	state.destination = destination;
	state.level = level;
	if (destination == LOG_TO_SYSLOG)
		openlog(program, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

/* One write(2) a line: lines of several threads and processes never mix. */
static void
write_line(enum log_level level, const char *text)
{
	char line[LINE_MAX_BYTES + 128];
	int n;

	if (state.destination == LOG_TO_SYSLOG) {
		syslog(levels[level].priority, "%s", text);
		return;
	}
	n = snprintf(line, sizeof(line) - 1, "%s[%d]: %s: %s", state.program, (int)getpid(),
		levels[level].name, text);
	if (n < 0)
		return;
	if ((size_t)n > sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n + 1) < 0)
		return; /* nowhere left to say so */
}

static void
escape_controls(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 32 || *text == 127)
			*text = '?';
}

static void
log_va(enum log_level level, const char *fmt, va_list ap)
{
	char text[LINE_MAX_BYTES];

	if (level > state.level)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	escape_controls(text);
	write_line(level, text);
}

#define LOG_FUNCTION(name, level)                                                                            \
	void name(const char *fmt, ...)                                                                      \
	{                                                                                                    \
		va_list ap;                                                                                  \
                                                                                                             \
		va_start(ap, fmt);                                                                           \
		log_va(level, fmt, ap);                                                                      \
		va_end(ap);                                                                                  \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

static void
put_escaped(struct buf *line, struct bytes value)
{
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];

		if (c == '"' || c == '\\')
			buf_putf(line, "\\%c", c);
		else if (c < 32 || c > 126)
			buf_putf(line, "\\x%02x", c);
		else
			buf_put_byte(line, c);
	}
}

void
log_record(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
	struct buf line;

	if (level > state.level)
		return;
	buf_init(&line, LINE_MAX_BYTES - 1);
	buf_put_str(&line, event);
	for (size_t i = 0; i < n; i++) {
		buf_putf(&line, " %s=\"", fields[i].name);
		put_escaped(&line, fields[i].value);
		buf_put_byte(&line, '"');
	}
	write_line(level, buf_cstr(&line));
	buf_done(&line);
}
