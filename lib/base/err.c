/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const struct {
	const char *name;
	int exit_code;
} classes[] = {
	[ERR_NONE] = {"none", EX_OK},
	[ERR_TEMP] = {"temporary", EX_TEMPFAIL},
	[ERR_PERM] = {"permanent", EX_SOFTWARE},
	[ERR_CONFIG] = {"configuration", EX_CONFIG},
	[ERR_PEER] = {"peer", EX_PROTOCOL},
	[ERR_USAGE] = {"usage", 2},
};

int err_exit_code(enum err_class class)
{
	return classes[class].exit_code;
}

const char *err_class_name(enum err_class class)
{
	return classes[class].name;
}

int
err_set(struct err *err, enum err_class class, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return -1;
	err->class = class;
	err->sys_errno = 0;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *err, enum err_class class, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t n;

	if (err == NULL)
		return -1;
	err->class = class;
	err->sys_errno = saved;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof(err->text) - n, ": %s", strerrordesc_np(saved));
	return -1;
}

int
err_add(struct err *err, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;
	size_t n;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = strlen(text);
	/* What does not fit is cut off: the newest context and the oldest cause both start within the text.
	 */
	if (snprintf(text + n, sizeof(text) - n, ": %s", err->text) < 0)
		return -1;
	memcpy(err->text, text, sizeof(err->text));
	return -1;
}
