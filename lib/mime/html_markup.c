/* SPDX-License-Identifier: Apache-2.0 */
/* Tokenizer states behind "<!": comments, doctypes, CDATA sections. */
#include "lib/base/ascii.h"
#include "lib/mime/html_state.h"

static void
emit_comment(struct html *html)
{
	html_emit(html, HTML_COMMENT, buf_bytes(&html->comment));
}

/* A comment that the end of input cuts off still is one. */
static void
end_comment(struct html *html)
{
	emit_comment(html);
	html_finish(html);
}

static bool
starts(const char *word, struct bytes b)
{
	return bytes_starts_nocase(bytes_of_str(word), b);
}

static void
on_markup(struct html *html, int c)
{
	struct bytes word;

	if (c > 0)
		buf_put_byte(&html->word, (uint8_t)c);
	word = buf_bytes(&html->word);
	if (c > 0 && (starts("--", word) || starts("doctype", word) || starts("[CDATA[", word))) {
		if (bytes_eq(word, BYTES_LIT("--")))
			html->state = HTML_COMMENT_START;
		else if (word.n < 7)
			return;
		else if (word.p[0] != '[')
			html->state = HTML_DOCTYPE_START;
		else if (html->foreign && bytes_eq(word, BYTES_LIT("[CDATA[")))
			html->state = HTML_CDATA;
		else {
			buf_put_bytes(&html->comment, word);
			html->state = HTML_BOGUS_COMMENT;
		}
		return;
	}
	/* Nothing of what matched so far ends a comment. */
	buf_put(&html->comment, word.p, word.n - (c > 0));
	html_again(html, HTML_BOGUS_COMMENT, c);
}

static void
on_bogus_comment(struct html *html, int c)
{
	if (c == '>')
		emit_comment(html);
	else if (c == HTML_EOF)
		end_comment(html);
	else
		html_put_data(&html->comment, c);
}

static void
on_comment_start(struct html *html, int c)
{
	if (c == '-')
		html->state = HTML_COMMENT_START_DASH;
	else if (c == '>')
		emit_comment(html);
	else
		html_again(html, HTML_COMMENT_BODY, c);
}

static void
on_comment_start_dash(struct html *html, int c)
{
	if (c == '-')
		html->state = HTML_COMMENT_END;
	else if (c == '>')
		emit_comment(html);
	else if (c == HTML_EOF)
		end_comment(html);
	else {
		buf_put_byte(&html->comment, '-');
		html_again(html, HTML_COMMENT_BODY, c);
	}
}

static void
on_comment_body(struct html *html, int c)
{
	if (c == '-') {
		html->state = HTML_COMMENT_END_DASH;
		return;
	}
	if (c == HTML_EOF) {
		end_comment(html);
		return;
	}
	html_put_data(&html->comment, c);
	if (c == '<')
		html->state = HTML_COMMENT_LESS;
}

static void
on_comment_less(struct html *html, int c)
{
	if (c == '!') {
		buf_put_byte(&html->comment, '!');
		html->state = HTML_COMMENT_LESS_BANG;
	} else if (c == '<')
		buf_put_byte(&html->comment, '<');
	else
		html_again(html, HTML_COMMENT_BODY, c);
}

static void
on_comment_less_bang(struct html *html, int c)
{
	if (c == '-')
		html->state = HTML_COMMENT_LESS_BANG_DASH;
	else
		html_again(html, HTML_COMMENT_BODY, c);
}

static void
on_comment_less_bang_dash(struct html *html, int c)
{
	if (c == '-')
		html->state = HTML_COMMENT_END;
	else
		html_again(html, HTML_COMMENT_END_DASH, c);
}

static void
on_comment_end_dash(struct html *html, int c)
{
	if (c == '-')
		html->state = HTML_COMMENT_END;
	else if (c == HTML_EOF)
		end_comment(html);
	else {
		buf_put_byte(&html->comment, '-');
		html_again(html, HTML_COMMENT_BODY, c);
	}
}

