/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look CONFIGURATION: looks up each domain of standard input, all at once, and prints the evidence of each, a
 * line a domain, as it comes. A line of input is a domain, or the evidence that was known of one before.
 */
#include <event2/event.h>
#include <stdio.h>

#include "lib/base/fd.h"
#include "lib/run/sandbox.h"
#include "lib/tlspolicy/evidence_line.h"
#include "lib/tlspolicy/postfix.h"
#include "policyd/lookup.h"

static struct {
	struct event_base *base;
	size_t left;
} look;

static void
on_done(void *context, const struct evidence *evidence)
{
	struct tls_verdict verdict;
	struct buf line;

	(void)context;
	buf_init(&line, EVIDENCE_LINE_MAX);
	evidence_line_put(evidence, &line);
	buf_put_byte(&line, '\t');
	tls_judge(evidence, evidence->looked, &verdict);
	tls_postfix_put(evidence, &verdict, evidence->looked, TLS_USE_ORDINARY, &line);
	puts(buf_cstr(&line));
	fflush(stdout);
	buf_done(&line);
	if (--look.left == 0)
		event_base_loopexit(look.base, NULL);
}

static int
start(struct lookups *lookups, struct arena *arena, struct bytes line, struct err *err)
{
	struct evidence *before = NULL;

	look.left++;
	if (bytes_find_byte(line, ' ') == line.n) {
		lookup_start(lookups, arena_str(arena, line), NULL, on_done, NULL);
		return 0;
	}
	if (evidence_line_parse(arena, line, &before, err) < 0)
		return -1;
	lookup_start(lookups, before->domain, before, on_done, NULL);
	return 0;
}

static int
run(const struct settings *settings, struct err *err)
{
	const struct sandbox_spec sandbox = {.may = MAY_CONNECT_INET | MAY_ASK_DNS};
	struct lookups *lookups = NULL;
	struct bytes rest, line;
	struct arena arena;
	struct buf input;
	int ret = 0;

	arena_init(&arena);
	buf_init(&input, EVIDENCE_LINE_MAX);
	if (lookups_open(look.base, settings, &lookups, err) < 0 || fd_read_to_end(0, &input, err) < 0 ||
		sandbox_confine(&sandbox, err) < 0)
		ret = -1;
	rest = buf_bytes(&input);
	while (ret == 0 && bytes_next_line(&rest, &line))
		ret = start(lookups, &arena, line, err);
	if (ret == 0 && look.left > 0)
		event_base_dispatch(look.base);
	lookups_close(lookups);
	buf_done(&input);
	arena_done(&arena);
	return ret;
}

int
main(int argc, char **argv)
{
	struct settings *settings = NULL;
	struct faults faults;
	struct err err = {0};
	int ret = 1;

	faults_init(&faults);
	look.base = event_base_new();
	if (argc != 2 || settings_load(argv[1], NULL, &settings, &faults) < 0)
		fprintf(stderr, "look: settings\n");
	else if (run(settings, &err) < 0)
		fprintf(stderr, "look: %s\n", err.text);
	else
		ret = 0;
	settings_free(settings);
	faults_done(&faults);
	event_base_free(look.base);
	return ret;
}
