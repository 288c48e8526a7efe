/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in a code page that is given by its Windows number. Pages of one byte a character are turned into a
 * table at their first use, since files switch between pages as often as they like.
 */
#ifndef POSTSEAL_CODEPAGE_H
#define POSTSEAL_CODEPAGE_H

#include "lib/base/buf.h"

enum { CODEPAGES_MAX = 16, CODEPAGE_WESTERN = 1252, CODEPAGE_UTF16 = 1200, CODEPAGE_UTF8 = 65001 };

struct codepage {
	unsigned number;
	bool is_single;     /* each byte is a character */
	uint32_t high[128]; /* what each byte of 128 and up is by itself; 0: a part of something */
};

/* The pages that a file used so far. Zeroed at first; owns nothing. */
struct codepages {
	struct codepage pages[CODEPAGES_MAX];
	size_t n;
};

/* Appends the text as UTF-8. Zero and numbers that nobody knows stand for windows-1252. */
void codepage_put(struct codepages *pages, struct buf *out, unsigned number, struct bytes text);

/* The code page that programs of this language (a Windows LCID) used before Unicode. */
unsigned codepage_of_language(unsigned language);

/* Of a Windows font charset (RTF's \fcharset), or 0 when it says nothing. */
unsigned codepage_of_charset(unsigned charset);

#endif