static void
on_comment_end(struct html *html, int c)
{
	if (c == '>')
		emit_comment(html);
	else if (c == '!')
		html->state = HTML_COMMENT_END_BANG;
	else if (c == '-')
		buf_put_byte(&html->comment, '-');
	else if (c == HTML_EOF)
		end_comment(html);
	else {
		buf_put_str(&html->comment, "--");
		html_again(html, HTML_COMMENT_BODY, c);
	}
}

static void
on_comment_end_bang(struct html *html, int c)
{
	if (c == '>')
		emit_comment(html);
	else if (c == HTML_EOF)
		end_comment(html);
	else {
		buf_put_str(&html->comment, "--!");
		if (c == '-')
			html->state = HTML_COMMENT_END_DASH;
		else
			html_again(html, HTML_COMMENT_BODY, c);
	}
}

static void
on_cdata(struct html *html, int c)
{
	if (c == ']')
		html->state = HTML_CDATA_BRACKET;
	else if (c == HTML_EOF)
		html_finish(html);
	else
		html_put_text(html, c);
}

static void
on_cdata_bracket(struct html *html, int c)
{
	if (c == ']')
		html->state = HTML_CDATA_END;
	else {
		html_put_text(html, ']');
		html_again(html, HTML_CDATA, c);
	}
}

static void
on_cdata_end(struct html *html, int c)
{
	if (c == ']')
		html_put_text(html, ']');
	else if (c == '>')
		html->state = HTML_DATA;
	else {
		html_put_text_str(html, "]]");
		html_again(html, HTML_CDATA, c);
	}
}

/* The doctype: its name stands in html->tag, both identifiers in html->ids. */

static void
emit_doctype(struct html *html)
{
	struct bytes ids = buf_bytes(&html->ids);

	if (!html->has_system_id)
		html->public_n = ids.n;
	html_emit(html, HTML_DOCTYPE, buf_bytes(&html->tag));
	html->token.has_name = html->has_name;
	html->token.has_public_id = html->has_public_id;
	html->token.has_system_id = html->has_system_id;
	html->token.quirks = html->quirks;
	html->token.public_id = bytes_sub(ids, 0, html->public_n);
	html->token.system_id = bytes_sub(ids, html->public_n, ids.n);
}

static void
quirky(struct html *html, int c)
{
	html->quirks = true;
	html_again(html, HTML_DOCTYPE_BOGUS, c);
}

static void
on_doctype_start(struct html *html, int c)
{
	buf_reset(&html->tag);
	buf_reset(&html->ids);
	html->has_name = html->has_public_id = html->has_system_id = html->quirks = false;
	if (html_is_space(c))
		html->state = HTML_DOCTYPE_BEFORE_NAME;
	else
		html_again(html, HTML_DOCTYPE_BEFORE_NAME, c);
}

static void
on_doctype_before_name(struct html *html, int c)
{
	if (html_is_space(c))
		return;
	if (c == '>' || c == HTML_EOF)
		quirky(html, c);
	else {
		html->has_name = true;
		html_again(html, HTML_DOCTYPE_NAME, c);
	}
}

static void
on_doctype_name(struct html *html, int c)
{
	if (html_is_space(c)) {
		buf_reset(&html->word);
		html->state = HTML_DOCTYPE_AFTER_NAME;
	} else if (c == '>')
		emit_doctype(html);
	else if (c == HTML_EOF)
		quirky(html, c);
	else
		html_put_name(&html->tag, c);
}

static void
on_doctype_after_name(struct html *html, int c)
{
	struct bytes word;

	if (html->word.n == 0 && html_is_space(c))
		return;
	if (html->word.n == 0 && c == '>') {
		emit_doctype(html);
		return;
	}
	if (c > 0)
		buf_put_byte(&html->word, (uint8_t)c);
	word = buf_bytes(&html->word);
	if (c <= 0 || (!starts("public", word) && !starts("system", word)))
		quirky(html, c);
	else if (word.n == 6) {
		/* Tells start_id() which of both comes. */
		html->has_system_id = ascii_lower(word.p[0]) == 's';
		html->state = HTML_DOCTYPE_AFTER_WORD;
	}
}

