/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/maillog.h"

#include "lib/base/ascii.h"

/* Cuts what stands before `mark` off *rest, and the mark. False when it is not there. */
static bool
cut(struct bytes *rest, const char *mark, struct bytes *ret_before)
{
	struct bytes m = bytes_of_str(mark);
	size_t at = bytes_find(*rest, m);

	if (at == rest->n)
		return false;
	*ret_before = bytes_sub(*rest, 0, at);
	*rest = bytes_sub(*rest, at + m.n, rest->n);
	return true;
}

static bool
starts(struct bytes text, const char *start)
{
	size_t n = strlen(start);

	return text.n >= n && memcmp(text.p, start, n) == 0;
}

/* Hexadecimal, or the long form's letters and digits. */
static bool
is_queue_id(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_is_alnum(text.p[i]))
			return false;
	return text.n >= 5 && text.n <= 30;
}

/* "Nov 29 00:23:33 mx postfix/smtp[12]: " or the same with another form of time. */
static bool
read_prefix(struct bytes *rest, struct maillog_line *line)
{
	struct bytes before, host;
	size_t at;

	if (!cut(rest, "]: ", &before))
		return false;
	for (at = before.n; at > 0 && before.p[at - 1] != ' '; at--)
		;
	line->process = bytes_sub(before, at, before.n);
	host = bytes_trim(bytes_sub(before, 0, at));
	for (at = host.n; at > 0 && host.p[at - 1] != ' '; at--)
		;
	line->time = bytes_trim(bytes_sub(host, 0, at));
	return line->process.n > 0 && line->time.n > 0;
}

/* Verified TLS connection established to mx.example[192.0.2.1]:25: TLSv1.3 ... */
static bool
read_tls(struct bytes rest, struct maillog_line *line)
{
	static const struct {
		const char *word;
		enum tls_level level;
	} proofs[] = {
		{"Verified", TLS_LEVEL_DANE}, /* by names or by DANE: whatever its transport asked for */
		{"Trusted", TLS_LEVEL_ENCRYPTED},
		{"Untrusted", TLS_LEVEL_ENCRYPTED},
		{"Anonymous", TLS_LEVEL_ENCRYPTED},
	};
	struct bytes word;

	if (!cut(&rest, " TLS connection established to ", &word) || !cut(&rest, ": TLSv1.", &line->relay) ||
		rest.n == 0 || rest.p[0] < '2')
		return false;
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++)
		if (bytes_eq(word, bytes_of_str(proofs[i].word))) {
			line->level = proofs[i].level;
			line->kind = MAILLOG_TLS;
			return true;
		}
	return false;
}

/* milter-header-filter: header X-Postseal-TLS: verified; PS1...; just filter: when it is queued anew. */
static void
read_mark(struct bytes rest, struct maillog_line *line)
{
	struct bytes level;

	if ((starts(rest, "milter-header-filter: header X-Postseal-TLS: ") ||
		    starts(rest, "filter: header X-Postseal-TLS: ")) &&
		cut(&rest, "X-Postseal-TLS: ", &level) && cut(&rest, ";", &level) &&
		tls_level_parse(level, &line->level))
		line->kind = MAILLOG_PROMISED;
}

/* <address>: in quotes it may hold what looks like the rest of the line (RFC 5321 section 4.1.2). */
static bool
read_recipient(struct bytes *rest, struct bytes *ret_recipient)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < rest->n && (quoted || rest->p[i] != '>'); i++) {
		if (rest->p[i] == '\\')
			i++;
		else if (rest->p[i] == '"')
			quoted = !quoted;
	}
	if (i >= rest->n)
		return false;
	*ret_recipient = bytes_sub(*rest, 0, i);
	*rest = bytes_sub(*rest, i + 1, rest->n);
	return true;
}

static void
read_delivery(struct bytes rest, struct maillog_line *line)
{
	struct bytes before;

	rest = bytes_sub(rest, strlen("to=<"), rest.n);
	if (!read_recipient(&rest, &line->recipient))
		return;
	if (starts(rest, ", orig_to=<")) {
		rest = bytes_sub(rest, strlen(", orig_to=<"), rest.n);
		if (!read_recipient(&rest, &before))
			return;
	}
	if (!starts(rest, ", relay=") || !cut(&rest, "relay=", &before) || !cut(&rest, ",", &line->relay) ||
		!cut(&rest, " status=", &before))
		return;
	line->status = bytes_sub(rest, 0, bytes_find_byte(rest, ' '));
	line->kind = MAILLOG_DELIVERY;
}

void
maillog_read(struct bytes text, struct maillog_line *ret_line)
{
	struct bytes rest = text;

	*ret_line = (struct maillog_line){.kind = MAILLOG_OTHER};
	if (!read_prefix(&rest, ret_line) || read_tls(rest, ret_line) ||
		!cut(&rest, ": ", &ret_line->queue_id) || !is_queue_id(ret_line->queue_id))
		return;
	if (starts(rest, "to=<"))
		read_delivery(rest, ret_line);
	else if (bytes_eq(bytes_trim(rest), BYTES_LIT("removed")))
		ret_line->kind = MAILLOG_REMOVED;
	else
		read_mark(rest, ret_line);
}

enum tls_level
maillog_transport_level(struct bytes process)
{
	static const struct {
		const char *name;
		enum tls_level level;
	} transports[] = {
		{"/smtp-phi/", TLS_LEVEL_VERIFIED},
		{"/smtp-phi-encrypted/", TLS_LEVEL_ENCRYPTED},
		{"/smtp-phi-dane/", TLS_LEVEL_DANE},
	};

	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++)
		if (bytes_find(process, bytes_of_str(transports[i].name)) < process.n)
			return transports[i].level;
	return TLS_LEVEL_NONE;
}
