/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/mime/html_reference.h"
#include "lib/mime/html_state.h"

/* A piece of text is handed out when it has grown to this. */
enum { TEXT_PIECE = 8192 };

enum { NUMBER_MAX = 0x110000 };

static html_step step_of(int state);

void
html_init(struct html *html, size_t max)
{
	*html = (struct html){.state = HTML_DATA};
	buf_init(&html->text, max);
	buf_init(&html->tag, max);
	buf_init(&html->comment, max);
	buf_init(&html->word, max);
	buf_init(&html->ids, max);
}

void
html_done(struct html *html)
{
	buf_wipe_done(&html->text);
	buf_wipe_done(&html->tag);
	buf_wipe_done(&html->comment);
	buf_wipe_done(&html->word);
	buf_wipe_done(&html->ids);
}

void
html_feed(struct html *html, struct bytes b)
{
	html->in = b;
}

void
html_end(struct html *html)
{
	html->at_end = true;
}

void
html_set_space(struct html *html, enum html_space space)
{
	html->foreign = space == HTML_SPACE_FOREIGN;
}

void
html_set_content(struct html *html, enum html_content content, struct bytes last_start_tag)
{
	static const enum html_state states[] = {
		[HTML_CONTENT_DATA] = HTML_DATA,
		[HTML_CONTENT_RCDATA] = HTML_RCDATA,
		[HTML_CONTENT_RAWTEXT] = HTML_RAWTEXT,
		[HTML_CONTENT_SCRIPT] = HTML_SCRIPT,
		[HTML_CONTENT_PLAINTEXT] = HTML_PLAINTEXT,
		[HTML_CONTENT_CDATA] = HTML_CDATA,
	};

	html->state = states[content];
	if (last_start_tag.n >= sizeof(html->last_start))
		last_start_tag.n = 0;
	if (last_start_tag.n > 0)
		memcpy(html->last_start, last_start_tag.p, last_start_tag.n);
	html->last_start[last_start_tag.n] = '\0';
}

