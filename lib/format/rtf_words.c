/* SPDX-License-Identifier: Apache-2.0 */
/* Control words (RTF 1.9.1; \htmltag and \htmlrtf: [MS-OXRTFEX]) that bear on what the text is. */
#include <stdlib.h>

#include "lib/format/rtf.h"

enum action {
	PLACE,    /* the group's text goes there */
	TEXT,     /* stands for this text */
	HIDE,     /* \v */
	DELETE,   /* \deleted */
	PLAIN,    /* \plain */
	UNICODE,  /* \u */
	SKIP,     /* \uc */
	FONT,     /* \f */
	CHARSET,  /* \fcharset */
	CODEPAGE, /* \cpg */
	DEFAULT,  /* \ansicpg */
	MAC,
	PC,
	FROM_HTML,
	HTML_RTF,
	RESULT, /* a destination that is text of what is around it */
};

/* In the order of memcmp(). */
static const struct row {
	const char *name;
	enum action action;
	int place;
	const char *text;
} rows[] = {
	{"annotation", PLACE, RTF_COMMENTS, NULL},
	{"ansicpg", DEFAULT, 0, NULL},
	{"atnauthor", PLACE, RTF_COMMENTS, NULL},
	{"atnid", PLACE, RTF_COMMENTS, NULL},
	{"author", PLACE, RTF_PROPERTIES, NULL},
	{"blipuid", PLACE, RTF_OTHER, NULL},
	{"bullet", TEXT, 0, "\xE2\x80\xA2"},
	{"category", PLACE, RTF_PROPERTIES, NULL},
	{"cell", TEXT, 0, "\t"},
	{"colorschememapping", PLACE, RTF_BLOB, NULL},
	{"colortbl", PLACE, RTF_OTHER, NULL},
	{"column", TEXT, 0, "\n"},
	{"comment", PLACE, RTF_PROPERTIES, NULL},
	{"company", PLACE, RTF_PROPERTIES, NULL},
	{"cpg", CODEPAGE, 0, NULL},
	{"datafield", PLACE, RTF_BLOB, NULL},
	{"datastore", PLACE, RTF_BLOB, NULL},
	{"deleted", DELETE, 0, NULL},
	{"do", RESULT, 0, NULL},
	{"doccomm", PLACE, RTF_PROPERTIES, NULL},
	{"docvar", PLACE, RTF_PROPERTIES, NULL},
	{"dptxbxtext", RESULT, 0, NULL},
	{"emdash", TEXT, 0, "\xE2\x80\x94"},
	{"emspace", TEXT, 0, " "},
	{"endash", TEXT, 0, "\xE2\x80\x93"},
	{"enspace", TEXT, 0, " "},
	{"f", FONT, 0, NULL},
	{"fcharset", CHARSET, 0, NULL},
	{"fldinst", PLACE, RTF_FIELDS, NULL},
	{"fldrslt", RESULT, 0, NULL},
	{"fonttbl", PLACE, RTF_FONTS, NULL},
	{"footer", PLACE, RTF_HEADERS, NULL},
	{"footerf", PLACE, RTF_HEADERS, NULL},
	{"footerl", PLACE, RTF_HEADERS, NULL},
	{"footerr", PLACE, RTF_HEADERS, NULL},
	{"footnote", PLACE, RTF_FOOTNOTES, NULL},
	{"fromhtml", FROM_HTML, 0, NULL},
	{"ftncn", PLACE, RTF_FOOTNOTES, NULL},
	{"header", PLACE, RTF_HEADERS, NULL},
	{"headerf", PLACE, RTF_HEADERS, NULL},
	{"headerl", PLACE, RTF_HEADERS, NULL},
	{"headerr", PLACE, RTF_HEADERS, NULL},
	{"hlinkbase", PLACE, RTF_PROPERTIES, NULL},
	{"htmlrtf", HTML_RTF, 0, NULL},
	{"htmltag", PLACE, RTF_HTML, NULL},
	{"info", PLACE, RTF_PROPERTIES, NULL},
	{"keywords", PLACE, RTF_PROPERTIES, NULL},
	{"latentstyles", PLACE, RTF_OTHER, NULL},
	{"lbr", TEXT, 0, "\n"},
	{"ldblquote", TEXT, 0, "\""},
	{"line", TEXT, 0, "\n"},
	{"listtext", RESULT, 0, NULL},
	{"lquote", TEXT, 0, "'"},
	{"mac", MAC, 0, NULL},
	{"manager", PLACE, RTF_PROPERTIES, NULL},
	{"nestcell", TEXT, 0, "\t"},
	{"nestrow", TEXT, 0, "\n"},
	{"nesttableprops", RESULT, 0, NULL},
	{"nonshppict", RESULT, 0, NULL},
	{"objdata", PLACE, RTF_OBJECT, NULL},
	{"operator", PLACE, RTF_PROPERTIES, NULL},
	{"page", TEXT, 0, "\n"},
	{"par", TEXT, 0, "\n"},
	{"pc", PC, 437, NULL},
	{"pca", PC, 850, NULL},
	{"pict", PLACE, RTF_PICTURE, NULL},
	{"plain", PLAIN, 0, NULL},
	{"pn", RESULT, 0, NULL},
	{"pntext", RESULT, 0, NULL},
	{"pntxta", RESULT, 0, NULL},
	{"pntxtb", RESULT, 0, NULL},
	{"qmspace", TEXT, 0, " "},
	{"rdblquote", TEXT, 0, "\""},
	{"result", RESULT, 0, NULL},
	{"row", TEXT, 0, "\n"},
	{"rquote", TEXT, 0, "'"},
	{"sect", TEXT, 0, "\n"},
	{"shp", RESULT, 0, NULL},
	{"shpinst", RESULT, 0, NULL},
	{"shppict", RESULT, 0, NULL},
	{"shptxt", RESULT, 0, NULL},
	{"softline", TEXT, 0, "\n"},
	{"sp", PLACE, RTF_OTHER, NULL},
	{"stylesheet", PLACE, RTF_OTHER, NULL},
	{"subject", PLACE, RTF_PROPERTIES, NULL},
	{"tab", TEXT, 0, "\t"},
	{"template", PLACE, RTF_PROPERTIES, NULL},
	{"themedata", PLACE, RTF_BLOB, NULL},
	{"title", PLACE, RTF_PROPERTIES, NULL},
	{"u", UNICODE, 0, NULL},
	{"uc", SKIP, 0, NULL},
	{"ud", RESULT, 0, NULL},
	{"upr", RESULT, 0, NULL},
	{"userprops", PLACE, RTF_PROPERTIES, NULL},
	{"v", HIDE, 0, NULL},
	{"xe", PLACE, RTF_FIELDS, NULL},
};

