/* SPDX-License-Identifier: Apache-2.0 */
/* What strangers and messages give to the portal: heads of requests, names of files, codes, texts for a page.
 */
#include "lib/base/ascii.h"
#include "portald/digits.h"
#include "portald/headers.h"
#include "portald/http_check.h"
#include "portald/limits.h"
#include "portald/page.h"
#include "tests/fuzz/fuzz.h"

static void
check_page(struct bytes input)
{
	struct buf out;

	buf_init(&out, 64 * input.n + 64);
	page_escape_text(&out, input);
	fuzz_must(!buf_full(&out) && bytes_find_byte(buf_bytes(&out), '<') == out.n);
	buf_reset(&out);
	page_escape_attr(&out, input);
	fuzz_must(!buf_full(&out) && bytes_find_byte(buf_bytes(&out), '"') == out.n);
	buf_reset(&out);
	page_escape_url(&out, input);
	for (size_t i = 0; i < out.n; i++)
		fuzz_must(ascii_is_alnum(out.p[i]) || strchr("-._~%", out.p[i]) != NULL);
	buf_done(&out);
}

static void
check_name(struct bytes input)
{
	struct arena arena;
	size_t quotes = 0;

	arena_init(&arena);
	for (const char *p = header_disposition(&arena, input); *p != '\0'; p++) {
		fuzz_must(*p >= ' ' && *p <= '~');
		quotes += *p == '"';
	}
	fuzz_must(quotes == 2);
	arena_done(&arena);
}

/* The head as a careless library would read it; what is let through has one host and one way to tell its end.
 */
static void
check_head(struct bytes input)
{
	struct head head = {.size = input.n};
	struct bytes line = {0}, rest = input;
	size_t space, hosts = 0, lengths = 0;

	bytes_next_line(&rest, &line);
	space = bytes_find_byte(line, ' ');
	head.method = bytes_sub(line, 0, space);
	line = bytes_sub(line, space + 1, line.n);
	space = bytes_find_byte(line, ' ');
	head.target = bytes_sub(line, 0, space);
	head.version = bytes_sub(line, space + 1, line.n);
	while (bytes_next_line(&rest, &line) && line.n > 0 && head.n < HEAD_FIELDS_MAX) {
		space = bytes_find_byte(line, ':');
		head.fields[head.n++] = (struct head_field){
			bytes_sub(line, 0, space), bytes_trim(bytes_sub(line, space + 1, line.n))};
	}
	if (head_check(&head) != 0)
		return;
	for (size_t i = 0; i < head.n; i++) {
		hosts += bytes_eq_nocase(head.fields[i].name, BYTES_LIT("host"));
		lengths += bytes_eq_nocase(head.fields[i].name, BYTES_LIT("content-length"));
		fuzz_must(!bytes_eq_nocase(head.fields[i].name, BYTES_LIT("transfer-encoding")));
		fuzz_must(bytes_find_byte(head.fields[i].value, 0) == head.fields[i].value.n);
	}
	fuzz_must(hosts == 1 && lengths <= 1 && head.target.p[0] == '/');
}

void
fuzz_one(struct bytes input)
{
	char digits[DIGITS_SIZE + 1];
	struct limits limits;

	check_page(input);
	check_name(input);
	check_head(input);
	if (digits_read(input, digits) == 0)
		fuzz_must(strspn(digits, "0123456789") == DIGITS_SIZE);
	(void)limits_read(input, &limits);
}
