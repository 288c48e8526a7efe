/* SPDX-License-Identifier: Apache-2.0 */
/* Tokenizer states inside elements whose content is not markup, with the odd escapes of script. */
#include "lib/base/ascii.h"
#include "lib/mime/html_state.h"

static bool
is_letter(int c)
{
	return c >= 0 && ascii_is_alpha((uint8_t)c);
}

static bool
ends_word(int c)
{
	return html_is_space(c) || c == '/' || c == '>';
}

static void
on_raw_less(struct html *html, int c)
{
	if (c == '/')
		html->state = HTML_RAW_END_OPEN;
	else {
		html_put_text(html, '<');
		html_again(html, (enum html_state)html->content_state, c);
	}
}

static void
on_raw_end_open(struct html *html, int c)
{
	if (is_letter(c)) {
		buf_reset(&html->word);
		html_again(html, HTML_RAW_END_NAME, c);
	} else {
		html_put_text_str(html, "</");
		html_again(html, (enum html_state)html->content_state, c);
	}
}

/* Only the end tag of the element that began it ends such content. */
static void
on_raw_end_name(struct html *html, int c)
{
	struct bytes word = buf_bytes(&html->word);

	if (is_letter(c)) {
		buf_put_byte(&html->word, (uint8_t)c);
		return;
	}
	if (ends_word(c) && bytes_eq_nocase(word, bytes_of_str(html->last_start))) {
		buf_reset(&html->tag);
		html->n_spans = 0;
		html->in_attribute = false;
		html->self_closing = false;
		html->end_tag = true;
		for (size_t i = 0; i < word.n; i++)
			html_put_name(&html->tag, word.p[i]);
		html_again(html, HTML_TAG_NAME, c);
		return;
	}
	html_put_text_str(html, "</");
	buf_put_bytes(&html->text, word);
	html_again(html, (enum html_state)html->content_state, c);
}

static void
on_script(struct html *html, int c)
{
	html->content_state = HTML_SCRIPT;
	if (c == '<')
		html->state = HTML_SCRIPT_LESS;
	else if (c == HTML_EOF)
		html_finish(html);
	else
		html_put_data(&html->text, c);
}

static void
on_script_less(struct html *html, int c)
{
	if (c == '/')
		html->state = HTML_RAW_END_OPEN;
	else if (c == '!') {
		html_put_text_str(html, "<!");
		html->state = HTML_ESCAPE_START;
	} else {
		html_put_text(html, '<');
		html_again(html, HTML_SCRIPT, c);
	}
}

static void
escape_dash(struct html *html, int c, enum html_state next)
{
	if (c == '-') {
		html_put_text(html, c);
		html->state = (int)next;
	} else
		html_again(html, HTML_SCRIPT, c);
}

static void
on_escape_start(struct html *html, int c)
{
	escape_dash(html, c, HTML_ESCAPE_START_DASH);
}

static void
on_escape_start_dash(struct html *html, int c)
{
	escape_dash(html, c, HTML_ESCAPED_DASHES);
}

/* Text inside <!-- --> of a script: `on_dash` is the state behind a dash. */
static void
escaped(struct html *html, int c, enum html_state on_dash)
{
	html->content_state = HTML_ESCAPED;
	if (c == HTML_EOF)
		html_finish(html);
	else if (c == '<')
		html->state = HTML_ESCAPED_LESS;
	else {
		html_put_data(&html->text, c);
		html->state = c == '-' ? (int)on_dash : HTML_ESCAPED;
	}
}

static void
on_escaped(struct html *html, int c)
{
	escaped(html, c, HTML_ESCAPED_DASH);
}

static void
on_escaped_dash(struct html *html, int c)
{
	escaped(html, c, HTML_ESCAPED_DASHES);
}

static void
on_escaped_dashes(struct html *html, int c)
{
	escaped(html, c, HTML_ESCAPED_DASHES);
	if (c == '>')
		html->state = HTML_SCRIPT;
}

static void
on_escaped_less(struct html *html, int c)
{
	if (c == '/')
		html->state = HTML_RAW_END_OPEN;
	else {
		html_put_text(html, '<');
		buf_reset(&html->word);
		html_again(html, is_letter(c) ? HTML_DOUBLE_START : HTML_ESCAPED, c);
	}
}

/* "<script" and "</script" switch between one and two levels of escape. */
static void
double_word(struct html *html, int c, enum html_state inside, enum html_state outside)
{
	if (ends_word(c)) {
		bool is_script = bytes_eq_nocase(buf_bytes(&html->word), BYTES_LIT("script"));

		html_put_text(html, c);
		html->state = (int)(is_script ? inside : outside);
	} else if (is_letter(c)) {
		html_put_text(html, c);
		buf_put_byte(&html->word, (uint8_t)c);
	} else
		html_again(html, outside, c);
}

static void
on_double_start(struct html *html, int c)
{
	double_word(html, c, HTML_DOUBLE, HTML_ESCAPED);
}

static void
twice(struct html *html, int c, enum html_state on_dash)
{
	if (c == HTML_EOF) {
		html_finish(html);
		return;
	}
	html_put_data(&html->text, c);
	html->state = c == '-' ? (int)on_dash : c == '<' ? HTML_DOUBLE_LESS : HTML_DOUBLE;
}

static void
on_double(struct html *html, int c)
{
	twice(html, c, HTML_DOUBLE_DASH);
}

static void
on_double_dash(struct html *html, int c)
{
	twice(html, c, HTML_DOUBLE_DASHES);
}

static void
on_double_dashes(struct html *html, int c)
{
	twice(html, c, HTML_DOUBLE_DASHES);
	if (c == '>')
		html->state = HTML_SCRIPT;
}

static void
on_double_less(struct html *html, int c)
{
	if (c == '/') {
		html_put_text(html, c);
		buf_reset(&html->word);
		html->state = HTML_DOUBLE_END;
	} else
		html_again(html, HTML_DOUBLE, c);
}

static void
on_double_end(struct html *html, int c)
{
	double_word(html, c, HTML_ESCAPED, HTML_DOUBLE);
}

#define ROW(state) [(state)-HTML_RAW_LESS]

const html_step html_raw_steps[] = {
	ROW(HTML_RAW_LESS) = on_raw_less,
	ROW(HTML_RAW_END_OPEN) = on_raw_end_open,
	ROW(HTML_RAW_END_NAME) = on_raw_end_name,
	ROW(HTML_SCRIPT) = on_script,
	ROW(HTML_SCRIPT_LESS) = on_script_less,
	ROW(HTML_ESCAPE_START) = on_escape_start,
	ROW(HTML_ESCAPE_START_DASH) = on_escape_start_dash,
	ROW(HTML_ESCAPED) = on_escaped,
	ROW(HTML_ESCAPED_DASH) = on_escaped_dash,
	ROW(HTML_ESCAPED_DASHES) = on_escaped_dashes,
	ROW(HTML_ESCAPED_LESS) = on_escaped_less,
	ROW(HTML_DOUBLE_START) = on_double_start,
	ROW(HTML_DOUBLE) = on_double,
	ROW(HTML_DOUBLE_DASH) = on_double_dash,
	ROW(HTML_DOUBLE_DASHES) = on_double_dashes,
	ROW(HTML_DOUBLE_LESS) = on_double_less,
	ROW(HTML_DOUBLE_END) = on_double_end,
};
