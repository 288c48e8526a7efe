/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RTF, read as Word reads it: groups, control words, and text that goes where the group it stands in says.
 * One pass; groups beyond the deepest level share the state of that level.
 */
#ifndef POSTSEAL_RTF_H
#define POSTSEAL_RTF_H

#include "lib/format/codepage.h"
#include "lib/mime/format.h"

enum { RTF_DEPTH_MAX = 4000, RTF_FONTS_MAX = 4096 };

/* Where text goes. The first ones are texts of the document, each told by itself. */
enum rtf_place {
	RTF_TEXT,
	RTF_HEADERS,
	RTF_FOOTNOTES,
	RTF_COMMENTS,
	RTF_HIDDEN,  /* \v */
	RTF_DELETED, /* \deleted */
	RTF_FIELDS,
	RTF_PROPERTIES,
	RTF_OTHER, /* destinations of no known use, and those that hold no text of the document */
	RTF_PLACES,
	/* The rest is not text as it stands. */
	RTF_FONTS = RTF_PLACES,
	RTF_OBJECT,
	RTF_PICTURE,
	RTF_BLOB, /* hexadecimal, of another use */
	RTF_HTML, /* \htmltag */
};

struct rtf_group {
	uint8_t place;                         /* enum rtf_place */
	bool is_hidden, is_deleted, is_markup; /* \v, \deleted, \htmlrtf */
	uint8_t to_skip;                       /* \uc */
	unsigned codepage;
	unsigned font;
};

struct rtf {
	struct format_out *out;
	struct bytes in;
	size_t at;
	struct codepages pages;
	struct format_text texts[RTF_PLACES];
	struct buf html;    /* \fromhtml: what the HTML was */
	struct buf pending; /* bytes of the text that wait for their code page */
	struct buf binary;  /* an object's or picture's */
	int nibble;         /* of the hexadecimal, or -1 */
	struct rtf_group group, groups[RTF_DEPTH_MAX];
	size_t depth;      /* may be more than there are groups */
	unsigned skip;     /* characters that stand for the \u before */
	uint16_t high;     /* first half of a pair */
	unsigned codepage; /* \ansicpg */
	uint16_t fonts[RTF_FONTS_MAX];
	bool is_starred, is_from_html, has_unread;
};

/* rtf_text.c: text in the current group. */
void rtf_put_byte(struct rtf *rtf, uint8_t c);
void rtf_put_unit(struct rtf *rtf, int unit);
void rtf_put_str(struct rtf *rtf, const char *text);

/* Before anything that changes where text goes, or how it is read. */
void rtf_flush(struct rtf *rtf);

/* rtf_binary.c */
void rtf_put_hex(struct rtf *rtf, uint8_t digit);
void rtf_end_binary(struct rtf *rtf, enum rtf_place place);

/* rtf_words.c: one control word; `number` counts only when there was one. */
struct rtf_word {
	struct bytes name;
	int number;
	bool has_number;
};

void rtf_take_word(struct rtf *rtf, const struct rtf_word *word);

#endif
