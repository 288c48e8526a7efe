/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reader makes of messages, for scripts. Input: a length in decimal and a line feed, then as many
 * bytes; again until the end. Output, for each: "PARTS UNSCANNABLE UNREAD TRAITS MILLISECONDS" (the second
 * and fourth comma-separated names, or "-"), a line for each segment with its view, part and text, then a
 * line with a dot. In texts and parts backslash, tab and line breaks are escaped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/format/formats.h"
#include "lib/mime/reader.h"

static const struct mime_limits limits = {.depth = 30,
	.parts = 1000,
	.headers = 2000,
	.text = 32 << 20,
	.file_size = 64 << 20,
	.unpacked_size = 128 << 20,
	.ratio = 200,
	.file_ms = 5000,
	.message_ms = 10000};

static void
put_escaped(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++) {
		switch (b.p[i]) {
		case '\\':
			fputs("\\\\", stdout);
			break;
		case '\n':
			fputs("\\n", stdout);
			break;
		case '\r':
			fputs("\\r", stdout);
			break;
		case '\t':
			fputs("\\t", stdout);
			break;
		default:
			putchar(b.p[i]);
		}
	}
}

static void
put_names(unsigned bits, const char *(*name_of)(unsigned bit))
{
	const char *between = "";

	for (unsigned bit = 1; bit != 0 && bit <= bits; bit <<= 1) {
		const char *name = bits & bit ? name_of(bit) : NULL;

		if (name != NULL)
			printf("%s%s", between, name);
		between = name != NULL ? "," : between;
	}
	printf("%s ", *between == '\0' ? "-" : "");
}

static const char *
name_of_unscannable(unsigned bit)
{
	return unscannable_name((enum unscannable)bit);
}

static const char *
name_of_trait(unsigned bit)
{
	return trait_label((enum message_trait)bit);
}

static void
tell(const struct message_text *text, int64_t ms)
{
	static const char *const views[] = {"header", "text", "html", "hidden", "filename"};
	size_t unread = 0;

	for (const struct unread_part *u = text->unread; u != NULL; u = u->next)
		unread++;
	printf("%zu ", text->parts);
	put_names(text->unscannable, name_of_unscannable);
	printf("%zu ", unread);
	put_names(text->traits, name_of_trait);
	printf("%" PRId64 "\n", ms);
	for (const struct segment *s = text->segments; s != NULL; s = s->next) {
		printf("%s\t", views[s->view]);
		put_escaped(bytes_of_str(s->part));
		putchar('\t');
		put_escaped(s->text);
		putchar('\n');
	}
	puts(".");
	fflush(stdout);
}

enum { MESSAGE_MAX = 1 << 30 };

/* The length that stands ahead of a message; 1 at the end of input. */
static int
read_length(size_t *ret_n)
{
	char line[32];
	int64_t n;

	if (fgets(line, sizeof(line), stdin) == NULL ||
		bytes_parse_i64(bytes_trim(bytes_of_str(line)), 0, MESSAGE_MAX, &n) != 0)
		return 1;
	*ret_n = (size_t)n;
	return 0;
}

int
main(void)
{
	size_t n;

	formats_init();
	mime_init(formats_table);
	while (read_length(&n) == 0) {
		uint8_t *message = mem_new(n + 1, 1);
		struct message_text text;
		struct arena arena;
		int64_t before;

		if (fread(message, 1, n, stdin) != n)
			return EXIT_FAILURE;
		arena_init(&arena);
		before = clock_mono_ms();
		mime_read(&arena, bytes_of(message, n), &limits, &text);
		tell(&text, clock_mono_ms() - before);
		arena_done(&arena);
		free(message);
	}
	return ferror(stdin) ? EXIT_FAILURE : EXIT_SUCCESS;
}