enum html_content
html_content_of(struct bytes tag)
{
	static const struct {
		struct bytes tag;
		enum html_content content;
	} rows[] = {
		{BYTES_LIT("iframe"), HTML_CONTENT_RAWTEXT},
		{BYTES_LIT("noembed"), HTML_CONTENT_RAWTEXT},
		{BYTES_LIT("noframes"), HTML_CONTENT_RAWTEXT},
		{BYTES_LIT("plaintext"), HTML_CONTENT_PLAINTEXT},
		{BYTES_LIT("script"), HTML_CONTENT_SCRIPT},
		{BYTES_LIT("style"), HTML_CONTENT_RAWTEXT},
		{BYTES_LIT("textarea"), HTML_CONTENT_RCDATA},
		{BYTES_LIT("title"), HTML_CONTENT_RCDATA},
		{BYTES_LIT("xmp"), HTML_CONTENT_RAWTEXT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (bytes_eq(rows[i].tag, tag))
			return rows[i].content;
	}
	return HTML_CONTENT_DATA;
}

void
html_again(struct html *html, enum html_state state, int c)
{
	html->state = (int)state;
	step_of((int)state)(html, c);
}

void
html_put_text(struct html *html, int c)
{
	buf_put_byte(&html->text, (uint8_t)c);
}

void
html_put_text_str(struct html *html, const char *s)
{
	buf_put_str(&html->text, s);
}

void
html_put_data(struct buf *buf, int c)
{
	if (c == 0)
		utf8_put(buf, UTF8_REPLACEMENT);
	else
		buf_put_byte(buf, (uint8_t)c);
}

void
html_put_name(struct buf *buf, int c)
{
	html_put_data(buf, c == 0 ? 0 : ascii_lower((uint8_t)c));
}

void
html_emit(struct html *html, enum html_kind kind, struct bytes text)
{
	html->token = (struct html_token){.kind = kind, .text = text};
	html->ready = true;
	html->state = HTML_DATA;
}

void
html_finish(struct html *html)
{
	html->state = HTML_FINISHED;
}

/* Tags and attributes. Name and attributes stand one behind the other in html->tag. */

void
html_start_tag(struct html *html, int c, enum html_kind kind)
{
	buf_reset(&html->tag);
	html->n_spans = 0;
	html->in_attribute = false;
	html->self_closing = false;
	html->end_tag = kind == HTML_END;
	html_again(html, HTML_TAG_NAME, c);
}

static void
start_attribute(struct html *html)
{
	html->in_attribute = true;
	html->spans[html->n_spans] = (struct html_span){.name = html->tag.n};
}

static void
end_name(struct html *html)
{
	struct html_span *span = &html->spans[html->n_spans];
	uint32_t hash = 2166136261U;

	span->name_n = html->tag.n - span->name;
	span->value = html->tag.n;
	for (size_t i = 0; i < span->name_n; i++)
		hash = (hash ^ html->tag.p[span->name + i]) * 16777619U;
	span->hash = hash;
}

static bool
is_repeated(const struct html *html, const struct html_span *span)
{
	for (const struct html_span *other = html->spans; other < span; other++) {
		if (other->hash == span->hash && other->name_n == span->name_n &&
			memcmp(html->tag.p + other->name, html->tag.p + span->name, span->name_n) == 0)
			return true;
	}
	return false;
}

/* The first of attributes with one name counts. */
static void
end_attribute(struct html *html)
{
	struct html_span *span = &html->spans[html->n_spans];

	if (!html->in_attribute)
		return;
	html->in_attribute = false;
	span->value_n = html->tag.n - span->value;
	if (html->n_spans == HTML_ATTRIBUTES_MAX)
		html->dropped = true;
	else if (!is_repeated(html, span)) {
		html->n_spans++;
		return;
	}
	html->tag.n = span->name;
}

void
html_emit_tag(struct html *html)
{
	const uint8_t *p;

	end_attribute(html);
	p = html->tag.p;
	html_emit(html, html->end_tag ? HTML_END : HTML_START, bytes_of(p, html->name_n));
	html->token.self_closing = html->self_closing;
	for (size_t i = 0; i < html->n_spans; i++) {
		const struct html_span *span = &html->spans[i];

		html->attributes[i] = (struct html_attribute){
			bytes_of(p + span->name, span->name_n), bytes_of(p + span->value, span->value_n)};
	}
	html->token.attributes = html->attributes;
	html->token.n_attributes = html->n_spans;
}

/* The states. */

static void
on_data(struct html *html, int c)
{
	if (c == '&') {
		html->return_state = HTML_DATA;
		html->state = HTML_REFERENCE;
	} else if (c == '<')
		html->state = HTML_TAG_OPEN;
	else if (c == HTML_EOF)
		html_finish(html);
	else
		html_put_text(html, c);
}

static void
on_rcdata(struct html *html, int c)
{
	html->content_state = HTML_RCDATA;
	if (c == '&') {
		html->return_state = HTML_RCDATA;
		html->state = HTML_REFERENCE;
	} else if (c == '<')
		html->state = HTML_RAW_LESS;
	else if (c == HTML_EOF)
		html_finish(html);
	else
		html_put_data(&html->text, c);
}

static void
on_rawtext(struct html *html, int c)
{
	html->content_state = HTML_RAWTEXT;
	if (c == '<')
		html->state = HTML_RAW_LESS;
	else if (c == HTML_EOF)
		html_finish(html);
	else
		html_put_data(&html->text, c);
}

static void
on_plaintext(struct html *html, int c)
{
	if (c == HTML_EOF)
		html_finish(html);
	else
		html_put_data(&html->text, c);
}

static void
on_tag_open(struct html *html, int c)
{
	if (c == '!') {
		buf_reset(&html->word);
		buf_reset(&html->comment);
		html->state = HTML_MARKUP;
	} else if (c == '/')
		html->state = HTML_END_TAG_OPEN;
	else if (c >= 0 && ascii_is_alpha((uint8_t)c))
		html_start_tag(html, c, HTML_START);
	else if (c == '?') {
		buf_reset(&html->comment);
		html_again(html, HTML_BOGUS_COMMENT, c);
	} else {
		html_put_text(html, '<');
		html_again(html, HTML_DATA, c);
	}
}

static void
on_end_tag_open(struct html *html, int c)
{
	if (c >= 0 && ascii_is_alpha((uint8_t)c))
		html_start_tag(html, c, HTML_END);
	else if (c == '>')
		html->state = HTML_DATA;
	else if (c == HTML_EOF) {
		html_put_text_str(html, "</");
		html_finish(html);
	} else {
		buf_reset(&html->comment);
		html_again(html, HTML_BOGUS_COMMENT, c);
	}
}

static void
on_tag_name(struct html *html, int c)
{
	html->name_n = html->tag.n;
	if (html_is_space(c))
		html->state = HTML_BEFORE_NAME;
	else if (c == '/')
		html->state = HTML_SELF_CLOSING;
	else if (c == '>')
		html_emit_tag(html);
	else if (c == HTML_EOF)
		html_finish(html);
	else
		html_put_name(&html->tag, c);
}

static void
on_before_name(struct html *html, int c)
{
	if (html_is_space(c))
		return;
	end_attribute(html);
	if (c == '/' || c == '>' || c == HTML_EOF)
		html_again(html, HTML_AFTER_NAME, c);
	else {
		start_attribute(html);
		html->state = HTML_NAME;
		if (c == '=')
			html_put_name(&html->tag, c);
		else
			html_again(html, HTML_NAME, c);
	}
}

static void
on_name(struct html *html, int c)
{
	if (html_is_space(c) || c == '/' || c == '>' || c == HTML_EOF) {
		end_name(html);
		html_again(html, HTML_AFTER_NAME, c);
	} else if (c == '=') {
		end_name(html);
		html->state = HTML_BEFORE_VALUE;
	} else
		html_put_name(&html->tag, c);
}

static void
on_after_name(struct html *html, int c)
{
	if (html_is_space(c))
		return;
	if (c == '/')
		html->state = HTML_SELF_CLOSING;
	else if (c == '=')
		html->state = HTML_BEFORE_VALUE;
	else if (c == '>')
		html_emit_tag(html);
	else if (c == HTML_EOF)
		html_finish(html);
	else {
		end_attribute(html);
		start_attribute(html);
		html_again(html, HTML_NAME, c);
	}
}

static void
on_before_value(struct html *html, int c)
{
	if (html_is_space(c))
		return;
	if (c == '"')
		html->state = HTML_VALUE_DOUBLE;
	else if (c == '\'')
		html->state = HTML_VALUE_SINGLE;
	else if (c == '>')
		html_emit_tag(html);
	else
		html_again(html, HTML_VALUE_BARE, c);
}

static void
quoted_value(struct html *html, int c, int quote)
{
	if (c == quote)
		html->state = HTML_AFTER_VALUE;
	else if (c == '&') {
		html->return_state = html->state;
		html->state = HTML_REFERENCE;
	} else if (c == HTML_EOF)
		html_finish(html);
	else
		html_put_data(&html->tag, c);
}

static void
on_value_double(struct html *html, int c)
{
	quoted_value(html, c, '"');
}

static void
on_value_single(struct html *html, int c)
{
	quoted_value(html, c, '\'');
}

static void
on_value_bare(struct html *html, int c)
{
	if (html_is_space(c))
		html->state = HTML_BEFORE_NAME;
	else if (c == '>')
		html_emit_tag(html);
	else
		quoted_value(html, c, HTML_EOF - 1);
}

static void
on_after_value(struct html *html, int c)
{
	if (html_is_space(c))
		html->state = HTML_BEFORE_NAME;
	else if (c == '/')
		html->state = HTML_SELF_CLOSING;
	else if (c == '>')
		html_emit_tag(html);
	else if (c == HTML_EOF)
		html_finish(html);
	else
		html_again(html, HTML_BEFORE_NAME, c);
}

static void
on_self_closing(struct html *html, int c)
{
	if (c == '>') {
		html->self_closing = true;
		html_emit_tag(html);
	} else if (c == HTML_EOF)
		html_finish(html);
	else
		html_again(html, HTML_BEFORE_NAME, c);
}

/* Character references. */

static bool
in_attribute(const struct html *html)
{
	return html->return_state == HTML_VALUE_DOUBLE || html->return_state == HTML_VALUE_SINGLE ||
	       html->return_state == HTML_VALUE_BARE;
}

static struct buf *
reference_goes_to(struct html *html)
{
	return in_attribute(html) ? &html->tag : &html->text;
}

static void
flush_reference(struct html *html)
{
	buf_put_byte(reference_goes_to(html), '&');
	buf_put(reference_goes_to(html), html->reference, html->reference_n);
}

static void
on_reference(struct html *html, int c)
{
	html->reference_n = 0;
	if (c >= 0 && ascii_is_alnum((uint8_t)c))
		html_again(html, HTML_REFERENCE_NAMED, c);
	else if (c == '#') {
		html->reference[html->reference_n++] = '#';
		html->state = HTML_REFERENCE_NUMBER;
	} else {
		flush_reference(html);
		html_again(html, (enum html_state)html->return_state, c);
	}
}

/* `next` is the byte behind the name. In attributes "&copy=" of a query string stays what it is. */
static void
resolve_name(struct html *html, int next)
{
	struct bytes name = bytes_of(html->reference, html->reference_n);
	size_t n;
	const struct html_reference *found = html_reference_find(name, &n);

	if (found != NULL && n < name.n)
		next = name.p[n];
	if (found == NULL || (in_attribute(html) && name.p[n - 1] != ';' &&
				     (next == '=' || (next >= 0 && ascii_is_alnum((uint8_t)next))))) {
		flush_reference(html);
		return;
	}
	utf8_put(reference_goes_to(html), found->first);
	if (found->second != 0)
		utf8_put(reference_goes_to(html), found->second);
	buf_put(reference_goes_to(html), name.p + n, name.n - n);
}

static void
on_reference_named(struct html *html, int c)
{
	bool part = c == ';' || (c >= 0 && ascii_is_alnum((uint8_t)c));

	if (part && html->reference_n < HTML_REFERENCE_MAX) {
		html->reference[html->reference_n++] = (char)c;
		if (c != ';')
			return;
		resolve_name(html, HTML_EOF);
		html->state = html->return_state;
		return;
	}
	resolve_name(html, c);
	html_again(html, (enum html_state)html->return_state, c);
}

static void
on_reference_number(struct html *html, int c)
{
	html->number = 0;
	if (c == 'x' || c == 'X') {
		html->reference[html->reference_n++] = (char)c;
		html->state = HTML_REFERENCE_HEX_START;
	} else if (c >= 0 && ascii_is_digit((uint8_t)c))
		html_again(html, HTML_REFERENCE_DECIMAL, c);
	else {
		flush_reference(html);
		html_again(html, (enum html_state)html->return_state, c);
	}
}

static void
on_reference_hex_start(struct html *html, int c)
{
	if (c >= 0 && ascii_hex_value((uint8_t)c) >= 0)
		html_again(html, HTML_REFERENCE_HEX, c);
	else {
		flush_reference(html);
		html_again(html, (enum html_state)html->return_state, c);
	}
}

static void
number_digit(struct html *html, int c, uint32_t base)
{
	int digit = c >= 0 ? ascii_hex_value((uint8_t)c) : -1;

	if (digit >= 0 && (uint32_t)digit < base) {
		html->number = html->number * base + (uint32_t)digit;
		if (html->number > NUMBER_MAX)
			html->number = NUMBER_MAX;
		return;
	}
	utf8_put(reference_goes_to(html), html_reference_number(html->number));
	html->state = html->return_state;
	if (c != ';')
		html_again(html, (enum html_state)html->return_state, c);
}

static void
on_reference_decimal(struct html *html, int c)
{
	number_digit(html, c, 10);
}

static void
on_reference_hex(struct html *html, int c)
{
	number_digit(html, c, 16);
}

static void
on_finished(struct html *html, int c)
{
	(void)html;
	(void)c;
}

static html_step
step_of(int state)
{
	static const html_step steps[] = {
		[HTML_DATA] = on_data,
		[HTML_RCDATA] = on_rcdata,
		[HTML_RAWTEXT] = on_rawtext,
		[HTML_PLAINTEXT] = on_plaintext,
		[HTML_TAG_OPEN] = on_tag_open,
		[HTML_END_TAG_OPEN] = on_end_tag_open,
		[HTML_TAG_NAME] = on_tag_name,
		[HTML_BEFORE_NAME] = on_before_name,
		[HTML_NAME] = on_name,
		[HTML_AFTER_NAME] = on_after_name,
		[HTML_BEFORE_VALUE] = on_before_value,
		[HTML_VALUE_DOUBLE] = on_value_double,
		[HTML_VALUE_SINGLE] = on_value_single,
		[HTML_VALUE_BARE] = on_value_bare,
		[HTML_AFTER_VALUE] = on_after_value,
		[HTML_SELF_CLOSING] = on_self_closing,
		[HTML_REFERENCE] = on_reference,
		[HTML_REFERENCE_NAMED] = on_reference_named,
		[HTML_REFERENCE_NUMBER] = on_reference_number,
		[HTML_REFERENCE_HEX_START] = on_reference_hex_start,
		[HTML_REFERENCE_DECIMAL] = on_reference_decimal,
		[HTML_REFERENCE_HEX] = on_reference_hex,
		[HTML_FINISHED] = on_finished,
	};

	if (state >= HTML_MARKUP)
		return html_markup_steps[state - HTML_MARKUP];
	return state >= HTML_RAW_LESS ? html_raw_steps[state - HTML_RAW_LESS] : steps[state];
}

/* Input. */

/* Takes what needs no decision in one go: most of a message. */
static void
take_run(struct html *html)
{
	static const uint8_t is_special[256] = {
		['\0'] = 1, ['\r'] = 1, ['<'] = 1, ['&'] = 1, ['"'] = 1, ['\''] = 1, ['-'] = 1, [']'] = 1};
	struct buf *buf;
	size_t n = 0;

	if (html->state <= HTML_PLAINTEXT || html->state == HTML_SCRIPT)
		buf = &html->text;
	else if (html->state == HTML_VALUE_DOUBLE || html->state == HTML_VALUE_SINGLE)
		buf = &html->tag;
	else if (html->state == HTML_COMMENT_BODY)
		buf = &html->comment;
	else
		return;
	while (n < html->in.n && !is_special[html->in.p[n]] && n < TEXT_PIECE)
		n++;
	buf_put(buf, html->in.p, n);
	html->in = bytes_of(html->in.p + n, html->in.n - n);
}

static void
take_byte(struct html *html)
{
	int c = html->in.p[0];
	bool follows_cr = html->after_cr;

	html->in = bytes_of(html->in.p + 1, html->in.n - 1);
	html->after_cr = c == '\r';
	if (follows_cr && c == '\n')
		return;
	step_of(html->state)(html, c == '\r' ? '\n' : c);
}

static void
advance(struct html *html)
{
	while (!html->ready && html->text.n < TEXT_PIECE && html->state != HTML_FINISHED) {
		if (html->in.n > 0 && !html->after_cr)
			take_run(html);
		if (html->in.n > 0)
			take_byte(html);
		else if (html->at_end)
			step_of(html->state)(html, HTML_EOF);
		else
			break;
	}
}

bool
html_next(struct html *html, struct html_token *ret_token)
{
	if (html->text_given) {
		buf_reset(&html->text);
		html->text_given = false;
	}
	if (!html->ready)
		advance(html);
	html->dropped = html->dropped || buf_full(&html->text) || buf_full(&html->tag) ||
			buf_full(&html->comment) || buf_full(&html->word) || buf_full(&html->ids);
	if (html->text.n > 0) {
		*ret_token = (struct html_token){.kind = HTML_TEXT, .text = buf_bytes(&html->text)};
		html->text_given = true;
		return true;
	}
	if (!html->ready)
		return false;
	html->ready = false;
	*ret_token = html->token;
	return true;
}

struct bytes
html_attribute(const struct html_token *token, struct bytes name)
{
	for (size_t i = 0; i < token->n_attributes; i++) {
		if (bytes_eq(token->attributes[i].name, name))
			return token->attributes[i].value;
	}
	return bytes_of(NULL, 0);
}