static int
compare(const void *key, const void *row)
{
	const struct bytes *name = key;
	const char *other = ((const struct row *)row)->name;
	size_t n = strlen(other), shorter = name->n < n ? name->n : n;
	int order = memcmp(name->p, other, shorter);

	return order != 0 ? order : (name->n > n) - (name->n < n);
}

static void
set_font(struct rtf *rtf, const struct rtf_word *word)
{
	if (word->number < 0 || word->number >= RTF_FONTS_MAX)
		return;
	rtf->group.font = (unsigned)word->number;
	if (rtf->group.place != RTF_FONTS)
		rtf->group.codepage = rtf->fonts[word->number];
}

/* In the list of fonts: the code page of the one that is being described. */
static void
set_font_page(struct rtf *rtf, unsigned page)
{
	if (rtf->group.place == RTF_FONTS && page < UINT16_MAX)
		rtf->fonts[rtf->group.font] = (uint16_t)page;
}

static void
set_place(struct rtf *rtf, enum rtf_place place)
{
	/* Texts within a comment or a note are its own; a table of fonts has nothing else in it. */
	rtf->group.place = (uint8_t)place;
	if (place <= RTF_COMMENTS)
		rtf->group.is_hidden = false;
}

static void
take_format(struct rtf *rtf, const struct row *row, const struct rtf_word *word)
{
	bool is_on = !word->has_number || word->number != 0;

	if (row->action == HIDE)
		rtf->group.is_hidden = is_on;
	else if (row->action == DELETE)
		rtf->group.is_deleted = is_on;
	else if (row->action == HTML_RTF)
		rtf->group.is_markup = is_on;
	else if (row->action == FROM_HTML)
		rtf->is_from_html = true;
	else if (row->action == SKIP)
		rtf->group.to_skip = word->number >= 0 && word->number < 64 ? (uint8_t)word->number : 1;
	else
		rtf->group.is_hidden = rtf->group.is_deleted = false, rtf->group.codepage = 0;
}

static void
take_codepage(struct rtf *rtf, const struct row *row, const struct rtf_word *word)
{
	unsigned number = word->number > 0 ? (unsigned)word->number : 0;

	if (row->action == CHARSET)
		set_font_page(rtf, codepage_of_charset(number));
	else if (row->action == CODEPAGE)
		set_font_page(rtf, number);
	else if (row->action == DEFAULT)
		rtf->codepage = number;
	else
		rtf->codepage = row->action == MAC ? 10000 : (unsigned)row->place;
}

static void
take_row(struct rtf *rtf, const struct row *row, const struct rtf_word *word)
{
	switch (row->action) {
	case PLACE:
		set_place(rtf, (enum rtf_place)row->place);
		break;
	case TEXT:
		rtf_put_str(rtf, row->text);
		break;
	case UNICODE:
		rtf_put_unit(rtf, word->number);
		break;
	case FONT:
		set_font(rtf, word);
		break;
	case CHARSET:
	case CODEPAGE:
	case DEFAULT:
	case MAC:
	case PC:
		take_codepage(rtf, row, word);
		break;
	case RESULT:
		break;
	default:
		take_format(rtf, row, word);
	}
}

/* Changes nothing about the text: what waits needs not be written first, so that no word is cut for it. */
void
rtf_take_word(struct rtf *rtf, const struct rtf_word *word)
{
	const struct row *row =
		bsearch(&word->name, rows, sizeof(rows) / sizeof(rows[0]), sizeof(rows[0]), compare);
	bool is_starred = rtf->is_starred;

	rtf->is_starred = false;
	if (row != NULL && row->action == UNICODE) {
		rtf_put_unit(rtf, word->number);
		return;
	}
	if (row != NULL)
		rtf_flush(rtf);
	if (row != NULL)
		take_row(rtf, row, word);
	else if (is_starred && rtf->group.place < RTF_PLACES) {
		rtf_flush(rtf);
		rtf->group.place = RTF_OTHER;
	}
}