static void
start_id(struct html *html, int quote)
{
	if (!html->has_system_id)
		html->has_public_id = true;
	else
		html->public_n = html->ids.n;
	html->number = (uint32_t)quote;
	html->state = HTML_DOCTYPE_ID;
}

static void
on_doctype_before_id(struct html *html, int c)
{
	if (html_is_space(c))
		html->state = HTML_DOCTYPE_BEFORE_ID;
	else if (c == '"' || c == '\'')
		start_id(html, c);
	else {
		html->has_system_id = false;
		quirky(html, c);
	}
}

static void
on_doctype_id(struct html *html, int c)
{
	if (c == (int)html->number)
		html->state = HTML_DOCTYPE_AFTER_ID;
	else if (c == '>' || c == HTML_EOF)
		quirky(html, c);
	else
		html_put_data(&html->ids, c);
}

static void
on_doctype_after_id(struct html *html, int c)
{
	if (html_is_space(c))
		return;
	if (c == '>')
		emit_doctype(html);
	else if (c == HTML_EOF)
		quirky(html, c);
	else if (!html->has_system_id && (c == '"' || c == '\'')) {
		html->has_system_id = true;
		start_id(html, c);
	} else {
		/* Rubbish behind a system identifier does not make the page quirky; instead of one it does.
		 */
		html->quirks = html->quirks || !html->has_system_id;
		html_again(html, HTML_DOCTYPE_BOGUS, c);
	}
}

static void
on_doctype_bogus(struct html *html, int c)
{
	if (c == '>')
		emit_doctype(html);
	else if (c == HTML_EOF) {
		emit_doctype(html);
		html_finish(html);
	}
}

#define ROW(state) [(state)-HTML_MARKUP]

const html_step html_markup_steps[] = {
	ROW(HTML_MARKUP) = on_markup,
	ROW(HTML_BOGUS_COMMENT) = on_bogus_comment,
	ROW(HTML_COMMENT_START) = on_comment_start,
	ROW(HTML_COMMENT_START_DASH) = on_comment_start_dash,
	ROW(HTML_COMMENT_BODY) = on_comment_body,
	ROW(HTML_COMMENT_LESS) = on_comment_less,
	ROW(HTML_COMMENT_LESS_BANG) = on_comment_less_bang,
	ROW(HTML_COMMENT_LESS_BANG_DASH) = on_comment_less_bang_dash,
	ROW(HTML_COMMENT_END_DASH) = on_comment_end_dash,
	ROW(HTML_COMMENT_END) = on_comment_end,
	ROW(HTML_COMMENT_END_BANG) = on_comment_end_bang,
	ROW(HTML_CDATA) = on_cdata,
	ROW(HTML_CDATA_BRACKET) = on_cdata_bracket,
	ROW(HTML_CDATA_END) = on_cdata_end,
	ROW(HTML_DOCTYPE_START) = on_doctype_start,
	ROW(HTML_DOCTYPE_BEFORE_NAME) = on_doctype_before_name,
	ROW(HTML_DOCTYPE_NAME) = on_doctype_name,
	ROW(HTML_DOCTYPE_AFTER_NAME) = on_doctype_after_name,
	ROW(HTML_DOCTYPE_AFTER_WORD) = on_doctype_before_id,
	ROW(HTML_DOCTYPE_BEFORE_ID) = on_doctype_before_id,
	ROW(HTML_DOCTYPE_ID) = on_doctype_id,
	ROW(HTML_DOCTYPE_AFTER_ID) = on_doctype_after_id,
	ROW(HTML_DOCTYPE_BOGUS) = on_doctype_bogus,
};
